"""Two people and one outcome: who proposes it, who may let it stand, and what becomes of the prediction."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import flagging, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Announcement, Flag, Outcome, Prediction
from claimkb.domain.account import Actor
from claimkb.domain.announcement import Topic
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.prediction import PredictionStatus
from claimkb.domain.refusals import AwaitsConfirmation, Forbidden, NotFound, StaleVersion
from claimkb.domain.reviewing import NotProposed, OwnPrediction, OwnProposal
from tests.builders import NOON, a_prediction, do, refused, resolved

REA, EDITH, OTTO = Actor("Rea", Role.REPORTER), Actor("Edith", Role.EDITOR), Actor("Otto", Role.EDITOR)


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """Give a desk that keeps the two-person rule."""
    return replace(desk, policy=Policy(two_person_rule=True))


def proposed(desk: Desk, actor: Actor = REA, **given: Any) -> tuple[Prediction, Outcome]:
    """Propose an outcome for a prediction of Edith's."""
    prediction = a_prediction(desk)
    order = {"verdict": "YES", "rationale": "It is open.", "no_evidence_reason": "We stood on it.", **given}
    return prediction, do(
        desk, outcomes.resolve_prediction, outcomes.ResolvePrediction(prediction_id=prediction.id, **order), actor
    )


def confirm(outcome: Outcome, **given: Any) -> outcomes.ConfirmOutcome:
    return outcomes.ConfirmOutcome(outcome_id=outcome.id, **given)


def reject(outcome: Outcome, **given: Any) -> outcomes.RejectOutcome:
    return outcomes.RejectOutcome(outcome_id=outcome.id, reason="The bridge is shut.", **given)


def now(desk: Desk, record: Any) -> Any:
    """Read a record as it is now."""
    with desk.database.read() as session:
        return session.get(type(record), record.id)


def test_a_proposed_outcome_waits_and_the_prediction_stays_overdue(strict: Desk) -> None:
    prediction, outcome = proposed(strict)
    assert (outcome.review, outcome.proposed_by, outcome.reviewed_by) == (OutcomeReview.PROPOSED, "Rea", None)
    assert now(strict, prediction).status is PredictionStatus.PROPOSED
    do(strict, flagging.flag_predictions, flagging.FlagPredictions())
    with strict.database.read() as session:
        (flag,) = session.scalars(sa.select(Flag))
    assert flag.cleared_at is None


def test_another_person_confirms_it_and_the_flags_are_cleared(strict: Desk) -> None:
    prediction, outcome = proposed(strict)
    do(strict, flagging.flag_predictions, flagging.FlagPredictions())
    done = do(strict, outcomes.confirm_outcome, confirm(outcome, expected_version=1), EDITH)
    assert (done.review, done.proposed_by, done.reviewed_by, done.version) == (OutcomeReview.CONFIRMED, "Rea", "Edith", 2)
    assert now(strict, prediction).status is PredictionStatus.RESOLVED
    with strict.database.read() as session:
        assert session.scalars(sa.select(col(Flag.cleared_at))).all() == [NOON]


def test_who_proposed_it_does_not_confirm_it_even_after_the_rule_was_given_up(strict: Desk) -> None:
    _, outcome = proposed(strict, EDITH)
    refused(strict, OwnProposal, outcomes.confirm_outcome, confirm(outcome), EDITH)
    refused(replace(strict, policy=Policy()), OwnProposal, outcomes.confirm_outcome, confirm(outcome), EDITH)
    assert do(strict, outcomes.confirm_outcome, confirm(outcome), OTTO).reviewed_by == "Otto"


def test_a_rejected_outcome_stays_with_its_reason_and_another_can_be_proposed(strict: Desk) -> None:
    prediction, outcome = proposed(strict)
    done = do(strict, outcomes.reject_outcome, reject(outcome), EDITH)
    assert (done.review, done.reviewed_by, done.rejected_reason) == (OutcomeReview.REJECTED, "Edith", "The bridge is shut.")
    assert now(strict, prediction).status is PredictionStatus.OPEN
    again = resolved(strict, prediction, verdict="NO")
    assert (again.review, again.supersedes_id) == (OutcomeReview.PROPOSED, None)
    assert do(strict, outcomes.confirm_outcome, confirm(again), OTTO).verdict == "NO"


