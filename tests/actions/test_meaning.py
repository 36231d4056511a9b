"""What was decided about keeps its meaning: a change takes a reason and who may confirm, and none is made while it waits."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claimants, claims, evidence, mending, outcomes, predictions, reviews
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Claimant, Evidence, Prediction, Revision
from claimkb.domain.account import Actor
from claimkb.domain.meaning import MEANING
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import AwaitsConfirmation
from claimkb.domain.reviewing import (
    ChangesWhatWasDecided,
    OwnDecision,
    ProgramConfirms,
    ProposerTakesNoSide,
    ReviewAwaits,
    UnderWhatWasDecided,
)
from claimkb.store import revisions
from tests.builders import a_claim, a_claimant, a_fact, a_prediction, a_source, do, refused, reviewed

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


def rests_on(desk: Desk, **about: Any) -> list[Evidence]:
    """Read the evidence of an outcome or a review, the first piece first."""
    ((name, id_),) = about.items()
    with desk.database.read() as session:
        return list(session.scalars(sa.select(Evidence).where(getattr(Evidence, name) == id_).order_by(col(Evidence.id))))


def decided(desk: Desk, kind: str) -> dict[str, Any]:
    """Have an outcome or a review proposed by Edith, with two pieces of evidence; return the field and id of what it is."""
    shown = {"evidence": [{"source_id": a_source(desk).id, "stance": "SUPPORTS"} for _ in range(2)]}
    if kind == "outcome":
        answer = {"prediction_id": a_prediction(desk).id, "verdict": "NO", "rationale": "So.", **shown}
        return {"outcome_id": do(desk, outcomes.resolve_prediction, outcomes.ResolvePrediction.model_validate(answer), EDITH).id}
    found = {"claim_id": a_fact(desk).id, "rating": "TRUE", "summary": "So.", **shown}
    return {"review_id": do(desk, reviews.review_claim, reviews.ReviewClaim.model_validate(found), EDITH).id}


def confirmed(desk: Desk, about: dict[str, Any]) -> None:
    if "outcome_id" in about:
        do(desk, outcomes.confirm_outcome, outcomes.ConfirmOutcome(**about), OTTO)
    else:
        do(desk, reviews.confirm_review, reviews.ConfirmReview(**about), OTTO)


def adding(desk: Desk, stance: str, about: dict[str, Any]) -> evidence.AddEvidence:
    return evidence.AddEvidence.model_validate({"source_id": a_source(desk).id, "stance": stance, **about})


DECISIONS = pytest.mark.parametrize("kind", ["outcome", "review"])


@DECISIONS
def test_what_waits_for_another_person_keeps_the_evidence_that_is_read(desk: Desk, kind: str) -> None:
    desk = desk_of(desk, two=True)
    about = decided(desk, kind)
    waiting, first = AwaitsConfirmation if kind == "outcome" else ReviewAwaits, rests_on(desk, **about)[0]
    for actor in (EDITH, OTTO):
        retract = mending.RetractEvidence(evidence_id=first.id, reason="r")
        assert refused(desk, waiting, mending.retract_evidence, retract, actor).field == ("evidence_id",)
        for stance in ("REFUTES", "CONTEXT"):
            assert refused(desk, waiting, evidence.add_evidence, adding(desk, stance, about), actor).field == (*about,)


@DECISIONS
def test_where_two_decide_who_proposed_does_not_change_the_evidence_alone(desk: Desk, kind: str) -> None:
    desk = desk_of(desk, two=True)
    about = decided(desk, kind)
    confirmed(desk, about)
    which: Any = {"evidence_id": rests_on(desk, **about)[0].id, "reason": "Another bridge."}
    refused(desk, OwnDecision, mending.retract_evidence, mending.RetractEvidence(**which), EDITH)
    do(desk, mending.retract_evidence, mending.RetractEvidence(**which), OTTO)
    refused(desk, OwnDecision, mending.restore_evidence, mending.RestoreEvidence(**which), EDITH)
    do(desk, mending.restore_evidence, mending.RestoreEvidence(**which), OTTO)
    for stance in ("REFUTES", "SUPPORTS"):
        refused(desk, ProposerTakesNoSide, evidence.add_evidence, adding(desk, stance, about), EDITH)
    for stance, who in (("CONTEXT", EDITH), ("REFUTES", OTTO)):
        assert do(desk, evidence.add_evidence, adding(desk, stance, about), who).stance == stance


@DECISIONS
def test_a_program_takes_no_evidence_from_what_stands(desk: Desk, kind: str) -> None:
    retract = mending.RetractEvidence(evidence_id=rests_on(desk, **decided(desk, kind))[0].id, reason="r")
    refused(desk, UnderWhatWasDecided, mending.retract_evidence, retract, BOT)
    assert do(desk, mending.retract_evidence, retract, EDITH).retracted_reason == "r"


def test_the_evidence_of_a_rejected_outcome_is_anybodys_to_mend(desk: Desk) -> None:
    desk = desk_of(desk, two=True)
    about = decided(desk, "outcome")
    do(desk, outcomes.reject_outcome, outcomes.RejectOutcome(**about, reason="Too early."), OTTO)
    retract = mending.RetractEvidence(evidence_id=rests_on(desk, **about)[0].id, reason="r")
    assert do(desk, mending.retract_evidence, retract, EDITH).retracted_reason == "r"
    assert do(desk, evidence.add_evidence, adding(desk, "REFUTES", about), EDITH).stance == "REFUTES"
