"""Which days do years, decades, centuries and other units name, printed or counted from the day of speaking?"""

from dataclasses import replace
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, around, checked, label, plus_days, plus_months, write, year
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.parsing import Tree

SHIFTS = {"last": -1, "this": 0, "next": 1, "coming": 1}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}
GRAINS = {
    "day": Grain.DAY,
    "week": Grain.WEEK,
    "month": Grain.MONTH,
    "quarter": Grain.QUARTER,
    "half": Grain.HALF_YEAR,
    "year": Grain.YEAR,
    "decade": Grain.DECADE,
}
CENTURY = 100
THIS_CENTURY = 2000
"""The century of years of two digits."""


def century(number: int, *why: str, is_printed: bool = False) -> Named:
    """Return the hundred years that begin with a year, as a decade begins."""
    return Named(date(checked(number), 1, 1), date(checked(number + CENTURY - 1), 12, 31), Grain.APPROXIMATE, why, is_printed)


def unit_of(day: date, unit: str, shift: int, step: str | None = None) -> Named:
    """Return the week, month, year or other unit that is so many units from the one that holds a day."""
    if unit == "century":
        return century(day.year // CENTURY * CENTURY + shift * CENTURY)
    if unit not in GRAINS:
        raise NoDay("this unit has no first and last day")
    if unit in ("day", "week"):
        moved = plus_days(day, shift * (7 if unit == "week" else 1))
    else:
        moved = plus_months(day.replace(day=1), shift * MONTHS[unit])
    named = around(moved, GRAINS[unit])
    sign = f" {'+' if shift > 0 else '-'} {abs(shift)} {unit}{'s' if abs(shift) > 1 else ''}" if shift else ""
    return replace(named, why=(step or f"the {unit} of {write(day)}{sign} = {label(named)}",))


@means
def printed_year(_: Context, y: int) -> list[Named]:
    """In 2030."""
    return [year(y, is_printed=True)]


@means
def short_year(_: Context, y: int) -> list[Named]:
    """The year of Q1'27."""
    return [year(THIS_CENTURY + y, is_printed=True)]


@means
def relative(context: Context, unit: str, rel: str = "this") -> list[Named]:
    """Next year, this week, the month."""
    return [unit_of(context.said_day(), unit, SHIFTS[rel])]


@means
def new_year(context: Context) -> list[Named]:
    """In the new year: in the next one."""
    return relative(context, "year", "next")


@means
def after_next(context: Context, unit: str) -> list[Named]:
    """The year after next."""
    return [unit_of(context.said_day(), unit, 2)]


@means
def decade(_: Context, y: int) -> list[Named]:
    """The 2030s."""
    if y % CENTURY == 0:
        return [around(date(checked(y), 1, 1), Grain.DECADE, is_printed=True), century(y, is_printed=True)]
    return [around(date(checked(y), 1, 1), Grain.DECADE, is_printed=True)]


@means
def mid_century(context: Context) -> list[Named]:
    """The middle of the century, which is read as its year 50."""
    number = context.said_day().year // CENTURY * CENTURY + CENTURY // 2
    return [replace(year(number, f"the middle of a century is read as its year {number}"), is_computed=True)]


@means
def later(context: Context, whole: Tree) -> list[Named]:
    """Later this year: from the day on which it was said to the end."""
    today = context.said_day()
    found = context.read(whole)[0]
    if not found.first <= today <= found.last:
        return [found]
    return [replace(found, first=today, why=(*found.why, f"later in it: from {write(today)} on"))]


@means
def weekend(context: Context, rel: str = "this") -> list[Named]:
    """This weekend: Saturday and Sunday of the week."""
    today = context.said_day()
    week = unit_of(today, "week", SHIFTS[rel] if rel != "coming" else 0)
    first = plus_days(week.first, 5)
    return [Named(first, week.last, Grain.DAY, (*week.why, f"its weekend is {write(first)} and {write(week.last)}"))]


@means
def weekend_of(context: Context, day: Tree) -> list[Named]:
    """The weekend of 17 October: Saturday and Sunday of the week that holds the day."""
    return [_weekend_around(each) for each in context.read(day)]


def _weekend_around(day: Named) -> Named:
    first = plus_days(unit_of(day.first, "week", 0).first, 5)
    found = Named(first, plus_days(first, 1), Grain.DAY, day.why, day.is_printed, is_computed=True)
    return replace(found, why=(*day.why, f"the weekend of that week is {write(first)} and {write(found.last)}"))


@means
def this_time(context: Context, whole: Tree) -> list[Named]:
    """This time next year: a year on, in that month."""
    today, found = context.said_day(), context.read(whole)[0]
    months = (found.first.year - today.year) * 12
    day = plus_months(today, months)
    return [replace(around(day, Grain.MONTH), why=(*found.why, f"at this time of it: {label(around(day, Grain.MONTH))}"))]


@means
def year_on(context: Context, whole: Tree) -> list[Named]:
    """By this time next year: the same day of that year."""
    today, found = context.said_day(), context.read(whole)[0]
    day = plus_months(today, (found.first.year - today.year) * 12)
    return [around(day, Grain.DAY, *found.why, f"the same day of it is {write(day)}")]
