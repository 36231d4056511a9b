"""How are the fields of the root type read? Lists, records by their ids, and values that are no records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from claimkb.domain.permissions import Permission
from claimkb.graphql.mapping.declarations import ListQuery, OrderedSelect
from claimkb.graphql.plans.run.arguments import PageArguments
from claimkb.graphql.plans.run.children import ConnectionShape
from claimkb.graphql.plans.run.levels import Cursor, Key, LevelReader, Row, Run, Shape
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.steps import Steps

RecordKey = tuple[str, UUID]
"""The kind of a record, and its id."""


@dataclass(frozen=True)
class RootList:
    """A list of the query type."""

    reader: LevelReader
    arguments: PageArguments
    query: ListQuery
    shape: ConnectionShape
    needs: Permission = Permission.READ

    def read(self, run: Run, **more: object) -> Steps[object]:
        """Read the page and the count, as far as they are selected."""
        actor, today = run.context.actor, run.context.today
        actor.need(self.needs)
        arguments, page, rest = self.arguments.read(run.values, **more)
        query = partial(self.query, today, arguments, actor.sees_all)
        name = (today, rest, actor.sees_all)
        if not (self.shape.has_count or self.shape.has_page):
            query()  # refuses a filter that breaks a rule, also where @skip leaves out all fields of the list
        total, rows = 0, []
        cursor: Cursor = str
        if self.shape.has_count:
            count = self.reader.statement(run, ("counted", *name), lambda: (paging.count_statement(query()[0]), None))
            total = (yield count.step())[0][0]
        if self.shape.has_page:
            statement = self.reader.statement(run, (*page.form, *name), lambda: self._page(query, page))
            rows, cursor = (yield statement.step(**page.bind_values(statement.order))), statement.cursor  # type: ignore[arg-type]
        cut = paging.cut(rows, page)
        return self.shape.shape(*cut, total, (yield from self.reader.load_children(run, cut[0])), cursor)

    def _page(self, query: Callable[[], OrderedSelect], page: Slice) -> OrderedSelect:
        """Write the query of a page."""
        select, order = query()
        return self.reader.level.page(select, order, page), order


@dataclass(frozen=True)
class RecordKind:
    """How records of a kind are read and shaped, and which rows are shown to the caller."""

    reader: LevelReader
    shape: Shape
    is_shown: Callable[[Row, Run], bool]


@dataclass(frozen=True)
class RootRecords:
    """Records by their ids: null in the place of each that does not exist, or is not shown to the caller."""

    keys: Callable[[Run], Sequence[RecordKey | None]]
    kind_of: Callable[[str], RecordKind]
    is_single: bool

    def read(self, run: Run) -> Steps[object]:
        """Read the records, those of each kind together."""
        keys = self.keys(run)
        values: dict[RecordKey, object] = {}
        for name in {key[0]: None for key in keys if key is not None}:
            kind = self.kind_of(name)
            ids = [key[1] for key in keys if key is not None and key[0] == name]
            all_rows = yield from kind.reader.rows_by_id(run, ids)
            rows = {id_: row for id_, row in all_rows.items() if kind.is_shown(row, run)}
            g = yield from kind.reader.load_children(run, list(rows.values()))
            values |= {(name, id_): kind.shape(row, g) for id_, row in rows.items()}
        records = [None if key is None else values.get(key) for key in keys]
        return records[0] if self.is_single else records


@dataclass(frozen=True)
class RootValue:
    """A value that is no record: a resolver returns it, or it is read by a query of its own."""

    shape: Shape

    def read(self, run: Run) -> Steps[object]:
        """Compute the value."""
        yield from ()  # it has no steps: its functions read from a session
        return self.shape(run.root, [run])


class QueryPerKey:
    """A list that is read by a query for each key: the key is one of its arguments."""

    def __init__(self, root: RootList, argument: str) -> None:
        self._root, self._argument = root, argument

    def load(self, run: Run, keys: list[Key]) -> Steps[Mapping[Key, object]]:
        """Load the list of each key."""
        values: dict[Key, object] = {}
        for key in keys:
            values[key] = yield from self._root.read(run, **{self._argument: key})
        return values
