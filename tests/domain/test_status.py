"""What is all right, what wants attention, and what is said of it."""

from datetime import date, timedelta

import pytest

from claimkb.domain import status
from claimkb.domain.schedule import JobRun
from claimkb.domain.status import Queue, Standing, State
from claimkb.domain.timeliness import Timeliness
from tests.builders import NOON

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def ran(ago: timedelta) -> JobRun:
    return JobRun(job="x", as_of=date(2026, 11, 22), succeeded_at=NOON - ago)


def judged(standing: Standing) -> tuple[str, bool]:
    """What is said, and whether it wants attention."""
    assert (standing.state is State.ATTENTION) == (standing.to_do is not None)
    return standing.said, standing.state is State.ATTENTION


@pytest.mark.parametrize(
    ("free", "total", "said", "wants"),
    [
        (2 * 10**9, 20 * 10**9, "2 GB of 20 GB free", False),
        (2 * 10**9 - 1, 20 * 10**9, "2 GB of 20 GB free", True),
        (10**9, 5 * 10**9, "1 GB of 5 GB free", False),
        (999 * 10**6, 5 * 10**9, "999 MB of 5 GB free", True),
        (None, None, "not known from here", False),
    ],
)
def test_a_disk_is_to_have_a_tenth_and_a_gigabyte_free(free: int | None, total: int | None, said: str, wants: bool) -> None:
    assert judged(status.of_disk(free, total)) == (said, wants)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (581_632, "582 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_a_size_is_written_in_the_unit_of_so_many(number: int, said: str) -> None:
    assert status.size_of(number) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (-HOUR, "0 minutes"),
        (timedelta(seconds=119), "1 minute"),
        (HOUR - SECOND, "59 minutes"),
        (HOUR, "1 hour"),
        (47 * HOUR, "1 day"),
        (48 * HOUR, "2 days"),
    ],
)
def test_how_long_ago_is_written_in_the_largest_whole_unit(ago: timedelta, said: str) -> None:
    assert status.since(NOON - ago, NOON) == said


def test_the_job_is_late_when_it_has_missed_two_runs() -> None:
    assert judged(status.of_job(ran(2 * HOUR), NOON, HOUR)) == ("ran 2 hours ago, as of 2026-11-22", False)
    assert judged(status.of_job(ran(2 * HOUR + SECOND), NOON, HOUR)) == ("ran 2 hours ago, as of 2026-11-22", True)
    assert judged(status.of_job(None, NOON, HOUR)) == ("has never run", True)
    assert status.of_job(ran(HOUR), NOON, HOUR).values == {
        "succeededAt": "2026-11-23T11:00:00+00:00",
        "asOf": "2026-11-22",
        "isLate": False,
    }


def test_what_is_due_is_sent_within_the_hour() -> None:
    assert judged(status.of_outbox(Queue(0, None), NOON)) == ("nothing waits", False)
    assert judged(status.of_outbox(Queue(1, NOON + HOUR), NOON)) == ("1 message waiting, none due yet", False)
    assert judged(status.of_outbox(Queue(3, NOON - HOUR), NOON)) == ("3 messages waiting, the oldest due for 1 hour", False)
    assert judged(status.of_outbox(Queue(3, NOON - HOUR - SECOND), NOON)) == ("3 messages waiting, the oldest due for 1 hour", True)
    assert status.of_outbox(Queue(3, NOON), NOON).values == {"waiting": 3, "oldestDueAt": "2026-11-23T12:00:00+00:00"}


def test_a_back_up_is_made_each_night_and_a_checkpoint_where_any_is_made() -> None:
    two_days = timedelta(days=2)
    assert judged(status.of_back_up(None, NOON)) == ("none was made", True)
    assert judged(status.of_back_up(ran(two_days), NOON)) == ("made 2 days ago", False)
    assert judged(status.of_back_up(ran(two_days + SECOND), NOON)) == ("made 2 days ago", True)
    usual = {"is_wanted": False, "is_exported": True}
    assert judged(status.of_checkpoint(None, NOON, **usual)) == ("none is made", False)
    assert judged(status.of_checkpoint(None, NOON, is_wanted=True, is_exported=True)) == ("none is made", True)
    assert judged(status.of_checkpoint(ran(two_days), NOON, **usual)) == ("made 2 days ago", False)
    assert judged(status.of_checkpoint(ran(two_days), NOON, is_wanted=True, is_exported=False)) == ("not in its folder", True)
    assert judged(status.of_checkpoint(ran(two_days + SECOND), NOON, **usual)) == ("made 2 days ago", True)


def test_tables_of_another_version_or_half_folded_are_to_be_migrated() -> None:
    assert judged(status.of_version("1.0", "0012", "0012", False)) == ("claimkb 1.0, tables 0012", False)
    assert judged(status.of_version("1.0", "0011", "0012", False)) == ("claimkb 1.0, tables 0011", True)
    assert judged(status.of_version("1.0", None, "0012", False)) == ("claimkb 1.0, tables none", True)
    assert judged(status.of_version("1.0", "0012", "0012", True)) == ("claimkb 1.0, tables 0012", True)


def test_predictions_that_wait_for_an_answer_are_no_fault() -> None:
    counts = dict.fromkeys(Timeliness, 3)
    assert judged(status.of_predictions(counts)) == ("6 overdue, 3 due for review", False)


def test_what_was_given_up_and_what_was_never_made_want_attention() -> None:
    assert [judged(status.of_parked(each)) for each in (0, 2)] == [("0 given up", False), ("2 given up", True)]
    assert [judged(status.of_ghosts(each)) for each in (None, 0, 2)] == [
        ("not looked for", False),
        ("0 found", False),
        ("2 found", True),
    ]


def test_accounts_without_use_are_named_and_no_fault() -> None:
    assert judged(status.of_accounts([])) == ("all used", False)
    assert judged(status.of_accounts(list("ABCDE"))) == ("unused for 90 days: A, B, C, D, E", False)
    assert judged(status.of_accounts(list("ABCDEFG"))) == ("unused for 90 days: A, B, C, D, E and 2 more", False)
    assert status.of_accounts(list("ABCDEFG")).values == {"unused": list("ABCDEFG")}


def test_an_account_without_room_for_a_token_wants_attention() -> None:
    assert judged(status.of_limits([], [], [])) == ("none reached", False)
    assert judged(status.of_limits([], ["Bea"], ["Ada", "Bea"])) == ("feed keys of Bea; digests of Ada, Bea", False)
    assert judged(status.of_limits(["Ada"], [], [])) == ("tokens of Ada", True)


def test_an_outage_says_what_to_do() -> None:
    standing = status.of_database("SQLite", "/x", "STORAGE_FULL", "Make room.")
    assert judged(standing) == ("SQLite at /x: STORAGE_FULL", True)
    assert (standing.key, status.of_back_up(None, NOON).key) == ("database", "backUp")
