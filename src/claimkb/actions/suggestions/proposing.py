"""As what is a suggestion recorded where a person says nothing else? The fields of the commands that record it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from claimkb.domain import Source
from claimkb.domain.claim import ClaimKind, Voice
from claimkb.domain.date_phrases import DueReading
from claimkb.domain.due_words import fields_of
from claimkb.domain.quantity import counted
from claimkb.domain.suggesting import Suggested, SuggestionKind
from claimkb.domain.suggesting.asking import Asked
from claimkb.domain.suggesting.proposal import criteria_of, question_of
from claimkb.domain.suggesting.standing import NoSuchReading, paragraph_at

KINDS = {
    SuggestionKind.FORECAST: ClaimKind.PREDICTION,
    SuggestionKind.PROMISE: ClaimKind.PROMISE,
    SuggestionKind.CLAIM: ClaimKind.FACT,
}
"""The kind of claim that each kind of suggestion is recorded as."""


def claim_of(source: Source, asked: Asked, suggested: Suggested, claimant_id: UUID | None) -> dict[str, Any]:
    """Say what is suggested of the claim."""
    return {
        "statement": " ".join(suggested.statement.exact.split()),
        "kind": KINDS[suggested.kind],
        "voice": Voice.UNATTRIBUTED if claimant_id is None else Voice.REPORTED,
        "claimant_id": claimant_id,
        "said_on": source.published_on,
        "said_on_precision": source.published_on_precision,
        "language": source.language or asked.code,
    }


def place_of(source: Source, asked: Asked, suggested: Suggested) -> dict[str, Any]:
    """Say where the claim stands."""
    quote = suggested.quote
    return {
        "source_id": source.id,
        "paragraph": paragraph_at(asked.text, quote.start, source.title),
        "quote": {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix, "start": quote.start},
    }


def reading_of(suggested: Suggested, index: int) -> DueReading | None:
    """Choose a reading of the due date; None where there is none."""
    readings = suggested.due.readings if suggested.due is not None else ()
    if index >= max(1, len(readings)):
        raise NoSuchReading("reading", readings=counted(len(readings), "reading"))
    return readings[index] if readings else None


def _due_of(words: str, reading: DueReading) -> dict[str, Any]:
    """Say what a reading gives of the due date; where it gives none, when to look again, and why."""
    given = fields_of(words, reading)
    return given or {"review_on": reading.review_on, "due_reasoning": reading.reasoning}


def prediction_of(suggested: Suggested, reading: DueReading | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is suggested of the prediction; where the person sends another due date, nothing of the one that was read."""
    own = None if "due_on" in given else reading
    return {
        "question": question_of(suggested, own),
        "criteria": criteria_of(own, suggested.target),
        "due_text": suggested.due and suggested.due.text,
        "likelihood_text": suggested.likelihood_text,
        "target": suggested.target,
        **(_due_of(suggested.due.text, own) if suggested.due and own else {}),
    }
