"""A server runs the job and sends of its own accord; of several servers one does, and a silent stop is told."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from claimkb.actions import erasing
from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.identity import COMMAND_LINE
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.scheduler import WORK, Scheduler
from claimkb.store import flags
from claimkb.store.engine import leases
from tests.builders import NOON, TODAY, Clock, a_channel, a_prediction, do, flagged
from tests.outbound.receivers import Receiver
from tests.store.test_flags import in_force


def last_run(desk: Desk) -> datetime | None:
    """Tell when the job last succeeded."""
    with desk.database.read() as session:
        last = flags.last_run(session, JOB)
        return last.succeeded_at if last else None


@pytest.fixture
def scheduler(timed: Desk, outbox: Outbox) -> Scheduler:
    """Give a scheduler that looks when it is told to."""
    return Scheduler(timed, outbox, seconds=0.02)


def test_it_runs_the_job_when_an_hour_or_a_day_is_over_and_sends(
    scheduler: Scheduler, timed: Desk, clock: Clock, receiver: Receiver
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed, TODAY)
    scheduler.look()
    assert (last_run(timed), len(receiver.got)) == (NOON, 1)
    clock.go(minutes=59)
    scheduler.look()
    assert last_run(timed) == NOON
    clock.go(minutes=1)
    scheduler.look()
    assert last_run(timed) == NOON + timedelta(hours=1)
    clock.now = datetime.combine(TODAY + timedelta(days=1), NOON.timetz().replace(hour=0))
    scheduler.look()
    assert (last_run(timed), len(receiver.got)) == (clock.now, 2)


def test_a_clock_that_is_set_back_stops_neither_the_job_nor_the_lease(
    scheduler: Scheduler, timed: Desk, outbox: Outbox, clock: Clock
) -> None:
    a_prediction(timed, TODAY - timedelta(days=1))
    scheduler.look()
    clock.go(days=-7)
    scheduler.look()
    assert last_run(timed) == NOON - timedelta(days=7)
    other = Scheduler(timed, outbox)
    clock.go(hours=-1)
    other.look()
    assert last_run(timed) == NOON - timedelta(days=7, hours=1)
    assert in_force(timed) == [("DUE_SOON", TODAY - timedelta(days=1)), ("OVERDUE", TODAY - timedelta(days=1))]


def test_of_two_servers_one_works_and_the_other_takes_over_when_it_stops(timed: Desk, outbox: Outbox, clock: Clock) -> None:
    one, two = Scheduler(timed, outbox), Scheduler(timed, outbox)
    assert [held(timed, each) for each in (one, two)] == [True, False]
    clock.go(seconds=60)
    assert [held(timed, each) for each in (one, two)] == [True, False]
    clock.go(seconds=91)
    assert [held(timed, each) for each in (two, one)] == [True, False]


def held(desk: Desk, scheduler: Scheduler) -> bool:
    """Let a scheduler try to take the lease."""
    with desk.database.write() as session:
        return leases.take(session, WORK, scheduler.holder, desk.now())


@contextmanager
def running(scheduler: Scheduler) -> Iterator[TestClient]:
    """Serve with a scheduler beside the server."""
    with TestClient(app_of(scheduler.desk, scheduler=scheduler), base_url="http://127.0.0.1") as client:
        yield client


def until(done: float, desk: Desk) -> None:
    """Wait until the job has run for so many flags."""
    deadline = time.monotonic() + 10
    while len(in_force(desk)) < done and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(in_force(desk)) == done


def test_a_server_works_on_its_own_and_leaves_the_lease_when_it_stops(
    scheduler: Scheduler, timed: Desk, clock: Clock, outbox: Outbox
) -> None:
    a_prediction(timed)
    with running(scheduler):
        until(1, timed)
        a_prediction(timed)
        clock.go(hours=1)
        until(2, timed)
    assert held(timed, Scheduler(timed, outbox))


def test_a_server_goes_on_after_whatever_went_wrong(
    timed: Desk, caplog: pytest.LogCaptureFixture, clock: Clock, outbox: Outbox
) -> None:
    a_prediction(timed)
    broken = [True]

    def clock_that_breaks() -> datetime:
        if broken.pop():
            broken[:] = [False]
            raise ZeroDivisionError("the clock fell down")
        broken.append(False)
        return clock()

    again = Scheduler(replace(timed, clock=clock_that_breaks), outbox, seconds=0.02)
    with running(again):
        until(1, timed)
    assert "What is due is done later" in caplog.text


def test_a_silent_stop_is_told_by_readyz_the_backlog_and_the_log(
    timed: Desk, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    flagged(timed)
    idle = Scheduler(timed, None)
    with TestClient(app_of(timed), base_url="http://127.0.0.1") as client:

        def is_late() -> list[bool]:
            idle._warn()
            asked = client.post("/graphql", json={"query": "{ backlog { jobIsLate } }"}).json()
            return [client.get("/readyz").json()["job"]["isLate"], asked["data"]["backlog"]["jobIsLate"], "is late" in caplog.text]

        clock.go(hours=2)
        assert is_late() == [False, False, False]
        clock.go(seconds=1)
        assert is_late() == [True, True, True]
        assert client.get("/readyz").json()["job"] == {"isLate": True, "succeededAt": NOON.isoformat()}
    assert [record.levelno for record in caplog.records if "is late" in record.message] == [logging.WARNING]


def test_a_database_on_which_the_job_never_ran_is_late(timed: Desk) -> None:
    with TestClient(app_of(timed), base_url="http://127.0.0.1") as client:
        assert client.get("/readyz").json()["job"] == {"isLate": True, "succeededAt": None}


def test_it_removes_what_the_database_kept_of_erased_words(
    scheduler: Scheduler, timed: Desk, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    a_prediction(timed, question="Does Zoe Quill open it?")
    scheduler.look()
    do(timed, erasing.erase_text, erasing.EraseText(text="Zoe Quill", reason="r"), COMMAND_LINE)
    with caplog.at_level(logging.INFO, "claimkb"):
        for _ in range(2):
            clock.go(seconds=30)
            scheduler.look()
    assert [each.message for each in caplog.records] == ["What the database kept of erased words is removed"]
    assert "Quill" not in caplog.text
