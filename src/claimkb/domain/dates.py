"""What does a date mean when it is not a day? An interval: its first day, its last day, and its precision."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field as Rule

from claimkb.domain.dating import SpanOfOneDay
from claimkb.domain.record import Term
from claimkb.domain.refusals import InTheFuture, NoPrecision, NotThatInterval


class DatePrecision(Term):
    """How much of a date is known."""

    DAY = "DAY", "The day is known."
    WEEK = "WEEK", "The week is known, from Monday to Sunday (ISO 8601)."
    MONTH = "MONTH", "The month is known."
    QUARTER = "QUARTER", "The quarter of a year is known."
    SEASON = "SEASON", "The season is known, by the months of the northern hemisphere: spring is March to May."
    HALF_YEAR = "HALF_YEAR", "The half of a year is known: January to June, or July to December."
    YEAR = "YEAR", "The year is known."
    DECADE = "DECADE", "The decade is known: the 2020s are 2020 to 2029."
    SPAN = "SPAN", "A due date from its first day to its last, such as a fiscal year: any interval that is none of the others."


MONTHS = {
    DatePrecision.MONTH: 1,
    DatePrecision.QUARTER: 3,
    DatePrecision.SEASON: 3,
    DatePrecision.HALF_YEAR: 6,
    DatePrecision.YEAR: 12,
    DatePrecision.DECADE: 120,
}
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}

EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""The days that claimkb knows: far from where the arithmetic of dates ends."""

Day = Annotated[date, Rule(ge=EARLIEST, le=LATEST)]
DayOf = Annotated[Day, Rule(description="A day; of a week, a month or any longer interval its first or its last day.")]

AHEAD = timedelta(hours=14)
"""How far ahead of UTC a day begins first: on the Line Islands."""


def newest_day(now: datetime) -> date:
    """Return the newest day that has begun anywhere on earth: its news may come before the day begins at the desk."""
    return (now.astimezone(UTC) + AHEAD).date()


@dataclass(frozen=True)
class Interval:
    """The days that a date may be: from `first` to `last`, both included."""

    first: date
    last: date
    precision: DatePrecision


def _first_month(day: date, precision: DatePrecision) -> tuple[int, int]:
    """Return the year and month in which the interval around a day begins."""
    if precision is DatePrecision.DECADE:
        return day.year // 10 * 10, 1
    if precision is DatePrecision.YEAR:
        return day.year, 1
    if precision is DatePrecision.HALF_YEAR:
        return day.year, (day.month - 1) // 6 * 6 + 1
    if precision is DatePrecision.QUARTER:
        return day.year, (day.month - 1) // 3 * 3 + 1
    if precision is DatePrecision.SEASON:
        month = day.month // 3 * 3 or 12
        return (day.year - 1 if day.month < 3 else day.year), month
    return day.year, day.month


def interval(day: date, precision: DatePrecision) -> Interval:
    """Widen a day to the interval that holds it. Winter belongs to the year in which it begins. A SPAN has days of its own."""
    if precision in (DatePrecision.DAY, DatePrecision.SPAN):
        return Interval(day, day, precision)
    if precision is DatePrecision.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Interval(monday, monday + timedelta(days=6), precision)
    year, month = _first_month(day, precision)
    last_index = year * 12 + month - 1 + MONTHS[precision] - 1
    last_year, last_month = divmod(last_index, 12)
    last_month += 1
    last_day = calendar.monthrange(last_year, last_month)[1]
    return Interval(date(year, month, 1), date(last_year, last_month, last_day), precision)


MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|W(?P<week>\d\d)|Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<season>spring|summer|autumn|winter)))?"
)
_DECADE = re.compile(r"(\d{3}0)s")
_IN_WORDS = re.compile(r"([A-Z][a-z]+) (\d{4})")
_TWO_YEARS = re.compile(r"(\d\d)(\d\d)-(\d\d)")
_HELP = "write 2025-11-19, 2025-W47, 2025-11, November 2025, 2025-Q4, 2025-autumn, 2025-H2, 2025 or 2020s"
_BY_DAYS = "A due date in a year that begins in another month is written by both its days, as 2024-07-01/2025-06-30."


def _check_one_year(text: str) -> None:
    """Refuse what may mean two years: 2011-12 is a December, and how many write the year from one summer to the next."""
    match = _TWO_YEARS.fullmatch(text)
    if match and int(match[3]) == (int(match[2]) + 1) % 100:
        month = MONTH_NAMES[int(match[3]) - 1] if 1 <= int(match[3]) <= 12 else None
        meant = f"may be {month} or two years: write {month} {text[:4]} for the month" if month else "names two years"
        raise ValueError(f"{text!r} {meant}. {_BY_DAYS}")