def test_an_editor_takes_back_what_they_proposed(strict: Desk) -> None:
    prediction, outcome = proposed(strict, EDITH)
    assert do(strict, outcomes.reject_outcome, reject(outcome), EDITH).reviewed_by == "Edith"
    assert now(strict, prediction).status is PredictionStatus.OPEN


@pytest.mark.parametrize("review", ["CONFIRMED", "REJECTED", "SUPERSEDED"])
def test_only_a_proposed_outcome_is_confirmed_or_rejected(strict: Desk, review: str) -> None:
    prediction, outcome = proposed(strict)
    if review == "REJECTED":
        do(strict, outcomes.reject_outcome, reject(outcome), EDITH)
    else:
        do(strict, outcomes.confirm_outcome, confirm(outcome), EDITH)
    if review == "SUPERSEDED":
        do(strict, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="r"), EDITH)
    for action, order in ((outcomes.confirm_outcome, confirm(outcome)), (outcomes.reject_outcome, reject(outcome))):
        refusal = refused(strict, NotProposed, action, order, OTTO)
        assert str(refusal) == f"This outcome is {review}; only a proposed one is confirmed or rejected."


def test_a_reporter_neither_confirms_nor_rejects(strict: Desk) -> None:
    _, outcome = proposed(strict, EDITH)
    refused(strict, Forbidden, outcomes.confirm_outcome, confirm(outcome), REA)
    refused(strict, Forbidden, outcomes.reject_outcome, reject(outcome), REA)


def test_what_is_not_there_or_was_changed_meanwhile_is_refused(strict: Desk) -> None:
    prediction, outcome = proposed(strict)
    refused(strict, NotFound, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=prediction.id), EDITH)
    refused(strict, StaleVersion, outcomes.confirm_outcome, confirm(outcome, expected_version=2), EDITH)


def test_a_prediction_that_waits_for_a_confirmation_does_not_change(strict: Desk) -> None:
    prediction, _ = proposed(strict)
    withdraw = predictions.WithdrawPrediction(prediction_id=prediction.id, reason="r")
    refused(strict, AwaitsConfirmation, predictions.withdraw_prediction, withdraw, EDITH)
    move = predictions.MoveDueDate(prediction_id=prediction.id, reason="r", kind="EXTENSION", due_on=date(2027, 1, 1))
    refused(strict, AwaitsConfirmation, predictions.move_due_date, move, EDITH)
    order = outcomes.ResolvePrediction(prediction_id=prediction.id, verdict="NO", rationale="r", no_evidence_reason="n")
    refused(strict, AwaitsConfirmation, outcomes.resolve_prediction, order, OTTO)


def test_where_nobody_resolves_their_own_prediction_nobody_confirms_it_either(strict: Desk) -> None:
    desk = replace(strict, policy=Policy(own_predictions=False, two_person_rule=True))
    _, outcome = proposed(desk)
    refused(desk, OwnPrediction, outcomes.confirm_outcome, confirm(outcome), EDITH)
    assert do(desk, outcomes.confirm_outcome, confirm(outcome), OTTO).review is OutcomeReview.CONFIRMED


def test_subscribers_are_told_of_an_outcome_once_it_stands(strict: Desk) -> None:
    def told() -> list[Any]:
        with strict.database.read() as session:
            return list(session.scalars(sa.select(col(Announcement.record_id)).where(col(Announcement.topic) == Topic.OUTCOME)))

    _, outcome = proposed(strict)
    assert told() == []
    do(strict, outcomes.confirm_outcome, confirm(outcome), EDITH)
    assert told() == [outcome.id]


def test_of_two_who_review_at_once_one_decides(strict: Desk) -> None:
    prediction, outcome = proposed(strict)
    with ThreadPoolExecutor(2) as pool:
        reviewing = [
            pool.submit(do, strict, outcomes.confirm_outcome, confirm(outcome), EDITH),
            pool.submit(do, strict, outcomes.reject_outcome, reject(outcome), OTTO),
        ]
    assert sorted(type(each.exception()).__name__ for each in reviewing) == ["NoneType", "NotProposed"]
    expected = PredictionStatus.RESOLVED if reviewing[0].exception() is None else PredictionStatus.OPEN
    assert now(strict, prediction).status is expected


def test_without_the_rule_one_person_suffices(desk: Desk) -> None:
    prediction, outcome = proposed(desk)
    assert (outcome.review, outcome.reviewed_by) == (OutcomeReview.CONFIRMED, None)
    assert now(desk, prediction).status is PredictionStatus.RESOLVED
