"""How is PostgreSQL read on the event loop? Of short reads most of the time would go into threads, and into a slower driver.

What reads is written as if it waited: it runs in a greenlet of its own, as SQLAlchemy's asyncio extension does it, and the loop
goes on meanwhile. Each statement stands alone, as in the transactions that PostgreSQL begins by default: each sees what was
committed before it.
"""

import asyncio
import os
import pkgutil
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import await_only, greenlet_spawn

from claimkb.store.running import Rows

T = TypeVar("T")

MOST_CONNECTIONS = 2 * (os.cpu_count() or 1) + 1
"""PostgreSQL's own rule of thumb for how many connections keep the cores at work."""

CLOSE_SECONDS = 5


def awaited(waiting: Awaitable[T]) -> T:
    """Wait for something, in what runs in a greenlet."""
    done: T = await_only(waiting)
    return done


async def _keep(_connection: Any) -> None:
    """Leave a connection as it is when it comes back: what reads changes nothing of it."""


class Flow:
    """Connections to PostgreSQL for reads on an event loop."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.dialect: sa.Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        self.driver: Any = pkgutil.resolve_name("asyncpg")
        self._pools: dict[asyncio.AbstractEventLoop, asyncio.Future[Any]] = {}

    async def run(self, question: Callable[[Rows], T]) -> T:
        """Ask on a connection of the pool."""
        async with (await self._opened()).acquire() as connection:
            fetch = connection.fetch
            answer: T = await greenlet_spawn(question, lambda text, values: await_only(fetch(text, *values)))
            return answer

    async def _opened(self) -> Any:
        """Open the pool of this loop, once."""
        loop = asyncio.get_running_loop()
        if loop not in self._pools:
            opening = self.driver.create_pool(self._url, min_size=0, max_size=MOST_CONNECTIONS, reset=_keep)
            self._pools[loop] = asyncio.ensure_future(_open(opening))
        return await asyncio.shield(self._pools[loop])

    async def close(self) -> None:
        """Close the connections of this loop."""
        opened = self._pools.pop(asyncio.get_running_loop(), None)
        if opened is not None:
            pool = await opened
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()


async def _open(opening: Awaitable[T]) -> T:
    """Open what is awaited to be opened."""
    return await opening
