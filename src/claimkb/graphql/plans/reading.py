"""How does a plan run? A level reads its rows in one statement; then its children read theirs, for the keys of those rows.

What becomes of the rows is said by functions that building.py writes. They are given a row as the driver gives it, and `g`: who
asks, and what the level's children found, by key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa

from claimkb.graphql.context import Context
from claimkb.graphql.plans.keeping import Kept
from claimkb.store import edges, levels, paging, values
from claimkb.store.edges import Edge
from claimkb.store.levels import Keys, Level, Statement
from claimkb.store.paging import Cut, Order, Slice
from claimkb.store.running import Rows

Shape = Callable[..., Any]
Cursor = Callable[[Any], str]
SLICING = ("first", "after", "last", "before")

WRITTEN: Kept[tuple[Statement, Cursor]] = Kept(5_000)
"""The statements that were written last, by their level and the values of its arguments."""


@dataclass(frozen=True)
class Asking:
    """Who asks, and what for: what a resolver reads of `info`, and the values of the variables."""

    context: Context
    values: Any
    rows: Rows
    is_at_once: bool = False


class NotWritten(Exception):
    """A statement is still to be written, which takes its time: not what is done at once."""


class Question(Protocol):
    """What is read at the beginning of an answer."""

    def answer(self, asking: Asking) -> Any:
        """Read it."""


class Arguments:
    """The arguments of a field: read once if they hold no variable, else in each run."""

    def __init__(self, read: Callable[[Any], dict[str, Any]], *, is_constant: bool) -> None:
        self._read, self.is_constant = read, is_constant
        self._constant = read(None) if is_constant else None

    def of(self, asking: Asking) -> dict[str, Any]:
        """Read them."""
        return self._read(asking.values) if self._constant is None else self._constant


@dataclass(eq=False)
class Reading:
    """A level that can be read: what it shapes its rows into, and the levels below it."""

    level: Level
    dialect: sa.Dialect
    keys: Keys
    children: list["Child"] = field(default_factory=list)

    def page(self, asking: Asking, about: Any, ask: Callable[[], tuple[sa.Select[Any], Order | None]]) -> tuple[Statement, Cursor]:
        """Write the statement for a question, and what writes the cursors of its rows; or take what was written before."""
        found = WRITTEN.find((self, about))
        if found is not None:
            return found
        if asking.is_at_once:
            raise NotWritten
        return WRITTEN.keep((self, about), lambda: self._written(*ask()))

    def _written(self, select: sa.Select[Any], order: Order | None) -> tuple[Statement, Cursor]:
        """Write a statement, and what writes the cursors of its rows."""
        return levels.written(select, self.dialect), self._cursor(order)

    def statement(self, asking: Asking, about: Any, ask: Callable[[], sa.Select[Any]]) -> Statement:
        """Write the statement for a question, or take the one that was written before."""
        return self.page(asking, about, lambda: (ask(), None))[0]

    def _cursor(self, order: Order | None) -> Cursor:
        """Make what writes a row's cursor: the sort key stands behind the columns of the level, the id before all."""
        if order is None:
            return str
        read_key = values.reader(order.key.type, self.dialect) or values.as_is
        read_id = values.reader(order.id.type, self.dialect) or values.as_is
        return lambda row: paging.cursor(read_key(row[len(self.level.columns)]), read_id(row[0]))

    def below(self, asking: Asking, rows: Sequence[Any]) -> list[Any]:
        """Let the children read what belongs to these rows."""
        return [asking, *(child.found(asking, rows) for child in self.children)]


@dataclass(frozen=True)
class Child:
    """A level below another: it is read for the keys that stand in a column of its parent's rows."""

    column: int
    many: "Belonging"

    def found(self, asking: Asking, rows: Sequence[Any]) -> Mapping[Any, Any]:
        """Read what belongs to each key."""
        keys = list({row[self.column]: None for row in rows if row[self.column] is not None})
        return self.many.of(asking, keys) if keys else {}


class Belonging(Protocol):
    """What is read for keys."""

    def of(self, asking: Asking, keys: list[Any]) -> Mapping[Any, Any]:
        """Read what belongs to each key."""


class _ByKeys:
    """What all levels below another have: an edge, and a statement for one key or for several."""

    def __init__(self, reading: Reading, edge: Edge) -> None:
        self.reading, self.edge = reading, edge

    def _rows(
        self, asking: Asking, keys: list[Any], about: Any, ask: Callable[[edges.Among], sa.Select[Any]]
    ) -> tuple[list[Any], Cursor]:
        """Read rows for keys, and tell what writes their cursors."""
        among = levels.one_key if len(keys) == 1 else self.reading.keys.among
        statement, cursor = self.reading.page(asking, (about, len(keys) == 1), lambda: (ask(among), self.edge.order))
        return asking.rows(statement.text, statement.given(self.reading.keys.given(keys))), cursor


