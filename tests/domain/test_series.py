"""Periods are arithmetic: they tile their span, and each names itself; the line counts every one."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.dates import DatePrecision, interval, parse
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import Checkability, Prediction, PredictionKind, PredictionStatus, due
from claimkb.domain.series import MOST_PERIODS, NotThePeriodsEnd, Recurrence, Standing, TooManyPeriods, line, next_of, periods
from claimkb.domain.timeliness import Timeliness

days = st.dates(date(1900, 1, 1), date(2700, 1, 1))
lengths = st.sampled_from(Recurrence)
counts = st.integers(1, MOST_PERIODS)


@given(days, lengths, counts)
def test_periods_tile_their_span_without_a_gap_and_without_an_overlap(begin: date, every: Recurrence, count: int) -> None:
    found = periods(begin, every, None, count)
    assert (len(found), found[0].first) == (count, begin)
    assert all(each.first <= each.last for each in found)
    assert [each.first for each in found[1:]] == [each.last + timedelta(days=1) for each in found[:-1]]


@given(days, lengths, counts)
def test_a_last_day_gives_the_same_periods_as_their_number(begin: date, every: Recurrence, count: int) -> None:
    found = periods(begin, every, None, count)
    assert periods(begin, every, found[-1].last, None) == found


@given(days, lengths, counts, st.integers(0, 400))
def test_a_day_that_ends_no_period_ends_no_series(begin: date, every: Recurrence, count: int, back: int) -> None:
    last = periods(begin, every, None, count)[-1]
    until = last.last - timedelta(days=back)
    if last.first <= until < last.last:
        with pytest.raises(NotThePeriodsEnd, match=f"is {last.first} to {last.last}"):
            periods(begin, every, until, None)


@given(days, lengths, counts)
def test_a_period_is_due_on_its_days_in_its_precision_and_its_name_is_read_as_it(
    begin: date, every: Recurrence, count: int
) -> None:
    for each in periods(begin, every, None, count):
        completed = due(each.last, each.first, each.precision)
        assert (completed.due_from, completed.due_on) == (each.first, each.last)
        if each.precision is not DatePrecision.SPAN:
            assert parse(each.name) == interval(each.last, each.precision)


@pytest.mark.parametrize(
    ("every", "begin", "names"),
    [
        (Recurrence.YEAR, "2026-01-01", ["2026", "2027"]),
        (Recurrence.YEAR, "2025-04-01", ["2025-04-01 to 2026-03-31", "2026-04-01 to 2027-03-31"]),
        (Recurrence.YEAR, "2024-02-29", ["2024-02-29 to 2025-02-27", "2025-02-28 to 2026-02-27"]),
        (Recurrence.HALF_YEAR, "2026-07-01", ["2026-H2", "2027-H1"]),
        (Recurrence.QUARTER, "2026-10-01", ["2026-Q4", "2027-Q1"]),
        (Recurrence.MONTH, "2027-01-31", ["2027-01-31 to 2027-02-27", "2027-02-28 to 2027-03-30"]),
        (Recurrence.MONTH, "2026-12-01", ["2026-12", "2027-01"]),
        (Recurrence.WEEK, "2026-12-28", ["2026-W53", "2027-W01"]),
        (Recurrence.WEEK, "2026-12-27", ["2026-12-27 to 2027-01-02", "2027-01-03 to 2027-01-09"]),
    ],
)
def test_periods_have_the_names_of_the_calendar_where_it_has_them(every: Recurrence, begin: str, names: list[str]) -> None:
    assert [each.name for each in periods(date.fromisoformat(begin), every, None, 2)] == names


def test_ten_thousand_periods_are_refused_with_the_number_and_the_limit() -> None:
    with pytest.raises(TooManyPeriods, match="These are 10,000 periods, and a series has at most 200"):
        periods(date(2026, 1, 1), Recurrence.WEEK, date(2026, 1, 1) + timedelta(weeks=10_000, days=-1), None)


def waiting(number: int, status: PredictionStatus = PredictionStatus.OPEN) -> Prediction:
    words: dict[str, Any] = {
        "question": "?",
        "criteria": ".",
        "kind": PredictionKind.FORECAST,
        "checkability": Checkability.RESOLVABLE,
        "seal": "",
    }
    return Prediction(id=UUID(int=number), claim_id=UUID(int=1), due_on=date(2026, 1, number), status=status, **words)


@pytest.mark.parametrize(("settled", "expected"), [((), 1), ((1,), 2), ((2,), 1), ((1, 2), 3), ((2, 3), 1), ((1, 2, 3), 3)])
def test_the_earliest_open_prediction_waits_next_and_without_one_it_is_the_last(settled: tuple[int, ...], expected: int) -> None:
    found = [waiting(each, PredictionStatus.RESOLVED if each in settled else PredictionStatus.PROPOSED) for each in (3, 1, 2)]
    assert next_of(found).due_on == date(2026, 1, expected)


def standing(verdict: Verdict | None = None, timeliness: Timeliness = Timeliness.SETTLED, **given: object) -> Standing:
    status = PredictionStatus.OPEN if verdict is None else PredictionStatus.RESOLVED
    values = {"kind": PredictionKind.PROMISE, "status": status, "verdict": verdict, "timeliness": timeliness, **given}
    return Standing(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (
            {standing(Verdict.YES): 1, standing(Verdict.NO): 1, standing(None, Timeliness.LONG_OVERDUE): 1}
            | {standing(None, Timeliness.DUE_SOON): 1},
            "Of 4 periods 1 kept, 1 broken; 1 past due and unchecked; 1 not yet due.",
        ),
        ({standing(None, Timeliness.UPCOMING): 1}, "Of 1 period 1 not yet due."),
        (
            {standing(each, kind=PredictionKind.FORECAST): 2 for each in Verdict},
            "Of 10 periods 2 YES, 2 NO, 2 PARTIAL, 2 unclear, 2 annulled.",
        ),
        (
            {standing(Verdict.YES): 1, standing(Verdict.PARTIAL, kind=PredictionKind.FORECAST): 1},
            "Of 2 periods 1 YES, 1 PARTIAL.",
        ),
        (
            {standing(None, status=PredictionStatus.WITHDRAWN): 2, standing(None, Timeliness.OVERDUE): 1},
            "Of 3 periods 1 past due and unchecked; 2 withdrawn.",
        ),
    ],
)
def test_the_line_counts_each_period_once(counts: dict[Standing, int], expected: str) -> None:
    assert line(Counter(counts)) == expected
