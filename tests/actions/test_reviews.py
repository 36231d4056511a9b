"""What was found about claims that are not about the future: who says so, who agrees, what takes its place, and what is refused."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims, evidence, predictions, reviews
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Evidence, Review, Revision
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import (
    AlreadyRecorded,
    EvidenceOfOneThing,
    Forbidden,
    Meanwhile,
    NotFound,
    NotToCome,
    Refusal,
    Retracted,
    StaleVersion,
)
from claimkb.domain.review import Rating, ReviewState
from claimkb.domain.reviewing import (
    AboutTheFuture,
    CarriesPrediction,
    ClaimReviewed,
    NothingToWithdraw,
    NotOnTheScale,
    OwnReview,
    ReviewAwaits,
    ReviewNotProposed,
    ReviewWithoutEvidence,
)
from claimkb.store import revisions
from tests.builders import TODAY, a_claim, a_fact, a_prediction, a_source, do, refused, reviewed

REA, EDITH, OTTO = Actor("Rea", Role.REPORTER), Actor("Edith", Role.EDITOR), Actor("Otto", Role.EDITOR)


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """Give a desk that keeps the two-person rule."""
    return replace(desk, policy=Policy(two_person_rule=True))


def reviewing(claim: Claim, **given: Any) -> reviews.ReviewClaim:
    order = {"claim_id": claim.id, "rating": "FALSE", "summary": "It is not.", "no_evidence_reason": "We looked.", **given}
    return reviews.ReviewClaim.model_validate(order)


def confirm(review: Review, **given: Any) -> reviews.ConfirmReview:
    return reviews.ConfirmReview(review_id=review.id, **given)


def reject(review: Review) -> reviews.RejectReview:
    return reviews.RejectReview(review_id=review.id, reason="It is too short.")


def withdraw(review: Review, **given: Any) -> reviews.WithdrawReview:
    return reviews.WithdrawReview(review_id=review.id, reason="We misread it.", **given)


def now(desk: Desk, record: Any) -> Any:
    """Read a record as it is now."""
    with desk.database.read() as session:
        return session.get(type(record), record.id)


def corrections(desk: Desk, claim: Claim) -> list[tuple[str, str | None, str]]:
    """List the corrections of a claim's review: the verb, the reason, and who made it."""
    with desk.database.read() as session:
        wanted = revisions.corrections(revisions.CorrectionFilter(claim_id=claim.id))
        return [(each.action, each.reason, each.recorded_by) for each in session.scalars(wanted.order_by(col(Revision.id)))]


def test_a_claim_is_reviewed_with_its_evidence(desk: Desk) -> None:
    claim, source = a_fact(desk), a_source(desk)
    shown = [{"source_id": source.id, "stance": "REFUTES", "quote": "Critics doubt it"}]
    by = TODAY + timedelta(days=1)
    review = do(desk, reviews.review_claim, reviewing(claim, evidence=shown, review_by=by, no_evidence_reason=None), REA)
    assert (review.rating, review.state, review.proposed_by, review.reviewed_by) == ("FALSE", "CONFIRMED", "Rea", None)
    assert (review.review_by, review.supersedes_id, review.version) == (by, None, 1)
    with desk.database.read() as session:
        (given,) = session.scalars(sa.select(Evidence))
    assert (given.review_id, given.claim_id, given.outcome_id, given.stance) == (review.id, None, None, "REFUTES")
    assert now(desk, claim).version == 1
    assert corrections(desk, claim) == []


