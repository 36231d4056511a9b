"""How is PostgreSQL read on the event loop? Of short reads most of the time would go into threads, and into a slower driver.

A plan takes its steps there. What reads in a session in between is written as if it waited: it runs in a greenlet of its own,
as SQLAlchemy's asyncio extension does it, and the loop goes on meanwhile; that takes more time than a short statement. Each
statement stands alone, as in the transactions that PostgreSQL begins by default: each sees what was committed before it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.util import await_only, greenlet_spawn

from claimkb.store.engine.steps import Rows, Steps

T = TypeVar("T")

CORES = os.cpu_count() or 1
MOST_CONNECTIONS = 2 * CORES + 1
"""PostgreSQL's own rule of thumb for how many connections keep the cores at work."""

CLOSE_SECONDS = 5
CONNECT_SECONDS = 1.5
"""Less than a read may usually take: so it can be told that PostgreSQL did not answer, and not that too much was asked."""


def awaited(waiting: Awaitable[T]) -> T:
    """Wait for something, in what runs in a greenlet."""
    done: T = await_only(waiting)
    return done


async def _taken(steps: Steps[T], fetch: Any) -> T:
    """Take steps, and wait for the rows of each."""
    try:
        text, values = steps.send(None)  # type: ignore[arg-type]
        while True:
            text, values = steps.send(await fetch(text, *values))
    except StopIteration as done:
        answer: T = done.value
        return answer


class NeverConnected(Exception):
    """This driver has not reached the database yet: it may be that it does not manage its address, which another does."""


class Pool:
    """The connections of one event loop. A driver's own pool makes a task of each return, which takes longer than a short read."""

    def __init__(self) -> None:
        self.room = asyncio.Semaphore(MOST_CONNECTIONS)
        self.free: list[Any] = []
        self.closing: set[asyncio.Task[None]] = set()


class AsyncReader:
    """Connections to PostgreSQL for reads on an event loop."""

    def __init__(self, url: sa.URL) -> None:
        import asyncpg
        from sqlalchemy.dialects.postgresql.asyncpg import dialect

        self._url = url.set(drivername="postgresql")
        self.dialect: sa.Dialect = dialect()  # type: ignore[no-untyped-call]
        self.driver: Any = asyncpg
        self.errors: tuple[type[Exception], ...] = (self.driver.PostgresError, self.driver.InterfaceError, OSError)
        self._pools: dict[asyncio.AbstractEventLoop, Pool] = {}
        self._has_connected = False

    async def run(self, question: Callable[[Rows], T]) -> T:
        """Ask on a connection of the pool, in a greenlet."""
        return await self._on(lambda fetch: greenlet_spawn(question, lambda text, values: await_only(fetch(text, *values))))

    async def take(self, steps: Steps[T]) -> T:
        """Take steps on a connection of the pool."""
        return await self._on(partial(_taken, steps))

    async def _on(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Work with a connection of the pool. One on which something was given up halfway is not used again."""
        pool = self._pools.setdefault(asyncio.get_running_loop(), Pool())
        async with pool.room:
            connection = await self._connection(pool)
            try:
                answer = await work(connection.fetch)
            except asyncio.CancelledError:
                closing = asyncio.ensure_future(self._close(connection))
                pool.closing.add(closing)
                closing.add_done_callback(pool.closing.discard)
                raise
            except BaseException:
                pool.free.append(connection)
                raise
            pool.free.append(connection)
            return answer

    async def _connection(self, pool: Pool) -> Any:
        """Take the connection that came back last, or open one."""
        while pool.free:
            connection = pool.free.pop()
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

    async def _close(self, connection: Any) -> None:
        """Close a connection: what was given up on it is first stopped by the server, if that answers in time."""
        try:
            await connection.close(timeout=CLOSE_SECONDS)
        except self.errors:
            connection.terminate()

    async def close(self) -> None:
        """Close the connections of this loop."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await asyncio.gather(*(self._close(each) for each in pool.free), *pool.closing)