def parse(text: str) -> Interval:
    """Read a date in one of the forms that the message names; refuse anything else with a ValueError."""
    in_words = _IN_WORDS.fullmatch(text)
    if in_words and in_words[1] in MONTH_NAMES:
        return interval(date(int(in_words[2]), MONTH_NAMES.index(in_words[1]) + 1, 1), DatePrecision.MONTH)
    if decade := _DECADE.fullmatch(text):
        return interval(date(int(decade[1]), 1, 1), DatePrecision.DECADE)
    _check_one_year(text)
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: {_HELP}. {_BY_DAYS}")
    return _read(int(match["year"]), match)


def _read(year: int, match: re.Match[str]) -> Interval:
    """Read a year and what stands behind it."""
    if match["day"]:
        return interval(date(year, int(match["month"]), int(match["day"])), DatePrecision.DAY)
    if match["week"]:
        return interval(date.fromisocalendar(year, int(match["week"]), 1), DatePrecision.WEEK)
    if match["month"]:
        return interval(date(year, int(match["month"]), 1), DatePrecision.MONTH)
    if match["quarter"]:
        return interval(date(year, int(match["quarter"]) * 3, 1), DatePrecision.QUARTER)
    if match["half"]:
        return interval(date(year, int(match["half"]) * 6, 1), DatePrecision.HALF_YEAR)
    if match["season"]:
        return interval(date(year, SEASONS[match["season"]], 1), DatePrecision.SEASON)
    return interval(date(year, 1, 1), DatePrecision.YEAR)


def parse_due(text: str) -> Interval:
    """Read a due date: a date, or a SPAN from one date to another, as 2025-07-01/2026-06-30."""
    first, slash, last = text.partition("/")
    if not slash:
        return parse(text)
    begin, end = parse(first).first, parse(last).last
    if begin > end:
        raise ValueError(f"{text!r} ends before it begins")
    return Interval(begin, end, DatePrecision.SPAN)


def write(day: date, precision: DatePrecision) -> str:
    """Write a date as far as it is known, in the form that `parse` reads."""
    first = interval(day, precision).first
    season = next((name for name, month in SEASONS.items() if month == first.month), "")
    month = f"{first:%Y-%m}"
    if first.month == (first.year + 1) % 100:
        month = f"{MONTH_NAMES[first.month - 1]} {first.year}"  # 2011-12 may be two years
    return {
        DatePrecision.DAY: f"{day}",
        DatePrecision.WEEK: f"{first:%G-W%V}",
        DatePrecision.MONTH: month,
        DatePrecision.QUARTER: f"{first.year}-Q{(first.month + 2) // 3}",
        DatePrecision.SEASON: f"{first.year}-{season}",
        DatePrecision.HALF_YEAR: f"{first.year}-H{(first.month + 5) // 6}",
        DatePrecision.YEAR: f"{first.year}",
        DatePrecision.DECADE: f"{first.year}s",
        DatePrecision.SPAN: f"{day}",
    }[precision]


def check_begun(name: str, day: date | None, newest: date) -> None:
    """Refuse a day that has begun nowhere yet."""
    if day and day > newest:
        raise InTheFuture(name, day=day, today=newest)


def check_not_future(name: str, day: date | None, precision: DatePrecision | None, newest: date) -> None:
    """Refuse a day, month or year that has begun nowhere yet."""
    check_begun(name, day and interval(day, precision or DatePrecision.DAY).first, newest)


def redate(changes: dict[str, Any], record: object, name: str, newest: date) -> None:
    """Complete the change of a date: it brings its precision along, and is not in the future."""
    precision_name = f"{name}_precision"
    if name in changes or precision_name in changes:
        day = changes.get(name, getattr(record, name))
        kept = getattr(record, precision_name) if day else None
        changes[precision_name] = precision_of(day, changes.get(precision_name, kept), name)
        check_not_future(name, day, changes[precision_name], newest)


def precision_of(day: date | None, precision: DatePrecision | None, name: str) -> DatePrecision | None:
    """Take a date for a day where no precision is given; refuse a precision without its date, or around another day than its
    first or its last: it might be another one than was meant.
    """
    if day is None and precision is not None:
        raise NoPrecision(f"{name}_precision")
    if day is None:
        return None
    if precision is DatePrecision.SPAN:
        raise SpanOfOneDay(f"{name}_precision")
    around = interval(day, precision or DatePrecision.DAY)
    if day not in (around.first, around.last):
        raise NotThatInterval(name, day=day, **vars(around), wanted="its first or its last day")
    return around.precision
