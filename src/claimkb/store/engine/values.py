"""In what form does a driver give a value, and how does it become the value that Python or JSON knows?

SQLAlchemy knows it for each type; a compiled read reads beneath it. Where a driver's own form is already what JSON is to hold,
nothing is done: SQLite keeps days and terms as the texts that the API shows.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import UTCDateTime

Reader = Callable[[Any], Any]

_AS_IS = (sa.String, sa.Integer, sa.Float, sa.Enum)
"""Types whose values a driver gives as JSON is to hold them: an enum's column holds the names of its terms."""


def reader(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Reader | None:
    """Choose what makes a driver's value, which is never None, one of Python's; None where it is that already."""
    if isinstance(type_, sa.Float):
        return None  # both drivers give a float; SQLAlchemy asks psycopg first which number it is
    read: Reader | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return read


def write_instant(instant: datetime) -> str:
    """Write an instant in UTC, with a Z (RFC 3339)."""
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{there.isoformat()[:-6]}Z"


def instant_of_text(text: str) -> str:
    """Write an instant that SQLite keeps as text, in UTC and to the microsecond."""
    return f"{text[:10]}T{text[11:19]}Z" if text.endswith(".000000") else f"{text[:10]}T{text[11:]}Z"


def uuid_of_hex(text: str) -> str:
    """Write a UUID that SQLite keeps as 32 digits."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def as_is(value: Any) -> Any:
    """Leave a value as it is."""
    return value


def writer(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Reader | None:
    """Choose what makes a driver's value what JSON is to hold; None for a type of which that is not known."""
    is_text = dialect.name == "sqlite"
    if isinstance(type_, UTCDateTime):
        return instant_of_text if is_text else write_instant
    if isinstance(type_, sa.TypeDecorator):
        return writer(type_.impl_instance, dialect)
    if isinstance(type_, sa.Date):
        return as_is if is_text else date.isoformat
    if isinstance(type_, sa.Uuid):
        return uuid_of_hex if is_text else str
    if isinstance(type_, sa.Boolean):
        return bool
    return as_is if isinstance(type_, _AS_IS) else None
