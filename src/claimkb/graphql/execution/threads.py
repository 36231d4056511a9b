"""How does the API run synchronous work? In a thread, with a time limit that also cancels the statement in the database."""

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
"""How long to wait for work that was cancelled. After that the request is answered, and the work ends when it can."""

CAPTURES = 3
"""How many captures run at once: each has a process of its own, and may wait for a site for many seconds."""

_ANY = CapacityLimiter(inf)
"""No limit, because a bulkhead has admitted the work already."""


class Bulkheads:
    """How much of each kind of work runs at once, so that one kind that waits for the database does not delay another."""

    def __init__(self, database: Database) -> None:
        self.reads = CapacityLimiter(database.most_reads)
        self.writes = CapacityLimiter(database.most_writes)
        self.authentication = CapacityLimiter(RESERVED - 1)
        self.readiness = CapacityLimiter(1)
        self.captures = CapacityLimiter(CAPTURES)
        self.short_documents, self.long_documents = CapacityLimiter(1), CapacityLimiter(1)
        self.executor = CapacityLimiter(1)
        """Expensive operations of the executor: it runs on the event loop, so one at a time."""
        self.loop_turns = LoopTurns()


class LoopTurns:
    """Starts work that blocks the event loop for milliseconds one piece a turn, so that short work runs in between."""

    def __init__(self) -> None:
        self._turns = asyncio.Lock()

    async def wait(self) -> None:
        """Wait for a turn, behind all others that wait for one, and behind all callbacks that are ready now."""
        async with self._turns:
            await asyncio.sleep(0)


async def _acquire(limiter: CapacityLimiter, borrower: object, ends: float) -> None:
    """Acquire a place in a bulkhead, until an instant of the monotonic clock at the latest."""
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
    """Hold a place in a bulkhead while the block runs; acquire it until an instant of the monotonic clock at the latest."""
    borrower = object()
    await _acquire(limiter, borrower, ends)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(borrower)


async def run_in_thread(work: Callable[[Cancellation], T], seconds: float, limiter: CapacityLimiter, ends: float = inf) -> T:
    """Run synchronous work in a thread, for at most so many seconds, until an instant of the monotonic clock at the latest.

    When the time is up, or the request is cancelled, its statement is cancelled in the database. Work that cannot be cancelled,
    in Python or in a commit, is waited for END_SECONDS, and may not start a commit any more. If it waited longer for its thread
    than it had left to run, the error is DatabaseBusy, since the work itself was not slow.
    """
    borrower, began = object(), monotonic()
    await _acquire(limiter, borrower, ends)
    begun = monotonic()
    cancellation = Cancellation(min(seconds, ends - begun))
    thread = asyncio.ensure_future(anyio.to_thread.run_sync(work, cancellation, limiter=_ANY))
    thread.add_done_callback(lambda _: limiter.release_on_behalf_of(borrower))
    thread.add_done_callback(lambda done: done.cancelled() or done.exception())  # retrieved, so that asyncio does not warn
    try:
        return await _end(thread, cancellation)
    except TookTooLong:
        if begun - began > ends - begun:
            raise DatabaseBusy("Most of its time went by before its turn came: too much is asked of the database.") from None
        raise


async def _end(thread: "asyncio.Future[T]", cancellation: Cancellation) -> T:
    """Wait for the end of work; cancel it when its time is up, or when the request is cancelled."""
    try:
        done, _ = await asyncio.wait({thread}, timeout=cancellation.seconds_left)
        if not done:
            _stop(cancellation)
            done, _ = await asyncio.wait({thread}, timeout=END_SECONDS)
    except asyncio.CancelledError:
        _stop(cancellation)
        while not thread.done():  # a second cancellation must not leave a thread behind
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
    """Forbid a new commit, and cancel the statement from another thread, because the database may be slow to reply."""
    cancellation.give_up()
    asyncio.get_running_loop().run_in_executor(None, cancellation.cancel)
