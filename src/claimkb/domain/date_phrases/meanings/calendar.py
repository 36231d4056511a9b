"""Which days do words name, before anything binds them? An interval, how finely it is named, and the sum that led to it."""

import calendar
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.dates import EARLIEST, LATEST, MONTH_NAMES, SEASONS, DatePrecision, interval


class NoDay(Exception):
    """Words from which no day can be computed, and why."""


@dataclass(frozen=True)
class Named:
    """The days that words name."""

    first: date
    last: date
    grain: Grain
    why: tuple[str, ...] = ()
    """The steps of the sum."""
    is_printed: bool = False
    """Whether the words print the year, or the whole date: they mean the same on whichever day they are said."""
    is_computed: bool = False
    """Whether there was a sum, where the year is printed."""
    is_bare: bool = False
    """Whether a year was chosen because the words print none."""
    whole: "Named | None" = field(default=None, compare=False)
    """What it is the end of: by the end of a year is by its last day."""


class Ambiguous(NoDay):
    """Words that name one of several days, and nothing tells which."""

    def __init__(self, reason: str, named: list[Named]) -> None:
        super().__init__(reason)
        self.named = named


def checked(year: int) -> int:
    """Refuse a year that claimkb does not know."""
    if not EARLIEST.year <= year <= LATEST.year:
        raise NoDay(f"{year} is not a year from {EARLIEST.year} to {LATEST.year}")
    return year


def day_of(year: int, month: int, day: int) -> date:
    """Return a day; refuse one that no calendar has."""
    if not 1 <= month <= 12:
        raise NoDay(f"there is no month {month}")
    if not 1 <= day <= calendar.monthrange(checked(year), month)[1]:
        raise NoDay(f"there is no {day} {MONTH_NAMES[month - 1]} {year}")
    return date(year, month, day)


def plus_days(day: date, days: int) -> date:
    """Add days to a day."""
    if not EARLIEST.toordinal() <= day.toordinal() + days <= LATEST.toordinal():
        raise NoDay(f"{write(day)} + {days} days is no day that claimkb knows")
    return day + timedelta(days=days)


def plus_months(day: date, months: int) -> date:
    """Add months to a day; where the month has no such day, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(checked(year), month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def around(day: date, grain: Grain, *why: str, is_printed: bool = False) -> Named:
    """Widen a day to the interval of the calendar that holds it."""
    found = interval(day, DatePrecision[grain.value])
    checked(found.first.year)
    checked(found.last.year)
    return Named(found.first, found.last, grain, why, is_printed)


def year(number: int, *why: str, is_printed: bool = False) -> Named:
    """Return a year."""
    return around(date(checked(number), 1, 1), Grain.YEAR, *why, is_printed=is_printed)


def months_of(whole: Named, start: int, count: int, grain: Grain) -> Named:
    """Return some months of a year or another period, counted from its beginning."""
    first = plus_months(whole.first, start)
    last = plus_days(plus_months(whole.first, start + count), -1)
    return replace(whole, first=first, last=last, grain=grain)


def write(day: date) -> str:
    """Write a day in words."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def label(named: Named) -> str:
    """Write an interval in words, as short as they are clear."""
    first, last = named.first, named.last
    exact = {
        Grain.MONTH: f"{MONTH_NAMES[first.month - 1]} {first.year}",
        Grain.QUARTER: f"Q{(first.month + 2) // 3} {first.year}",
        Grain.HALF_YEAR: f"H{(first.month + 5) // 6} {first.year}",
        Grain.YEAR: f"{first.year}",
    }
    if first == last:
        return write(first)
    if named.grain in exact and (around(first, named.grain).first, around(first, named.grain).last) == (first, last):
        return exact[named.grain]
    if named.grain is Grain.SEASON and interval(first, DatePrecision.SEASON).last == last:
        name = next(name for name, month in SEASONS.items() if month == first.month)
        return f"{name} {first.year}, {write(first)} to {write(last)}"
    return f"{write(first)} to {write(last)}"
