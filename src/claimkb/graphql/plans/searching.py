"""How is a search answered by a plan? A page of entries is read, then the records of each kind, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLField

from claimkb.domain.searching import FOUND_BY, KINDS, SearchEntry, SearchKind, joined
from claimkb.domain.wording import Sought
from claimkb.graphql.plans.belonging import ConnectionShape
from claimkb.graphql.plans.building import Builder
from claimkb.graphql.plans.reading import Arguments, Asking, Cursor, Reading, Shape
from claimkb.graphql.plans.selections import Fields
from claimkb.graphql.searching import charge_for_phrases, check_query
from claimkb.store import paging
from claimkb.store import search as words
from claimkb.store.paging import Slice
from claimkb.store.running import Steps


@dataclass(frozen=True)
class Place:
    """Where records that were found are shown: the levels that read them, by kind."""

    kinds: Mapping[str, tuple[Reading, Shape]]

    def found(self, asking: Asking, rows: list[Any]) -> Steps[dict[Any, Any]]:
        """Read the records of entries, by the ids in them."""
        found: dict[Any, Any] = {}
        for kind in {row[1]: None for row in rows}:
            reading, shape = self.kinds[kind]
            read = yield from reading.records(asking, [row[0] for row in rows if row[1] == kind])
            g = yield from reading.below(asking, read)
            found |= {row[0]: shape(row, g) for row in read}
        return found


@dataclass(frozen=True)
class Search:
    """A search: its entries, and the places where their records are shown."""

    reading: Reading
    arguments: Arguments
    shape: ConnectionShape
    places: list[Place]
    is_sqlite: bool

    def answer(self, asking: Asking) -> Steps[Any]:
        """Read the page."""
        given = self.arguments.of(asking)
        query, kinds = given["query"], given.get("kinds")
        check_query(query, asking.context)
        wanted = Slice(given.get("first"), given.get("after"))
        is_empty = words.is_empty(query)
        about = (None if kinds is None else tuple(kinds), is_empty)
        fills = {} if is_empty else {words.SEARCH: words.syntax(query, is_sqlite=self.is_sqlite)}
        matching = partial(words.matching, query, kinds, is_sqlite=self.is_sqlite)
        order, level, total, rows = words.ordered(), self.reading.level, 0, []
        cursor: Cursor = str
        if self.shape.counts:
            charge_for_phrases(query, asking.context)
            counted = self.reading.written(asking, ("counted", *about), lambda: (paging.counting(matching()), None))
            total = (yield counted.asked(**fills))[0][0]
        if self.shape.pages:
            page = self.reading.written(asking, (*wanted.form, *about), lambda: (level.page(matching(), order, wanted), order))
            rows, cursor = (yield page.asked(**fills, **wanted.fills(order))), page.cursor
        shown, has_next, has_previous = paging.cut(rows, wanted)
        g: list[Any] = [asking, Sought(query)]
        for each in self.places:
            found = yield from each.found(asking, shown)
            shown = [row for row in shown if row[0] in found]  # an entry may be of a record that is not there
            g.append(found)
        return self.shape.shape(shown, has_next, has_previous, total, g, cursor)


def search(builder: Builder, fields: Fields, field: GraphQLField) -> Search:
    """Build a search."""
    reading = builder.reading(SearchEntry, id_="record_id")
    reading.level.column(reading.level.table, "kind")
    places: list[Place] = []

    def placed(kinds: Mapping[str, tuple[Reading, Shape]]) -> str:
        places.append(Place(kinds))
        return f"g[{len(places) + 1}][r[0]]"

    def node(below: Fields) -> str:
        return placed({kind.name: builder.of_kind(record.__name__, below) for kind, record in KINDS.items()})

    def marked(_below: Fields) -> str:
        said = reading.level.column(reading.level.table, "said")
        return f"g[1].snippet({placed({kind.name: _text(builder, kind) for kind in KINDS})}, r[{said}])"

    shape = builder.connection(reading, fields, field, node, snippet=marked)
    return Search(reading, builder.arguments(fields, field), shape, places, builder.dialect.name == "sqlite")


def _text(builder: Builder, kind: SearchKind) -> tuple[Reading, Shape]:
    """Build what reads the text by which a record is found."""
    reading = builder.reading(KINDS[kind])
    columns = [reading.level.column(reading.level.table, name) for name in FOUND_BY[KINDS[kind]][1]]
    return reading, lambda row, _g: joined([row[column] for column in columns])
