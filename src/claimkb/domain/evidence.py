"""What supports or refutes a claim, an outcome or a review?"""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index

from claimkb.domain.outcome import Outcome
from claimkb.domain.record import Appended, Note, Retractable, Term, Versioned
from claimkb.domain.refusals import EvidenceOfOneThing, EvidenceWithoutSource, WrongState
from claimkb.domain.review import Review


class Stance(Term):
    """How a piece of evidence stands to what it is about."""

    SUPPORTS = "SUPPORTS", "It speaks for it."
    REFUTES = "REFUTES", "It speaks against it."
    CONTEXT = "CONTEXT", "It helps to understand it."


Passage = Annotated[str, Rule(min_length=1, max_length=2000, description="The words of the source that matter.")]


class RestsOnThisAlone(WrongState):
    """The {kind} rests on this evidence alone, and gives no reason for having none: add other evidence first, then retract this."""


SUBJECTS = ("claim_id", "outcome_id", "review_id")
"""The fields that say what evidence is about: always one of them."""


class Evidence(Versioned, Appended, Retractable, table=True):
    """A source, and a quote from it, that supports, refutes or gives context to a claim, an outcome or a review."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(" + ".join(f"CAST({subject} IS NOT NULL AS INTEGER)" for subject in SUBJECTS) + " = 1", name="one_subject"),
        *(Index(f"ix_evidence_{end}", end, "recorded_at", "id") for end in (*SUBJECTS, "source_id")),
    )

    claim_id: UUID | None = Field(default=None, foreign_key="claim.id", description="The claim that it is about.")
    outcome_id: UUID | None = Field(default=None, foreign_key="outcome.id", description="The outcome that it is about.")
    review_id: UUID | None = Field(default=None, foreign_key="review.id", description="The review that it is about.")
    source_id: UUID = Field(foreign_key="source.id", description="Where it was published.")
    quote: Passage | None = None
    stance: Stance = Field(description="How it stands to what it is about.")
    note: Note | None = None


def check_subject(*subjects: UUID | None) -> None:
    """Refuse evidence of nothing, or of two things."""
    if len([each for each in subjects if each is not None]) != 1:
        raise EvidenceOfOneThing("claim_id")


def check_source(source_id: UUID | None, source: object | None) -> None:
    """Refuse evidence that names no source, or two."""
    if (source_id is None) == (source is None):
        raise EvidenceWithoutSource("source_id")


def check_rests_on_other(of: Outcome | Review, others: int) -> None:
    """Refuse to retract the last evidence of an outcome or a review that gives no reason for having none."""
    if not others and not of.no_evidence_reason:
        raise RestsOnThisAlone("evidence_id", kind=type(of).__name__.lower())
