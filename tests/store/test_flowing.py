"""The connections by which PostgreSQL is read on the event loop: few, used again, and never after something was given up on them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.store.flowing import MOST_CONNECTIONS, Flow
from claimkb.store.running import Rows

PID = "SELECT pg_backend_pid()"
SLEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"


@pytest.fixture
def asked(postgresql_of_its_own: str) -> Callable[[Callable[[Flow], Awaitable[Any]]], Any]:
    """Ask on a loop of its own, and close what was opened."""

    def run(work: Callable[[Flow], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            flow = Flow(sa.make_url(postgresql_of_its_own))
            try:
                return await work(flow)
            finally:
                await flow.close()

        return asyncio.run(whole())

    return run


def value(statement: str) -> Callable[[Rows], Any]:
    """Read one value."""
    return lambda rows: rows(statement, ())[0][0]


def test_reads_one_after_another_share_a_connection(asked: Any) -> None:
    async def two(flow: Flow) -> list[int]:
        return [await flow.run(value(PID)) for _ in range(3)]

    assert len(set(asked(two))) == 1


def test_many_reads_at_once_wait_for_a_few_connections(asked: Any) -> None:
    async def many(flow: Flow) -> list[int]:
        return list(await asyncio.gather(*(flow.run(value(f"{PID} FROM pg_sleep(0.01)")) for _ in range(10 * MOST_CONNECTIONS))))

    assert len(set(asked(many))) == MOST_CONNECTIONS


def test_a_statement_that_the_server_refuses_leaves_its_connection_in_use(asked: Any) -> None:
    async def refused(flow: Flow) -> list[int]:
        before = await flow.run(value(PID))
        with pytest.raises(flow.driver.UndefinedTableError):
            await flow.run(value("SELECT * FROM nothing"))
        return [before, await flow.run(value(PID))]

    before, after = asked(refused)
    assert before == after


def test_a_read_that_is_given_up_is_stopped_by_the_server_and_its_connection_is_not_used_again(asked: Any) -> None:
    async def given_up(flow: Flow) -> tuple[list[int], int]:
        before = await flow.run(value(PID))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await flow.run(value("SELECT pg_sleep(60)"))
        after, sleepers = await flow.run(value(PID)), 1
        for _ in range(100):
            sleepers = await flow.run(value(SLEEPERS))
            if not sleepers:
                break
            await asyncio.sleep(0.05)
        return [before, after], sleepers

    (before, after), sleepers = asked(given_up)
    assert (before != after, sleepers) == (True, 0)


def test_a_connection_that_the_server_closed_is_replaced(asked: Any) -> None:
    async def closed(flow: Flow) -> list[int]:
        before = await flow.run(value(PID))
        with pytest.raises(flow.errors):
            await flow.run(value("SELECT pg_terminate_backend(pg_backend_pid())"))
        return [before, await flow.run(value(PID))]

    before, after = asked(closed)
    assert before != after