def test_the_desks_own_word_gives_the_rating(desk: Desk) -> None:
    own = replace(desk, policy=Policy(rating_scale={"Half true": Rating.MISLEADING}))
    order = reviewing(a_fact(desk), rating=None, desk_rating="Half true")
    review = do(own, reviews.review_claim, order)
    assert (review.rating, review.desk_rating) == (Rating.MISLEADING, "Half true")
    assert refused(desk, NotOnTheScale, reviews.review_claim, order).field == ("desk_rating",)


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"no_evidence_reason": None}, ReviewWithoutEvidence, "evidence"),
        ({"review_by": TODAY}, NotToCome, "review_by"),
        ({"expected_version": 2}, StaleVersion, "expected_version"),
        ({"claim_id": "01a20724-4587-74c2-ac48-3da18ddeec7c"}, NotFound, "claim_id"),
    ],
)
def test_what_a_review_cannot_be_is_refused(desk: Desk, given: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    assert refused(desk, refusal, reviews.review_claim, reviewing(a_fact(desk), **given)).field == (field,)


def test_a_source_that_is_not_there_is_refused_with_its_place(desk: Desk) -> None:
    claim = a_fact(desk)
    shown = [{"source_id": claim.id, "stance": "SUPPORTS"}]
    refusal = refused(desk, NotFound, reviews.review_claim, reviewing(claim, evidence=shown))
    assert refusal.field == ("evidence", 0, "source_id")


@pytest.mark.parametrize("kind", ["PREDICTION", "PROMISE"])
def test_a_claim_about_the_future_has_outcomes_instead(desk: Desk, kind: str) -> None:
    refusal = refused(desk, AboutTheFuture, reviews.review_claim, reviewing(a_claim(desk, kind=kind)))
    expected = f"A claim of the kind {kind} is about the future: record its prediction and resolve that. It takes no review."
    assert str(refusal) == expected


def test_a_claim_that_carries_a_prediction_or_is_retracted_is_not_reviewed(desk: Desk) -> None:
    claim = a_fact(desk)
    a_prediction(desk, claim=claim)
    refused(desk, CarriesPrediction, reviews.review_claim, reviewing(claim))
    gone = a_fact(desk)
    do(desk, claims.retract_claim, claims.RetractClaim(claim_id=gone.id, reason="r"))
    refused(desk, Retracted, reviews.review_claim, reviewing(gone))


def test_a_newer_review_takes_the_place_of_the_one_that_stands_and_that_is_a_correction(desk: Desk) -> None:
    claim = a_fact(desk)
    first = reviewed(desk, claim, rating="TRUE")
    second = do(desk, reviews.review_claim, reviewing(claim, summary="It has been moved."), OTTO)
    assert (second.state, second.supersedes_id) == (ReviewState.CONFIRMED, first.id)
    was = now(desk, first)
    assert (was.state, was.ended_by, was.ended_reason, was.version) == ("SUPERSEDED", "Otto", "It has been moved.", 2)
    assert (was.rating, was.summary) == (Rating.TRUE, first.summary)
    assert corrections(desk, claim) == [("reviewClaim", "It has been moved.", "Otto")]
    assert corrections(desk, a_fact(desk)) == []
    with desk.database.read() as session:
        (own,) = session.scalars(sa.select(Revision).where(col(Revision.record_id) == second.id))
    assert (own.reason, own.corrects_id) == (None, None)


def test_a_withdrawn_review_leaves_none_and_that_is_a_correction(desk: Desk) -> None:
    claim = a_fact(desk)
    review = reviewed(desk, claim)
    gone = do(desk, reviews.withdraw_review, withdraw(review, expected_version=1), OTTO)
    assert (gone.state, gone.ended_by, gone.ended_reason) == (ReviewState.WITHDRAWN, "Otto", "We misread it.")
    assert corrections(desk, claim) == [("withdrawReview", "We misread it.", "Otto")]
    refused(desk, NothingToWithdraw, reviews.withdraw_review, withdraw(review))
    assert reviewed(desk, claim).supersedes_id is None


def test_a_proposed_review_waits_and_the_one_that_stands_goes_on_standing(desk: Desk, strict: Desk) -> None:
    claim = a_fact(desk)
    standing = reviewed(desk, claim)
    proposed = do(strict, reviews.review_claim, reviewing(claim), REA)
    assert (proposed.state, proposed.supersedes_id) == (ReviewState.PROPOSED, None)
    assert now(desk, standing).state is ReviewState.CONFIRMED
    for each in (desk, strict):
        refused(each, ReviewAwaits, reviews.review_claim, reviewing(claim), OTTO)
    assert corrections(desk, claim) == []


def test_another_person_confirms_it_and_only_then_does_it_take_the_place(desk: Desk, strict: Desk) -> None:
    claim = a_fact(desk)
    standing = reviewed(desk, claim)
    proposed = do(strict, reviews.review_claim, reviewing(claim, summary="It has been moved."), EDITH)
    refused(strict, OwnReview, reviews.confirm_review, confirm(proposed), EDITH)
    refused(desk, OwnReview, reviews.confirm_review, confirm(proposed), EDITH)
    refused(strict, Forbidden, reviews.confirm_review, confirm(proposed), REA)
    refused(strict, StaleVersion, reviews.confirm_review, confirm(proposed, expected_version=2), OTTO)
    done = do(strict, reviews.confirm_review, confirm(proposed, expected_version=1), OTTO)
    assert (done.state, done.reviewed_by, done.supersedes_id, done.version) == ("CONFIRMED", "Otto", standing.id, 2)
    was = now(desk, standing)
    assert (was.state, was.ended_by, was.ended_reason) == ("SUPERSEDED", "Otto", "It has been moved.")
    assert corrections(desk, claim) == [("confirmReview", "It has been moved.", "Otto")]
    refused(strict, ReviewNotProposed, reviews.confirm_review, confirm(proposed), OTTO)


@pytest.mark.parametrize("by", [EDITH, OTTO])
def test_a_rejected_review_never_stood(strict: Desk, by: Actor) -> None:
    claim = a_fact(strict)
    proposed = do(strict, reviews.review_claim, reviewing(claim), EDITH)
    done = do(strict, reviews.reject_review, reject(proposed), by)
    assert (done.state, done.reviewed_by, done.rejected_reason) == ("REJECTED", by.name, "It is too short.")
    refused(strict, ReviewNotProposed, reviews.reject_review, reject(proposed), OTTO)
    refused(strict, NothingToWithdraw, reviews.withdraw_review, withdraw(proposed), EDITH)
    again = do(strict, reviews.review_claim, reviewing(claim), EDITH)
    assert do(strict, reviews.confirm_review, confirm(again), OTTO).supersedes_id is None
    assert corrections(strict, claim) == []


def test_one_takes_back_ones_own_proposal_and_nobody_elses(strict: Desk) -> None:
    claim = a_fact(strict)
    proposed = do(strict, reviews.review_claim, reviewing(claim), EDITH)
    refusal = refused(strict, NothingToWithdraw, reviews.withdraw_review, withdraw(proposed), OTTO)
    assert str(refusal) == (
        "This review is PROPOSED, proposed by Edith. Withdraw one that is confirmed, or your own that waits; reject another's."
    )
    refused(strict, Forbidden, reviews.withdraw_review, withdraw(proposed), REA)
    assert do(strict, reviews.withdraw_review, withdraw(proposed), EDITH).state is ReviewState.WITHDRAWN
    assert corrections(strict, claim) == []


def test_what_was_retracted_meanwhile_is_not_confirmed(strict: Desk) -> None:
    claim = a_fact(strict)
    proposed = do(strict, reviews.review_claim, reviewing(claim), REA)
    do(strict, claims.retract_claim, claims.RetractClaim(claim_id=claim.id, reason="r"))
    assert refused(strict, Retracted, reviews.confirm_review, confirm(proposed), OTTO).field == ("review_id",)
    assert do(strict, reviews.reject_review, reject(proposed), OTTO).state is ReviewState.REJECTED


@pytest.mark.parametrize("waits", [False, True])
def test_a_reviewed_claim_does_not_come_to_be_about_the_future(desk: Desk, waits: bool) -> None:
    claim = a_fact(desk)
    review = do(replace(desk, policy=Policy(two_person_rule=waits)), reviews.review_claim, reviewing(claim), EDITH)
    update = claims.UpdateClaim(claim_id=claim.id, kind="PROMISE", reason="We misread it.")
    refusal = refused(desk, ReviewAwaits if waits else ClaimReviewed, claims.update_claim, update)
    assert refusal.field == ("kind",)
    record = predictions.RecordPrediction(claim_id=claim.id, question="q", criteria="c")
    assert refused(desk, ClaimReviewed, predictions.record_prediction, record).field == ("claim_id",)
    other = claims.UpdateClaim(claim_id=claim.id, kind="STATISTIC", reason="It is a number.")
    assert waits or do(desk, claims.update_claim, other).kind == "STATISTIC"
    do(desk, reviews.withdraw_review, withdraw(review), EDITH)
    assert do(desk, claims.update_claim, update).kind == "PROMISE"
    assert do(desk, predictions.record_prediction, record).claim_id == claim.id


def test_evidence_is_added_to_a_review_and_to_one_thing_only(desk: Desk) -> None:
    claim, source = a_fact(desk), a_source(desk)
    given = {"source_id": source.id, "stance": "SUPPORTS", "review_id": reviewed(desk, claim).id}
    both = evidence.AddEvidence.model_validate({**given, "claim_id": claim.id})
    refused(desk, EvidenceOfOneThing, evidence.add_evidence, both)
    added = do(desk, evidence.add_evidence, evidence.AddEvidence.model_validate(given))
    assert (added.review_id, added.claim_id) == (given["review_id"], None)
    nowhere = evidence.AddEvidence.model_validate({**given, "review_id": claim.id})
    assert refused(desk, NotFound, evidence.add_evidence, nowhere).field == ("review_id",)


def test_one_source_shows_several_reviews_and_each_of_them_once(desk: Desk) -> None:
    claim, shown = a_fact(desk), {"source_id": a_source(desk).id, "stance": "SUPPORTS"}
    for _ in range(2):
        do(desk, reviews.review_claim, reviewing(claim, evidence=[shown]))
    refusal = refused(desk, AlreadyRecorded, reviews.review_claim, reviewing(claim, evidence=[shown, shown]))
    assert refusal.field == ("evidence", 1, "source_id")


def test_of_two_who_review_at_once_one_stands(desk: Desk) -> None:
    claim = a_fact(desk)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda actor: do(desk, reviews.review_claim, reviewing(claim), actor), (EDITH, OTTO)))
    states = {each.id: now(desk, each).state for each in made}
    assert sorted(states.values()) == [ReviewState.CONFIRMED, ReviewState.SUPERSEDED]


def test_a_review_and_a_prediction_at_once_leave_one_of_them(desk: Desk) -> None:
    claim = a_fact(desk)
    record = predictions.RecordPrediction(claim_id=claim.id, question="q", criteria="c")
    with ThreadPoolExecutor(2) as pool:
        both: list[Future[Any]] = [
            pool.submit(do, desk, reviews.review_claim, reviewing(claim)),
            pool.submit(do, desk, predictions.record_prediction, record),
        ]
    failed = [each.exception() for each in both if each.exception() is not None]
    assert len(failed) == 1
    assert isinstance(failed[0], ClaimReviewed | CarriesPrediction)


def test_the_database_holds_no_second_review_in_force(desk: Desk) -> None:
    review = reviewed(desk, a_fact(desk))
    again = {**review.model_dump(), "id": desk.new_id()}
    with pytest.raises(Meanwhile), desk.database.write() as session:
        session.execute(sa.insert(Review), [again])