class Listed(_ByKeys):
    """The rows at the far end of an edge, all of them, or the first alone."""

    def __init__(self, reading: Reading, edge: Edge, shape: Shape, *, alone: bool) -> None:
        super().__init__(reading, edge)
        self._shape, self._alone = shape, alone

    def of(self, asking: Asking, keys: list[Any]) -> Mapping[Any, Any]:
        """Read what belongs to each key."""
        rows, _ = self._rows(asking, keys, "listed", partial(self.reading.level.listed, self.edge))
        g, shape = self.reading.below(asking, rows), self._shape
        found: dict[Any, Any] = {}
        for row in rows:
            found.setdefault(row[-1], []).append(row)
        if self._alone:
            return {key: shape(its[0], g) for key, its in found.items()}
        return {key: [shape(row, g) for row in its] for key, its in found.items()}


class Paged(_ByKeys):
    """A page of each list at the far end of an edge."""

    def __init__(self, reading: Reading, edge: Edge, arguments: Arguments, shape: "ConnectionShape") -> None:
        super().__init__(reading, edge)
        self._arguments, self._shape = arguments, shape

    def of(self, asking: Asking, keys: list[Any]) -> Mapping[Any, Any]:
        """Read the page of each key."""
        wanted = Slice(**self._arguments.of(asking))
        totals: dict[Any, int] = {}
        if self._shape.counts:
            totals = dict(self._rows(asking, keys, "counted", partial(edges.counted, self.edge))[0])
        found: dict[Any, list[Any]] = {}
        cursor: Cursor = str
        if self._shape.pages:
            rows, cursor = self._rows(asking, keys, wanted, partial(self.reading.level.pages, self.edge, wanted))
            for row in rows:
                found.setdefault(row[-1], []).append(row)
        cuts = {key: paging.cut(found.get(key, []), wanted) for key in keys}
        g = self.reading.below(asking, [row for each in cuts.values() for row in each.rows])
        return {key: self._shape.shape(each, totals.get(key, 0), g, cursor) for key, each in cuts.items()}


@dataclass(frozen=True)
class ConnectionShape:
    """What is asked of a list: a page of rows, their number, or both; and what they are shaped into."""

    shape: Callable[[Cut, int, list[Any], Cursor], Any]
    pages: bool
    counts: bool


@dataclass(frozen=True)
class List:
    """A list of the query itself."""

    reading: Reading
    arguments: Arguments
    ask: Callable[[date, dict[str, Any]], tuple[sa.Select[Any], Order]]
    shape: ConnectionShape

    def answer(self, asking: Asking) -> Any:
        """Read the page."""
        given, today = self.arguments.of(asking), asking.context.today
        wanted = Slice(**{name: given[name] for name in SLICING if name in given})
        about = (today, None if self.arguments.is_constant else repr(given))
        total, rows = 0, []
        cursor: Cursor = str
        if self.shape.counts:
            counted = self.reading.statement(asking, ("counted", *about), lambda: paging.counting(self.ask(today, given)[0]))
            total = asking.rows(counted.text, counted.given(None))[0][0]
        if self.shape.pages:
            page, cursor = self.reading.page(asking, ("page", *about), lambda: self._page(today, given, wanted))
            rows = asking.rows(page.text, page.given(None))
        part = paging.cut(rows, wanted)
        return self.shape.shape(part, total, self.reading.below(asking, part.rows), cursor)

    def _page(self, today: date, given: dict[str, Any], wanted: Slice) -> tuple[sa.Select[Any], Order]:
        """Write the question for the page."""
        select, order = self.ask(today, given)
        return self.reading.level.page(select, order, wanted), order


@dataclass(frozen=True)
class ById:
    """One record that the query names by its id."""

    key: Callable[[Asking], tuple[str, Any] | None]
    of_kind: Callable[[str], tuple[Reading, Shape]]

    def answer(self, asking: Asking) -> Any:
        """Read the record; None if there is none."""
        named = self.key(asking)
        if named is None:
            return None
        kind, id_ = named
        reading, shape = self.of_kind(kind)
        level = reading.level
        by_id = reading.statement(asking, "by id", level.by_id)
        rows = asking.rows(by_id.text, by_id.given(reading.keys.given([reading.keys.raw(id_)])))
        return shape(rows[0], reading.below(asking, rows)) if rows else None
