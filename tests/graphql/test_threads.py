"""How work crosses into threads: so much of each sort at once, within its time, and long work on the loop piece by piece."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from itertools import pairwise
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from anyio import CapacityLimiter

from claimkb.actions.work import Desk
from claimkb.domain import token
from claimkb.graphql.execution import threads
from claimkb.graphql.execution.threads import Bulkheads, LoopTurns, run_in_thread
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.authentication import Authenticator
from claimkb.identity import AnonymousAccess, Credentials, Identities
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import CommitUnknown, DatabaseBusy, TookTooLong
from tests.builders import a_token, an_account


def on_a_loop(work: Callable[[], Awaitable[Any]]) -> Any:
    """Do something on an event loop of its own."""

    async def whole() -> Any:
        return await work()

    return asyncio.run(whole())


def test_between_two_pieces_of_long_work_all_that_is_ready_goes_first() -> None:
    order: list[str] = []

    async def long(turns: LoopTurns, name: str) -> None:
        await turns.wait()
        order.append(name)

    async def short(steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
            order.append("short")

    async def whole() -> None:
        turns = LoopTurns()
        await asyncio.gather(*(long(turns, str(number)) for number in range(4)), short(8))

    on_a_loop(whole)
    places = [order.index(str(number)) for number in range(4)]
    assert places == sorted(places)
    assert all("short" in order[before + 1 : after] for before, after in pairwise(places))


@pytest.mark.parametrize(("waits", "told"), [(0.0, TookTooLong), (0.4, DatabaseBusy)])
def test_work_whose_time_went_by_in_waiting_is_told_that_too_much_is_asked(waits: float, told: type[Exception]) -> None:
    def until_stopped(cancellation: Cancellation) -> None:
        with closing(sqlite3.connect(":memory:")) as driver, cancellation.on_driver(driver, lambda: None):
            time.sleep(cancellation.seconds_left + 0.2)
            cancellation.check()

    async def whole() -> None:
        limiter, ends = CapacityLimiter(1), time.monotonic() + 0.5
        first = asyncio.ensure_future(run_in_thread(lambda _: time.sleep(waits), 5, limiter))
        await asyncio.sleep(0.01)
        with pytest.raises(told):
            await run_in_thread(until_stopped, 5, limiter, ends)
        await first

    on_a_loop(whole)


def test_one_piece_of_work_too_many_waits_no_longer_than_it_may() -> None:
    enough = Event()

    async def whole() -> float:
        limiter = CapacityLimiter(1)
        first = asyncio.ensure_future(run_in_thread(lambda _: enough.wait(10), 10, limiter))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        with pytest.raises(DatabaseBusy, match="All 1 threads for this sort of work are busy"):
            await run_in_thread(lambda _: None, 10, limiter, began + 0.2)
        waited = time.monotonic() - began
        enough.set()
        assert await first is True
        assert await run_in_thread(lambda _: "in", 10, limiter) == "in"
        return waited

    assert 0.2 <= on_a_loop(whole) < 2


@pytest.mark.parametrize("begins_to_commit", [False, True])
def test_work_that_does_not_end_when_it_is_stopped_is_answered_without_and_may_not_commit(
    monkeypatch: pytest.MonkeyPatch, *, begins_to_commit: bool
) -> None:
    monkeypatch.setattr(threads, "END_SECONDS", 0.1)
    enough, ended = Event(), Event()

    def work(cancellation: Cancellation) -> None:
        with cancellation.on_driver(None, lambda: None):
            if begins_to_commit:
                cancellation.begin_commit()
            enough.wait(10)
            try:
                if not begins_to_commit:
                    cancellation.begin_commit()
            except TookTooLong:
                ended.set()

    async def whole() -> None:
        with pytest.raises(CommitUnknown if begins_to_commit else TookTooLong):
            await run_in_thread(work, 0.1, CapacityLimiter(1))
        enough.set()

    on_a_loop(whole)
    assert ended.wait(0.5 if begins_to_commit else 5) != begins_to_commit


def test_who_sends_a_request_is_looked_up_once_for_all_who_ask_at_the_same_time(desk: Desk) -> None:
    shown = token.read(a_token(desk, an_account(desk)).secret.get_secret_value() or "")
    identities = Identities(desk, AnonymousAccess())
    callers = Authenticator(identities, Limits(), Bulkheads(desk.database))
    credentials, given = Credentials(shown, is_from_here=False), list[str]()
    for engine in desk.database.engines:
        sa.event.listen(engine, "before_cursor_execute", lambda *event: given.append(event[2]))

    async def whole() -> set[str]:
        found = await asyncio.gather(*(callers.identify(credentials, "x") for _ in range(50)))
        return {actor.name for actor in found}

    assert on_a_loop(whole) == {"Ada"}
    assert len([each for each in given if "FROM token JOIN account" in each]) == 1
