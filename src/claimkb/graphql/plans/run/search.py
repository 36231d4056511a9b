"""How does a search run? A page of entries is read, then the records of each kind, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from claimkb.domain.wording import Sought
from claimkb.graphql.plans.run.children import ConnectionShape
from claimkb.graphql.plans.run.levels import Arguments, Cursor, LevelReader, Run, Shape
from claimkb.graphql.schema.search import charge_for_phrases, check_query
from claimkb.store import search as words
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.steps import Steps


@dataclass(frozen=True)
class Place:
    """Where records that were found are shown: the levels that read them, by kind."""

    kinds: Mapping[str, tuple[LevelReader, Shape]]

    def found(self, run: Run, rows: list[Any]) -> Steps[dict[Any, Any]]:
        """Read the records of entries, by the ids in them."""
        found: dict[Any, Any] = {}
        for kind in {row[1]: None for row in rows}:
            reader, shape = self.kinds[kind]
            read = yield from reader.records(run, [row[0] for row in rows if row[1] == kind])
            g = yield from reader.below(run, read)
            found |= {row[0]: shape(row, g) for row in read}
        return found


@dataclass(frozen=True)
class RootSearch:
    """A search: its entries, and the places where their records are shown."""

    reader: LevelReader
    arguments: Arguments
    shape: ConnectionShape
    places: list[Place]
    is_sqlite: bool

    def answer(self, run: Run) -> Steps[Any]:
        """Read the page."""
        given = self.arguments.of(run)
        query, kinds = given["query"], given.get("kinds")
        check_query(query, run.context)
        wanted = Slice(given.get("first"), given.get("after"))
        is_empty = words.is_empty(query)
        about = (None if kinds is None else tuple(kinds), is_empty)
        fills = {} if is_empty else {words.SEARCH: words.syntax(query, is_sqlite=self.is_sqlite)}
        matching = partial(words.matching, query, kinds, is_sqlite=self.is_sqlite)
        order, level, total, rows = words.ordered(), self.reader.level, 0, []
        cursor: Cursor = str
        if self.shape.counts:
            charge_for_phrases(query, run.context)
            counted = self.reader.written(run, ("counted", *about), lambda: (paging.count_statement(matching()), None))
            total = (yield counted.asked(**fills))[0][0]
        if self.shape.pages:
            page = self.reader.written(run, (*wanted.form, *about), lambda: (level.page(matching(), order, wanted), order))
            rows, cursor = (yield page.asked(**fills, **wanted.bind_values(order))), page.cursor
        shown, has_next, has_previous = paging.cut(rows, wanted)
        g: list[Any] = [run, Sought(query)]
        for each in self.places:
            found = yield from each.found(run, shown)
            shown = [row for row in shown if row[0] in found]  # an entry may be of a record that is not there
            g.append(found)
        return self.shape.shape(shown, has_next, has_previous, total, g, cursor)
