"""What is loaded for all rows of a level together? Lists at the far end of a relationship, batches of the store, named records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from claimkb.domain.permissions import Permission
from claimkb.graphql.execution.context import Batch
from claimkb.graphql.plans.run.arguments import Arguments, PageArguments
from claimkb.graphql.plans.run.levels import Children, Cursor, Key, LevelReader, Row, Run, Shape
from claimkb.store.engine import paging, relationships
from claimkb.store.engine.relationships import Relationship
from claimkb.store.engine.steps import Steps
from claimkb.store.engine.values import Conversion


@dataclass(frozen=True)
class ConnectionShape:
    """What is selected of a list: a page of its rows, their number, or both; and the function that shapes them."""

    shape: Callable[[list[Row], bool, bool, int, Children, Cursor], object]
    has_page: bool
    has_count: bool


class ListLoader:
    """The rows at the far end of a relationship: all of them, or the first one."""

    def __init__(self, reader: LevelReader, relationship: Relationship, shape: Shape, *, is_single: bool) -> None:
        self.reader, self.relationship = reader, relationship
        self._shape, self._is_single = shape, is_single

    def load(self, run: Run, keys: list[Key]) -> Steps[Mapping[Key, object]]:
        """Load the list, or the row, of each key."""
        level, relationship = self.reader.level, self.relationship
        statement, binds = self.reader.keyed_statement(
            run, keys, "listed", lambda form: (level.all_rows(relationship, form.condition), None)
        )
        rows = yield statement.step(**binds)
        g, shape = (yield from self.reader.load_children(run, rows)), self._shape
        groups = _grouped(rows)
        if self._is_single:
            return {key: shape(group[0], g) for key, group in groups.items()}
        return {key: [shape(row, g) for row in group] for key, group in groups.items()}


def _grouped(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    """Group rows by their key, which is the last column."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[-1], []).append(row)
    return groups


class PageLoader:
    """A page of each list at the far end of a relationship."""

    def __init__(
        self,
        reader: LevelReader,
        relationship: Relationship,
        arguments: Arguments,
        shape: ConnectionShape,
        needs: Permission | None,
    ) -> None:
        self.reader, self.relationship = reader, relationship
        self._arguments, self._shape, self._needs = PageArguments(arguments), shape, needs

    def load(self, run: Run, keys: list[Key]) -> Steps[Mapping[Key, object]]:
        """Load the page of each key."""
        if self._needs is not None:
            run.context.actor.need(self._needs)
        reader, relationship, (_, page, _) = self.reader, self.relationship, self._arguments.read(run.values)
        totals: dict[Key, int] = {}
        if self._shape.has_count:
            count, binds = reader.keyed_statement(
                run, keys, "counted", lambda form: (relationships.count_statement(relationship, form.condition), None)
            )
            totals = {row[0]: row[1] for row in (yield count.step(**binds))}
        groups: dict[Key, list[Row]] = {}
        cursor: Cursor = str
        if self._shape.has_page:
            order = relationship.order
            statement, binds = reader.keyed_statement(
                run, keys, page.form, lambda form: (reader.level.pages(relationship, page, form), order)
            )
            groups, cursor = _grouped((yield statement.step(**binds, **page.bind_values(order)))), statement.cursor
        cuts = {key: paging.cut(groups.get(key, []), page) for key in keys}
        g = yield from reader.load_children(run, [row for rows, _, _ in cuts.values() for row in rows])
        shape = self._shape.shape
        return {key: shape(*cut, totals.get(key, 0), g, cursor) for key, cut in cuts.items()}


class BatchLoader:
    """The values that a function of the store reads for keys."""

    def __init__(self, choose: Callable[..., Batch], arguments: Arguments, shape: Shape, read_key: Conversion) -> None:
        self._choose, self._arguments, self._shape, self._read_key = choose, arguments, shape, read_key

    def load(self, run: Run, keys: list[Key]) -> Steps[Mapping[Key, object]]:
        """Load the value of each key."""
        yield from ()  # it has no steps: its function reads from a session
        read, shape = self._choose(run, **self._arguments.read(run.values)), self._shape
        values = run.ask(partial(read, keys=[self._read_key(key) for key in keys]))
        return {key: shape(value, [run]) for key, value in zip(keys, values, strict=True)}


@dataclass(eq=False)
class DeferredRecords:
    """Records whose ids stand in values: each has an empty object in the answer until all are read together, at the end."""

    reader: LevelReader
    shape: Shape

    def defer(self, id_: UUID, run: Run) -> dict[str, object]:
        """Make the object of a record."""
        place: dict[str, object] = {}
        run.deferred.setdefault(self, []).append((id_, place))
        return place

    def fill(self, run: Run, places: Sequence[tuple[UUID, dict[str, object]]]) -> Steps[None]:
        """Read the records, and fill in their objects."""
        rows = yield from self.reader.rows_by_id(run, [id_ for id_, _ in places])
        g = yield from self.reader.load_children(run, list(rows.values()))
        for id_, place in places:
            place.update(self.shape(rows[id_], g))  # type: ignore[call-overload]  # records are shaped into objects
