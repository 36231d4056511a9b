"""Recording a series: one prediction a period, each with a life of its own."""

from datetime import date
from typing import Any

import pytest

from claimkb.actions import predictions, series
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Prediction, Series
from claimkb.domain import series as rules
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import is_as_sealed
from claimkb.domain.refusals import AlreadyRecorded, BackwardInterval, DueBeforeTheClaim, NoBasis, Refusal
from claimkb.store import predictions as stored
from claimkb.store import series as stored_series
from claimkb.store import verification
from tests.builders import a_claim, a_prediction, a_series, do, refused, resolved


def of(desk: Desk, claim_id: Any) -> list[Prediction]:
    with desk.database.read() as session:
        return stored_series.of_claim(session, claim_id)


def next_question(desk: Desk, claim_id: Any) -> str:
    with desk.database.read() as session:
        found = stored.find_by_claim(session, claim_id)
        assert found is not None
        return found.question


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
    ],
)
def test_what_makes_no_series_is_refused(desk: Desk, given: Any, refusal: type[Refusal], field: str) -> None:
    order = series_order(a_claim(desk, said_on="2025-06-01"), **given)
    assert refused(desk, refusal, series.record_series, order).field == (field,)


def test_a_question_may_be_as_long_as_a_question_may_be_with_its_period(desk: Desk) -> None:
    made = do(desk, series.record_series, series_order(a_claim(desk), count=2, question="?" * 980 + "{from}{until}"))
    assert [len(each.question) for each in of(desk, made.claim_id)] == [1000, 1000]


def test_a_second_series_of_the_same_periods_is_refused_and_one_that_goes_on_is_not(desk: Desk) -> None:
    made: Series = a_series(desk)
    claim = a_claim(desk).model_copy(update={"id": made.claim_id})
    again = refused(desk, AlreadyRecorded, series.record_series, series_order(claim, from_="2028-01-01", count=2))
    assert again.facts["existing"].id == made.id
    assert do(desk, series.record_series, series_order(claim, from_="2029-01-01", count=2)).until == date(2030, 12, 31)
    assert do(desk, series.record_series, series_order(claim, every="QUARTER", count=2)).until == date(2025, 6, 30)
