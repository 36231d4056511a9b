"""How is PostgreSQL read on the event loop? With asyncpg: a short read would spend most of its time in threads and slower drivers.

`drive` awaits the rows of each statement of a plan's steps. `run` calls a synchronous function in a greenlet, as the asyncio
extension of SQLAlchemy does; that costs more than a short statement. Each statement is a transaction of its own (autocommit, READ
COMMITTED): it sees every commit before it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa
from sqlalchemy.util import await_only, greenlet_spawn

from claimkb.store.engine.steps import Row, Rows, Steps

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")

CORES = os.cpu_count() or 1
MOST_CONNECTIONS = 2 * CORES + 1
"""PostgreSQL's own rule of thumb for how many connections keep the cores at work."""

CLOSE_SECONDS = 5
CONNECT_SECONDS = 1.5
"""Less than a read may usually take: the error then says that PostgreSQL did not answer, not that the read took too long."""

Fetch = Callable[..., Awaitable[list[Row]]]
"""asyncpg's `Connection.fetch`: it takes a statement and its bind values."""


def wait_in_greenlet(awaitable: Awaitable[T]) -> T:
    """Wait for an awaitable from synchronous code that `AsyncReader.run` has called."""
    result: T = await_only(awaitable)
    return result


async def _drive(steps: Steps[T], fetch: Fetch) -> T:
    """Run each statement of the steps, and return their result."""
    try:
        text, values = steps.send(None)  # type: ignore[arg-type]
        while True:
            text, values = steps.send(await fetch(text, *values))
    except StopIteration as done:
        result: T = done.value
        return result


class NeverConnected(Exception):
    """asyncpg has not reached the database yet. It may not understand the address, which psycopg does."""


class Pool:
    """The connections of one event loop. asyncpg's own pool returns each in a new task, which takes longer than a short read."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MOST_CONNECTIONS)
        self.idle: list[asyncpg.Connection] = []
        self.closing: set[asyncio.Task[None]] = set()


class AsyncReader:
    """Reads PostgreSQL on an event loop, on connections of its own."""

    def __init__(self, url: sa.URL) -> None:
        # Only PostgreSQL needs the driver, which is an extra of the installation.
        import asyncpg
        from sqlalchemy.dialects.postgresql.asyncpg import dialect

        self._url = url.set(drivername="postgresql")
        self.dialect: sa.Dialect = dialect()  # type: ignore[no-untyped-call]
        self.driver = asyncpg
        self.errors: tuple[type[Exception], ...] = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
        self._pools: dict[asyncio.AbstractEventLoop, Pool] = {}
        self._has_connected = False

    async def run(self, function: Callable[[Rows], T]) -> T:
        """Call a synchronous function in a greenlet, with the rows of a connection."""
        return await self._on(lambda fetch: greenlet_spawn(function, lambda text, values: await_only(fetch(text, *values))))

    async def drive(self, steps: Steps[T]) -> T:
        """Run each statement of the steps on one connection, and return their result."""
        return await self._on(partial(_drive, steps))

    async def _on(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        """Work with a connection of the pool. After a cancellation close it: its statement may still be running."""
        pool = self._pools.setdefault(asyncio.get_running_loop(), Pool())
        async with pool.slots:
            connection = await self._connection(pool)
            try:
                result = await work(connection.fetch)
            except asyncio.CancelledError:
                closing = asyncio.ensure_future(self._close(connection))
                pool.closing.add(closing)
                closing.add_done_callback(pool.closing.discard)
                raise
            except BaseException:
                pool.idle.append(connection)
                raise
            pool.idle.append(connection)
            return result

    def connections(self) -> tuple[int, int]:
        """Count the connections of this loop that are in use, and how many may be."""
        pool = self._pools.get(asyncio.get_running_loop())
        return (0 if pool is None else MOST_CONNECTIONS - pool.slots._value), MOST_CONNECTIONS

    async def _connection(self, pool: Pool) -> "asyncpg.Connection":
        """Take the connection that was returned last, or open one."""
        while pool.idle:
            connection = pool.idle.pop()
            if not connection.is_closed():
                return connection
        try:
            connection = await self.driver.connect(self._url.render_as_string(hide_password=False), timeout=CONNECT_SECONDS)
        except self.errors as error:
            if self._has_connected:
                raise ConnectionError(str(error)) from error
            raise NeverConnected from error
        self._has_connected = True
        return connection

    async def _close(self, connection: "asyncpg.Connection") -> None:
        """Close a connection: the server stops its statement first, if it answers in time."""
        try:
            await connection.close(timeout=CLOSE_SECONDS)
        except self.errors:
            connection.terminate()

    async def close(self) -> None:
        """Close the connections of this loop, those in use when their reads have ended or are given up."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                for _ in range(MOST_CONNECTIONS):
                    await pool.slots.acquire()
        await asyncio.gather(*(self._close(each) for each in pool.idle), *pool.closing)
