"""Which flags does the job append, and which no longer apply? Each in one statement for all predictions.

A prediction says on which day the job has to look at it next (`flag_on`), so that a day with nothing new costs next to nothing.
Whoever changes a prediction sets that day back to the first; the job moves it on once the flag is there.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from claimkb.domain import Flag, JobRun, Prediction
from claimkb.domain.announcement import Topic
from claimkb.domain.flag import FLAGGED, FlagLevel, first_look
from claimkb.domain.timeliness import DUE_SOON_DAYS, LONG_OVERDUE_DAYS
from claimkb.store import announcements
from claimkb.store.engine import records
from claimkb.store.engine.expressions import days_after, new_id, upsert
from claimkb.store.predictions import is_open, queue_day, stands


def watch(session: Session) -> None:
    """Let the job look again at every prediction that a session adds or changes."""

    def look_again(*_: Any) -> None:
        for record in [*session.new, *session.dirty]:
            if isinstance(record, Prediction):
                record.flag_on = first_look(record)

    event.listen(session, "before_flush", look_again)


def _level(today: date) -> sa.ColumnElement[str]:
    """Write the level at which a prediction stands to the calendar."""
    return sa.type_coerce(sa.case(*((stands(each, today), flag.value) for each, flag in FLAGGED.items())), sa.String())


def _wanted(today: date, now: datetime) -> sa.Select[Any]:
    """Select a flag for every open prediction that stands to the calendar at a level."""
    at_a_level = sa.or_(*(stands(each, today) for each in FLAGGED))
    return sa.select(
        new_id(now),
        col(Prediction.id),
        _level(today),
        queue_day,
        sa.literal(now, sa.inspect(Flag).columns["noticed_at"].type),
    ).where(is_open(), at_a_level)


def append(session: Session, today: date, now: datetime) -> list[Flag]:
    """Append the flags that are due today and not there yet. The unique key makes a second run append nothing.

    A prediction that is being settled meanwhile holds this statement up until it is: reconcile afterwards.
    """
    columns = ["id", "prediction_id", "level", "due_on", "noticed_at"]
    wanted = _wanted(today, now).where(col(Prediction.flag_on) <= today)
    insert = upsert(session, Flag).from_select(columns, wanted).on_conflict_do_nothing()
    return list(session.scalars(insert.returning(Flag)))


def look_again(session: Session) -> None:
    """Let the job look at every open prediction: the calendar was ahead, and looked too early."""
    due_on, review_on = col(Prediction.due_on), col(Prediction.review_on)
    first = sa.case((due_on.is_not(None), days_after(due_on, -DUE_SOON_DAYS)), else_=days_after(review_on, 1))
    looked = sa.update(Prediction).where(is_open()).values(flag_on=sa.type_coerce(first, sa.Date()))
    session.execute(looked, execution_options={"synchronize_session": False})


def look_on(session: Session, today: date) -> None:
    """Say when to look again at the predictions whose flag of today is there: at the next level, if there is one."""
    same = (col(Flag.prediction_id) == Prediction.id, col(Flag.due_on) == queue_day)
    is_there = sa.select(col(Flag.id)).where(*same, sa.type_coerce(col(Flag.level), sa.String()) == _level(today)).exists()
    dated = col(Prediction.due_on).is_not(None)
    due_on, kind = col(Prediction.due_on), sa.Date()
    following = sa.case(
        (dated & (due_on >= today), days_after(due_on, 1)),
        (dated & (due_on > today - timedelta(days=LONG_OVERDUE_DAYS)), days_after(due_on, LONG_OVERDUE_DAYS)),
        else_=sa.null(),
    )
    looked = sa.update(Prediction).where(col(Prediction.flag_on) <= today, is_there)
    moved = looked.values(flag_on=sa.type_coerce(following, kind))
    session.execute(moved, execution_options={"synchronize_session": False})


def pending(session: Session, today: date, now: datetime) -> list[Flag]:
    """List the flags that a run would append, and append none."""
    _, prediction_id, level, due_on, _ = _wanted(today, now).subquery().c
    same = (
        col(Flag.prediction_id) == prediction_id,
        col(Flag.due_on) == due_on,
        sa.type_coerce(col(Flag.level), sa.String()) == level,
    )
    rows = session.execute(sa.select(prediction_id, level, due_on).where(~sa.select(col(Flag.id)).where(*same).exists()))
    return [Flag(prediction_id=id_, level=FlagLevel[name], due_on=day, noticed_at=now) for id_, name, day in rows]


def _applies() -> sa.ColumnElement[bool]:
    """Hold for flags whose prediction still waits for the same day."""
    same = (col(Prediction.id) == Flag.prediction_id, queue_day == Flag.due_on, is_open())
    return sa.select(col(Prediction.id)).where(*same).exists()


@cache
def _reconciling(name: str) -> tuple[sa.Executable, sa.Executable]:
    """Write what clears the flags that no longer apply, and what puts those back in force that do: among those of a value."""
    flag = records.table_of(Flag)
    among, in_force = flag.c[name] == sa.bindparam("among"), flag.c.cleared_at.is_(None)
    clear = sa.update(flag).where(among, in_force, ~_applies()).values(cleared_at=sa.bindparam("now"))
    again = sa.update(flag).where(among, ~in_force, _applies()).values(cleared_at=None)
    return clear.returning(flag.c.id), again.returning(flag.c.id)


def reconcile(session: Session, now: datetime, **only: Any) -> set[UUID]:
    """Clear the flags that no longer apply, and put those back in force, and announce, that apply again.

    Among those of a prediction, or of a run. Return which were cleared.
    """
    ((name, value),) = only.items()
    clear, again = _reconciling(name)
    session.flush()
    cleared = set(session.scalars(clear, {"among": value, "now": now}))
    for id_ in session.scalars(again, {"among": value}):
        announcements.note(session, Topic.FLAG, id_)
    return cleared


def record_run(session: Session, job: str, as_of: date, now: datetime) -> None:
    """Remember when a job last succeeded."""
    run = {"as_of": as_of, "succeeded_at": now}
    insert = upsert(session, JobRun).values(job=job, **run)
    session.execute(insert.on_conflict_do_update(index_elements=["job"], set_=run))


def last_run(session: Session, job: str) -> JobRun | None:
    """Tell when a job last succeeded."""
    return session.get(JobRun, job)
