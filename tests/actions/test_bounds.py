"""Bounds, days of answers and numbers, as people record, move and answer them."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from claimkb.actions import flagging, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import DueDateChange, Prediction, dating, measuring, refusals
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.refusals import Refusal
from claimkb.domain.seal import is_as_sealed
from claimkb.domain.target import Target
from claimkb.domain.timeliness import Timeliness, timeliness
from claimkb.store import verification
from claimkb.store.engine import records
from tests.builders import TODAY, a_claim, a_prediction, do, refused, resolved

DAY = timedelta(days=1)
LAST = date(2025, 12, 31)
FIVE = {"comparator": "AT_LEAST", "value": "5.0", "unit": "%"}


def now(desk: Desk, prediction: Prediction) -> Prediction:
    with desk.database.read() as session:
        return records.get(session, Prediction, prediction.id)


def moved(desk: Desk, prediction: Prediction, due_on: date, **given: Any) -> DueDateChange:
    order = predictions.MoveDueDate(prediction_id=prediction.id, kind="CORRECTION", due_on=due_on, reason="r", **given)
    return do(desk, predictions.move_due_date, order)


def recording(desk: Desk, **given: Any) -> predictions.RecordPrediction:
    return predictions.RecordPrediction(claim_id=a_claim(desk).id, question="Q?", criteria="C.", **given)


def answering(prediction: Prediction, verdict: str, **given: Any) -> outcomes.ResolvePrediction:
    shown = {"rationale": "So it was.", "no_evidence_reason": "Seen."}
    return outcomes.ResolvePrediction(prediction_id=prediction.id, verdict=verdict, **shown, **given)


def test_a_prediction_is_by_its_due_date_unless_it_says_otherwise(desk: Desk) -> None:
    assert a_prediction(desk).bound is DueBound.BY
    within = a_prediction(desk, LAST, due_precision="YEAR", bound="WITHIN")
    assert (within.bound, within.due_from, is_as_sealed(within)) == (DueBound.WITHIN, date(2025, 1, 1), True)


def test_the_answer_day_is_what_is_waited_for(desk: Desk) -> None:
    figure = a_prediction(desk, TODAY - 90 * DAY, answer_from=TODAY)
    assert figure.waits_for == TODAY
    assert timeliness(figure, TODAY) is Timeliness.DUE_SOON
    assert timeliness(figure, TODAY + DAY) is Timeliness.OVERDUE
    (flag,) = do(desk, flagging.flag_predictions, flagging.FlagPredictions()).flags
    assert (flag.due_on, flag.level) == (TODAY, "DUE_SOON")


def test_another_answer_day_clears_the_flags_of_the_one_before(desk: Desk) -> None:
    figure = a_prediction(desk, TODAY - 90 * DAY, answer_from=TODAY - DAY)
    do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    order = predictions.UpdatePrediction(prediction_id=figure.id, answer_from=TODAY + 30 * DAY)
    assert do(desk, predictions.update_prediction, order).waits_for == TODAY + 30 * DAY
    assert do(desk, flagging.flag_predictions, flagging.FlagPredictions()).flags == []
    cleared = predictions.UpdatePrediction(prediction_id=figure.id, answer_from=None)
    assert do(desk, predictions.update_prediction, cleared).waits_for == TODAY - 90 * DAY
    assert list(verification.find(desk.database)) == []


def test_the_answer_day_stays_after_the_claim_and_changes_only_while_it_is_open(desk: Desk) -> None:
    said = {"said_on": TODAY, "said_on_precision": "DAY"}
    figure = a_prediction(desk, TODAY - 90 * DAY, claim=a_claim(desk, **said), answer_from=TODAY + DAY)
    cleared = predictions.UpdatePrediction(prediction_id=figure.id, answer_from=None)
    refused(desk, refusals.DueBeforeTheClaim, predictions.update_prediction, cleared)
    resolved(desk, figure, occurred_on=TODAY - 90 * DAY, early_reason="It leaked.")
    later = predictions.UpdatePrediction(prediction_id=figure.id, answer_from=TODAY + 9 * DAY, reason="Misread.")
    refused(desk, refusals.AlreadyResolved, predictions.update_prediction, later)


def test_a_forecast_of_a_period_that_has_ended_waits_for_its_answer_day(desk: Desk) -> None:
    said = {"said_on": TODAY, "said_on_precision": "DAY"}
    a_prediction(desk, TODAY - 90 * DAY, claim=a_claim(desk, **said), answer_from=TODAY + DAY)
    late = recording(desk, due_on=TODAY - 90 * DAY, due_basis="STATED").model_copy(update={"claim_id": a_claim(desk, **said).id})
    refused(desk, refusals.DueBeforeTheClaim, predictions.record_prediction, late)


@pytest.mark.parametrize(
    ("refusal", "given"),
    [
        (dating.BoundOfNothing, {"bound": "WITHIN"}),
        (dating.AnswerOfNothing, {"answer_from": LAST}),
        (dating.AnswerNotLater, {"due_on": LAST, "due_basis": "STATED", "answer_from": LAST}),
        (dating.NotOneDay, {"due_on": LAST, "due_basis": "STATED", "due_from": LAST - DAY, "due_precision": "DAY"}),
        (dating.SpanWithoutFirstDay, {"due_on": LAST, "due_basis": "STATED", "due_precision": "SPAN"}),
        (measuring.NoTolerance, {"target": {**FIVE, "comparator": "ABOUT"}}),
    ],
)
def test_what_does_not_fit_together_is_not_recorded(desk: Desk, refusal: type[Refusal], given: dict[str, Any]) -> None:
    refused(desk, refusal, predictions.record_prediction, recording(desk, **given))


def test_a_moved_due_date_binds_as_before_unless_it_says_otherwise(desk: Desk) -> None:
    figure = a_prediction(desk, LAST, bound="WITHIN", answer_from=LAST + 60 * DAY)
    kept = moved(desk, figure, LAST + 30 * DAY)
    assert (kept.old_bound, kept.new_bound, kept.new_answer_from) == (DueBound.WITHIN, DueBound.WITHIN, LAST + 60 * DAY)
    gone = moved(desk, figure, LAST + 60 * DAY)
    assert (gone.old_answer_from, gone.new_answer_from, now(desk, figure).waits_for) == (LAST + 60 * DAY, None, LAST + 60 * DAY)
    bound = moved(desk, figure, LAST + 60 * DAY, bound="NOT_BEFORE", answer_from=LAST + 90 * DAY)
    assert (bound.new_bound, bound.new_answer_from, now(desk, figure).waits_for) == (DueBound.NOT_BEFORE, *[LAST + 90 * DAY] * 2)
    same = predictions.MoveDueDate(prediction_id=figure.id, kind="CORRECTION", due_on=LAST + 60 * DAY, reason="r")
    refused(desk, refusals.SameDueDate, predictions.move_due_date, same)
    assert list(verification.find(desk.database)) == []


def test_what_is_within_several_days_is_moved_with_its_days(desk: Desk) -> None:
    year = a_prediction(desk, LAST, due_precision="YEAR", bound="WITHIN")
    order = {"prediction_id": year.id, "kind": "EXTENSION", "reason": "r", "due_on": date(2026, 12, 31)}
    wrong = refused(desk, dating.WithinWhichDays, predictions.move_due_date, predictions.MoveDueDate(**order, due_from=None))
    assert (wrong.field, str(wrong).split(":")[0]) == (("due_from",), "This prediction is WITHIN 2025-01-01 to 2025-12-31")
    assert moved(desk, year, date(2026, 12, 31), due_precision="YEAR").new_due_from == date(2026, 1, 1)
    assert moved(desk, year, date(2026, 12, 31), due_from=date(2025, 1, 1)).new_due_from == date(2025, 1, 1)
    assert moved(desk, year, date(2027, 12, 31), bound="BY").new_bound is DueBound.BY


def test_days_with_a_first_day_of_their_own_are_a_span(desk: Desk) -> None:
    year = a_prediction(desk, date(2026, 6, 30), due_from=date(2025, 7, 1))
    assert year.due_precision is DatePrecision.SPAN
    decade = a_prediction(desk, date(2029, 12, 31), due_precision="DECADE")
    assert decade.due_from == date(2020, 1, 1)


def test_a_target_is_sealed_and_changes_for_a_reason_while_it_is_open(desk: Desk) -> None:
    made = a_prediction(desk, LAST, target=FIVE)
    assert (made.target, is_as_sealed(made)) == (Target(comparator="AT_LEAST", value="5", unit="%"), True)
    order = predictions.UpdatePrediction(prediction_id=made.id, target={**FIVE, "value": 6})
    refused(desk, refusals.NeedsReason, predictions.update_prediction, order)
    changed = do(desk, predictions.update_prediction, order.model_copy(update={"reason": "Misread."}))
    assert (str(changed.target), is_as_sealed(changed)) == ("at least 6 %", False)
    resolved(desk, changed)
    removed = predictions.UpdatePrediction(prediction_id=made.id, target=None, reason="None.")
    refused(desk, refusals.AlreadyResolved, predictions.update_prediction, removed)


def test_a_target_may_be_taken_away_for_a_reason(desk: Desk) -> None:
    made = a_prediction(desk, LAST, target={**FIVE, "comparator": "BETWEEN", "upper": "6"})
    order = predictions.UpdatePrediction(prediction_id=made.id, target=None, reason="It is none.")
    assert do(desk, predictions.update_prediction, order).target is None


def test_an_outcome_keeps_what_was_measured_in_the_unit_of_the_target(desk: Desk) -> None:
    outcome = resolved(desk, a_prediction(desk, LAST, target=FIVE), verdict="NO", measured="4.10")
    assert (outcome.measured, outcome.unit) == ("4.1", "%")


@pytest.mark.parametrize(
    ("refusal", "given"),
    [
        (measuring.NotWhatWasMeasured, {"measured": "4.1"}),
        (measuring.OtherUnit, {"measured": "5", "unit": "points"}),
        (measuring.UnitOfNothing, {"unit": "%"}),
    ],
)
def test_an_answer_that_the_measure_contradicts_is_not_recorded(desk: Desk, refusal: type[Refusal], given: dict[str, Any]) -> None:
    made = a_prediction(desk, LAST, target=FIVE)
    refused(desk, refusal, outcomes.resolve_prediction, answering(made, "YES", **given))


def test_without_a_target_nothing_is_measured(desk: Desk) -> None:
    refused(desk, measuring.NothingToMeasure, outcomes.resolve_prediction, answering(a_prediction(desk), "YES", measured="5"))


def test_what_happened_before_its_first_day_is_not_yes(desk: Desk) -> None:
    made = a_prediction(desk, LAST, due_precision="YEAR", bound="WITHIN")
    refused(desk, dating.HappenedEarly, outcomes.resolve_prediction, answering(made, "YES", occurred_on=date(2024, 12, 31)))
    assert resolved(desk, made, verdict="NO", occurred_on=date(2024, 12, 31)).verdict == "NO"


def test_a_target_needs_a_unit_and_a_number_that_is_none_of_a_float() -> None:
    for wrong in ({"comparator": "AT_LEAST", "value": "5"}, {**FIVE, "value": 5.5}, {**FIVE, "value": "9" * 40}):
        with pytest.raises(ValidationError):
            Target.model_validate(wrong)
