"""Which predictions does a digest name?"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Announcement, Channel, Claim, Claimant, Flag, Prediction
from claimkb.domain.digest import MOST, Digest, Named
from claimkb.domain.flag import FLAGGED
from claimkb.store import announcements
from claimkb.store.deliveries import news, searches_of
from claimkb.store.predictions import has_flag, is_open, queue_day, timeliness_of


def of_channel(session: Session, channel_id: UUID, today: date, most: int = MOST) -> Digest:
    """Make the digest of a channel: the predictions whose flag still applies and that it has not told of yet."""
    until = announcements.newest(session)
    saved = searches_of(session, col(Channel.id) == channel_id)
    fresh = sa.select(col(Flag.prediction_id)).select_from(sa.join(Channel, Announcement, sa.true()))
    fresh = fresh.join(Flag, sa.true()).join(Prediction, sa.true())
    fresh = fresh.where(col(Channel.id) == channel_id, *news(saved, today, until))
    # PostgreSQL finds what is new once: without statistics of the tables, it would look for it again for each prediction.
    found = fresh.correlate(None).cte("fresh").prefix_with("MATERIALIZED", dialect="postgresql")
    return _digest(session, today, until, col(Prediction.id).in_(sa.select(found.c.prediction_id)), most)


def of_everything(session: Session, today: date) -> Digest:
    """Make the digest of every prediction with a flag that still applies."""
    return _digest(session, today, announcements.newest(session), has_flag(), MOST)


def _digest(session: Session, today: date, until: int, which: sa.ColumnElement[bool], most: int) -> Digest:
    """Read the first predictions of each level, the longest waiting first, and count all of them, in one statement."""
    level = timeliness_of(today)
    order = (queue_day, col(Prediction.id))
    ranked = sa.select(
        col(Prediction.id).label("id"),
        level.label("level"),
        sa.func.row_number().over(partition_by=level, order_by=order).label("place"),
        sa.func.count().over(partition_by=level).label("size"),
    )
    few = ranked.where(which, is_open(), level.in_([each.value for each in FLAGGED])).subquery()
    rows = (
        sa.select(Prediction, col(Claimant.name), few.c.level, few.c.size)
        .join(few, few.c.id == col(Prediction.id))
        .join(Claim, col(Claim.id) == col(Prediction.claim_id))
        .outerjoin(Claimant, col(Claimant.id) == col(Claim.claimant_id))
        .where(few.c.place <= most)
        .order_by(few.c.place)
    )
    digest = Digest(today, until)
    for prediction, claimant, name, size in session.execute(rows):
        digest.add(name, Named(prediction, claimant), size)
    return digest
