"""What did we find about a claim that is not about the future? A rating, on a scale that all desks share, and why."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index, text

from claimkb.domain.account import Actor
from claimkb.domain.claim import Claim, ClaimKind
from claimkb.domain.dates import Day
from claimkb.domain.outcome import NoEvidenceReason
from claimkb.domain.prediction import Prediction
from claimkb.domain.record import Instant, Person, Reason, Term, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotToCome
from claimkb.domain.retraction import check_stands
from claimkb.domain.reviewing import (
    AboutTheFuture,
    CarriesPrediction,
    ClaimReviewed,
    NoRating,
    NothingToWithdraw,
    NotOnTheScale,
    OwnReview,
    ProgramConfirms,
    RatingsDisagree,
    ReviewAwaits,
    ReviewNotProposed,
    ReviewWithoutEvidence,
)


class Rating(Term):
    """What a review finds of a claim. A desk's own scale is mapped to these terms."""

    TRUE = "TRUE", "It is so."
    MOSTLY_TRUE = "MOSTLY_TRUE", "It is so in what matters; a detail is wrong or missing."
    MISLEADING = "MISLEADING", "Something in it is so, but who believes it believes something wrong."
    FALSE = "FALSE", "It is not so."
    UNVERIFIABLE = "UNVERIFIABLE", "What can be found out does not tell whether it is so."


class ReviewState(Term):
    """Whether a review stands."""

    PROPOSED = "PROPOSED", "It waits for another person."
    CONFIRMED = "CONFIRMED", "It stands."
    REJECTED = "REJECTED", "Another person did not agree, or who proposed it took it back."
    SUPERSEDED = "SUPERSEDED", "A newer one stands in its place; it stays readable."
    WITHDRAWN = "WITHDRAWN", "We no longer stand by it; it stays readable."


Summary = Annotated[str, Rule(min_length=1, max_length=4000, description="What we found, and why we say so.")]
LONGEST_WORD = 100
DeskRating = Annotated[
    str, Rule(min_length=1, max_length=LONGEST_WORD, description="The rating in the desk's own word, of its own scale.")
]
ReviewBy = Annotated[Day, Rule(description="The day after which the claim is to be looked at again.")]
Scale = Mapping[str, Rating]
"""A desk's own words, and the rating that each stands for."""

ABOUT_THE_FUTURE = (ClaimKind.PREDICTION, ClaimKind.PROMISE)
"""The kinds of claims that have outcomes instead."""

_CONFIRMED, _PROPOSED = text("state = 'CONFIRMED'"), text("state = 'PROPOSED'")


class Review(Versioned, table=True):
    """What we found about a claim that is not about the future: rating, summary, evidence. Appended; a newer one supersedes it."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("(state IN ('SUPERSEDED', 'WITHDRAWN')) = (ended_reason IS NOT NULL)", name="ended_says_why"),
        Index("ix_review_claim_id", "claim_id", "recorded_at", "id"),
        Index("ix_review_queue", "review_by", "claim_id", sqlite_where=_CONFIRMED, postgresql_where=_CONFIRMED),
        Index("uq_review_confirmed", "claim_id", unique=True, sqlite_where=_CONFIRMED, postgresql_where=_CONFIRMED),
        Index("uq_review_proposed", "claim_id", unique=True, sqlite_where=_PROPOSED, postgresql_where=_PROPOSED),
    )

    claim_id: UUID = Field(foreign_key="claim.id", description="The claim that it is about.")
    rating: Rating = Field(description="What it finds.")
    desk_rating: DeskRating | None = None
    summary: Summary
    no_evidence_reason: NoEvidenceReason | None = None
    review_by: ReviewBy | None = None
    recorded_at: Instant = Field(description="When it was recorded, in UTC.")
    state: ReviewState = Field(description="Whether it stands.")
    proposed_by: Person
    reviewed_by: Person | None = Field(default=None, description="Who confirmed or rejected it; nobody where one person suffices.")
    rejected_reason: Reason | None = Field(default=None, description="Why another person did not agree.")
    supersedes_id: UUID | None = Field(
        default=None, foreign_key="review.id", unique=True, description="The review in whose place it came to stand."
    )
    ended_by: Person | None = Field(default=None, description="Who superseded or withdrew it.")
    ended_reason: Reason | None = Field(
        default=None, description="Why it was withdrawn, or what the one found that stands in its place."
    )


def rated(rating: Rating | None, desk_rating: str | None, scale: Scale) -> Rating:
    """Tell the rating from what was said of it: the term, or the desk's own word, which must not disagree."""
    if desk_rating is None:
        if rating is None:
            raise NoRating("rating")
        return rating
    if desk_rating not in scale:
        known = ", ".join(scale) or "it has none, CLAIMKB_RATING_SCALE sets one"
        raise NotOnTheScale("desk_rating", desk_rating=desk_rating, known=known)
    if rating not in (None, scale[desk_rating]):
        raise RatingsDisagree("rating", desk_rating=desk_rating, meant=scale[desk_rating], rating=rating)
    return scale[desk_rating]


