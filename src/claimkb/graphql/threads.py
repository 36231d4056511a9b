"""Where does the API cross into the synchronous core? Here: in a thread, with a time limit that holds in the database too."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from claimkb.store.running import Running

T = TypeVar("T")


async def cross(work: Callable[[Running], T], seconds: float, limiter: CapacityLimiter | None = None) -> T:
    """Do synchronous work in a thread. What it runs in the database is cancelled there when the time is up or nobody waits.

    The time begins when the work does: whoever waits for a thread is not told to have taken too long.
    """
    running, loop = Running(), asyncio.get_running_loop()
    alarms: list[asyncio.TimerHandle] = []

    def set_alarm() -> None:
        alarms.append(loop.call_later(seconds, lambda: loop.run_in_executor(None, running.stop)))

    def begin(running: Running) -> T:
        loop.call_soon_threadsafe(set_alarm)
        return work(running)

    thread = asyncio.ensure_future(anyio.to_thread.run_sync(begin, running, limiter=limiter))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        loop.run_in_executor(None, running.stop)
        while not thread.done():  # whoever is told to stop twice still leaves no thread behind
            with suppress(Exception, asyncio.CancelledError):
                await asyncio.shield(thread)
        raise
    finally:
        for alarm in alarms:
            alarm.cancel()
