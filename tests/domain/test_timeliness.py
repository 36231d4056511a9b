"""How a prediction stands to the calendar."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from claimkb.domain import Prediction
from claimkb.domain.dates import DatePrecision, interval
from claimkb.domain.prediction import Checkability, PredictionKind, PredictionStatus, waited_for
from claimkb.domain.timeliness import Timeliness, days_overdue, timeliness

DUE = date(2025, 11, 19)


def a_prediction(due_on: date | None = None, review_on: date | None = None, status: str = "OPEN") -> Prediction:
    made = Prediction(
        claim_id=UUID(int=1),
        question="?",
        criteria=".",
        kind=PredictionKind.FORECAST,
        checkability=Checkability.RESOLVABLE,
        due_on=due_on,
        review_on=review_on,
        status=PredictionStatus[status],
    )
    made.waits_for = waited_for(made) or date.max
    return made


@pytest.mark.parametrize(
    ("days", "stands", "overdue"),
    [
        (-8, Timeliness.UPCOMING, None),
        (-7, Timeliness.DUE_SOON, None),
        (0, Timeliness.DUE_SOON, None),
        (1, Timeliness.OVERDUE, 1),
        (29, Timeliness.OVERDUE, 29),
        (30, Timeliness.LONG_OVERDUE, 30),
        (369, Timeliness.LONG_OVERDUE, 369),
    ],
)
def test_a_dated_prediction_is_overdue_from_the_day_after_its_last_day(days: int, stands: Timeliness, overdue: int | None) -> None:
    today = DUE + timedelta(days=days)
    assert timeliness(a_prediction(DUE), today) is stands
    assert days_overdue(a_prediction(DUE), today) == overdue


def test_by_2030_is_overdue_in_2031_and_not_before() -> None:
    last = interval(date(2030, 6, 1), DatePrecision.YEAR).last
    assert timeliness(a_prediction(last), date(2030, 12, 31)) is Timeliness.DUE_SOON
    assert timeliness(a_prediction(last), date(2031, 1, 1)) is Timeliness.OVERDUE


def test_without_a_due_date_a_passed_review_date_means_review_and_never_overdue() -> None:
    undated = a_prediction(review_on=DUE)
    assert timeliness(undated, DUE) is Timeliness.NO_DATE
    assert timeliness(undated, DUE + timedelta(days=1)) is Timeliness.REVIEW_DUE
    assert timeliness(undated, DUE + timedelta(days=4000)) is Timeliness.REVIEW_DUE
    assert days_overdue(undated, DUE + timedelta(days=4000)) is None


@pytest.mark.parametrize("status", ["RESOLVED", "WITHDRAWN"])
def test_a_settled_prediction_is_never_overdue(status: str) -> None:
    settled = a_prediction(DUE, status=status)
    assert timeliness(settled, DUE + timedelta(days=100)) is Timeliness.SETTLED
    assert days_overdue(settled, DUE + timedelta(days=100)) is None


def test_a_proposed_outcome_does_not_stop_the_clock() -> None:
    assert timeliness(a_prediction(DUE, status="PROPOSED"), DUE + timedelta(days=1)) is Timeliness.OVERDUE
