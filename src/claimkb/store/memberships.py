"""Which claimant belongs to which?"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Membership


def belongs(session: Session, claimant_id: UUID, of_id: UUID, but: UUID | None = None) -> bool:
    """Tell whether a claimant belongs to another, directly or by way of others; leave out one membership."""
    stands = sa.select(col(Membership.claimant_id), col(Membership.of_id)).where(col(Membership.retracted_at).is_(None))
    if but is not None:
        stands = stands.where(col(Membership.id) != but)
    edges = stands.subquery()
    reached = sa.select(edges.c.of_id.label("id")).where(edges.c.claimant_id == claimant_id).cte(recursive=True)
    reached = reached.union(sa.select(edges.c.of_id).join(reached, reached.c.id == edges.c.claimant_id))
    return session.execute(sa.select(reached.c.id).where(reached.c.id == of_id)).first() is not None


def find(session: Session, wanted: Membership) -> Membership | None:
    """Find the membership that says the same, and that was not retracted."""
    same = [getattr(Membership, name).is_not_distinct_from(getattr(wanted, name)) for name in ("role", "from_on")]
    ends = (col(Membership.claimant_id) == wanted.claimant_id, col(Membership.of_id) == wanted.of_id)
    found = sa.select(Membership).where(*ends, *same, col(Membership.retracted_at).is_(None), col(Membership.id) != wanted.id)
    return session.scalars(found.order_by(col(Membership.id)).limit(1)).one_or_none()
