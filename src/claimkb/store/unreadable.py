"""Which values can't be read, as somebody wrote them past claimkb? SQLite keeps whatever it is given; PostgreSQL does not."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from claimkb.domain.verification import Finding, Trace

ERRORS = (ValueError, LookupError, TypeError, AttributeError, sa.exc.DBAPIError)
"""The errors with which a value ends a read that can't be read."""

PLAIN: tuple[tuple[type[sa.types.TypeEngine[Any]], type | tuple[type, ...]], ...] = (
    (sa.Integer, int),
    (sa.Float, (int, float)),
    (sa.String, str),
)
"""What values have to be that are taken as they are."""


class _Text(bytes):
    """A text as it is stored, which may be no UTF-8; other bytes are a BLOB."""


def find(session: Session) -> Iterator[Finding]:
    """Find the values that can't be read, by reading every one: that takes its time."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    for mapper in SQLModel._sa_registry.mappers:
        table: Any = mapper.local_table
        readers = {each.key: _reader(each.type, connection.dialect) for each in table.columns}
        driver.text_factory = _Text  # a text that is no UTF-8 would end the whole read
        try:
            rows = driver.execute(str(sa.select(table).compile(connection))).fetchall()
        finally:
            driver.text_factory = str
        for row in rows:
            values = dict(zip(readers, row, strict=True))
            wrong = [name for name, read in readers.items() if not _can_be_read(values[name], read)]
            yield from (Finding(Trace.VALUE, mapper.class_.__name__, _id(values.get("id")), None, name) for name in wrong)


def _reader(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], object]:
    """Make what reads a value of a column, and raises an error where it can't be read."""
    process = type_.dialect_impl(dialect).result_processor(dialect, None)
    plain = next((kind for base, kind in PLAIN if isinstance(type_, base)), None)

    def read(value: Any) -> object:
        value = value.decode() if isinstance(value, _Text) else value
        if process is None and plain is not None and not isinstance(value, plain):
            raise TypeError
        return value if process is None else process(value)

    return read


def _can_be_read(value: Any, read: Callable[[Any], object]) -> bool:
    """Tell whether a value can be read."""
    try:
        return value is None or read(value) is not None
    except ERRORS:
        return False


def _id(value: Any) -> UUID | None:
    """Read the id of a record; None where it is none."""
    try:
        return UUID(value.decode())
    except ERRORS:
        return None
