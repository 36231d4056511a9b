"""When is the server's own work done, and which of several servers does it?"""

from datetime import date, datetime, timedelta

from sqlmodel import Field, SQLModel

from claimkb.domain.record import Instant

BACK_UP, CHECKPOINT, ERASURE = "backup", "checkpoint", "erasure"
"""The jobs that note when a back-up and a checkpoint were made, and when the database was cleaned of erased words."""

LEASED = timedelta(seconds=90)
"""For how long a server has a lease before another may take it."""


class JobRun(SQLModel, table=True):
    """When a scheduled job last succeeded: one row a job."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=40, description="The job.")
    as_of: date = Field(description="The day that it took for today.")
    succeeded_at: Instant = Field(description="When it succeeded, in UTC.")


class Lease(SQLModel, table=True):
    """Which server does a piece of work at the moment: one row a piece. A server that stops renewing loses it."""

    __tablename__ = "lease"

    work: str = Field(primary_key=True, max_length=40, description="The piece of work.")
    holder: str = Field(max_length=64, description="The server that does it.")
    until: Instant = Field(description="Until when nobody else may, in UTC.")


def is_due(last: JobRun | None, today: date, now: datetime, every: timedelta) -> bool:
    """Tell whether a job is to run: never yet, a new day, or long enough ago. A clock that was set back makes no difference."""
    return last is None or last.as_of != today or abs(now - last.succeeded_at) >= every


def is_late(last: JobRun | None, now: datetime, every: timedelta) -> bool:
    """Tell whether a job has missed two of its runs: somebody should look why."""
    return last is None or now - last.succeeded_at > 2 * every
