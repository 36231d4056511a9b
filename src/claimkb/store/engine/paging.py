"""How does a question become a page?

By keyset: a page begins after the last row of the one before, so that rows which others insert meanwhile neither shift
rows out of a page nor bring them twice. A cursor holds the sort key and the id of its row.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, UTCDateTime

from claimkb.domain.questions import BadCursor, BadPage, BothEnds
from claimkb.domain.record import storable

MOST = 100
USUAL = 20
LARGEST_INTEGER = 2**31 - 1


def _read_key(value: Any, type_: Any) -> Any:
    """Read the sort key of a cursor; refuse one that does not fit its column with a ValueError or a TypeError."""
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
    """What rows are sorted by: a column or expression of one type that is never null, then the id."""

    key: Any
    id: Any
    descending: bool = False

    def by(self, *, backward: bool = False) -> tuple[sa.ColumnElement[Any], ...]:
        """Write the ORDER BY."""
        if self.descending != backward:
            return self.key.desc(), self.id.desc()
        return self.key.asc(), self.id.asc()

    def beyond(self, cursor: str, name: str, *, backward: bool = False) -> sa.ColumnElement[bool]:
        """Write the condition that a row comes after a cursor, or before it where the page is read backward.

        Of an expression it is said alone too: SQLite does not see it in a pair, and would read the list from its beginning.
        """
        types = (self.key.type, self.id.type)
        opened = zip(self.fills(cursor, name).items(), types, strict=True)
        key, id_ = (sa.bindparam(each, value, type_) for (each, value), type_ in opened)
        place, here = sa.tuple_(key, id_), sa.tuple_(self.key, self.id)
        is_column = isinstance(self.key, InstrumentedAttribute)
        if self.descending != backward:
            return here < place if is_column else sa.and_(self.key <= key, here < place)
        return here > place if is_column else sa.and_(self.key >= key, here > place)

    def fills(self, cursor: str, name: str) -> dict[str, Any]:
        """Read a cursor, as what `beyond` leaves open in a statement that is written once for all cursors."""
        value, id_ = self._decode(cursor, name)
        return {f"{name}_key": value, f"{name}_id": id_}

    def _decode(self, cursor: str, name: str) -> tuple[Any, UUID]:
        """Read a cursor; refuse one that is not of this order."""
        try:
            value, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
            return _read_key(value, self.key.type), UUID(id_)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
            raise BadCursor(name, name=name) from None


def cursor(value: Any, id_: UUID) -> str:
    """Write the cursor of a row."""
    text = value.isoformat() if isinstance(value, date) else value
    return base64.urlsafe_b64encode(json.dumps([text, str(id_)]).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Slice:
    """Which part of a list is wanted: the first after a cursor, or the last before one."""

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
        return USUAL if wanted is None else wanted

    @cached_property
    def form(self) -> tuple[bool, int, bool, bool]:
        """What a statement depends on: all but the places of the cursors."""
        return self.backward, self.size, self.after is not None, self.before is not None

    def fills(self, order: OrderBy) -> dict[str, Any]:
        """Read the cursors, for a statement that was written for others."""
        cursors = {"after": self.after, "before": self.before}
        return {key: value for name, each in cursors.items() if each is not None for key, value in order.fills(each, name).items()}

    def bounded(self, select: sa.Select[Any], order: OrderBy) -> sa.Select[Any]:
        """Leave out what lies outside the cursors."""
        if self.after is not None:
            select = select.where(order.beyond(self.after, "after"))
        if self.before is not None:
            select = select.where(order.beyond(self.before, "before", backward=True))
        return select


@dataclass(frozen=True)
class Page:
    """A part of a list, in order, with a cursor for each row, and whether there is more on either side."""

    rows: list[Any]
    cursors: list[str]
    has_next: bool
    has_previous: bool


Cut = tuple[list[Any], bool, bool]
"""The rows of a page, in order, whether more follow, and whether there are some before. A class takes ten times as long to make."""


def cut(found: list[Any], wanted: Slice) -> Cut:
    """Cut a page out of rows that were read in its direction, one more than wanted."""
    more = len(found) > wanted.size
    kept = found[: wanted.size] if more else found
    if wanted.backward:
        return kept[::-1], wanted.before is not None, more
    return kept, more, wanted.after is not None


def page_of(found: list[tuple[Any, Any, UUID]], wanted: Slice) -> Page:
    """Shape rows with their sort keys and ids, read in the page's direction and one more than wanted, into a page."""
    kept, has_next, has_previous = cut(found, wanted)
    return Page([row for row, _, _ in kept], [cursor(key, id_) for _, key, id_ in kept], has_next, has_previous)


def page(session: Session, select: sa.Select[Any], order: OrderBy, wanted: Slice) -> Page:
    """Read one page of a question, in one statement."""
    bounded = wanted.bounded(select, order).add_columns(order.key, order.id)
    found = session.execute(bounded.order_by(*order.by(backward=wanted.backward)).limit(wanted.size + 1))
    return page_of([tuple(row) for row in found], wanted)


def counting(select: sa.Select[Any]) -> sa.Select[Any]:
    """Write the question how many rows a question has."""
    return sa.select(sa.func.count()).select_from(select.order_by(None).subquery())


def count(session: Session, select: sa.Select[Any]) -> int:
    """Count the rows of a question, in one statement."""
    counted: int = session.execute(counting(select)).scalar_one()
    return counted
