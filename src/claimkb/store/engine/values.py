"""How does a value of the driver become one of Python or of JSON?

A compiled read takes rows from the driver without SQLAlchemy, so it converts their values itself, by the column's type. Where the
driver's value is what JSON holds, there is nothing to convert: SQLite stores days and terms as the texts that the API shows.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import UTCDateTime

T = TypeVar("T")
Type = sa.types.TypeEngine[Any]

Conversion = Callable[[Any], Any]
"""Converts a value of the driver, which is never None."""

_AS_IS = (sa.String, sa.Integer, sa.Float, sa.Enum)
"""Types whose values are the same in the driver and in JSON: the column of an enum holds the names of its terms."""


def to_python(type_: Type, dialect: sa.Dialect) -> Conversion | None:
    """Choose the conversion to Python; None if the driver's value is Python's already."""
    if isinstance(type_, sa.Float):
        return None  # every driver returns a float; SQLAlchemy's processor needs psycopg's type code, which is not at hand
    processor: Conversion | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return processor


def write_instant(instant: datetime) -> str:
    """Write an instant in UTC, with a Z (RFC 3339)."""
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{there.isoformat()[:-6]}Z"


def instant_of_text(text: str) -> str:
    """Write an instant that SQLite stores as text, in UTC and to the microsecond."""
    return f"{text[:10]}T{text[11:19]}Z" if text.endswith(".000000") else f"{text[:10]}T{text[11:]}Z"


def uuid_of_hex(text: str) -> str:
    """Write a UUID that SQLite stores as 32 hexadecimal digits."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def as_is(value: T) -> T:
    """Return a value as it is."""
    return value


def to_json(type_: Type, dialect: sa.Dialect) -> Conversion | None:
    """Choose the conversion to JSON; None for a type that has none here."""
    is_text = dialect.name == "sqlite"
    if isinstance(type_, UTCDateTime):
        return instant_of_text if is_text else write_instant
    if isinstance(type_, sa.TypeDecorator):
        return to_json(type_.impl_instance, dialect)
    if isinstance(type_, sa.Date):
        return as_is if is_text else date.isoformat
    if isinstance(type_, sa.Uuid):
        return uuid_of_hex if is_text else str
    if isinstance(type_, sa.Boolean):
        return bool
    return as_is if isinstance(type_, _AS_IS) else None
