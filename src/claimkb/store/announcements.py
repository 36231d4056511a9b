"""What do announcements tell subscribers, and in which order? In that of the commits: a subscriber that reads on misses none."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Announcement, Claim, Outcome, Prediction
from claimkb.domain.announcement import Topic
from claimkb.domain.reference import ClaimantId
from claimkb.store.engine import locks, records
from claimkb.store.engine.database import Database
from claimkb.store.engine.locks import Lock
from claimkb.store.engine.outages import DatabaseUnavailable

CHANNEL = "claimkb"
AT_ONCE = 100
_KEY = "announcements"
_APPEND = sa.insert(records.table_of(Announcement))
_TELL = sa.select(sa.func.pg_notify(CHANNEL, ""))


def note(session: Session, topic: str, record_id: UUID) -> None:
    """Note that a record is to be announced when the transaction commits."""
    session.info.setdefault(_KEY, []).append({"topic": topic, "record_id": record_id})


def announce(session: Session) -> None:
    """Append the noted announcements at the end of the transaction, under a lock: so their positions follow the commits."""
    rows = session.info.pop(_KEY, [])
    if rows:
        locks.hold(session, Lock.ANNOUNCING)
        session.execute(_APPEND, rows)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(_TELL)


def newest(session: Session) -> int:
    """Return the position of the newest announcement; 0 if there is none."""
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(col(Announcement.position)), 0))) or 0


def find_position(session: Session, topic: Topic, record_id: UUID) -> int | None:
    """Find the position of the last announcement of a record."""
    same = (col(Announcement.topic) == topic, col(Announcement.record_id) == record_id)
    return session.scalar(sa.select(sa.func.max(col(Announcement.position))).where(*same))


def _of(claimant_id: ClaimantId) -> sa.Select[UUID]:
    """Select the outcomes of a claimant's predictions."""
    predictions = sa.select(col(Outcome.id)).join(Prediction, col(Prediction.id) == Outcome.prediction_id)
    return predictions.join(Claim, col(Claim.id) == Prediction.claim_id).where(col(Claim.claimant_id) == claimant_id)


def after(session: Session, topic: Topic, position: int, claimant_id: ClaimantId | None = None) -> list[tuple[int, UUID]]:
    """List the next announcements of a topic after a position, at most a hundred."""
    select = sa.select(col(Announcement.position), col(Announcement.record_id))
    select = select.where(col(Announcement.topic) == topic, col(Announcement.position) > position)
    if claimant_id is not None:
        select = select.where(col(Announcement.record_id).in_(_of(claimant_id)))
    return [tuple(row) for row in session.execute(select.order_by(col(Announcement.position)).limit(AT_ONCE))]


def listen(database: Database, wake: Callable[[], None], stopped: Callable[[], bool], pause: float) -> None:
    """Call `wake` whenever any server commits an announcement, until stopped. For PostgreSQL, in a thread of its own."""
    with database.explained(), database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        connection.detach()
        try:
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            wake()
            while not stopped():
                for _ in driver.notifies(timeout=pause, stop_after=1):
                    wake()
        except database.driver_error as error:
            raise DatabaseUnavailable(f"the connection that listened was lost: {error}") from error
        finally:
            driver.close()
            connection.invalidate()  # else SQLAlchemy would roll back on a closed connection
