"""How does a search run? It reads a page of entries, then the records of each kind, and their texts for snippets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from claimkb.domain.wording import Sought
from claimkb.graphql.plans.run.arguments import Arguments
from claimkb.graphql.plans.run.children import ConnectionShape
from claimkb.graphql.plans.run.levels import Children, Cursor, Key, LevelReader, Row, Run, Shape
from claimkb.graphql.schema.search import charge_for_phrases, check_query
from claimkb.store import search as words
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.steps import Steps


@dataclass(frozen=True)
class ResultLoader:
    """Loads the records of entries: by the name of each kind, its level and its shape."""

    kinds: Mapping[str, tuple[LevelReader, Shape]]

    def load(self, run: Run, entries: list[Row]) -> Steps[Mapping[Key, object]]:
        """Load the records of these entries, by id: an entry is the id and the kind of a record."""
        values: dict[Key, object] = {}
        for kind in {entry[1]: None for entry in entries}:
            reader, shape = self.kinds[kind]
            rows = yield from reader.rows(run, [entry[0] for entry in entries if entry[1] == kind])
            g = yield from reader.load_children(run, rows)
            values |= {row[0]: shape(row, g) for row in rows}
        return values


@dataclass(frozen=True)
class RootSearch:
    """The search: its level of entries, and the loaders of their records and texts."""

    reader: LevelReader
    arguments: Arguments
    shape: ConnectionShape
    loaders: list[ResultLoader]
    is_sqlite: bool

    def read(self, run: Run) -> Steps[object]:
        """Read the page and the count, as far as they are selected."""
        arguments = self.arguments.read(run.values)
        query, kinds = arguments["query"], arguments.get("kinds")
        check_query(query, run.context)
        page = Slice(arguments.get("first"), arguments.get("after"))
        is_empty = words.is_empty(query)
        name = (None if kinds is None else tuple(kinds), is_empty)
        binds = {} if is_empty else {words.SEARCH: words.syntax(query, is_sqlite=self.is_sqlite)}
        matching = partial(words.matching, query, kinds, is_sqlite=self.is_sqlite)
        order, level, total, rows = words.ordered(), self.reader.level, 0, []
        cursor: Cursor = str
        if self.shape.has_count:
            charge_for_phrases(query, run.context)
            count = self.reader.statement(run, ("counted", *name), lambda: (paging.count_statement(matching()), None))
            total = (yield count.step(**binds))[0][0]
        if self.shape.has_page:
            statement = self.reader.statement(run, (*page.form, *name), lambda: (level.page(matching(), order, page), order))
            rows, cursor = (yield statement.step(**binds, **page.bind_values(order))), statement.cursor
        entries, has_next, has_previous = paging.cut(rows, page)
        g: Children = [run, Sought(query)]
        for loader in self.loaders:
            values = yield from loader.load(run, entries)
            entries = [entry for entry in entries if entry[0] in values]  # the index may have an entry without a record
            g.append(values)
        return self.shape.shape(entries, has_next, has_previous, total, g, cursor)
