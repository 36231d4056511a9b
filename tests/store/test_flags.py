"""Each prediction is flagged once a due date and level, whoever runs the job and how often."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import flagging, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Flag
from claimkb.domain.account import Actor
from claimkb.domain.flag import FlagLevel
from claimkb.domain.permissions import Role
from claimkb.domain.refusals import Forbidden
from claimkb.store import flags
from tests.builders import EDITOR, NOON, TODAY, a_prediction, do, everything, refused, resolved


def on(desk: Desk, day: date) -> Desk:
    """Set the desk's clock to noon of a day."""
    return replace(desk, clock=lambda: datetime.combine(day, NOON.timetz()))


def run(desk: Desk, day: date = TODAY) -> dict[str, int]:
    """Run the job on a day and count the new flags of each level."""
    ran = do(on(desk, day), flagging.flag_predictions, flagging.FlagPredictions())
    return {level.value: count for level, count in ran.by_level().items() if count}


def in_force(desk: Desk) -> list[tuple[str, date]]:
    """List the flags that still apply."""
    with desk.database.read() as session:
        rows = session.execute(sa.select(col(Flag.level), col(Flag.due_on)).where(col(Flag.cleared_at).is_(None)))
        return sorted((level.value, day) for level, day in rows)


def test_each_level_is_flagged_on_its_day_and_only_once(desk: Desk) -> None:
    due = TODAY + timedelta(days=100)
    a_prediction(desk, due)
    days = {days: run(desk, due + timedelta(days=days)) for days in (-8, -7, -6, 0, 1, 2, 29, 30, 31, 500)}
    assert {day: new for day, new in days.items() if new} == {-7: {"DUE_SOON": 1}, 1: {"OVERDUE": 1}, 30: {"LONG_OVERDUE": 1}}


def test_an_undated_prediction_is_flagged_for_review_and_never_as_overdue(desk: Desk) -> None:
    a_prediction(desk, None, review_on=TODAY)
    assert run(desk, TODAY) == {}
    assert run(desk, TODAY + timedelta(days=1)) == {"REVIEW_DUE": 1}
    assert run(desk, TODAY + timedelta(days=900)) == {}


def test_after_a_downtime_only_the_level_of_today_is_flagged(desk: Desk) -> None:
    a_prediction(desk, TODAY - timedelta(days=45))
    assert run(desk) == {"LONG_OVERDUE": 1}


def test_a_settled_prediction_is_not_flagged(desk: Desk) -> None:
    resolved(desk, a_prediction(desk))
    gone = a_prediction(desk)
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=gone.id, reason="A duplicate."))
    assert run(desk) == {}


def test_a_flag_is_cleared_when_the_prediction_is_settled_and_applies_again_when_it_is_reopened(desk: Desk) -> None:
    prediction = a_prediction(desk, TODAY - timedelta(days=1))
    run(desk)
    resolved(desk, prediction)
    assert in_force(desk) == []
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Wrong bridge."))
    assert in_force(desk) == [("OVERDUE", TODAY - timedelta(days=1))]
    assert run(desk) == {}


def test_a_moved_due_date_clears_its_flags_and_is_chased_again(desk: Desk) -> None:
    prediction = a_prediction(desk, TODAY - timedelta(days=1))
    run(desk)
    moved = {"prediction_id": prediction.id, "kind": "EXTENSION", "due_on": TODAY, "reason": "Put off by a day."}
    do(desk, predictions.move_due_date, predictions.MoveDueDate.model_validate(moved))
    assert in_force(desk) == []
    assert run(desk, TODAY + timedelta(days=1)) == {"OVERDUE": 1}
    assert in_force(desk) == [("OVERDUE", TODAY)]


def test_a_clock_that_jumps_back_flags_nothing_twice(desk: Desk) -> None:
    a_prediction(desk, TODAY)
    assert run(desk, TODAY + timedelta(days=1)) == {"OVERDUE": 1}
    assert run(desk, TODAY) == {"DUE_SOON": 1}
    assert run(desk, TODAY + timedelta(days=1)) == {}


