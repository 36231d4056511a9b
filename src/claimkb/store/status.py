"""How large is the data, how much room is left, and how much is still to be sent? For the person on call, and for metrics."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Announcement, Channel, Delivery, Flag, Outcome, Revision
from claimkb.domain.announcement import CHANGE, Topic
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.status import Queue
from claimkb.store import deliveries
from claimkb.store.engine.database import Database

_NOTED_AT: dict[str, Any] = {
    Topic.FLAG: (Flag, "noticed_at"),
    Topic.OUTCOME: (Outcome, "recorded_at"),
    CHANGE: (Revision, "recorded_at"),
}
"""The records that webhooks are told of, by topic, each with the field that says since when."""


def size(database: Database, session: Session) -> int:
    """Measure how many bytes the data takes: of SQLite the file and its log, of PostgreSQL the whole database."""
    if database.file is None:
        return session.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0
    files = (Path(database.file.path + ending) for ending in ("", "-wal"))
    return sum(os.stat(each).st_size for each in files if each.exists())


def room(database: Database) -> tuple[int, int] | None:
    """Measure how many bytes are free on the disk of a SQLite file, and of how many; None for PostgreSQL, and without a folder."""
    if database.file is None:
        return None
    try:
        usage = shutil.disk_usage(Path(database.file.path).parent)
    except OSError:
        return None
    return usage.free, usage.total


def queue(session: Session) -> Queue:
    """Count what is to be sent, and find since when the oldest is due: deliveries, and events that have none yet."""
    unsent = col(Delivery.state).in_((DeliveryState.WAITING, DeliveryState.SENDING))
    many, due_at = session.execute(sa.select(sa.func.count(), sa.func.min(col(Delivery.due_at))).where(unsent)).one()
    events = sa.select(sa.func.count(), sa.func.min(col(Announcement.position))).select_from(
        sa.join(Channel, Announcement, sa.true())
    )
    more, first = session.execute(events.where(*deliveries.unplanned())).one()
    instants = [each for each in (due_at, _noted_at(session, first)) if each is not None]
    return Queue(many + more, min(instants, default=None))


def _noted_at(session: Session, position: int | None) -> datetime | None:
    """Find when what an announcement tells of was recorded. Of a flag that applies again it is when it was noticed first."""
    announced = session.get(Announcement, position) if position is not None else None
    if announced is None:
        return None
    kind, name = _NOTED_AT[announced.topic]
    record = session.get(kind, announced.record_id)
    found: datetime | None = record and getattr(record, name)
    return found
