"""What is a prediction: what must happen by when?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index, text

from claimkb.domain import normal_forms
from claimkb.domain.account import AccountName
from claimkb.domain.claim import Claim, ClaimKind
from claimkb.domain.dates import DatePrecision, Day, DayOf, interval
from claimkb.domain.dating import NotOneDay, SpanWithoutFirstDay
from claimkb.domain.deadline import AnswerFrom, Deadline, DueBound, later
from claimkb.domain.record import Appended, Form, Reason, Term, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import (
    BackwardInterval,
    DueBeforeTheClaim,
    NoBasis,
    NoLastDay,
    NoReasoning,
    NotThatInterval,
    PredictionTracked,
)
from claimkb.domain.target import HeldBy, Target, Tolerance, Unit, Upper, Value, target_in

REVIEW_AFTER = timedelta(days=180)


class PredictionKind(Term):
    """Whether the claimant controls what is predicted."""

    FORECAST = "FORECAST", "The claimant does not control it."
    PROMISE = "PROMISE", "The claimant controls it: it is kept or broken."


class Checkability(Term):
    """Whether a prediction can be answered."""

    RESOLVABLE = "RESOLVABLE", "It can be answered yes or no."
    CONDITIONAL = "CONDITIONAL", "It hangs on something that must happen first."
    VAGUE = "VAGUE", "Its words leave open what would count."
    OPEN_QUESTION = "OPEN_QUESTION", "It raises a question and takes no side: time will tell."


class PredictionStatus(Term):
    """Where a prediction stands."""

    OPEN = "OPEN", "No answer yet."
    PROPOSED = "PROPOSED", "An outcome is proposed and waits for another person."
    RESOLVED = "RESOLVED", "An outcome is confirmed."
    WITHDRAWN = "WITHDRAWN", "We no longer track it: not a prediction, or a duplicate."


class DueBasis(Term):
    """Where a due date comes from."""

    STATED = "STATED", "The source prints it."
    DERIVED = "DERIVED", "By arithmetic from what the source prints."
    EDITORIAL = "EDITORIAL", "The desk chose it."


class DueDateChangeKind(Term):
    """Why a due date moved. Scores use the original date unless it was a correction."""

    CORRECTION = "CORRECTION", "We had misread it."
    EXTENSION = "EXTENSION", "The claimant moved it."
    EDITORIAL = "EDITORIAL", "The desk moved it."


OPEN_STATUSES = (PredictionStatus.OPEN, PredictionStatus.PROPOSED)
SETTLED = (PredictionStatus.RESOLVED, PredictionStatus.WITHDRAWN)

Question = Annotated[str, Rule(min_length=1, max_length=1000, description="The question that the outcome answers yes or no.")]
Criteria = Annotated[str, Rule(min_length=1, max_length=4000, description="What counts as yes, what as no, and who says so.")]
DueText = Annotated[str, Rule(max_length=300, description="The due date in the words of the source.")]
DueReasoning = Annotated[str, Rule(max_length=1000, description="How the due date, or else the review date, was found.")]
LikelihoodText = Annotated[
    str, Rule(max_length=300, description="The words of likelihood in the source: may soon, is expected to.")
]
Probability = Annotated[float, Rule(ge=0, le=1, description="The probability, where the claimant stated a number: 0 to 1.")]
DueOn = Annotated[Day, Rule(description="The last day of the due date: overdue from the day after.")]
DueFrom = Annotated[Day, Rule(description="The first day of the due date; as the precision gives it where left out.")]
DuePrecision = Annotated[DatePrecision, Rule(description="How much of the due date is known.")]
Basis = Annotated[DueBasis, Rule(description="Where the due date, or else the review date, comes from.")]
ReviewOn = Annotated[Day, Rule(description="Where there is no due date: the day after which to look again.")]


@dataclass(frozen=True)
class Due:
    """A due date: its first and last day, and its precision."""

    due_from: date
    due_on: date
    precision: DatePrecision


def due(due_on: date, due_from: date | None, precision: DatePrecision | None) -> Due:
    """Complete a due date from what was given of it; refuse one that runs backward, and days that are not those of its
    precision: four months are no QUARTER. Any other interval is a SPAN, given by both its days.
    """
    precision = precision or (DatePrecision.DAY if due_from in (None, due_on) else DatePrecision.SPAN)
    if precision is DatePrecision.SPAN and due_from is None:
        raise SpanWithoutFirstDay("due_from")
    around = interval(due_on, precision)
    if due_on != around.last:
        raise NotThatInterval("due_on", day=due_on, **vars(around), wanted="its last day")
    first = due_from or around.first
    if first > around.last:
        raise BackwardInterval("due_from", due_from=first, due_on=around.last)
    if precision is DatePrecision.DAY and first != due_on:
        raise NotOneDay("due_precision", due_from=first, due_on=due_on)
    if precision is not DatePrecision.SPAN and first != around.first:
        raise NotThatInterval("due_from", day=due_on, **vars(around), wanted="its first day or none")
    return Due(first, around.last, precision)


def due_or_none(due_on: date | None, due_from: date | None, precision: DatePrecision | None) -> Due | None:
    """Complete a due date where there is one; refuse parts of one without its last day."""
    if due_on is not None:
        return due(due_on, due_from, precision)
    for name, value in (("due_from", due_from), ("due_precision", precision)):
        if value is not None:
            raise NoLastDay(name)
    return None


def check_basis(due_on: date | None, basis: DueBasis | None, reasoning: str | None) -> None:
    """Refuse a due date of which nobody says where it comes from."""
    if due_on is None:
        return
    if basis is None:
        raise NoBasis("due_basis")
    if basis is not DueBasis.STATED and not reasoning:
        raise NoReasoning("due_reasoning", basis=basis)


def check_due_after_claim(due_on: date | None, said_on: date | None, field: str = "due_on") -> None:
    """Refuse a due date that was over before the claim was made."""
    if due_on and said_on and due_on < said_on:
        raise DueBeforeTheClaim(field, due_on=due_on, said_on=said_on)


def kind_of(claim: Claim) -> PredictionKind:
    """Tell the kind of a prediction from its claim: a promise is one."""
    return PredictionKind.PROMISE if claim.kind is ClaimKind.PROMISE else PredictionKind.FORECAST


def first_review(said_on: date | None, today: date) -> date:
    """Choose the day on which to look again at a prediction without a due date: 180 days after it was made."""
    return (said_on or today) + REVIEW_AFTER


_WAITS = ("waits_for", "id", "due_on")
"""The sort key of what waits, then what tells the dated from the others: else SQLite reads each row that it passes over."""


class Prediction(Versioned, table=True):
    """The part of a claim about the future: a yes/no question, criteria, and a due date or a review date."""

    __tablename__ = "prediction"
    __table_args__ = (
        CheckConstraint("due_on IS NOT NULL OR review_on IS NOT NULL", name="due_or_review"),
        CheckConstraint("(due_on IS NULL) = (due_from IS NULL) AND (due_on IS NULL) = (due_precision IS NULL)", name="due_whole"),
        CheckConstraint("due_from <= due_on", name="due_forward"),
        CheckConstraint("answer_from IS NULL OR (due_on IS NOT NULL AND answer_from > due_on)", name="answer_later"),
        CheckConstraint(
            "waits_for = CASE WHEN due_on IS NULL THEN review_on WHEN answer_from > due_on THEN answer_from ELSE due_on END",
            name="waits",
        ),
        CheckConstraint(
            "(target_comparator IS NULL) = (target_value IS NULL) AND (target_comparator IS NULL) = (target_unit IS NULL)",
            name="target_whole",
        ),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        Index("ix_prediction_created_at", "created_at", "id"),
        Index("ix_prediction_claim_id", "claim_id", "created_at", "id"),
        Index(
            "ix_prediction_series_id",
            "series_id",
            "created_at",
            "id",
            sqlite_where=text("series_id IS NOT NULL"),
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index("ix_prediction_updated_at", "updated_at", "id"),
        Index("ix_prediction_waits", *_WAITS),
        Index(
            "ix_prediction_queue",
            *_WAITS,
            "status",
            sqlite_where=text("status IN ('OPEN', 'PROPOSED')"),
            postgresql_where=text("status IN ('OPEN', 'PROPOSED')"),
        ),
        Index(
            "ix_prediction_flag_on",
            "flag_on",
            sqlite_where=text("flag_on IS NOT NULL"),
            postgresql_where=text("flag_on IS NOT NULL"),
        ),
    )

    claim_id: UUID = Field(foreign_key="claim.id", description="The claim that it is part of.")
    series_id: UUID | None = Field(default=None, foreign_key="series.id", description="The series of which it is one period.")
    question: Question
    criteria: Criteria
    kind: PredictionKind = Field(description="Whether the claimant controls it.")
    checkability: Checkability = Field(description="Whether it can be answered.")
    due_on: DueOn | None = None
    due_from: DueFrom | None = None
    due_precision: DuePrecision | None = None
    bound: DueBound = Field(default=DueBound.BY, description="How the due date binds.")
    answer_from: AnswerFrom | None = None
    due_text: DueText | None = None
    due_basis: Basis | None = None
    due_reasoning: DueReasoning | None = None
    original_due_on: DayOf | None = Field(default=None, description="The last day of the due date as it was first recorded.")
    review_on: ReviewOn | None = None
    likelihood_text: LikelihoodText | None = None
    probability: Probability | None = None
    target_comparator: HeldBy | None = None
    target_value: Value | None = None
    target_upper: Upper | None = None
    target_tolerance: Tolerance | None = None
    target_unit: Unit | None = None
    status: PredictionStatus = Field(default=PredictionStatus.OPEN, description="Where it stands.")
    assignee: AccountName | None = Field(default=None, index=True, description="Who looks after it, by the name of their account.")
    waits_for: date = Field(default=None, description="The day that it waits for: the unit of work writes it, by `waited_for`.")
    flag_on: date | None = Field(default=None, description="The next day on which the job looks at it; null if there is none.")
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("question",))] = Field(
        default=None, description="What a filter looks for a text in."
    )
    seal: str = Field(
        default=None, max_length=64, description="The SHA-256 of question, criteria, due date and target as first recorded."
    )

    @property
    def target(self) -> Target | None:
        """The number that was predicted, if it was one."""
        return target_in(self)


def waited_for(prediction: Prediction) -> date | None:
    """Tell the day for which a prediction waits: from the day after it an answer is wanted, or a look."""
    return later(prediction.due_on, prediction.answer_from) or prediction.review_on


def deadline(prediction: Prediction) -> Deadline | None:
    """Return the days that a prediction is held to; None where it has no due date."""
    if prediction.due_on is None:
        return None
    return Deadline(prediction.due_on, prediction.due_from, prediction.bound, prediction.answer_from)


class DueDateChange(Appended, table=True):
    """A due date that was moved: from what, to what, and why. The original stays."""

    __tablename__ = "due_date_change"

    prediction_id: UUID = Field(foreign_key="prediction.id", index=True, description="The prediction.")
    kind: DueDateChangeKind = Field(description="Why it moved.")
    old_due_from: date | None = Field(default=None, description="The first day before the change.")
    old_due_on: date | None = Field(default=None, description="The last day before the change; none if there was no due date.")
    old_due_precision: DatePrecision | None = Field(default=None, description="The precision before the change.")
    old_bound: DueBound = Field(default=DueBound.BY, description="How the due date bound before the change.")
    old_answer_from: date | None = Field(default=None, description="The first day on which the answer could be known before.")
    new_due_from: date = Field(description="The first day since the change.")
    new_due_on: date = Field(description="The last day since the change.")
    new_due_precision: DatePrecision = Field(description="The precision since the change.")
    new_bound: DueBound = Field(default=DueBound.BY, description="How the due date binds since the change.")
    new_answer_from: date | None = Field(
        default=None, description="The first day on which the answer can be known since the change."
    )
    reason: Reason


def check_untracked(prediction: Prediction) -> None:
    """Refuse to retract a claim while an answer to a prediction of it is wanted."""
    if prediction.status in OPEN_STATUSES:
        raise PredictionTracked("claim_id", id=global_id("Prediction", prediction.id))
