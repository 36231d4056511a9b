"""A date is an interval with a precision."""

import calendar
import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.dates import DatePrecision, Interval, interval, newest_day, parse, parse_due, precision_of, write
from claimkb.domain.dating import SpanOfOneDay

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
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), DatePrecision.MONTH),
        ("December 2011", date(2011, 12, 1), date(2011, 12, 31), DatePrecision.MONTH),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), DatePrecision.WEEK),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31), DatePrecision.HALF_YEAR),
        ("2020s", date(2020, 1, 1), date(2029, 12, 31), DatePrecision.DECADE),
        ("May 2012", date(2012, 5, 1), date(2012, 5, 31), DatePrecision.MONTH),
    ],
)
def test_a_written_date_is_read_with_its_precision(written: str, first: date, last: date, precision: DatePrecision) -> None:
    read = parse(written)
    assert (read.first, read.last, read.precision) == (first, last, precision)


@pytest.mark.parametrize("written", ["", "25", "2025-13", "2025-02-30", "2025-Q5", "2025-monsoon", "2025-11-19T00:00", "soon"])
def test_what_is_not_a_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        parse(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2011-12", "'2011-12' may be December or two years: write December 2011 for the month. A due date in a year"),
        ("1999-00", "'1999-00' names two years. A due date in a year that begins in another month is written by both its days"),
        ("2024-25", "'2024-25' names two years."),
        (
            "2025-H3",
            "'2025-H3' is not a date: write 2025-11-19, 2025-W47, 2025-11, November 2025, 2025-Q4, 2025-autumn, 2025-H2, 2025 or "
            "2020s. A due date in",
        ),
        ("2023s", "'2023s' is not a date"),
        ("2025-W54", "Invalid week"),
        ("Smarch 2025", "'Smarch 2025' is not a date"),
        (" 2025", "' 2025' is not a date"),
    ],
)
def test_what_may_mean_another_date_is_refused_with_what_can_be_written(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        parse(written)


@given(st.integers(1000, 2999), st.integers(1, 12))
def test_a_month_is_read_by_its_number_or_by_its_name_and_never_as_another_one(year: int, month: int) -> None:
    named = parse(f"{calendar.month_name[month]} {year}")
    assert named == interval(date(year, month, 1), DatePrecision.MONTH)
    if month != (year + 1) % 100:
        assert parse(f"{year}-{month:02}") == named


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        ("2026-11-23T09:59:59+00:00", date(2026, 11, 23)),
        ("2026-11-23T10:00:00+00:00", date(2026, 11, 24)),
        ("2026-11-23T00:30:00-10:00", date(2026, 11, 24)),
    ],
)
def test_the_newest_day_begins_on_the_line_islands(now: str, newest: date) -> None:
    assert newest_day(datetime.fromisoformat(now)) == newest


@given(DAYS, st.sampled_from(DatePrecision))
def test_an_interval_holds_its_day_and_every_day_of_it_gives_the_same(day: date, precision: DatePrecision) -> None:
    around = interval(day, precision)
    assert around.first <= day <= around.last
    assert interval(around.first, precision) == interval(around.last, precision) == around


@given(
    st.dates(date(1010, 1, 1), date(2990, 1, 1)),
    st.sampled_from([each for each in DatePrecision if each is not DatePrecision.SPAN]),
)
def test_what_is_written_of_a_date_is_read_as_the_same_interval(day: date, precision: DatePrecision) -> None:
    assert parse_due(write(day, precision)) == interval(day, precision)


def test_a_due_date_may_be_a_span_of_two_dates() -> None:
    assert parse_due("2025-07-01/2026-06-30") == Interval(date(2025, 7, 1), date(2026, 6, 30), DatePrecision.SPAN)
    assert parse_due("2024/2026-Q2") == Interval(date(2024, 1, 1), date(2026, 6, 30), DatePrecision.SPAN)
    with pytest.raises(ValueError, match="'2026/2025' ends before it begins"):
        parse_due("2026/2025")
    with pytest.raises(ValueError, match="is not a date"):
        parse("2025-07-01/2026-06-30")


def test_a_date_that_is_one_day_is_no_span() -> None:
    with pytest.raises(SpanOfOneDay):
        precision_of(date(2025, 7, 1), DatePrecision.SPAN, "said_on")


@given(DAYS, st.sampled_from(DatePrecision))
def test_intervals_of_one_precision_adjoin_without_a_gap(day: date, precision: DatePrecision) -> None:
    around = interval(day, precision)
    assert interval(around.last + timedelta(days=1), precision).first == around.last + timedelta(days=1)
