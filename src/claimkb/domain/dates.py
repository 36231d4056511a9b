"""What does a date mean when it is not a day? An interval: its first day, its last day, and its precision."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field as Rule

from claimkb.domain.record import Term
from claimkb.domain.refusals import InTheFuture, NoPrecision, NotThatInterval


class DatePrecision(Term):
    """How much of a date is known."""

    DAY = "DAY", "The day is known."
    MONTH = "MONTH", "The month is known."
    QUARTER = "QUARTER", "The quarter of a year is known."
    SEASON = "SEASON", "The season is known, by the months of the northern hemisphere: spring is March to May."
    YEAR = "YEAR", "The year is known."


MONTHS = {DatePrecision.DAY: 1, DatePrecision.MONTH: 1, DatePrecision.QUARTER: 3, DatePrecision.SEASON: 3, DatePrecision.YEAR: 12}
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}

EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""The days that claimkb knows: far from where the arithmetic of dates ends."""

Day = Annotated[date, Rule(ge=EARLIEST, le=LATEST)]
DayOf = Annotated[Day, Rule(description="A day; of a month, quarter, season or year its first or its last day.")]

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
    if precision is DatePrecision.YEAR:
        return day.year, 1
    if precision is DatePrecision.QUARTER:
        return day.year, (day.month - 1) // 3 * 3 + 1
    if precision is DatePrecision.SEASON:
        month = day.month // 3 * 3 or 12
        return (day.year - 1 if day.month < 3 else day.year), month
    return day.year, day.month


def interval(day: date, precision: DatePrecision) -> Interval:
    """Widen a day to the month, quarter, season or year that holds it. Winter belongs to the year in which it begins."""
    if precision is DatePrecision.DAY:
        return Interval(day, day, precision)
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
_WRITTEN = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|Q([1-4])|(spring|summer|autumn|winter)))?")
_IN_WORDS = re.compile(r"([A-Z][a-z]+) (\d{4})")
_TWO_YEARS = re.compile(r"(\d\d)(\d\d)-(\d\d)")
_HELP = "write 2025-11-19, 2025-11, November 2025, 2025-Q4, 2025-autumn or 2025"
_BY_DAYS = "A half-year, or a year that begins in another month, is written by its last day, as 2025-06-30."


def _check_one_year(text: str) -> None:
    """Refuse what may mean two years: 2011-12 is a December, and how many write the year from one summer to the next."""
    match = _TWO_YEARS.fullmatch(text)
    if match and int(match[3]) == (int(match[2]) + 1) % 100:
        month = MONTH_NAMES[int(match[3]) - 1] if 1 <= int(match[3]) <= 12 else None
        meant = f"may be {month} or two years: write {month} {text[:4]} for the month" if month else "names two years"
        raise ValueError(f"{text!r} {meant}. {_BY_DAYS}")


def parse(text: str) -> Interval:
    """Read 2025, 2025-11, November 2025, 2025-11-19, 2025-Q4 or 2025-winter; refuse anything else with a ValueError."""
    in_words = _IN_WORDS.fullmatch(text)
    if in_words and in_words[1] in MONTH_NAMES:
        return interval(date(int(in_words[2]), MONTH_NAMES.index(in_words[1]) + 1, 1), DatePrecision.MONTH)
    _check_one_year(text)
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: {_HELP}. {_BY_DAYS}")
    year, month, day, quarter, season = match.groups()
    if day:
        return interval(date(int(year), int(month), int(day)), DatePrecision.DAY)
    if month:
        return interval(date(int(year), int(month), 1), DatePrecision.MONTH)
    if quarter:
        return interval(date(int(year), int(quarter) * 3, 1), DatePrecision.QUARTER)
    if season:
        return interval(date(int(year), SEASONS[season], 1), DatePrecision.SEASON)
    return interval(date(int(year), 1, 1), DatePrecision.YEAR)


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
    around = interval(day, precision or DatePrecision.DAY)
    if day not in (around.first, around.last):
        raise NotThatInterval(name, day=day, **vars(around), wanted="its first or its last day")
    return around.precision
