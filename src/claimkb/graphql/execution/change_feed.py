"""How do subscriptions learn of a commit, by this process or by another one?

The feed wakes each subscription, which then reads on from its own position in the announcements. No queue is kept for it, so
a slow subscriber fills no memory, and a late one misses nothing. A commit of this process wakes at once; so does a commit of
another server on PostgreSQL (LISTEN). On SQLite a commit of another process is noticed within a second.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Event, Thread

from anyio import CapacityLimiter

from claimkb.actions.work import Desk
from claimkb.graphql.execution.threads import run_in_thread
from claimkb.store import announcements
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

PAUSE = 1.0
"""How many seconds to wait for a wake-up before looking for news anyway."""

LOOK_SECONDS = 5.0
THREADS = 4
"""How many threads all subscriptions share, so that news for many of them does not delay other requests."""


class ChangeFeed:
    """Wakes subscriptions when there is news. It runs only while there are subscriptions."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.newest = 0
        self._news = asyncio.Condition()
        self._woken = asyncio.Event()
        self._subscribers = 0
        self._watch: asyncio.Task[None] | None = None
        self._stopped = Event()
        self.bulkhead = CapacityLimiter(THREADS)

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[None]:
        """Watch for news while the block runs."""
        self._subscribers += 1
        if self._watch is None:
            self._start()
        try:
            yield
        finally:
            self._subscribers -= 1
            if self._subscribers == 0:
                await self.close()

    async def wait_beyond(self, position: int) -> None:
        """Wait until something newer than a position was committed."""
        async with self._news:
            await self._news.wait_for(lambda: self.newest > position)

    async def close(self) -> None:
        """Stop watching."""
        watch, self._watch = self._watch, None
        self._stopped.set()
        if watch is not None:
            self.desk.database.on_commit.remove(self._wake)
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    def _start(self) -> None:
        """Start to watch."""
        loop = asyncio.get_running_loop()
        self._stopped = Event()

        def wake(*_changed: object) -> None:
            with suppress(RuntimeError):  # the loop may be closed already at the last commit
                loop.call_soon_threadsafe(self._woken.set)

        self._wake = wake
        self.desk.database.on_commit.append(wake)
        self._watch = asyncio.create_task(self._follow())
        if not self.desk.database.is_sqlite:
            Thread(target=self._listen, args=(self._stopped,), name="claimkb-listen", daemon=True).start()

    def _listen(self, stopped: Event) -> None:
        """Listen for commits of other servers; start again when the connection is lost."""
        while not stopped.is_set():
            try:
                announcements.listen(self.desk.database, self._wake, stopped.is_set, PAUSE)
            except DatabaseUnavailable as outage:
                self.desk.database.outages.report(outage)
            except Exception:  # whatever it is, listen again
                log.exception("Subscribers hear of other servers late")
            stopped.wait(PAUSE)

    async def _follow(self) -> None:
        """Wake the subscriptions each time there is something newer."""
        while True:
            try:
                await self._look_for_news()
            except DatabaseUnavailable as outage:
                self.desk.database.outages.report(outage)
            except TookTooLong:
                log.warning("Subscribers hear of news late: the database takes its time")
            except Exception:  # whatever it is, the next look finds what this one missed
                log.exception("Subscribers hear of news late")
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    await self._woken.wait()
            self._woken.clear()

    async def _look_for_news(self) -> None:
        """Wake the subscriptions if there is something newer."""
        newest = await run_in_thread(self._look, LOOK_SECONDS, self.bulkhead)
        if newest > self.newest:
            async with self._news:
                self.newest = newest
                self._news.notify_all()

    def _look(self, cancellation: Cancellation) -> int:
        """Read the newest position."""
        with self.desk.database.read(cancellation) as session:
            return announcements.newest(session)
