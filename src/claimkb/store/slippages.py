"""Which predictions of a claimant repeat one another?

One statement for a page of predictions follows REPEATS relations from the claim of each, in both directions and on from there. It
visits no claim twice, so that circles end.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, ClaimRelation, DueDateChange, Prediction, Series
from claimkb.domain.claim import RelationType
from claimkb.domain.prediction import PredictionStatus
from claimkb.domain.slippage import Said, Slippage, chains
from claimkb.domain.track_record import Move
from claimkb.store import claims

_REPEATS = claims.is_related(RelationType.REPEATS)
_COUNTS = (col(Claim.retracted_at).is_(None)) & (col(Prediction.status) != PredictionStatus.WITHDRAWN)


def _reached(keys: Sequence[UUID]) -> sa.CTE:
    """Select the claims of these predictions and all claims that REPEATS relations lead to, each with its claimant."""
    claim: tuple[Any, ...] = (col(Claim.id).label("id"), col(Claim.claimant_id).label("claimant_id"))
    begin = sa.select(*claim).join(Prediction, col(Prediction.claim_id) == Claim.id).where(col(Prediction.id).in_(keys), _COUNTS)
    reached = begin.cte("reached", recursive=True)
    one, other = col(ClaimRelation.from_claim_id), col(ClaimRelation.to_claim_id)
    is_beside = _REPEATS & ((one == reached.c.id) | (other == reached.c.id))
    beside = sa.case((one == reached.c.id, other), else_=one)
    is_theirs = (col(Claim.id) == beside) & (col(Claim.claimant_id) == reached.c.claimant_id)
    step = sa.select(*claim).select_from(reached).join(ClaimRelation, is_beside).join(Claim, is_theirs)
    return reached.union(step.join(Prediction, col(Prediction.claim_id) == Claim.id).where(_COUNTS))


def _with_links(reached: sa.CTE) -> sa.Select[Any]:
    """Select the reached claims and predictions: a row for each claim that repeats one, and for each move of a due date."""
    said: tuple[Any, ...] = (
        col(Prediction.id),
        col(Prediction.claim_id),
        col(Prediction.kind),
        col(Claim.said_on),
        col(Claim.said_on_precision),
        col(Claim.created_at),
        col(Prediction.original_due_on),
        col(Series.every),
    )
    move = (col(DueDateChange.id), col(DueDateChange.kind), col(DueDateChange.new_due_on))
    return (
        sa.select(*said, col(ClaimRelation.from_claim_id), *move)
        .select_from(Prediction)
        .join(Claim, col(Claim.id) == Prediction.claim_id)
        .outerjoin(Series, col(Series.id) == Prediction.series_id)
        .outerjoin(ClaimRelation, (col(ClaimRelation.to_claim_id) == Prediction.claim_id) & _REPEATS)
        .outerjoin(DueDateChange, col(DueDateChange.prediction_id) == Prediction.id)
        .where(col(Prediction.claim_id).in_(sa.select(reached.c.id)), _COUNTS)
        .order_by(col(DueDateChange.recorded_at), col(DueDateChange.id))
    )


def by_predictions(session: Session, keys: Sequence[UUID]) -> list[Slippage | None]:
    """Find, for each of these predictions, the chain that it is in; None if it is in none."""
    moves: dict[tuple[Any, ...], dict[UUID, Move]] = defaultdict(dict)
    repeated_by: dict[tuple[Any, ...], set[UUID]] = defaultdict(set)
    for row in session.execute(_with_links(_reached(keys))):
        said, (repeating, move_id, *move) = row[:8], row[8:]
        repeated_by[said] |= {repeating} - {None}
        moves[said] |= {move_id: Move(*move)} if move_id else {}
    found = chains(
        Said(*each, every=every, moves=tuple(moves[*each, every].values()), repeated_by=frozenset(by))
        for (*each, every), by in repeated_by.items()
    )
    return [found.get(key) for key in keys]
