"""What a compiled read takes from the driver is what SQLAlchemy and the API make of it, for every column and both engines."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, UTCDateTime

from claimkb.actions.work import Desk
from claimkb.store.engine import values
from claimkb.store.engine.database import Database
from claimkb.store.engine.steps import Rows
from tests.builders import a_fact, a_prediction, a_token, an_account, resolved, reviewed


@pytest.fixture
def full(story: Desk) -> Desk:
    """Give a desk with something in most columns."""
    resolved(story, a_prediction(story, probability=0.25, likelihood_text="may"))
    reviewed(story, a_fact(story, check_worthiness="HIGH"))
    a_token(story, an_account(story))
    return story


def written(type_: Any, value: Any) -> Any:
    """Write a value of Python as the API does."""
    if isinstance(type_, UTCDateTime):
        return values.write_instant(value)
    if isinstance(type_, sa.Date):
        return value.isoformat()
    if isinstance(type_, sa.Enum):
        return value.name
    return str(value) if isinstance(type_, sa.Uuid) else value


def raw_values(database: Database, texts: list[str]) -> list[list[Any]]:
    """Read one column by each statement, as compiled reads do."""

    def read(rows: Rows) -> list[list[Any]]:
        return [[row[0] for row in rows(text, ())] for text in texts]

    async def flow() -> list[list[Any]]:
        assert database.async_reader is not None
        try:
            return await database.async_reader.run(read)
        finally:
            await database.async_reader.close()

    if database.async_reader is not None:
        return asyncio.run(flow())
    with database.reader() as reader:
        return read(reader.rows)


def test_a_value_of_the_driver_is_written_as_the_api_writes_what_sqlalchemy_reads(full: Desk) -> None:
    dialect, seen = full.database.reading_dialect, set()
    every = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
    columns = [column for column in every if not isinstance(column.type, sa.LargeBinary)]  # the API writes no bytes
    selects = [sa.select(column).order_by(*column.table.primary_key.columns) for column in columns]
    all_raw = raw_values(full.database, [str(select.compile(dialect=dialect)) for select in selects])
    with full.database.read() as session:
        for column, select, raw in zip(columns, selects, all_raw, strict=True):
            known = [row[0] for row in session.execute(select)]
            write = values.to_json(column.type, dialect)
            assert write is not None, column
            read = values.to_python(column.type, dialect) or values.as_is
            pairs = [(given, value) for given, value in zip(raw, known, strict=True) if value is not None]
            assert [given for given in raw if given is None] == [value for value in known if value is None], column
            assert [read(given) for given, _ in pairs] == [value for _, value in pairs], column
            assert [write(given) for given, _ in pairs] == [written(column.type, value) for _, value in pairs], column
            seen |= {type(column.type).__name__ for _ in pairs}
    assert seen >= {"UTCDateTime", "Date", "Uuid", "Enum", "String", "Integer", "Float", "Boolean"}


def test_an_instant_is_written_with_its_fraction_if_it_has_one() -> None:
    assert values.instant_of_text("2026-11-23 12:00:00.000000") == "2026-11-23T12:00:00Z"
    assert values.instant_of_text("2026-11-23 12:00:00.000184") == "2026-11-23T12:00:00.000184Z"
