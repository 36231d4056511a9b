"""Which erasures were carried out, and which wait for a second administrator?"""

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Erasure


def waiting(session: Session) -> list[Erasure]:
    """List the erasures that wait for a second administrator."""
    return list(session.scalars(sa.select(Erasure).where(col(Erasure.erased_at).is_(None)).order_by(col(Erasure.id))))


def newest(session: Session) -> Erasure | None:
    """Return the newest erasure that was carried out."""
    return session.scalar(sa.select(Erasure).where(col(Erasure.number).is_not(None)).order_by(col(Erasure.number).desc()).limit(1))
