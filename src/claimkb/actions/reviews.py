"""Say what was found about claims that are not about the future: review them, let another person confirm it, and withdraw it."""

from collections.abc import Iterable
from itertools import chain

from pydantic import Field as Rule

from claimkb.actions.evidence import GiveEvidence, give_evidence
from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.work import Work, needs
from claimkb.domain import Claim, Review
from claimkb.domain import review as rules
from claimkb.domain.outcome import NoEvidenceReason
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Reason
from claimkb.domain.reference import ClaimId, ReviewId
from claimkb.domain.refusals import within
from claimkb.domain.review import DeskRating, Rating, ReviewBy, ReviewState, Summary
from claimkb.store import reviews, series
from claimkb.store.engine import records


class ReviewClaim(Quoting):
    """What was found about a claim, and how we know."""

    claim_id: ClaimId
    rating: Rating | None = Rule(default=None, description="What the review finds; may be left out where deskRating says it.")
    desk_rating: DeskRating | None = None
    summary: Summary
    evidence: list[GiveEvidence] | None = Rule(
        default=None, max_length=50, description="What shows it: at least one, or a reason why there is none."
    )
    no_evidence_reason: NoEvidenceReason | None = None
    review_by: ReviewBy | None = None
    expected_version: ExpectedVersion | None = None

    def quoted(self) -> Iterable[Quoted]:
        """List the quotes of its evidence."""
        return chain.from_iterable(each.quoted() for each in self.evidence or ())


class ConfirmReview(Command):
    """Which proposed review to let stand."""

    review_id: ReviewId
    expected_version: ExpectedVersion | None = None


class RejectReview(ConfirmReview):
    """Which proposed review not to agree with, and why."""

    reason: Reason


class WithdrawReview(ConfirmReview):
    """Which review not to stand by any longer, and why."""

    reason: Reason


def _make_room(work: Work, newer: Review) -> None:
    """Supersede the review that stands, before the newer one does: there is never more than one."""
    standing = reviews.find(work.session, newer.claim_id, ReviewState.CONFIRMED)
    if standing is not None:
        with work.because(newer.summary):
            rules.supersede(standing, newer, work.actor.name)
        newer.supersedes_id = standing.id


@needs(Permission.REVIEW)
def review_claim(work: Work, command: ReviewClaim) -> Review:
    """Say what was found about a claim that is not about the future: a rating, a summary and evidence. It takes the place of the
    review that stands, which stays readable; under the two-person rule it first waits for another person.
    """
    claim = work.to_change(Claim, command.claim_id, "claim_id", command.expected_version)
    rules.check_not_about_the_future(claim, next(iter(series.of_claim(work.session, claim.id)), None))
    review = Review(
        **command.model_dump(exclude={"rating", "evidence", "expected_version"}),
        rating=rules.rated(command.rating, command.desk_rating, work.policy.rating_scale),
        recorded_at=work.now,
        proposed_by=work.actor.name,
    )
    waiting = reviews.find(work.session, claim.id, ReviewState.PROPOSED)
    has_evidence, two_people = bool(command.evidence), work.policy.two_person_rule
    rules.judge(claim, review, waiting=waiting, has_evidence=has_evidence, today=work.today, two_people=two_people)
    if review.state is ReviewState.CONFIRMED:
        _make_room(work, review)
    work.add(review)
    for index, evidence in enumerate(command.evidence or []):
        with within("evidence", index):
            give_evidence(work, evidence, review=review)
    return review


def _hold(work: Work, command: ConfirmReview) -> tuple[Claim, Review]:
    """Hold a review, and its claim before it: every action locks them in this order."""
    known = records.get(work.session, Review, command.review_id, "review_id")
    claim = work.to_change(Claim, known.claim_id, "review_id", None)
    return claim, work.to_change(Review, command.review_id, "review_id", command.expected_version)


@needs(Permission.CONFIRM)
def confirm_review(work: Work, command: ConfirmReview) -> Review:
    """Let a review stand that another person proposed. The one that stood is superseded, and stays readable."""
    claim, review = _hold(work, command)
    rules.check_confirmable(claim, review, work.actor)
    _make_room(work, review)
    rules.confirm(review, work.actor.name)
    return review


@needs(Permission.CONFIRM)
def reject_review(work: Work, command: RejectReview) -> Review:
    """Do not agree with a proposed review. It stays readable with the reason; the one that stands goes on standing."""
    _, review = _hold(work, command)
    rules.reject(review, work.actor.name, command.reason)
    return review


@needs(Permission.WITHDRAW)
def withdraw_review(work: Work, command: WithdrawReview) -> Review:
    """Stand by a review no longer, or take back one's own that waits. It stays readable, and the claim has none then."""
    _, review = _hold(work, command)
    rules.withdraw(review, work.actor.name, command.reason)
    return review
