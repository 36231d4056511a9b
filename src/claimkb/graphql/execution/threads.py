"""Where does the API cross into the synchronous core? Here: in a thread, with a time limit that holds in the database too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.database import RESERVED, Database
from claimkb.store.engine.outages import CommitUnknown, DatabaseBusy, DatabaseUnavailable, TookTooLong

T = TypeVar("T")

END_SECONDS = 1.0
"""How long work that was stopped may take to end. After that it is answered without it, and ends when it can."""

_ANY = CapacityLimiter(inf)
"""No limit: who may begin was decided before."""


class Bulkheads:
    """How much of each sort of work is done at once, so that one that waits for the database does not hold up another."""

    def __init__(self, database: Database) -> None:
        self.reads = CapacityLimiter(database.most_reads)
        self.writes = CapacityLimiter(database.most_writes)
        self.admission = CapacityLimiter(RESERVED - 1)
        self.readiness = CapacityLimiter(1)
        self.short_documents, self.long_documents = CapacityLimiter(1), CapacityLimiter(1)
        self.executor = CapacityLimiter(1)
        """Who resolves field by field what asks for much: on the event loop, so one at a time."""
        self.loop_turns = LoopTurns()


class LoopTurns:
    """Lets work that takes milliseconds of the event loop begin one piece a turn: what is short goes in between."""

    def __init__(self) -> None:
        self._turns = asyncio.Lock()

    async def wait(self) -> None:
        """Wait for a turn: behind those who wait already, and behind all that is ready now."""
        async with self._turns:
            await asyncio.sleep(0)


async def _acquire(limiter: CapacityLimiter, borrower: object, ends: float) -> None:
    """Wait until there may be one more piece of work, no longer than until an instant of the monotonic clock."""
    try:
        limiter.acquire_on_behalf_of_nowait(borrower)
    except anyio.WouldBlock:
        try:
            async with asyncio.timeout(None if ends == inf else max(0.0, ends - monotonic())):
                await limiter.acquire_on_behalf_of(borrower)
        except TimeoutError:
            raise DatabaseBusy(f"All {limiter.total_tokens:g} threads for this sort of work are busy: try again.") from None


@asynccontextmanager
async def slot(limiter: CapacityLimiter, ends: float) -> AsyncIterator[None]:
    """Do something that takes the event loop in pieces when its turn has come, before an instant of the monotonic clock."""
    borrower = object()
    await _acquire(limiter, borrower, ends)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(borrower)


async def run_in_thread(work: Callable[[Cancellation], T], seconds: float, limiter: CapacityLimiter, ends: float = inf) -> T:
    """Do synchronous work in a thread, within so many seconds of its begin, and before an instant of the monotonic clock.

    What it runs in the database is cancelled there when the time is up or nobody waits. Work that cannot be cancelled, in Python
    or in a commit, is answered without after a moment: it may not begin to commit any more. Where more time went by before its turn
    than was left for it, it is not the work that took too long.
    """
    borrower, began = object(), monotonic()
    await _acquire(limiter, borrower, ends)
    begun = monotonic()
    cancellation = Cancellation(min(seconds, ends - begun))
    thread = asyncio.ensure_future(anyio.to_thread.run_sync(work, cancellation, limiter=_ANY))
    thread.add_done_callback(lambda _: limiter.release_on_behalf_of(borrower))
    thread.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, also if nobody waits any more
    try:
        return await _end(thread, cancellation)
    except TookTooLong:
        if begun - began > ends - begun:
            raise DatabaseBusy("Most of its time went by before its turn came: too much is asked of the database.") from None
        raise


async def _end(thread: "asyncio.Future[T]", cancellation: Cancellation) -> T:
    """Wait for the end of work, and stop it when its time is up or nobody waits."""
    try:
        done, _ = await asyncio.wait({thread}, timeout=cancellation.seconds_left)
        if not done:
            _stop(cancellation)
            done, _ = await asyncio.wait({thread}, timeout=END_SECONDS)
    except asyncio.CancelledError:
        _stop(cancellation)
        while not thread.done():  # whoever is told to stop twice still leaves no thread behind
            with suppress(Exception, asyncio.CancelledError):
                await asyncio.shield(thread)
        raise
    if done:
        return thread.result()
    if cancellation.is_committing:
        raise CommitUnknown("A commit takes too long to be waited for.")
    if cancellation.is_unanswered:
        raise DatabaseUnavailable("It did not answer in time, nor when it was told to stop.")
    raise TookTooLong if cancellation.has_begun else DatabaseBusy("All its time went by before a connection was free.")


def _stop(cancellation: Cancellation) -> None:
    """Let no commit begin any more, and cancel what runs: elsewhere, as the database may take its time to answer that."""
    cancellation.give_up()
    asyncio.get_running_loop().run_in_executor(None, cancellation.cancel)
