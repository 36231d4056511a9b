"""What belongs to the records of a level? Lists at the far end of an edge, and what the store reads for keys: each for all keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from claimkb.domain.permissions import Permission
from claimkb.graphql.execution.context import Batch
from claimkb.graphql.plans.run.levels import Arguments, Cursor, LevelReader, PageArguments, Run, Shape
from claimkb.store.engine import paging, relationships
from claimkb.store.engine.relationships import Relationship
from claimkb.store.engine.steps import Steps


@dataclass(frozen=True)
class ConnectionShape:
    """What is asked of a list: a page of rows, their number, or both; and what they are shaped into."""

    shape: Callable[[list[Any], bool, bool, int, list[Any], Cursor], Any]
    pages: bool
    counts: bool


class ListLoader:
    """The rows at the far end of an edge, all of them, or the first alone."""

    def __init__(self, reader: LevelReader, edge: Relationship, shape: Shape, *, alone: bool) -> None:
        self.reader, self.edge = reader, edge
        self._shape, self._alone = shape, alone

    def of(self, run: Run, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        level, edge = self.reader.level, self.edge
        written, fills = self.reader.by_keys(run, keys, "listed", lambda form: (level.all_rows(edge, form.condition), None))
        rows = yield written.asked(**fills)
        g, shape = (yield from self.reader.below(run, rows)), self._shape
        found = _grouped(rows)
        if self._alone:
            return {key: shape(its[0], g) for key, its in found.items()}
        return {key: [shape(row, g) for row in its] for key, its in found.items()}


def _grouped(rows: Sequence[Any]) -> dict[Any, list[Any]]:
    """Put rows together that were found for the same key: it stands last."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row[-1], []).append(row)
    return found


class PageLoader:
    """A page of each list at the far end of an edge."""

    def __init__(
        self, reader: LevelReader, edge: Relationship, arguments: Arguments, shape: ConnectionShape, needs: Permission | None
    ) -> None:
        self.reader, self.edge = reader, edge
        self._arguments, self._shape, self._needs = PageArguments(arguments), shape, needs

    def of(self, run: Run, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read the page of each key."""
        if self._needs is not None:
            run.context.actor.need(self._needs)
        reader, edge, (_, wanted, _) = self.reader, self.edge, self._arguments.of(run)
        totals: dict[Any, int] = {}
        if self._shape.counts:
            counted, fills = reader.by_keys(
                run, keys, "counted", lambda form: (relationships.count_statement(edge, form.condition), None)
            )
            totals = dict((yield counted.asked(**fills)))
        found: dict[Any, list[Any]] = {}
        cursor: Cursor = str
        if self._shape.pages:
            page, fills = reader.by_keys(run, keys, wanted.form, lambda form: (reader.level.pages(edge, wanted, form), edge.order))
            found, cursor = _grouped((yield page.asked(**fills, **wanted.bind_values(edge.order)))), page.cursor
        cuts = {key: paging.cut(found.get(key, []), wanted) for key in keys}
        g = yield from reader.below(run, [row for rows, _, _ in cuts.values() for row in rows])
        shape = self._shape.shape
        return {key: shape(*each, totals.get(key, 0), g, cursor) for key, each in cuts.items()}


class BatchLoader:
    """What a function of the store reads for keys."""

    def __init__(self, choose: Callable[..., Batch], arguments: Arguments, shape: Shape, read_key: Callable[[Any], Any]) -> None:
        self._choose, self._arguments, self._shape, self._read_key = choose, arguments, shape, read_key

    def of(self, run: Run, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        yield from ()  # it takes no step: it asks by itself
        read, shape = self._choose(run, **self._arguments.of(run)), self._shape
        found = run.ask(partial(read, keys=[self._read_key(each) for each in keys]))
        return {key: shape(value, [run]) for key, value in zip(keys, found, strict=True)}


@dataclass(eq=False)
class DeferredRecords:
    """Records that values name by their ids: each gets its place in the answer, and all are read together in the end."""

    reader: LevelReader
    shape: Shape

    def place(self, id_: UUID, run: Run) -> dict[str, Any]:
        """Make the place of a record."""
        place: dict[str, Any] = {}
        run.waiting.setdefault(self, []).append((id_, place))
        return place

    def fill(self, run: Run, places: Sequence[tuple[UUID, dict[str, Any]]]) -> Steps[None]:
        """Read the records, each into its places."""
        found = yield from self.reader.by_ids(run, [id_ for id_, _ in places])
        g = yield from self.reader.below(run, list(found.values()))
        for id_, place in places:
            place.update(self.shape(found[id_], g))
