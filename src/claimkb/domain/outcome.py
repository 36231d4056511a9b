"""What was found to have happened?"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, Index, text

from claimkb.domain.dates import Day
from claimkb.domain.deadline import Deadline
from claimkb.domain.record import Instant, Person, Reason, Term, Versioned
from claimkb.domain.target import Number, Target, Unit, plain_decimal


class Verdict(Term):
    """The answer to a prediction's question."""

    YES = "YES", "It happened, in time."
    NO = "NO", "It did not happen in time. If it happened late, the day says so."
    PARTIAL = "PARTIAL", "Part of it happened in time."
    AMBIGUOUS = "AMBIGUOUS", "The world does not tell: reports conflict, or the facts are unclear."
    ANNULLED = "ANNULLED", "The question was invalid: a false premise, a condition that failed, a duplicate."


class OutcomeReview(Term):
    """Whether an outcome stands."""

    PROPOSED = "PROPOSED", "It waits for another person."
    CONFIRMED = "CONFIRMED", "It stands."
    REJECTED = "REJECTED", "Another person did not agree."
    SUPERSEDED = "SUPERSEDED", "The prediction was reopened; it stays readable."


Measured = Annotated[Number, Rule(description="The number that was measured, to be held against the target.")]
Rationale = Annotated[str, Rule(min_length=1, max_length=8000, description="Why we say so.")]
OccurredOn = Annotated[Day, Rule(description="When it happened.")]
KnownOn = Annotated[Day, Rule(description="When it became known.")]
NoEvidenceReason = Annotated[str, Rule(min_length=1, max_length=4000, description="Why no evidence is given.")]
EarlyReason = Annotated[
    str, Rule(min_length=1, max_length=4000, description="Before the due date: why the remaining days cannot undo the verdict.")
]


class Outcome(Versioned, table=True):
    """What was found to have happened: verdict, when it happened, why we say so. Appended; a newer one supersedes it."""

    __tablename__ = "outcome"
    __table_args__ = (
        Index("ix_outcome_prediction_id", "prediction_id", "recorded_at", "id"),
        Index("ix_outcome_updated_at", "updated_at", "id"),
        Index(
            "uq_outcome_confirmed",
            "prediction_id",
            unique=True,
            sqlite_where=text("review = 'CONFIRMED'"),
            postgresql_where=text("review = 'CONFIRMED'"),
        ),
    )

    prediction_id: UUID = Field(foreign_key="prediction.id", description="The prediction that it answers.")
    verdict: Verdict = Field(description="The answer.")
    occurred_on: OccurredOn | None = None
    known_on: KnownOn | None = None
    measured: Measured | None = None
    unit: Unit | None = None
    recorded_at: Instant = Field(description="When it was recorded, in UTC.")
    rationale: Rationale
    no_evidence_reason: NoEvidenceReason | None = None
    early_reason: EarlyReason | None = None
    review: OutcomeReview = Field(description="Whether it stands.")
    proposed_by: Person
    reviewed_by: Person | None = Field(default=None, description="Who confirmed or rejected it; nobody where one person suffices.")
    supersedes_id: UUID | None = Field(
        default=None, foreign_key="outcome.id", index=True, description="The outcome that it replaces."
    )
    superseded_reason: Reason | None = Field(default=None, description="Why the prediction was reopened.")
    rejected_reason: Reason | None = Field(default=None, description="Why another person did not agree.")


UNDERMINING = (Verdict.NO, Verdict.ANNULLED)
"""The verdicts on one prediction that take the footing from those that depend on it. They are looked at again, never answered."""


def days_late(occurred_on: date | None, held_to: Deadline | None) -> int | None:
    """Count the days from the last day in time to the day it happened; None if it did not happen late."""
    if held_to is None or occurred_on is None or not held_to.is_late(occurred_on):
        return None
    return (occurred_on - held_to.due_on).days


def days_early(occurred_on: date | None, held_to: Deadline | None) -> int | None:
    """Count the days from the day it happened to the first day in time; None if it did not happen too early."""
    if held_to is None or occurred_on is None or not held_to.is_early(occurred_on):
        return None
    return (held_to.first_day - occurred_on).days


def error(measured: str | None, unit: str | None, target: Target | None) -> str | None:
    """Subtract what was predicted from what was measured; None where one is missing, or the target is in another unit by now."""
    if measured is None or unit is None or target is None or not target.is_in(unit):
        return None
    return plain_decimal(target.error(measured))
