"""The connections by which PostgreSQL is read on the event loop: few, used again, and never after something was given up on them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.store.engine.async_reader import MOST_CONNECTIONS, AsyncReader
from claimkb.store.engine.steps import Rows

PID = "SELECT pg_backend_pid()"
SLEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"


@pytest.fixture
def asked(postgresql_of_its_own: str) -> Callable[[Callable[[AsyncReader], Awaitable[Any]]], Any]:
    """Ask on a loop of its own, and close what was opened."""

    def run(work: Callable[[AsyncReader], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async_reader = AsyncReader(sa.make_url(postgresql_of_its_own))
            try:
                return await work(async_reader)
            finally:
                await async_reader.close()

        return asyncio.run(whole())

    return run


def value(statement: str) -> Callable[[Rows], Any]:
    """Read one value."""
    return lambda rows: rows(statement, ())[0][0]


def test_reads_one_after_another_share_a_connection(asked: Any) -> None:
    async def two(async_reader: AsyncReader) -> list[int]:
        return [await async_reader.run(value(PID)) for _ in range(3)]

    assert len(set(asked(two))) == 1


def test_many_reads_at_once_wait_for_a_few_connections(asked: Any) -> None:
    async def many(async_reader: AsyncReader) -> list[int]:
        return list(
            await asyncio.gather(*(async_reader.run(value(f"{PID} FROM pg_sleep(0.01)")) for _ in range(10 * MOST_CONNECTIONS)))
        )

    assert len(set(asked(many))) == MOST_CONNECTIONS


def test_a_statement_that_the_server_refuses_leaves_its_connection_in_use(asked: Any) -> None:
    async def refused(async_reader: AsyncReader) -> list[int]:
        before = await async_reader.run(value(PID))
        with pytest.raises(async_reader.driver.UndefinedTableError):
            await async_reader.run(value("SELECT * FROM nothing"))
        return [before, await async_reader.run(value(PID))]

    before, after = asked(refused)
    assert before == after


def test_a_read_that_is_given_up_is_stopped_by_the_server_and_its_connection_is_not_used_again(asked: Any) -> None:
    async def given_up(async_reader: AsyncReader) -> tuple[list[int], int]:
        before = await async_reader.run(value(PID))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await async_reader.run(value("SELECT pg_sleep(60)"))
        after, sleepers = await async_reader.run(value(PID)), 1
        for _ in range(100):
            sleepers = await async_reader.run(value(SLEEPERS))
            if not sleepers:
                break
            await asyncio.sleep(0.05)
        return [before, after], sleepers

    (before, after), sleepers = asked(given_up)
    assert (before != after, sleepers) == (True, 0)


def test_a_connection_that_the_server_closed_is_replaced(asked: Any) -> None:
    async def closed(async_reader: AsyncReader) -> list[int]:
        before = await async_reader.run(value(PID))
        with pytest.raises(async_reader.errors):
            await async_reader.run(value("SELECT pg_terminate_backend(pg_backend_pid())"))
        return [before, await async_reader.run(value(PID))]

    before, after = asked(closed)
    assert before != after


def test_a_reader_that_closes_waits_for_a_read_that_is_given_up_meanwhile(asked: Any) -> None:
    async def given_up_late(async_reader: AsyncReader) -> set[Any]:
        reading = asyncio.create_task(async_reader.run(value("SELECT pg_sleep(60)")))
        await asyncio.sleep(0.2)
        closing = asyncio.create_task(async_reader.close())
        await asyncio.sleep(0.01)
        reading.cancel()
        await closing
        return asyncio.all_tasks() - {asyncio.current_task(), reading}

    assert asked(given_up_late) == set()
