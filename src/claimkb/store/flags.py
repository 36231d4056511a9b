"""Which flags does the job append, and which no longer apply? Each in one statement for all predictions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Flag, JobRun, Prediction
from claimkb.domain.flag import FLAGGED, FlagLevel
from claimkb.store.expressions import new_id, upsert
from claimkb.store.predictions import is_open, queue_day, stands


def _wanted(today: date, now: datetime) -> sa.Select[Any]:
    """Select a flag for every open prediction that stands to the calendar at a level."""
    level = sa.case(*((stands(each, today), flag.value) for each, flag in FLAGGED.items()))
    at_a_level = sa.or_(*(stands(each, today) for each in FLAGGED))
    return sa.select(
        new_id(now),
        col(Prediction.id),
        sa.type_coerce(level, sa.String()),
        queue_day,
        sa.literal(now, sa.inspect(Flag).columns["noticed_at"].type),
    ).where(is_open(), at_a_level)


def append(session: Session, today: date, now: datetime) -> list[Flag]:
    """Append the flags that are due today and not there yet. The unique key makes a second run append nothing.

    A prediction that is being settled meanwhile holds this statement up until it is: reconcile afterwards.
    """
    columns = ["id", "prediction_id", "level", "due_on", "noticed_at"]
    insert = upsert(session, Flag).from_select(columns, _wanted(today, now)).on_conflict_do_nothing()
    return list(session.scalars(insert.returning(Flag)))


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


def reconcile(session: Session, now: datetime, prediction_id: UUID | None = None) -> set[UUID]:
    """Clear the flags that no longer apply, and put those back in force that apply again. Return which were cleared."""
    only = [] if prediction_id is None else [col(Flag.prediction_id) == prediction_id]
    in_force = col(Flag.cleared_at).is_(None)
    clear = sa.update(Flag).where(*only, in_force, ~_applies()).values(cleared_at=now)
    again = sa.update(Flag).where(*only, ~in_force, _applies()).values(cleared_at=None)
    options = {"synchronize_session": False}
    cleared = set(session.scalars(clear.returning(col(Flag.id)), execution_options=options))
    session.execute(again, execution_options=options)
    return cleared


def record_run(session: Session, job: str, as_of: date, now: datetime) -> None:
    """Remember when a job last succeeded."""
    run = {"as_of": as_of, "succeeded_at": now}
    insert = upsert(session, JobRun).values(job=job, **run)
    session.execute(insert.on_conflict_do_update(index_elements=["job"], set_=run))


def last_run(session: Session, job: str) -> JobRun | None:
    """Tell when a job last succeeded."""
    return session.get(JobRun, job)
