"""Which flags does the job append, and which no longer apply? Each in one statement for all predictions.

`Prediction.flag_on` is the day on which the job looks at it next, so that a day with nothing new costs next to nothing. `watch` and
`look_again` set it to the first such day; `append` adds the flags that are due, and `look_on` then moves it to the day of the next
level; `reconcile_…` clears the flags of predictions that were settled or moved meanwhile. `pending` shows what `append` would do.
"""

from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from claimkb.domain import Flag, JobRun, Prediction
from claimkb.domain.announcement import Topic
from claimkb.domain.flag import FLAGGED, FlagLevel, first_look
from claimkb.domain.prediction import waited_for
from claimkb.domain.timeliness import DUE_SOON_DAYS, LONG_OVERDUE_DAYS
from claimkb.store import announcements
from claimkb.store.engine import records
from claimkb.store.engine.expressions import days_after, new_id, upsert
from claimkb.store.predictions import is_open, queue_day, stands


def watch(session: Session) -> None:
    """Write the day for which each prediction waits that a session adds or changes, and let the job look at it again."""

    def look_again(*_: object) -> None:
        for record in [*session.new, *session.dirty]:
            if isinstance(record, Prediction):
                record.waits_for = waited_for(record)  # type: ignore[assignment]  # None is refused by the database, as before
                record.flag_on = first_look(record)

    event.listen(session, "before_flush", look_again)


def _level(today: date) -> sa.ColumnElement[str]:
    """Write the flag level of a prediction on a day."""
    return sa.type_coerce(sa.case(*((stands(each, today), flag.value) for each, flag in FLAGGED.items())), sa.String())


def _wanted(today: date, now: datetime) -> sa.Select[UUID, UUID, str, date, datetime]:
    """Select a flag for every open prediction that has a flag level on a day."""
    at_a_level = sa.or_(*(stands(each, today) for each in FLAGGED))
    return sa.select(
        new_id(now),
        col(Prediction.id),
        _level(today),
        queue_day,
        sa.literal(now, sa.inspect(Flag).columns["noticed_at"].type),
    ).where(is_open(), at_a_level)


def append(session: Session, today: date, now: datetime) -> list[Flag]:
    """Append the flags that are due today and do not exist yet. The unique key makes a second run append nothing.

    A transaction that settles a prediction meanwhile holds this statement up until it has ended: reconcile afterwards.
    """
    columns = ["id", "prediction_id", "level", "due_on", "noticed_at"]
    wanted = _wanted(today, now).where(col(Prediction.flag_on) <= today)
    insert = upsert(session, Flag).from_select(columns, wanted).on_conflict_do_nothing()
    return list(session.scalars(insert.returning(Flag)))


def look_again(session: Session) -> None:
    """Let the job look at every open prediction: the calendar was ahead, and looked too early."""
    first = sa.case((col(Prediction.due_on).is_not(None), days_after(queue_day, -DUE_SOON_DAYS)), else_=days_after(queue_day, 1))
    looked = sa.update(Prediction).where(is_open()).values(flag_on=sa.type_coerce(first, sa.Date()))
    session.execute(looked, execution_options={"synchronize_session": False})


def look_on(session: Session, today: date) -> None:
    """Set the next day to look at the predictions whose flag of today exists: that of the next level, if there is one."""
    same = (col(Flag.prediction_id) == Prediction.id, col(Flag.due_on) == queue_day)
    is_there = sa.select(col(Flag.id)).where(*same, sa.type_coerce(col(Flag.level), sa.String()) == _level(today)).exists()
    dated = col(Prediction.due_on).is_not(None)
    kind = sa.Date()
    following = sa.case(
        (dated & (queue_day >= today), days_after(queue_day, 1)),
        (dated & (queue_day > today - timedelta(days=LONG_OVERDUE_DAYS)), days_after(queue_day, LONG_OVERDUE_DAYS)),
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
def _updates(name: str, *, several: bool) -> tuple[sa.Executable, sa.Executable]:
    """Write the update that clears flags, and the one that puts flags back in force, among those with a value in a column, or
    with one of several.
    """
    flag = records.table_of(Flag)
    column, in_force = flag.c[name], flag.c.cleared_at.is_(None)
    among = column.in_(sa.bindparam("among", expanding=True)) if several else column == sa.bindparam("among")
    clear = sa.update(flag).where(among, in_force, ~_applies()).values(cleared_at=sa.bindparam("now"))
    restore = sa.update(flag).where(among, ~in_force, _applies()).values(cleared_at=None)
    return clear.returning(flag.c.id), restore.returning(flag.c.id)


def reconcile_prediction(session: Session, now: datetime, prediction_id: UUID) -> None:
    """Clear the flags of a prediction that no longer apply, and restore those that apply again."""
    _reconcile(session, now, "prediction_id", prediction_id)


def reconcile_predictions(session: Session, now: datetime, prediction_ids: list[UUID]) -> None:
    """Do so for several predictions."""
    _reconcile(session, now, "prediction_id", prediction_ids)


def reconcile_run(session: Session, now: datetime) -> set[UUID]:
    """Clear the flags of this run that no longer apply, and restore those that apply again; return the ids of the cleared ones."""
    return _reconcile(session, now, "noticed_at", now)


def _reconcile(session: Session, now: datetime, name: str, value: UUID | list[UUID] | datetime) -> set[UUID]:
    """Clear and restore flags among those with a value in a column; announce the restored and return the cleared."""
    clear, restore = _updates(name, several=isinstance(value, list))
    session.flush()
    cleared = set(session.scalars(clear, {"among": value, "now": now}))
    for id_ in session.scalars(restore, {"among": value}):
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
