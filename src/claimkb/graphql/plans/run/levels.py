"""How does a plan run? A level reads its rows in one statement; then its children read theirs, for the keys of those rows.

A plan does not know how its statements are run: each is a step that it gives to whoever runs it, and that its rows are sent to.

What becomes of the rows is said by functions that building.py writes. They are given a row as the driver gives it, and `g`: who
asks, and what the level's children found, by key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.graphql.execution.context import Context
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.store.engine import levels, paging, values
from claimkb.store.engine.levels import KEY, Keys, Level, OneKey, Statement
from claimkb.store.engine.paging import OrderBy, Slice
from claimkb.store.engine.steps import Steps

Shape = Callable[..., Any]
Cursor = Callable[[Any], str]


@dataclass(frozen=True)
class CompiledStatement:
    """A statement, with the order of its rows, and what writes their cursors."""

    statement: Statement
    order: OrderBy | None
    cursor: Cursor

    def asked(self, **fills: Any) -> tuple[str, Any]:
        """Write it with what a run fills in: a step."""
        return self.statement.text, self.statement.bind(fills)


STATEMENTS: BoundedCache[CompiledStatement] = BoundedCache(5_000)
"""The statements that were written last, by their level and the values of its arguments."""


@dataclass
class Run:
    """Who asks, and what for: what a resolver reads of `info`, the values of the variables, and what a mutation gave."""

    context: Context
    values: Any
    ask: Callable[[Callable[[Session], Any]], Any]
    """Asks the database in SQLAlchemy's way."""
    root: Any = None
    is_inline: bool = False
    waiting: dict["DeferredReader", list[tuple[UUID, dict[str, Any]]]] = field(default_factory=dict)
    """The places of records that are still to be read."""

    def read_named(self) -> Steps[None]:
        """Read the records that values name by their ids, until none is named any more."""
        while self.waiting:
            waiting, self.waiting = self.waiting, {}
            for named, places in waiting.items():
                yield from named.fill(self, places)


class DeferredReader(Protocol):
    """Reads records that values name by their ids."""

    def fill(self, run: Run, places: Sequence[tuple[UUID, dict[str, Any]]]) -> Steps[None]:
        """Read the records, each into its places."""


class NotCompiled(Exception):
    """A statement is still to be written, which takes its time: not what is done at once."""


class Root(Protocol):
    """What is read at the beginning of an answer."""

    def answer(self, run: Run) -> Steps[Any]:
        """Read it."""


class Arguments:
    """The arguments of a field: read once if they hold no variable, else in each run.

    `plain` names those that are a variable whose value is taken as it is, where no other argument holds one: then these others
    are read once too.
    """

    def __init__(self, read: Callable[[Any], dict[str, Any]], plain: Mapping[str, str] | None) -> None:
        self._read, self._plain, self.is_constant = read, plain, plain is not None and not plain
        self._constant: dict[str, Any] | None = read(None) if self.is_constant else None

    def of(self, run: Run) -> dict[str, Any]:
        """Read them."""
        return self.given(run.values)

    def given(self, values: Any) -> dict[str, Any]:
        """Read them from the values of the variables."""
        if self.is_constant:
            return self._constant  # type: ignore[return-value]
        if self._plain is None:
            return self._read(values)
        found = {name: values.coerced.get(variable) for name, variable in self._plain.items()}
        if self._constant is None or None in found.values():  # one that is null, or left out, is judged anew
            read = self._read(values)
            if None not in found.values():
                self._constant = {name: value for name, value in read.items() if name not in found}
            return read
        return self._constant | found


SLICING = ("first", "after", "last", "before")


class PageArguments:
    """The arguments of a list: all of them, the part that is wanted, and what else its statement depends on, as text."""

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        self._constant: tuple[dict[str, Any], Slice, str] | None = None

    def of(self, run: Run, **more: Any) -> tuple[dict[str, Any], Slice, str]:
        """Read them, once if they hold no variable; refuse a part that no list has."""
        if self._constant is not None and not more:
            return self._constant
        given = self._arguments.of(run) | more
        wanted = Slice(**{name: given[name] for name in SLICING if name in given})
        read = given, wanted, repr({name: value for name, value in given.items() if name not in SLICING})
        if self._arguments.is_constant and not more:
            self._constant = read
        return read


@dataclass(eq=False)
class LevelReader:
    """A level that can be read: what it shapes its rows into, and the levels below it."""

    level: Level
    dialect: sa.Dialect
    keys: Keys
    children: list["Child"] = field(default_factory=list)

    def written(self, run: Run, about: Any, ask: Callable[[], tuple[sa.Select[Any], OrderBy | None]]) -> CompiledStatement:
        """Write the statement for a question, or take the one that was written before."""
        found = STATEMENTS.find((self, about))
        if found is not None:
            return found
        if run.is_inline:
            raise NotCompiled
        return STATEMENTS.keep((self, about), self._written(*ask()))

    def _written(self, select: sa.Select[Any], order: OrderBy | None) -> CompiledStatement:
        """Write a statement, and make what writes a row's cursor: the sort key stands behind the level's columns, the id first."""
        statement = levels.compile_statement(select, self.dialect)
        if order is None:
            return CompiledStatement(statement, None, str)
        read_key = values.to_python(order.key.type, self.dialect) or values.as_is
        read_id = values.to_python(order.id.type, self.dialect) or values.as_is
        return CompiledStatement(
            statement, order, lambda row: paging.cursor(read_key(row[len(self.level.columns)]), read_id(row[0]))
        )

    def by_keys(
        self, run: Run, keys: list[Any], about: Any, ask: Callable[[OneKey | Keys], tuple[sa.Select[Any], OrderBy | None]]
    ) -> tuple[CompiledStatement, dict[str, Any]]:
        """Write a statement for one key or for several, and what fills it in."""
        form = levels.ONE_KEY if len(keys) == 1 else self.keys
        return self.written(run, (about, len(keys) == 1), lambda: ask(form)), {KEY: self.keys.bind_value(keys)}

    def records(self, run: Run, keys: list[Any]) -> Steps[list[Any]]:
        """Read the records with these ids, as the driver gave them."""
        written, fills = self.by_keys(run, keys, "by ids", lambda form: (self.level.by_ids(form.condition), None))
        return (yield written.asked(**fills))

    def by_ids(self, run: Run, ids: Sequence[UUID]) -> Steps[dict[UUID, Any]]:
        """Read the records with these ids."""
        raw = {self.keys.driver_key(id_): id_ for id_ in ids}
        return {raw[row[0]]: row for row in (yield from self.records(run, list(raw)))}

    def below(self, run: Run, rows: Sequence[Any]) -> Steps[list[Any]]:
        """Let the children read what belongs to these rows."""
        g: list[Any] = [run]
        for child in self.children:
            g.append((yield from child.found(run, rows)))
        return g


@dataclass(frozen=True)
class Child:
    """A level below another: it is read for the keys that stand in a column of its parent's rows."""

    column: int
    many: "ChildLoader"

    def found(self, run: Run, rows: Sequence[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        keys = list({row[self.column]: None for row in rows if row[self.column] is not None})
        return (yield from self.many.of(run, keys)) if keys else {}


class ChildLoader(Protocol):
    """What is read for keys."""

    def of(self, run: Run, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
