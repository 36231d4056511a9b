"""Which expressions does each dialect write in its own way?"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel

Insert = Any
"""An INSERT with ON CONFLICT: SQLite's or PostgreSQL's, which SQLAlchemy gives no type in common."""

INSERT: dict[str, Callable[..., Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""For each dialect, the function that begins an INSERT with ON CONFLICT."""


def upsert(session: Session, table: type[SQLModel]) -> Insert:
    """Begin an INSERT with ON CONFLICT."""
    return INSERT[session.get_bind().dialect.name](table)


Option = Any
"""An option that the compiler of SQLAlchemy passes on."""


class new_id(FunctionElement[UUID]):  # noqa: N801 - reads as the SQL function that it is
    """A new UUIDv7 (RFC 9562), one for each row of a set: the time in milliseconds, the rest random."""

    type = sa.Uuid()
    inherit_cache = True

    def __init__(self, now: datetime) -> None:
        super().__init__(sa.literal(f"{int(now.timestamp() * 1000):012x}7"))


@compiles(new_id, "sqlite")
def _new_id_sqlite(element: new_id, compiler: SQLCompiler, **options: Option) -> str:
    head = compiler.process(element.clauses, **options)
    return f"({head} || substr(lower(hex(randomblob(2))), 2) || '8' || substr(lower(hex(randomblob(8))), 2))"


@compiles(new_id, "postgresql")
def _new_id_postgresql(element: new_id, compiler: SQLCompiler, **options: Option) -> str:
    head = compiler.process(element.clauses, **options)
    return f"CAST(overlay(replace(CAST(gen_random_uuid() AS text), '-', '') placing CAST({head} AS text) from 1) AS uuid)"


class days_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The date so many days after another."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, day: sa.SQLColumnExpression[date | None], days: int) -> None:
        super().__init__(day, sa.literal(days))


@compiles(days_after, "sqlite")
def _days_after_sqlite(element: days_after, compiler: SQLCompiler, **options: Option) -> str:
    day, days = (compiler.process(each, **options) for each in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(days_after, "postgresql")
def _days_after_postgresql(element: days_after, compiler: SQLCompiler, **options: Option) -> str:
    day, days = (compiler.process(each, **options) for each in element.clauses)
    return f"({day} + CAST({days} AS integer))"
