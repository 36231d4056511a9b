"""Due dates, their basis, and the seal."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from claimkb.domain import Prediction, refusals
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import (
    Checkability,
    Due,
    DueBasis,
    PredictionKind,
    check_basis,
    check_due_after_claim,
    due,
    due_or_none,
    first_review,
)
from claimkb.domain.seal import is_as_sealed, seal

DAY = date(2025, 11, 19)
A_DUE_DATE = Due(DAY, DAY, DatePrecision.DAY)


def test_a_day_is_due_on_that_day() -> None:
    assert due(DAY, None, None) == A_DUE_DATE


def test_the_last_day_of_a_month_makes_the_whole_month_due_and_no_other_day() -> None:
    november = Due(date(2025, 11, 1), date(2025, 11, 30), DatePrecision.MONTH)
    assert due(november.due_on, None, DatePrecision.MONTH) == november
    assert due(november.due_on, november.due_from, DatePrecision.MONTH) == november
    for day in (DAY, november.due_from):
        with pytest.raises(refusals.NotThatInterval):
            due(day, None, DatePrecision.MONTH)


def test_a_first_day_of_its_own_is_kept_where_days_are_given() -> None:
    assert due(date(2027, 12, 31), date(2025, 11, 7), None).due_from == date(2025, 11, 7)
    with pytest.raises(refusals.NotThatInterval):
        due(date(2027, 12, 31), date(2025, 11, 7), DatePrecision.YEAR)


def test_an_interval_that_runs_backward_is_refused() -> None:
    with pytest.raises(refusals.BackwardInterval):
        due(DAY, date(2025, 11, 20), None)


def test_parts_of_a_due_date_without_its_last_day_are_refused() -> None:
    assert due_or_none(None, None, None) is None
    for given in ({"due_from": DAY, "precision": None}, {"due_from": None, "precision": DatePrecision.DAY}):
        with pytest.raises(refusals.NoLastDay):
            due_or_none(None, **given)


def test_a_due_date_says_where_it_comes_from() -> None:
    with pytest.raises(refusals.NoBasis):
        check_basis(DAY, None, None)
    for basis in (DueBasis.DERIVED, DueBasis.EDITORIAL):
        with pytest.raises(refusals.NoReasoning):
            check_basis(DAY, basis, None)
    check_basis(DAY, DueBasis.STATED, None)
    check_basis(DAY, DueBasis.DERIVED, "7 + 12 = 19")
    check_basis(None, None, None)


def test_a_due_date_cannot_be_over_before_the_claim() -> None:
    with pytest.raises(refusals.DueBeforeTheClaim):
        check_due_after_claim(DAY, date(2025, 11, 20))
    check_due_after_claim(DAY, DAY)


def test_a_prediction_without_a_due_date_comes_back_after_180_days() -> None:
    assert first_review(date(2025, 11, 7), date(2026, 1, 1)) == date(2026, 5, 6)
    assert first_review(None, date(2025, 11, 7)) == date(2026, 5, 6)


def a_prediction(**given: Any) -> Prediction:
    fields = {"question": "?", "criteria": ".", "due_on": DAY, "due_from": DAY, "due_precision": DatePrecision.DAY, **given}
    return Prediction(claim_id=UUID(int=1), kind=PredictionKind.FORECAST, checkability=Checkability.RESOLVABLE, seal="", **fields)


def test_the_seal_is_the_sha256_of_what_must_happen_by_when() -> None:
    written = '{"criteria":".","due_from":"2025-11-19","due_on":"2025-11-19","due_precision":"DAY","question":"?"}'
    assert seal(a_prediction()) == hashlib.sha256(written.encode()).hexdigest()
    assert seal(a_prediction()) == "a314035d9d7802b749c10f5b30c88303be634efb5193a515e107369d79466e54"


@pytest.mark.parametrize("change", [{"question": "!"}, {"criteria": "!"}, {"due_on": date(2025, 11, 20)}, {"due_from": None}])
def test_whatever_changes_of_it_breaks_the_seal(change: dict[str, Any]) -> None:
    prediction = a_prediction()
    prediction.seal = seal(prediction)
    assert is_as_sealed(prediction)
    for name, value in change.items():
        setattr(prediction, name, value)
    assert not is_as_sealed(prediction)