def check_not_about_the_future(claim: Claim, prediction: Prediction | None) -> None:
    """Refuse a claim that is answered by an outcome."""
    if prediction is not None:
        raise CarriesPrediction("claim_id", id=global_id("Prediction", prediction.id))
    if claim.kind in ABOUT_THE_FUTURE:
        raise AboutTheFuture("claim_id", kind=claim.kind)


def check_unreviewed(review: Review | None, field: str) -> None:
    """Refuse to make a claim one about the future while a review of it stands or waits."""
    if review is not None:
        raise ClaimReviewed(field, id=global_id("Review", review.id), state=review.state)


def check_kind(claim: Claim, review: Review | None) -> None:
    """Refuse a kind that is about the future while a review of the claim stands or waits."""
    if claim.kind in ABOUT_THE_FUTURE:
        check_unreviewed(review, "kind")


def judge(claim: Claim, review: Review, *, waiting: Review | None, has_evidence: bool, today: date, two_people: bool) -> None:
    """Say what was found about a claim. The review needs evidence or a reason why there is none, and perhaps another person."""
    check_stands(claim, "claim_id")
    if waiting is not None:
        raise ReviewAwaits("claim_id")
    if not has_evidence and not review.no_evidence_reason:
        raise ReviewWithoutEvidence("evidence")
    if review.review_by is not None and review.review_by <= today:
        raise NotToCome("review_by", day=review.review_by, today=today)
    review.claim_id = claim.id
    review.state = ReviewState.PROPOSED if two_people else ReviewState.CONFIRMED


def check_proposed(review: Review) -> None:
    """Refuse a review that waits for nobody."""
    if review.state is not ReviewState.PROPOSED:
        raise ReviewNotProposed("review_id", state=review.state)


def check_confirmable(claim: Claim, review: Review, by: Actor) -> None:
    """Refuse to let a review stand that does not wait, or whose claim was retracted; to a program, and to who proposed it."""
    check_proposed(review)
    if by.is_program:
        raise ProgramConfirms("review_id", name=by.name)
    if review.proposed_by == by.name:
        raise OwnReview("review_id", author=by.name)
    check_stands(claim, "review_id")


def confirm(review: Review, by: str) -> None:
    """Let a proposed review stand."""
    review.state, review.reviewed_by = ReviewState.CONFIRMED, by


def reject(review: Review, by: str, reason: str) -> None:
    """Do not let a proposed review stand; who proposed it may take it back so."""
    check_proposed(review)
    review.state, review.reviewed_by, review.rejected_reason = ReviewState.REJECTED, by, reason


def supersede(standing: Review, newer: Review, by: str) -> None:
    """Put a newer review in the place of the one that stands."""
    standing.state, standing.ended_by, standing.ended_reason = ReviewState.SUPERSEDED, by, newer.summary


def withdraw(review: Review, by: str, reason: str) -> None:
    """Stand by a review no longer, or take back one's own that waits. The claim has none then."""
    is_own = review.state is ReviewState.PROPOSED and review.proposed_by == by
    if review.state is not ReviewState.CONFIRMED and not is_own:
        raise NothingToWithdraw("review_id", state=review.state, author=review.proposed_by)
    review.state, review.ended_by, review.ended_reason = ReviewState.WITHDRAWN, by, reason


class BadScale(ValueError):
    """A desk's scale that cannot be read; the message says where."""


def read_scale(written: str) -> dict[str, Rating]:
    """Read a desk's scale: its words with the ratings that they stand for, such as `Pants on fire=FALSE, Half true=MISLEADING`."""
    scale: dict[str, Rating] = {}
    for part in written.split(",") if written.strip() else ():
        word, equals, term = (piece.strip() for piece in part.rpartition("="))
        if not equals or not 0 < len(word) <= LONGEST_WORD:
            raise BadScale(f"{part.strip()!r} is no part of a scale: write a word and its rating, such as Half true=MISLEADING")
        if term not in Rating.__members__:
            raise BadScale(f"{term!r} is no rating: write one of {', '.join(Rating)}, such as {word}=FALSE")
        if word in scale:
            raise BadScale(f"{word!r} is there twice: give each word of the scale one rating")
        scale[word] = Rating[term]
    return scale
