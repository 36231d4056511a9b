"""Claims and their reviews under several people, in any order: whatever they do, what is promised holds after each step."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col

from claimkb.actions import claims, predictions, reviews
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Prediction, Review, Revision
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import Refusal
from claimkb.domain.review import ABOUT_THE_FUTURE, ReviewState
from claimkb.store import claims as stored
from tests.builders import NOON, a_fact, do

EDITH, OTTO, REA = Actor("Edith", Role.EDITOR), Actor("Otto", Role.EDITOR), Actor("Rea", Role.REPORTER)
people = st.sampled_from([EDITH, OTTO, REA])
IN_FORCE = (ReviewState.CONFIRMED, ReviewState.PROPOSED)


class Life(RuleBasedStateMachine):
    """Several people and the calendar at work on two claims."""

    known: Bundle[UUID] = Bundle("known")
    made: Bundle[UUID] = Bundle("made")

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.passed = timedelta()
        self.desk = replace(desk, clock=lambda: NOON + self.passed)
        self.ids: list[UUID] = []
        self.seen: dict[UUID, tuple[Any, ...]] = {}

    def attempt(self, action: Callable[..., Any], order: Any, actor: Actor) -> Any:
        """Do something that may be refused."""
        try:
            return do(self.desk, action, order, actor)
        except Refusal:
            return None

    @initialize(target=known)
    def begin(self) -> MultipleResults[UUID]:
        self.ids = [a_fact(self.desk).id for _ in range(2)]
        return multiple(*self.ids)

    @rule(two=st.booleans())
    def agree_on_the_rule(self, two: bool) -> None:
        self.desk = replace(self.desk, policy=Policy(two_person_rule=two))

    @rule(target=made, id_=known, rating=st.sampled_from(["TRUE", "FALSE"]), within=st.integers(1, 9), actor=people)
    def review(self, id_: UUID, rating: str, within: int, actor: Actor) -> MultipleResults[UUID]:
        given = {"rating": rating, "summary": f"It is {rating}.", "no_evidence_reason": "n"}
        order = reviews.ReviewClaim(claim_id=id_, review_by=self.desk.today() + timedelta(days=within), **given)
        done = self.attempt(reviews.review_claim, order, actor)
        return multiple(*([done.id] if done is not None else []))

    @rule(id_=made, actor=people)
    def confirm(self, id_: UUID, actor: Actor) -> None:
        self.attempt(reviews.confirm_review, reviews.ConfirmReview(review_id=id_), actor)

    @rule(id_=made, actor=people)
    def reject(self, id_: UUID, actor: Actor) -> None:
        self.attempt(reviews.reject_review, reviews.RejectReview(review_id=id_, reason="r"), actor)

    @rule(id_=made, actor=people)
    def withdraw(self, id_: UUID, actor: Actor) -> None:
        self.attempt(reviews.withdraw_review, reviews.WithdrawReview(review_id=id_, reason="r"), actor)

    @rule(id_=known, back=st.booleans())
    def retract(self, id_: UUID, back: bool) -> None:
        self.attempt(claims.retract_claim, claims.RetractClaim(claim_id=id_, reason="r"), EDITH)
        if back:
            self.attempt(claims.restore_claim, claims.RestoreClaim(claim_id=id_, reason="r"), EDITH)

    @rule(id_=known, kind=st.sampled_from(["FACT", "PREDICTION", "PROMISE"]))
    def change_kind(self, id_: UUID, kind: str) -> None:
        self.attempt(claims.update_claim, claims.UpdateClaim(claim_id=id_, kind=kind), EDITH)

    @rule(id_=known)
    def predict(self, id_: UUID) -> None:
        order = predictions.RecordPrediction(claim_id=id_, question="q", criteria="c")
        self.attempt(predictions.record_prediction, order, EDITH)

    @rule(number=st.integers(1, 9))
    def days_pass(self, number: int) -> None:
        self.passed += timedelta(days=number)

    @invariant()
    def what_is_promised_holds(self) -> None:
        today, mine = self.desk.today(), Review.claim_id
        with self.desk.database.read() as session:
            facts = {each.id: each for each in session.scalars(sa.select(Claim).where(col(Claim.id).in_(self.ids)))}
            carry = set(session.scalars(sa.select(col(Prediction.claim_id))))
            found = list(session.scalars(sa.select(Review).where(col(mine).in_(self.ids))))
            told = list(session.scalars(sa.select(Revision).where(col(Revision.record_id).in_([each.id for each in found]))))
            due = set(session.scalars(stored.matching(stored.ClaimFilter(review_due=True), today).with_only_columns(col(Claim.id))))
        self.one_stands_and_one_waits_and_neither_is_about_the_future(facts, carry, found)
        self.what_was_found_is_never_changed_and_never_gone(found)
        self.whoever_ends_one_says_why_and_nobody_confirms_their_own(found)
        stands = {each.claim_id: each for each in found if each.state is ReviewState.CONFIRMED}
        passed = {id_ for id_, each in stands.items() if each.review_by and each.review_by < today}
        assert due & set(self.ids) == {id_ for id_ in passed if facts[id_].retracted_at is None}
        for each in told:
            assert (each.corrects_id is not None) == (json.loads(each.before).get("state") == "CONFIRMED")

    def one_stands_and_one_waits_and_neither_is_about_the_future(
        self, facts: dict[UUID, Claim], carry: set[UUID], found: list[Review]
    ) -> None:
        in_force = Counter((each.claim_id, each.state) for each in found if each.state in IN_FORCE)
        assert set(in_force.values()) <= {1}
        for id_, _ in in_force:
            assert facts[id_].kind not in ABOUT_THE_FUTURE
            assert id_ not in carry

    def what_was_found_is_never_changed_and_never_gone(self, found: list[Review]) -> None:
        kept = {each.id: (each.rating, each.summary, each.review_by, each.proposed_by, each.recorded_at) for each in found}
        assert kept.items() >= self.seen.items()
        self.seen = kept

    def whoever_ends_one_says_why_and_nobody_confirms_their_own(self, found: list[Review]) -> None:
        superseded = {each.id for each in found if each.state is ReviewState.SUPERSEDED}
        assert {each.supersedes_id for each in found} - {None} == superseded
        for each in found:
            ended = each.state in (ReviewState.SUPERSEDED, ReviewState.WITHDRAWN)
            assert (ended, ended) == (bool(each.ended_by), bool(each.ended_reason))
            assert (each.state is ReviewState.REJECTED) == bool(each.rejected_reason)
            if each.reviewed_by and not each.rejected_reason:
                assert each.reviewed_by != each.proposed_by


@pytest.fixture
def lives(desk: Desk) -> Callable[[], Life]:
    """Give what begins a life on a desk."""
    return lambda: Life(desk)


@pytest.mark.campaign
def test_whatever_people_do_with_reviews_in_whatever_order_what_is_promised_holds(lives: Callable[[], Life]) -> None:
    settings_ = settings(max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lives, settings=settings_)  # type: ignore[arg-type]
