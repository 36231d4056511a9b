"""Of which changes are programs told, and under which names?"""

from collections.abc import Mapping
from typing import Any

from claimkb.domain.checkpoint import Checkpoint
from claimkb.domain.claim import Claim
from claimkb.domain.outcome import Outcome, OutcomeReview
from claimkb.domain.prediction import Prediction, PredictionStatus
from claimkb.domain.record import Record, Term
from claimkb.domain.target import COLUMNS


class Event(Term):
    """What a program is told of, by the name that its messages carry."""

    FLAGGED = "prediction.flagged", "The job flagged a prediction, or a flag applies again."
    UPDATED = "prediction.updated", "The question, the criteria or other words of a prediction changed."
    MOVED = "prediction.moved", "The due date of a prediction moved."
    WITHDRAWN = "prediction.withdrawn", "A prediction is tracked no longer."
    RESTORED = "prediction.restored", "A prediction that was withdrawn is tracked again."
    PROPOSED = "outcome.proposed", "An outcome waits for another person. It does not stand yet."
    RECORDED = "outcome.recorded", "An outcome stands."
    REJECTED = "outcome.rejected", "Another person did not agree with an outcome that waited. It never stood."
    REOPENED = "outcome.reopened", "The prediction is open again: the outcome stands no longer."
    SUPERSEDED = "outcome.superseded", "Another outcome stands in the place of one that was reopened."
    CLAIM_UPDATED = "claim.updated", "What a claim says, or who is said to have said it, changed."
    CLAIM_RETRACTED = "claim.retracted", "The desk stands by its record of a claim no longer."
    CLAIM_RESTORED = "claim.restored", "The desk stands by its record of a claim again."
    CHECKPOINT = "checkpoint.made", "A signed line about everything that is recorded: keep it elsewhere."
    PING = "ping", "Somebody tries the channel."


_OF_REVIEW: dict[str, Event] = {
    OutcomeReview.PROPOSED: Event.PROPOSED,
    OutcomeReview.REJECTED: Event.REJECTED,
    OutcomeReview.SUPERSEDED: Event.REOPENED,
}

DATES = {"due_on", "due_from", "due_precision", "original_due_on", "bound"}
WORDS = {"question", "criteria", "kind", "checkability", "due_text", "due_basis", "due_reasoning", "likelihood_text", "probability"}
WORDS |= {"answer_from", *COLUMNS}
CLAIMED = {"statement", "kind", "claimant_id", "on_behalf_of_id", "voice", "said_on", "said_on_precision", "is_hedged"}


def event_of(record: Record, before: Mapping[str, Any], after: Mapping[str, Any]) -> Event | None:
    """Name what a revision tells programs, given the record and its fields before and since; None where they are told nothing.

    That an outcome stands is announced by itself, also where nothing was there before: here it is that it replaces another.
    """
    if isinstance(record, Outcome) and "review" in after:
        if after["review"] == OutcomeReview.CONFIRMED:
            return Event.SUPERSEDED if record.supersedes_id else None
        return _OF_REVIEW[after["review"]]
    if isinstance(record, Prediction) and before:
        if PredictionStatus.WITHDRAWN in (before.get("status"), after.get("status")):
            return Event.WITHDRAWN if after["status"] == PredictionStatus.WITHDRAWN else Event.RESTORED
        if not DATES.isdisjoint(after):
            return Event.MOVED
        return None if WORDS.isdisjoint(after) else Event.UPDATED
    if isinstance(record, Claim) and before:
        if "retracted_at" in after:
            return Event.CLAIM_RETRACTED if after["retracted_at"] else Event.CLAIM_RESTORED
        return None if CLAIMED.isdisjoint(after) else Event.CLAIM_UPDATED
    return Event.CHECKPOINT if isinstance(record, Checkpoint) else None
