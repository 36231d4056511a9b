"""Every day is computed twice: phrases are put together at random, and plain arithmetic says what they mean."""

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.date_phrases import due_readings
from claimkb.domain.date_phrases.meanings.days import easter
from claimkb.domain.dates import MONTH_NAMES

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days(text: str, said_on: date) -> tuple[date | None, date | None]:
    """Return the days that a phrase names first."""
    reading = due_readings(text, said_on, "en")[0]
    return reading.due_from, reading.due_on


@given(DAYS, st.integers(1, 999))
def test_days_and_weeks_are_added(said_on: date, number: int) -> None:
    day = said_on + timedelta(days=number)
    assert days(f"in {number} days", said_on) == (day, day)
    assert days(f"within {number} days", said_on) == (None, day)
    week = said_on + timedelta(weeks=number)
    monday = week - timedelta(days=week.weekday())
    assert days(f"in {number} weeks", said_on) == (monday, monday + timedelta(days=6))


@given(DAYS, st.integers(1, 200))
def test_months_and_years_are_added(said_on: date, number: int) -> None:
    index = said_on.year * 12 + said_on.month - 1 + number
    year, month = index // 12, index % 12 + 1
    last = monthrange(year, month)[1]
    assert days(f"in {number} months", said_on) == (date(year, month, 1), date(year, month, last))
    assert days(f"within {number} months", said_on) == (None, date(year, month, min(said_on.day, last)))
    year = said_on.year + number
    assert days(f"in {number} years", said_on) == (date(year, 1, 1), date(year, 12, 31))


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_the_next_one(said_on: date, weekday: int) -> None:
    coming = next(day for day in (said_on + timedelta(days=ahead) for ahead in range(7)) if day.weekday() == weekday)
    assert days(f"on {NAMES[weekday]}", said_on) == (coming, coming)
    next_week = said_on - timedelta(days=said_on.weekday()) + timedelta(days=7 + weekday)
    assert days(f"next {NAMES[weekday]}", said_on) == (next_week, next_week)


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_next_one(said_on: date, day: date) -> None:
    written = f"{day.day} {MONTH_NAMES[day.month - 1]}"
    assert days(f"on {written} {day.year}", said_on) == (day, day)
    coming = next(
        each for each in (said_on + timedelta(days=n) for n in range(3000)) if (each.month, each.day) == (day.month, day.day)
    )
    assert days(f"on {written}", said_on) == (coming, coming)
    assert days(f"before {written}", said_on) == (None, coming - timedelta(days=1))


@given(DAYS, st.integers(1, 4), st.integers(1990, 2100))
def test_a_quarter_has_three_months(said_on: date, number: int, year: int) -> None:
    first = date(year, number * 3 - 2, 1)
    last = date(year, number * 3, monthrange(year, number * 3)[1])
    assert days(f"in Q{number} {year}", said_on) == (first, last)
    assert days(f"by the end of Q{number} {year}", said_on) == (None, last)


def test_easter_is_as_the_tables_print_it() -> None:
    printed = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2038: (4, 25), 1961: (4, 2), 2285: (3, 22)}
    assert {year: (easter(year).month, easter(year).day) for year in printed} == printed
