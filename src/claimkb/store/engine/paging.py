"""How does a select become a page of its rows?

By keyset: a page begins after the last row of the page before, so that a row which is inserted meanwhile neither moves others
out of a page nor shows one twice. A cursor holds the sort key and the id of its row.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, UTCDateTime

from claimkb.domain.questions import BadCursor, BadPage, BothEnds
from claimkb.domain.record import storable

MOST = 100
DEFAULT_SIZE = 20
LARGEST_INTEGER = 2**31 - 1

T = TypeVar("T")
Select = sa.Select[Any]
"""A select of any columns."""


SortKey = Any
"""A column or an expression by which rows are sorted. SQLAlchemy has no type that both share and that has a `type`."""

Value = Any
"""A value of a column of any type."""


def _read_key(value: Value, type_: sa.types.TypeEngine[Value]) -> Value:
    """Read the sort key of a cursor; raise ValueError or TypeError if it does not fit its column."""
    if isinstance(type_, UTCDateTime):
        instant = datetime.fromisoformat(value)
        if instant.utcoffset() is None:
            raise ValueError
        return instant.astimezone(UTC)
    if isinstance(type_, sa.Date):
        return date.fromisoformat(value)
    if type(value) is not type_.python_type or (isinstance(value, int) and abs(value) > LARGEST_INTEGER):
        raise TypeError
    storable(value)
    return value


@dataclass(frozen=True)
class OrderBy:
    """The order of rows: by a column or expression that is never null, then by the id."""

    key: SortKey
    id: SortKey
    descending: bool = False

    def by(self, *, backward: bool = False) -> tuple[sa.ColumnElement[Value], ...]:
        """Write the ORDER BY."""
        if self.descending != backward:
            return self.key.desc(), self.id.desc()
        return self.key.asc(), self.id.asc()

    def beyond(self, cursor: str, name: str, *, backward: bool = False) -> sa.ColumnElement[bool]:
        """Write the condition that a row comes after a cursor, or before it if the page is read backward.

        Compare an expression alone as well: SQLite uses no index on it for a pair, and would read the list from its beginning.
        """
        types = (self.key.type, self.id.type)
        parameters = zip(self.bind_values(cursor, name).items(), types, strict=True)
        key, id_ = (sa.bindparam(each, value, type_) for (each, value), type_ in parameters)
        place, here = sa.tuple_(key, id_), sa.tuple_(self.key, self.id)
        is_column = isinstance(self.key, InstrumentedAttribute)
        if self.descending != backward:
            return here < place if is_column else sa.and_(self.key <= key, here < place)
        return here > place if is_column else sa.and_(self.key >= key, here > place)

    def bind_values(self, cursor: str, name: str) -> dict[str, Value]:
        """Read a cursor as values for the bind parameters of `beyond`."""
        value, id_ = self._decode(cursor, name)
        return {f"{name}_key": value, f"{name}_id": id_}

    def _decode(self, cursor: str, name: str) -> tuple[Value, UUID]:
        """Read a cursor; refuse one that does not fit this order."""
        try:
            value, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
            return _read_key(value, self.key.type), UUID(id_)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
            raise BadCursor(name, name=name) from None


def cursor(value: Value, id_: UUID) -> str:
    """Write the cursor of a row."""
    text = value.isoformat() if isinstance(value, date) else value
    return base64.urlsafe_b64encode(json.dumps([text, str(id_)]).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Slice:
    """A part of a list: the first rows, perhaps after a cursor, or the last ones, perhaps before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 0 <= size <= MOST:
                raise BadPage(name, name=name, most=MOST, size=size)
        if self.first is not None and self.last is not None:
            raise BothEnds("last")

    @cached_property
    def backward(self) -> bool:
        """Whether the page is read from the end of the list."""
        return self.last is not None

    @cached_property
    def size(self) -> int:
        """How many rows the page has at most."""
        wanted = self.last if self.backward else self.first
        return DEFAULT_SIZE if wanted is None else wanted

    @cached_property
    def form(self) -> tuple[bool, int, bool, bool]:
        """What the text of a statement depends on: everything except the values of the cursors."""
        return self.backward, self.size, self.after is not None, self.before is not None

    def bind_values(self, order: OrderBy) -> dict[str, Value]:
        """Read the cursors as values for a statement that was compiled with other cursors."""
        values: dict[str, Value] = {}
        for name, cursor in (("after", self.after), ("before", self.before)):
            values |= order.bind_values(cursor, name) if cursor is not None else {}
        return values

    def between_cursors(self, select: Select, order: OrderBy) -> Select:
        """Leave out the rows outside the cursors."""
        if self.after is not None:
            select = select.where(order.beyond(self.after, "after"))
        if self.before is not None:
            select = select.where(order.beyond(self.before, "before", backward=True))
        return select


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list: its rows in order, a cursor for each, and whether there are more on either side."""

    rows: list[T]
    places: list[tuple[Value, UUID]]
    """The sort key and the id of each row."""
    has_next: bool
    has_previous: bool

    @cached_property
    def cursors(self) -> list[str]:
        """The cursor of each row."""
        return [cursor(*place) for place in self.places]


Cut = tuple[list[T], bool, bool]
"""The rows of a page, in order, whether more follow, and whether any are before. An object takes ten times as long to make."""


def cut(rows: list[T], wanted: Slice) -> Cut[T]:
    """Cut a page out of rows that were read in its direction, one more than its size."""
    has_more = len(rows) > wanted.size
    shown = rows[: wanted.size] if has_more else rows
    if wanted.backward:
        return shown[::-1], wanted.before is not None, has_more
    return shown, has_more, wanted.after is not None


def page_of(rows: list[tuple[T, Value, UUID]], wanted: Slice) -> Page[T]:
    """Make a page of rows with their sort keys and ids, read in its direction, one more than its size."""
    shown, has_next, has_previous = cut(rows, wanted)
    return Page([row for row, _, _ in shown], [(key, id_) for _, key, id_ in shown], has_next, has_previous)


def page(session: Session, select: sa.Select[T], order: OrderBy, wanted: Slice) -> Page[T]:
    """Read one page of a select, in one statement."""
    rows: Select = wanted.between_cursors(select, order).add_columns(order.key, order.id)
    rows = rows.order_by(*order.by(backward=wanted.backward)).limit(wanted.size + 1)
    return page_of([tuple(row) for row in session.execute(rows)], wanted)


def count_statement(select: Select) -> sa.Select[int]:
    """Write the select that counts the rows of a select."""
    return sa.select(sa.func.count()).select_from(select.order_by(None).subquery())


def count(session: Session, select: Select) -> int:
    """Count the rows of a select, in one statement."""
    return session.scalars(count_statement(select)).one()
