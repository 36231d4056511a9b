"""What belongs to the records of a level? Lists at the far end of an edge, and what the store reads for keys: each for all keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from claimkb.domain.permissions import Permission
from claimkb.graphql.context import Batch
from claimkb.graphql.plans.reading import Arguments, Asking, Cursor, Reading, Shape, Sliced
from claimkb.store import edges, paging
from claimkb.store.edges import Edge
from claimkb.store.running import Steps


@dataclass(frozen=True)
class ConnectionShape:
    """What is asked of a list: a page of rows, their number, or both; and what they are shaped into."""

    shape: Callable[[list[Any], bool, bool, int, list[Any], Cursor], Any]
    pages: bool
    counts: bool


class Listed:
    """The rows at the far end of an edge, all of them, or the first alone."""

    def __init__(self, reading: Reading, edge: Edge, shape: Shape, *, alone: bool) -> None:
        self.reading, self.edge = reading, edge
        self._shape, self._alone = shape, alone

    def of(self, asking: Asking, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        level, edge = self.reading.level, self.edge
        written, fills = self.reading.by_keys(asking, keys, "listed", lambda form: (level.listed(edge, form.among), None))
        rows = yield written.asked(**fills)
        g, shape = (yield from self.reading.below(asking, rows)), self._shape
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


class Paged:
    """A page of each list at the far end of an edge."""

    def __init__(
        self, reading: Reading, edge: Edge, arguments: Arguments, shape: ConnectionShape, needs: Permission | None
    ) -> None:
        self.reading, self.edge = reading, edge
        self._arguments, self._shape, self._needs = Sliced(arguments), shape, needs

    def of(self, asking: Asking, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read the page of each key."""
        if self._needs is not None:
            asking.context.actor.need(self._needs)
        reading, edge, (_, wanted, _) = self.reading, self.edge, self._arguments.of(asking)
        totals: dict[Any, int] = {}
        if self._shape.counts:
            counted, fills = reading.by_keys(asking, keys, "counted", lambda form: (edges.counted(edge, form.among), None))
            totals = dict((yield counted.asked(**fills)))
        found: dict[Any, list[Any]] = {}
        cursor: Cursor = str
        if self._shape.pages:
            page, fills = reading.by_keys(
                asking, keys, wanted.form, lambda form: (reading.level.pages(edge, wanted, form), edge.order)
            )
            found, cursor = _grouped((yield page.asked(**fills, **wanted.fills(edge.order)))), page.cursor
        cuts = {key: paging.cut(found.get(key, []), wanted) for key in keys}
        g = yield from reading.below(asking, [row for rows, _, _ in cuts.values() for row in rows])
        shape = self._shape.shape
        return {key: shape(*each, totals.get(key, 0), g, cursor) for key, each in cuts.items()}


class Batched:
    """What a function of the store reads for keys."""

    def __init__(self, choose: Callable[..., Batch], arguments: Arguments, shape: Shape, read_key: Callable[[Any], Any]) -> None:
        self._choose, self._arguments, self._shape, self._read_key = choose, arguments, shape, read_key

    def of(self, asking: Asking, keys: list[Any]) -> Steps[Mapping[Any, Any]]:
        """Read what belongs to each key."""
        yield from ()  # it takes no step: it asks by itself
        read, shape = self._choose(asking, **self._arguments.of(asking)), self._shape
        found = asking.ask(partial(read, keys=[self._read_key(each) for each in keys]))
        return {key: shape(value, [asking]) for key, value in zip(keys, found, strict=True)}


@dataclass(eq=False)
class Named:
    """Records that values name by their ids: each gets its place in the answer, and all are read together in the end."""

    reading: Reading
    shape: Shape

    def place(self, id_: UUID, asking: Asking) -> dict[str, Any]:
        """Make the place of a record."""
        place: dict[str, Any] = {}
        asking.waiting.setdefault(self, []).append((id_, place))
        return place

    def fill(self, asking: Asking, places: Sequence[tuple[UUID, dict[str, Any]]]) -> Steps[None]:
        """Read the records, each into its places."""
        found = yield from self.reading.by_ids(asking, [id_ for id_, _ in places])
        g = yield from self.reading.below(asking, list(found.values()))
        for id_, place in places:
            place.update(self.shape(found[id_], g))
