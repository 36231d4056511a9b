"""What was changed after it was settled? Corrections, in public."""

from collections.abc import Mapping
from uuid import UUID

from claimkb.domain.outcome import Outcome, OutcomeReview
from claimkb.domain.prediction import Prediction, PredictionStatus
from claimkb.domain.record import Record
from claimkb.domain.review import Review, ReviewState

UNSAID = frozenset({"assignee", "status"})
"""Fields of a resolved prediction that change without a correction: its assignee, and its status, which the outcome explains."""


def corrected(record: Record, before: Mapping[str, object]) -> UUID | None:
    """Return the id of the settled prediction or claim that a change corrects, or None; `before` has the old values."""
    if isinstance(record, Outcome) and before.get("review") is OutcomeReview.CONFIRMED:
        return record.prediction_id
    if isinstance(record, Prediction) and before.get("status", record.status) is PredictionStatus.RESOLVED:
        return record.id if before.keys() - UNSAID else None
    if isinstance(record, Review) and before.get("state") is ReviewState.CONFIRMED:
        return record.claim_id
    return None
