"""Recording a series: one prediction a period, each with a life of its own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from claimkb.actions import claims, predictions, series
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Prediction, Series
from claimkb.domain import series as rules
from claimkb.domain.dates import DatePrecision
from claimkb.domain.refusals import (
    AlreadyRecorded,
    BackwardInterval,
    BeforeTheClaim,
    DueBeforeTheClaim,
    NoBasis,
    PredictionTracked,
    Refusal,
)
from claimkb.domain.reviewing import ChangesWhatWasDecided
from claimkb.domain.seal import is_as_sealed
from claimkb.store import revisions, verification
from claimkb.store import series as stored_series
from claimkb.store.engine import records
from tests.builders import TODAY, a_claim, a_prediction, a_series, do, refused, resolved


def of(desk: Desk, claim_id: Any) -> list[Prediction]:
    with desk.database.read() as session:
        return stored_series.of_claim(session, claim_id)


def next_question(desk: Desk, claim_id: Any) -> str:
    with desk.database.read() as session:
        claim = records.get(session, Claim, claim_id)
        return records.get(session, Prediction, claim.next_prediction_id).question


def series_order(claim: Claim, **given: Any) -> series.RecordSeries:
    order = {"every": "YEAR", "from_": "2025-01-01", "question": "{period}?", "criteria": "C.", "due_basis": "STATED", **given}
    return series.RecordSeries.model_validate({"claim_id": claim.id, **order})


def test_a_series_makes_one_sealed_prediction_a_period(desk: Desk) -> None:
    made = a_series(desk, claim=a_claim(desk, kind="PROMISE"))
    assert made.until == date(2028, 12, 31)
    found = of(desk, made.claim_id)
    assert [each.question for each in found] == [f"600,000 homes in {year}?" for year in range(2025, 2029)]
    assert [each.due_on for each in found] == [date(year, 12, 31) for year in range(2025, 2029)]
    assert {(each.series_id, each.kind, each.due_precision) for each in found} == {(made.id, "PROMISE", DatePrecision.YEAR)}
    assert all(is_as_sealed(each) for each in found)


def test_the_answers_of_a_series_can_be_known_so_many_days_after_each_period(desk: Desk) -> None:
    made = a_series(desk, claim=a_claim(desk, said_on="2025-02-01"), from_="2024-01-01", count=2, answer_after_days=74)
    found = of(desk, made.claim_id)
    assert [each.due_on for each in found] == [date(2024, 12, 31), date(2025, 12, 31)]
    assert [each.answer_from for each in found] == [date(2025, 3, 15), date(2026, 3, 15)]
    assert all(is_as_sealed(each) for each in found)


def test_of_a_claims_predictions_the_earliest_open_one_waits_next_and_at_last_the_last_one(desk: Desk) -> None:
    made = a_series(desk, count=2)
    first, second = of(desk, made.claim_id)
    assert next_question(desk, made.claim_id) == first.question
    resolved(desk, first)
    assert next_question(desk, made.claim_id) == second.question
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=second.id, reason="r"))
    assert next_question(desk, made.claim_id) == second.question
    assert list(verification.find(desk.database)) == []


def test_a_claim_may_have_a_prediction_by_itself_beside_a_series_and_one_at_most(desk: Desk) -> None:
    made = a_series(desk)
    claim = a_claim(desk)
    a_prediction(desk, claim=claim)
    do(desk, series.record_series, series_order(claim, count=2))
    total = predictions.RecordPrediction(claim_id=made.claim_id, question="2.4 million?", criteria="C.")
    do(desk, predictions.record_prediction, total)
    for claim_id in (made.claim_id, claim.id):
        refusal = refused(desk, AlreadyRecorded, predictions.record_prediction, total.model_copy(update={"claim_id": claim_id}))
        assert "A claim has one prediction" in str(refusal)


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"every": "WEEK", "count": 10_000}, rules.TooManyPeriods, "count"),
        ({"every": "WEEK", "until": "2216-08-25"}, rules.TooManyPeriods, "until"),
        ({"until": "2024-12-31"}, BackwardInterval, "until"),
        ({}, rules.UntilOrCount, "until"),
        ({"until": "2026-12-31", "count": 2}, rules.UntilOrCount, "until"),
        ({"until": "2026-06-30"}, rules.NotThePeriodsEnd, "until"),
        ({"from_": "2990-01-01", "count": 11}, rules.BeyondTheCalendar, "count"),
        ({"count": 2, "question": "{quarter}?"}, rules.UnknownPlaceholder, "question"),
        ({"count": 2, "criteria": "{}"}, rules.UnknownPlaceholder, "criteria"),
        ({"from_": "2025-04-01", "count": 2, "criteria": "{year}"}, rules.NoOneYear, "criteria"),
        ({"count": 2, "question": "?" * 981 + "{from}{until}"}, rules.TooLongOncePeriodsStand, "question"),
        ({"count": 2, "question": "?"}, rules.SameQuestionTwice, "question"),
        ({"count": 2, "due_basis": None}, NoBasis, "due_basis"),
        ({"count": 2, "from_": "2023-01-01"}, DueBeforeTheClaim, "from_"),
        ({"count": 2, "from_": "2023-01-01", "answer_after_days": 150}, DueBeforeTheClaim, "from_"),
        ({"count": 2, "from_": "2990-01-01", "answer_after_days": 3650}, rules.AnswersBeyondTheCalendar, "answer_after_days"),
    ],
)
def test_what_makes_no_series_is_refused(desk: Desk, given: Any, refusal: type[Refusal], field: str) -> None:
    order = series_order(a_claim(desk, said_on="2025-06-01"), **given)
    assert refused(desk, refusal, series.record_series, order).field == (field,)


def test_a_question_may_be_as_long_as_a_question_may_be_with_its_period(desk: Desk) -> None:
    made = do(desk, series.record_series, series_order(a_claim(desk), count=2, question="?" * 980 + "{from}{until}"))
    assert [len(each.question) for each in of(desk, made.claim_id)] == [1000, 1000]


def test_two_people_who_answer_two_periods_at_once_leave_the_third_one_next(desk: Desk) -> None:
    made = a_series(desk, from_="2022-01-01", count=3)
    first, second, third = of(desk, made.claim_id)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda each: resolved(desk, each), (first, second)))
    assert next_question(desk, made.claim_id) == third.question


def test_a_moved_or_restored_period_waits_in_its_new_place(desk: Desk) -> None:
    made = a_series(desk, count=2)
    first, second = of(desk, made.claim_id)
    moved = predictions.MoveDueDate(prediction_id=first.id, kind="EXTENSION", due_on="2027-12-31", reason="r")
    do(desk, predictions.move_due_date, moved)
    assert next_question(desk, made.claim_id) == second.question
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=second.id, reason="r"))
    assert next_question(desk, made.claim_id) == first.question
    do(desk, predictions.restore_prediction, predictions.RestorePrediction(prediction_id=second.id, reason="r"))
    assert next_question(desk, made.claim_id) == second.question


def test_a_claim_is_retracted_only_when_no_period_waits_for_an_answer(desk: Desk) -> None:
    made = a_series(desk, from_="2022-01-01", count=2)
    first, second = of(desk, made.claim_id)
    order = claims.RetractClaim(claim_id=made.claim_id, reason="r")
    resolved(desk, second)
    refused(desk, PredictionTracked, claims.retract_claim, order)
    resolved(desk, first)
    assert do(desk, claims.retract_claim, order).retracted_at is not None


def test_a_claim_is_held_to_the_due_date_and_the_outcome_of_each_period(desk: Desk) -> None:
    made = a_series(desk, claim=a_claim(desk, said_on="2022-06-01"), from_="2022-01-01", count=3)
    first, second, _ = of(desk, made.claim_id)
    resolved(desk, second, occurred_on="2022-07-01")
    refused(
        desk, DueBeforeTheClaim, claims.update_claim, claims.UpdateClaim(claim_id=made.claim_id, said_on="2023-01-01", reason="r")
    )
    do(desk, predictions.move_due_date, predictions.MoveDueDate(prediction_id=first.id, kind="EDITORIAL", due_on=TODAY, reason="r"))
    later = claims.UpdateClaim(claim_id=made.claim_id, said_on="2022-08-01", reason="r")
    refused(desk, BeforeTheClaim, claims.update_claim, later)


def test_what_a_claim_means_changes_under_answered_periods_as_a_correction_of_the_claim(desk: Desk) -> None:
    made = a_series(desk, from_="2022-01-01", count=3)
    first, second, _ = of(desk, made.claim_id)
    resolved(desk, first)
    order = claims.UpdateClaim(claim_id=made.claim_id, statement="It opens.")
    refused(desk, ChangesWhatWasDecided, claims.update_claim, order)
    for reworded in ("It opens.", "It opens again."):
        do(desk, claims.update_claim, claims.UpdateClaim(claim_id=made.claim_id, statement=reworded, reason="Misread."))
        if reworded == "It opens.":
            resolved(desk, second)
    with desk.database.read() as session:
        listed = session.scalars(revisions.corrections(revisions.CorrectionFilter()))
        assert {each.after: each.corrects_id for each in listed} == {
            '{"statement":"It opens."}': first.id,
            '{"statement":"It opens again."}': made.claim_id,
        }


def test_a_second_series_of_the_same_periods_is_refused_and_one_that_goes_on_is_not(desk: Desk) -> None:
    made: Series = a_series(desk)
    claim = a_claim(desk).model_copy(update={"id": made.claim_id})
    again = refused(desk, AlreadyRecorded, series.record_series, series_order(claim, from_="2028-01-01", count=2))
    assert again.facts["existing"].id == made.id
    assert do(desk, series.record_series, series_order(claim, from_="2029-01-01", count=2)).until == date(2030, 12, 31)
    assert do(desk, series.record_series, series_order(claim, every="QUARTER", count=2)).until == date(2025, 6, 30)
