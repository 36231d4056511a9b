"""What was decided about keeps its meaning: a change takes a reason and who may confirm, and none is made while it waits."""

from dataclasses import replace
from typing import Any

import pytest

from claimkb.actions import claimants, claims, outcomes, predictions, reviews
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Claimant, Prediction, Revision
from claimkb.domain.account import Actor
from claimkb.domain.meaning import MEANING
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import AwaitsConfirmation
from claimkb.domain.reviewing import ChangesWhatWasDecided, OwnDecision, ProgramConfirms, ReviewAwaits, UnderWhatWasDecided
from claimkb.store import revisions
from tests.builders import a_claim, a_claimant, a_fact, a_prediction, do, refused, reviewed

REA, EDITH, OTTO = Actor("Rea", Role.REPORTER), Actor("Edith", Role.EDITOR), Actor("Otto", Role.EDITOR)
BOT = Actor("Bot", Role.EDITOR, is_program=True)
OTHERS: dict[str, Any] = {
    "statement": "Another one.", "kind": "STATISTIC", "voice": "OWN", "said_on": "2025-01-01", "is_hedged": True,
    "checkability": "VAGUE", "due_text": "soon", "due_basis": "EDITORIAL", "due_reasoning": "So.", "likelihood_text": "may",
    "probability": 0.05,
}  # fmt: skip


def desk_of(desk: Desk, *, two: bool) -> Desk:
    return replace(desk, policy=Policy(two_person_rule=two))


def answered(desk: Desk, prediction: Prediction, by: Actor = EDITH) -> Any:
    given = {"prediction_id": prediction.id, "verdict": "NO", "rationale": "So.", "no_evidence_reason": "None needed."}
    return do(desk, outcomes.resolve_prediction, outcomes.ResolvePrediction.model_validate(given), by)


def changing(record: Any, name: str, reason: str | None = None) -> tuple[Any, Any]:
    """Give the action and the order that change one field."""
    if isinstance(record, Claim):
        value: Any = OTHERS[name]
        return claims.update_claim, claims.UpdateClaim.model_validate({"claim_id": record.id, name: value, "reason": reason})
    order = {"prediction_id": record.id, name: OTHERS[name], "reason": reason}
    return predictions.update_prediction, predictions.UpdatePrediction.model_validate(order)


FIELDS = [(Claim, name) for name in sorted(MEANING[Claim] & OTHERS.keys() - {"voice", "kind"})] + [
    (Prediction, name) for name in sorted(MEANING[Prediction] & OTHERS.keys() - {"kind", "due_basis"})
]


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_was_answered_keeps_its_meaning_but_for_a_reason_and_who_may_confirm(sqlite_desk: Desk, kind: Any, name: str) -> None:
    desk, claim = sqlite_desk, a_claim(sqlite_desk)
    prediction = a_prediction(desk, claim=claim, probability=0.9)
    answered(desk, prediction)
    record = claim if kind is Claim else prediction
    action, order = changing(record, name)
    assert refused(desk, UnderWhatWasDecided, action, order, REA).field == (name,)
    assert refused(desk, UnderWhatWasDecided, action, changing(record, name, "Misread.")[1], BOT).field == (name,)
    assert refused(desk, ChangesWhatWasDecided, action, order, OTTO).field == ("reason",)
    do(desk, action, changing(record, name, "Misread.")[1], OTTO)
    with desk.database.read() as session:
        (correction,) = session.scalars(revisions.corrections(revisions.CorrectionFilter(prediction_id=prediction.id)))
    assert (correction.record_type, correction.reason, correction.recorded_by) == (kind.__name__, "Misread.", "Otto")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_waits_for_another_person_is_not_changed_meanwhile(sqlite_desk: Desk, kind: Any, name: str) -> None:
    desk, claim = desk_of(sqlite_desk, two=True), a_claim(sqlite_desk)
    prediction = a_prediction(desk, claim=claim, probability=0.9)
    answered(desk, prediction)
    action, order = changing(claim if kind is Claim else prediction, name, "Misread.")
    for actor in (REA, EDITH, OTTO):
        refused(desk, AwaitsConfirmation, action, order, actor)


def test_a_reviewed_claim_keeps_its_meaning_and_a_waiting_one_is_not_changed(desk: Desk) -> None:
    fact = a_fact(desk)
    reviewed(desk, fact)
    action, order = changing(fact, "statement")
    refused(desk, UnderWhatWasDecided, action, order, REA)
    do(desk, action, changing(fact, "statement", "Misread.")[1], OTTO)
    with desk.database.read() as session:
        found: list[Revision] = list(session.scalars(revisions.corrections(revisions.CorrectionFilter(claim_id=fact.id))))
    assert [(each.record_type, each.reason) for each in found] == [("Claim", "Misread.")]
    other = a_fact(desk)
    given = {"claim_id": other.id, "rating": "TRUE", "summary": "So.", "no_evidence_reason": "None needed."}
    do(desk_of(desk, two=True), reviews.review_claim, reviews.ReviewClaim.model_validate(given), EDITH)
    refused(desk, ReviewAwaits, *changing(other, "statement", "Misread."), OTTO)


def test_where_two_decide_who_proposed_does_not_change_it_alone(desk: Desk) -> None:
    desk, claim = desk_of(desk, two=True), a_claim(desk)
    outcome = answered(desk, a_prediction(desk, claim=claim))
    do(desk, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=outcome.id), OTTO)
    action, order = changing(claim, "statement", "Misread.")
    refused(desk, OwnDecision, action, order, EDITH)
    assert do(desk, action, order, OTTO).statement == "Another one."


def test_a_claimant_about_whom_something_was_decided_is_renamed_by_who_may_confirm(desk: Desk) -> None:
    claimant: Claimant = a_claimant(desk)
    answered(desk, a_prediction(desk, claim=a_claim(desk, voice="REPORTED", claimant_id=claimant.id)))
    order = claimants.UpdateClaimant(claimant_id=claimant.id, name="Somebody else")
    refused(desk, UnderWhatWasDecided, claimants.update_claimant, order, REA)
    refused(desk, ChangesWhatWasDecided, claimants.update_claimant, order, OTTO)
    assert do(desk, claimants.update_claimant, order.model_copy(update={"reason": "Misspelt."}), OTTO).name == "Somebody else"


def test_what_is_no_part_of_the_meaning_is_anybodys_to_mend(desk: Desk) -> None:
    claim = a_claim(desk)
    answered(desk, a_prediction(desk, claim=claim))
    order = claims.UpdateClaim(claim_id=claim.id, note="See the archive.", check_worthiness="HIGH")
    assert do(desk, claims.update_claim, order, REA).note == "See the archive."
    assert do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement=claim.statement), REA).version == 2


def test_a_program_confirms_nothing(desk: Desk) -> None:
    desk = desk_of(desk, two=True)
    outcome = answered(desk, a_prediction(desk))
    refused(desk, ProgramConfirms, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=outcome.id), BOT)
    fact = a_fact(desk)
    given = {"claim_id": fact.id, "rating": "TRUE", "summary": "So.", "no_evidence_reason": "None needed."}
    review = do(desk, reviews.review_claim, reviews.ReviewClaim.model_validate(given), EDITH)
    refused(desk, ProgramConfirms, reviews.confirm_review, reviews.ConfirmReview(review_id=review.id), BOT)
