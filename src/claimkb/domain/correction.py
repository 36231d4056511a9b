"""What was changed after it was settled? Corrections, in public."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from claimkb.domain.outcome import Outcome, OutcomeReview
from claimkb.domain.prediction import Prediction, PredictionStatus
from claimkb.domain.record import Record
from claimkb.domain.review import Review, ReviewState

UNSAID = frozenset({"assignee", "status"})
"""What changes in a resolved prediction without a correction: who looks after it; and of one opened again its outcome tells."""


def corrected(record: Record, before: Mapping[str, Any]) -> UUID | None:
    """Tell of which prediction or claim something confirmed was changed, given the changed fields before; None if nothing was."""
    if isinstance(record, Outcome) and before.get("review") is OutcomeReview.CONFIRMED:
        return record.prediction_id
    if isinstance(record, Prediction) and before.get("status", record.status) is PredictionStatus.RESOLVED:
        return record.id if before.keys() - UNSAID else None
    if isinstance(record, Review) and before.get("state") is ReviewState.CONFIRMED:
        return record.claim_id
    return None