def test_a_dry_run_says_what_it_would_flag_and_writes_nothing(desk: Desk) -> None:
    a_prediction(desk)
    before = everything(desk)
    ran = do(desk, flagging.flag_predictions, flagging.FlagPredictions(dry_run=True))
    assert [(flag.level, flag.due_on) for flag in ran.flags] == [(FlagLevel.LONG_OVERDUE, date(2025, 11, 19))]
    assert everything(desk) == before
    run(desk)
    assert do(desk, flagging.flag_predictions, flagging.FlagPredictions(dry_run=True)).flags == []


def test_a_day_to_come_is_a_rehearsal_that_writes_nothing(desk: Desk) -> None:
    a_prediction(desk, TODAY)
    before = everything(desk)
    ran = do(desk, flagging.flag_predictions, flagging.FlagPredictions(as_of=TODAY + timedelta(days=1)))
    assert ([flag.level for flag in ran.flags], ran.dry_run) == ([FlagLevel.OVERDUE], True)
    assert everything(desk) == before


def test_a_prediction_that_is_resolved_while_the_job_runs_keeps_no_flag(desk: Desk) -> None:
    prediction = a_prediction(desk)
    order = {"prediction_id": prediction.id, "verdict": "YES", "rationale": "Seen.", "no_evidence_reason": "Seen ourselves."}
    with ThreadPoolExecutor(1) as pool:
        with desk.work(EDITOR) as work:
            outcomes.resolve_prediction(work, outcomes.ResolvePrediction.model_validate(order))
            job = pool.submit(run, desk)
            time.sleep(0.5)  # the job has begun, and waits for this transaction
        job.result()
    assert in_force(desk) == []


def test_the_job_remembers_when_it_last_succeeded(desk: Desk) -> None:
    run(desk, TODAY - timedelta(days=3))
    with desk.database.read() as session:
        last = flags.last_run(session, flagging.JOB)
    assert last is not None
    assert (last.as_of, last.succeeded_at) == (TODAY - timedelta(days=3), NOON - timedelta(days=3))
    do(desk, flagging.flag_predictions, flagging.FlagPredictions(as_of=TODAY - timedelta(days=1)))
    with desk.database.read() as session:
        again = flags.last_run(session, flagging.JOB)
    assert again is not None
    assert again.as_of == TODAY - timedelta(days=3)


def test_a_reader_may_not_run_the_job(desk: Desk) -> None:
    refused(desk, Forbidden, flagging.flag_predictions, flagging.FlagPredictions(), Actor("Rea", Role.READER))


def statements(desk: Desk) -> list[str]:
    """Collect the statements that the engine is given from now on."""
    given: list[str] = []
    sa.event.listen(desk.database.writer, "before_cursor_execute", lambda *all_: given.append(str(all_[2])))
    return given


def test_the_run_takes_as_many_statements_for_fifty_predictions_as_for_one(desk: Desk) -> None:
    given = statements(desk)
    a_prediction(desk, TODAY)
    given.clear()
    assert sum(run(desk).values()) == 1
    alone = len(given)
    for days in range(50):
        a_prediction(desk, TODAY - timedelta(days=days))
    given.clear()
    assert sum(run(desk).values()) == 50
    assert len(given) == alone


def test_two_runs_at_once_flag_each_prediction_once(desk: Desk) -> None:
    for _ in range(40):
        a_prediction(desk)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: run(desk), range(8)))
    assert sum(count.get("LONG_OVERDUE", 0) for count in counts) == 40
    assert len(in_force(desk)) == 40


@pytest.mark.program
@pytest.mark.usefixtures("desk")
def test_two_processes_at_once_flag_each_prediction_once(desk: Desk, url: str, executable: Path) -> None:
    for _ in range(40):
        a_prediction(desk)
    command = [str(executable), "flag", "--as-of", TODAY.isoformat()]
    runs = [subprocess.Popen(command, env={"CLAIMKB_DATABASE_URL": url, "PATH": ""}, stdout=subprocess.PIPE) for _ in range(2)]
    said = b"".join(each.communicate(timeout=60)[0] for each in runs)
    assert [each.returncode for each in runs] == [0, 0]
    assert said.count(b"LONG_OVERDUE;") + said.count(b"nothing new;") == 2
    assert len(in_force(desk)) == 40
    with desk.database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Flag)).scalar_one() == 40
