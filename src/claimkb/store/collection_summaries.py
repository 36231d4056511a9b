"""How do the predictions of collections stand? One statement counts them for any number of collections."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, CollectedClaim, Collection, Outcome, Prediction
from claimkb.domain.collection import CollectionKind
from claimkb.domain.collection_summary import Alike, CollectionSummary
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.prediction import PredictionStatus
from claimkb.domain.timeliness import Timeliness
from claimkb.store.collections import is_in
from claimkb.store.predictions import timeliness_of


def _counted(keys: Sequence[UUID], today: date) -> sa.Select[Any]:
    """Count the predictions of collections by what decides how they count, and with them the claims that have none.

    A collection without claims is a row too: with its kind, and nothing to count.
    """
    standing = timeliness_of(today).label("standing")
    alike: tuple[Any, ...] = (col(Collection.id), col(Collection.kind), col(Prediction.kind), col(Outcome.verdict), standing)
    counts = (col(Prediction.status) != PredictionStatus.WITHDRAWN) & (col(Prediction.claim_id) == col(Claim.id))
    stands = (col(Outcome.prediction_id) == Prediction.id) & (col(Outcome.review) == OutcomeReview.CONFIRMED)
    rows: sa.Select[Any] = (
        sa.select(*alike, sa.func.count(col(Claim.id)))
        .select_from(Collection)
        .outerjoin(CollectedClaim, (col(CollectedClaim.collection_id) == Collection.id) & is_in())
        .outerjoin(Claim, (col(Claim.id) == CollectedClaim.claim_id) & col(Claim.retracted_at).is_(None))
        .outerjoin(Prediction, counts)
        .outerjoin(Outcome, stands)
    )
    return rows.where(col(Collection.id).in_(keys)).group_by(*alike)


def by_collections(session: Session, keys: Sequence[UUID], today: date) -> list[CollectionSummary]:
    """Summarise each of these collections, in one statement for all."""
    kinds: dict[UUID, CollectionKind] = {}
    alike: dict[UUID, list[Alike]] = {key: [] for key in keys}
    without = dict.fromkeys(keys, 0)
    for key, kind, predicted, verdict, standing, number in session.execute(_counted(list(alike), today)):
        kinds[key] = kind
        if predicted is None:
            without[key] += number
        else:
            alike[key].append(Alike(predicted, verdict, Timeliness[standing], number))
    return [CollectionSummary(kinds[key], today, alike[key], without[key]) for key in keys]
