"""Which reviews stand, which are due again, and on how many origins do they rest?"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, Evidence, Review, Source
from claimkb.domain.evidence import Stance
from claimkb.domain.review import ReviewState
from claimkb.store.engine import additions, conditions

TAKES_SIDES = (Stance.SUPPORTS, Stance.REFUTES)


def stands() -> sa.ColumnElement[bool]:
    """Hold for confirmed reviews. The state is a literal, so that the partial indexes serve the condition."""
    return col(Review.state) == sa.literal_column(f"'{ReviewState.CONFIRMED}'")


def is_reviewed() -> sa.ColumnElement[bool]:
    """Hold for claims with a review that stands."""
    return sa.select(col(Review.id)).where(col(Review.claim_id) == Claim.id, stands()).exists()


def is_due(today: date) -> sa.ColumnElement[bool]:
    """Hold for claims whose confirmed review is past its reviewBy, except retracted claims: these are not reviewed."""
    passed = sa.select(col(Review.claim_id)).where(stands(), col(Review.review_by) < today)
    return col(Claim.id).in_(passed) & col(Claim.retracted_at).is_(None)


_REVIEW = sa.select(Review).where(col(Review.claim_id) == sa.bindparam("claim_id"), col(Review.state) == sa.bindparam("state"))

_IN_FORCE = sa.select(Review).where(
    col(Review.claim_id) == sa.bindparam("claim_id"), col(Review.state).in_((ReviewState.CONFIRMED, ReviewState.PROPOSED))
)
_IN_FORCE = _IN_FORCE.order_by(col(Review.state)).limit(1)  # by the alphabet, CONFIRMED is before PROPOSED


def find(session: Session, claim_id: UUID, state: ReviewState) -> Review | None:
    """Find the review of a claim in a state."""
    return session.scalars(_REVIEW, {"claim_id": claim_id, "state": state}).one_or_none()


def find_in_force(session: Session, claim_id: UUID) -> Review | None:
    """Find the confirmed review of a claim, or else the proposed one, in one statement."""
    if not additions.may_name(session, Review, "claim_id", claim_id):
        return None
    return session.scalars(_IN_FORCE, {"claim_id": claim_id}).first()


def independent_origins(session: Session, keys: Sequence[UUID], stance: Stance | None) -> list[int]:
    """Count, for each of these reviews, the origins of its evidence of a stance, in one statement.

    The origin of a source is found by following `derived_from` to a source that repeats none. A ring of sources is refused when it
    is recorded; UNION ends the recursion if there is one all the same.
    """
    wanted = TAKES_SIDES if stance is None else (stance,)
    repeats = col(Source.derived_from_id)
    line = (
        sa.select(col(Evidence.review_id), col(Source.id), repeats)
        .join(Source, col(Source.id) == Evidence.source_id)
        .where(col(Evidence.review_id).in_(keys), col(Evidence.stance).in_(wanted), conditions.stands(Evidence))
        .cte(recursive=True)
    )
    line = line.union(sa.select(line.c.review_id, col(Source.id), repeats).join(line, line.c.derived_from_id == Source.id))
    origins = sa.select(line.c.review_id, sa.func.count()).where(line.c.derived_from_id.is_(None))
    found: dict[UUID, int] = {row[0]: row[1] for row in session.execute(origins.group_by(line.c.review_id))}
    return [found.get(key, 0) for key in keys]
