"""A date is an interval with a precision."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.dates import DatePrecision, interval, parse

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@pytest.mark.parametrize(
    ("written", "first", "last", "precision"),
    [
        ("2025-11-19", date(2025, 11, 19), date(2025, 11, 19), DatePrecision.DAY),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), DatePrecision.MONTH),
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31), DatePrecision.QUARTER),
        ("2026-spring", date(2026, 3, 1), date(2026, 5, 31), DatePrecision.SEASON),
        ("2025-winter", date(2025, 12, 1), date(2026, 2, 28), DatePrecision.SEASON),
        ("2030", date(2030, 1, 1), date(2030, 12, 31), DatePrecision.YEAR),
    ],
)
def test_a_written_date_is_read_with_its_precision(written: str, first: date, last: date, precision: DatePrecision) -> None:
    read = parse(written)
    assert (read.first, read.last, read.precision) == (first, last, precision)


@pytest.mark.parametrize("written", ["", "25", "2025-13", "2025-02-30", "2025-Q5", "2025-monsoon", "2025-11-19T00:00", "soon"])
def test_what_is_not_a_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        parse(written)


@given(DAYS, st.sampled_from(DatePrecision))
def test_an_interval_holds_its_day_and_every_day_of_it_gives_the_same(day: date, precision: DatePrecision) -> None:
    around = interval(day, precision)
    assert around.first <= day <= around.last
    assert interval(around.first, precision) == interval(around.last, precision) == around


@given(DAYS, st.sampled_from(DatePrecision))
def test_intervals_of_one_precision_adjoin_without_a_gap(day: date, precision: DatePrecision) -> None:
    around = interval(day, precision)
    assert interval(around.last + timedelta(days=1), precision).first == around.last + timedelta(days=1)
