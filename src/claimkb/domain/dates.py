"""What does a date mean when it is not a day? An interval: its first day, its last day, and its precision."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field as Rule

from claimkb.domain.record import Term
from claimkb.domain.refusals import InTheFuture, NoPrecision


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
DayOf = Annotated[Day, Rule(description="A day; of a month, quarter, season or year any day in it.")]


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


_WRITTEN = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|Q([1-4])|(spring|summer|autumn|winter)))?")


def parse(text: str) -> Interval:
    """Read 2025, 2025-11, 2025-11-19, 2025-Q4 or 2025-winter; refuse anything else with a ValueError."""
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date: write 2025-11-19, 2025-11, 2025-Q4, 2025-autumn or 2025.")
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


def check_not_future(name: str, day: date | None, precision: DatePrecision | None, today: date) -> None:
    """Refuse a day, month or year that has not begun."""
    if day and interval(day, precision or DatePrecision.DAY).first > today:
        raise InTheFuture(name, day=day, today=today)


def redate(changes: dict[str, Any], record: Any, name: str, today: date) -> None:
    """Complete the change of a date: it brings its precision along, and is not in the future."""
    precision_name = f"{name}_precision"
    if name in changes or precision_name in changes:
        day = changes.get(name, getattr(record, name))
        kept = getattr(record, precision_name) if day else None
        changes[precision_name] = precision_of(day, changes.get(precision_name, kept), name)
        check_not_future(name, day, changes[precision_name], today)


def precision_of(day: date | None, precision: DatePrecision | None, name: str) -> DatePrecision | None:
    """Take a date for a day where no precision is given; refuse a precision without its date."""
    if day is None and precision is not None:
        raise NoPrecision(f"{name}_precision")
    return (precision or DatePrecision.DAY) if day else None
