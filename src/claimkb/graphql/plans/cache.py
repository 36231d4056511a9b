"""What do plans remember between requests, besides themselves? Statements, answers about the schema, and texts."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.store.engine.levels import Statement
from claimkb.store.engine.paging import OrderBy
from claimkb.store.engine.values import Conversion

MOST_STATEMENTS = 5_000
MOST_BYTES = 8_000_000
"""How many bytes of answers about the schema are remembered."""
MOST_TEXTS = 2_000
"""How many texts are remembered for one type: a global id is written again for each row that names it."""


@dataclass(frozen=True)
class CompiledStatement:
    """A statement as the driver takes it, with the order of its rows and the function that writes their cursors."""

    statement: Statement
    order: OrderBy | None
    cursor: Callable[[Any], str]

    def step(self, **binds: object) -> tuple[str, Any]:
        """Bind the values of a run: the text and the values are one step of a plan."""
        return self.statement.text, self.statement.bind(binds)


class PlanCaches:
    """The caches that the plans of one planner share."""

    def __init__(self, most_statements: int = MOST_STATEMENTS) -> None:
        self.statements: BoundedCache[CompiledStatement] = BoundedCache(most_statements)
        self.answers: BoundedCache[bytes] = BoundedCache(MOST_BYTES, len)
        """The answers to introspection. The schema does not change while the program runs."""
        self._texts: dict[tuple[Hashable, ...], Callable[[object], str]] = {}

    def text_writer(self, of_text: Callable[[str, str], str], kind: str, write: Conversion) -> Callable[[object], str]:
        """Return the function that writes a text from a column's value and the name of a type, and remembers its results."""
        key = (of_text, kind, write)
        if key not in self._texts:
            self._texts[key] = lru_cache(MOST_TEXTS)(lambda value: of_text(kind, write(value)))
        return self._texts[key]
