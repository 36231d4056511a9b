"""Which days do months, seasons and weeks name, and early, mid and late in them?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import (
    Named,
    NoDay,
    around,
    checked,
    day_of,
    label,
    months_of,
    plus_days,
    year,
)
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.meanings.divisions import of_years
from claimkb.domain.date_phrases.meanings.years import unit_of
from claimkb.domain.date_phrases.parsing import Tree
from claimkb.domain.dates import LATEST

EARLY, MID, LATE = range(3)


@means
def month(context: Context, m: int, of: Tree | None = None) -> list[Named]:
    """May 2028; without a year the May to come, or the one that runs."""
    return of_years(context, of, lambda whole: _month_in(whole, m))


def _month_in(whole: Named, number: int) -> Named:
    """Return a month of a year, or of a fiscal year."""
    first = day_of(whole.first.year + (number < whole.first.month), number, 1)
    return replace(around(first, Grain.MONTH), why=whole.why, is_printed=whole.is_printed)


@means
def relative_month(context: Context, rel: str, m: int) -> list[Named]:
    """Next May: of next year. This May: of this year."""
    return _relative(context, rel, lambda number: _month_in(year(number), m))


def season_in(context: Context, first_month: int) -> Callable[[Named], Named]:
    """Return how to take a season of a year; winter belongs to the year in which it begins."""
    if context.of_country().get("south"):
        raise NoDay("the seasons of the southern hemisphere have other months: claimkb's are those of the northern")
    return lambda whole: replace(around(date(whole.first.year, first_month, 1), Grain.SEASON), why=whole.why)


@means
def season(context: Context, s: int, of: Tree | None = None) -> list[Named]:
    """Spring 2027; without a year the spring to come, or the one that runs."""
    return of_years(context, of, season_in(context, s))


@means
def relative_season(context: Context, rel: str, s: int) -> list[Named]:
    """Next spring; this winter."""
    of_year = season_in(context, s)
    return _relative(context, rel, lambda number: of_year(year(number)))


def _relative(context: Context, rel: str, of_year: Callable[[int], Named]) -> list[Named]:
    """Choose the year of a month or a season that is next, this or last."""
    today = context.said_day()
    current = context.coming(of_year)[0]
    if rel == "this":
        return [current]
    if rel == "last":
        return [next(each for each in map(of_year, range(today.year, today.year - 3, -1)) if each.last < today)]
    begins = [each for each in (of_year(today.year), of_year(today.year + 1), of_year(today.year + 2)) if each.first > today]
    soonest = replace(begins[0], why=(f"the next to begin is {label(begins[0])}",))
    running = of_year(today.year - 1).last >= today
    if rel == "coming" or begins[0].first.year > today.year or running:
        return [soonest]
    next_year = replace(begins[1], why=(f"next is of next year, and not the next to begin: {label(begins[1])}",))
    return [next_year, soonest]


@means
def month_of_school(context: Context, m: int, of: Tree | None = None, rel: str | None = None) -> list[Named]:
    """When school begins again: a month, and which, the language tells."""
    found = relative_month(context, rel, m) if rel else month(context, m, of)
    return [
        replace(each, why=(*each.why, f"when school begins again is read as {label(each)}"), is_computed=True) for each in found
    ]


@means
def season_over(context: Context, s: int, y: int, z: int) -> list[Named]:
    """The winter of 2027-28: that which begins in the first year."""
    if z not in (y + 1, (y + 1) % 100):
        raise NoDay(f"{y} and {z} do not follow each other")
    return [replace(season_in(context, s)(year(y)), is_printed=True)]


@means
def month_number(_: Context, m: int, y: int) -> list[Named]:
    """05/2027."""
    return [around(day_of(y, m, 1), Grain.MONTH, is_printed=True)]


@means
def middle_season(context: Context, s: int) -> list[Named]:
    """Midsummer."""
    return [thirds(each, MID) for each in season(context, s)]


@means
def mid_of_unit(context: Context, unit: str) -> list[Named]:
    """Mid-year, midweek."""
    return _thirds_of(context, Tree("relative", {"unit": unit}), MID, MID)


@means
def week(context: Context, n: int, of: Tree | None = None) -> list[Named]:
    """Week 14 of 2027 (ISO 8601)."""
    return of_years(context, of, lambda whole: _iso_week(whole.first.year, n))


def _iso_week(number: int, week: int) -> Named:
    try:
        monday = date.fromisocalendar(checked(number), week, 1)
    except ValueError:
        raise NoDay(f"{number} has no week {week}") from None
    return around(monday, Grain.WEEK)


@means
def week_of(context: Context, day: Tree) -> list[Named]:
    """The week of 5 May."""
    return [replace(around(each.first, Grain.WEEK), why=each.why, is_printed=each.is_printed) for each in context.read(day)]


@means
def sevenths(context: Context, n: int, of: Tree) -> list[Named]:
    """The first week of May: its days 1 to 7; the last week: its last seven days."""
    return [_seven(each, n) for each in context.read(of)]


def _seven(whole: Named, number: int) -> Named:
    first = plus_days(whole.first, 7 * (number - 1)) if number > 0 else plus_days(whole.last, -6)
    last = min(plus_days(first, 6), whole.last)
    if first > whole.last:
        raise NoDay("there is no such week")
    found = replace(whole, first=first, last=last, grain=Grain.WEEK)
    return replace(found, why=(*whole.why, f"a week of it by seven days: {label(found)}"), is_computed=True)


def thirds(whole: Named, which: int) -> Named:
    """Return the early, the mid or the late part of an interval."""
    first, last = _third_days(whole, which)
    found = replace(whole, first=first, last=last, grain=Grain.APPROXIMATE, is_computed=True)
    name = ("early", "mid", "late")[which]
    return replace(found, why=(*whole.why, f"{name} is read as {label(found)}"))


def _third_days(whole: Named, which: int) -> tuple[date, date]:
    """Tell the days of a third: of a year four months, of a month ten days, of a decade by its years."""
    days = (whole.last - whole.first).days + 1
    months = (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1
    if whole.grain is Grain.DECADE:
        start, count = ((0, 48), (48, 36), (84, 36))[which]
    elif months % 3 == 0 and whole.first.day == 1 and plus_days(whole.last, 1 if whole.last < LATEST else 0).day in (1, 31):
        start, count = which * months // 3, months // 3
    else:
        cuts = (0, 10, 20, days) if 28 <= days <= 31 else (0, 2, 4, 7) if days == 7 else (0, days // 3, days * 2 // 3, days)
        return plus_days(whole.first, cuts[which]), plus_days(whole.first, max(cuts[which + 1], cuts[which] + 1) - 1)
    found = months_of(whole, start, count, Grain.APPROXIMATE)
    return found.first, found.last


def _thirds_of(context: Context, whole: Tree, first: int, last: int) -> list[Named]:
    """Return the days from one third to another; of the year, where they are over, those of the next one."""
    found = [_thirds(each, first, last) for each in context.read(whole)]
    is_current = whole.meaning == "relative" and "rel" not in whole.slots
    if is_current and found[0].last < context.said_day():
        return [_thirds(unit_of(context.said_day(), whole.slots["unit"], 1), first, last)]
    return found


def _thirds(whole: Named, first: int, last: int) -> Named:
    begin, end = thirds(whole, first), thirds(whole, last)
    if first == last:
        return begin
    return replace(begin, last=end.last, why=(*begin.why, end.why[-1]))


@means
def early(context: Context, whole: Tree) -> list[Named]:
    """In early 2027, at the beginning of May."""
    return _thirds_of(context, whole, EARLY, EARLY)


@means
def mid(context: Context, whole: Tree) -> list[Named]:
    """Mid-2027."""
    return _thirds_of(context, whole, MID, MID)


@means
def late(context: Context, whole: Tree) -> list[Named]:
    """In late 2027."""
    return _thirds_of(context, whole, LATE, LATE)


@means
def early_to_mid(context: Context, whole: Tree) -> list[Named]:
    """In early to mid-2027."""
    return _thirds_of(context, whole, EARLY, MID)


@means
def mid_to_late(context: Context, whole: Tree) -> list[Named]:
    """In mid-to-late 2027."""
    return _thirds_of(context, whole, MID, LATE)


@means
def end(context: Context, whole: Tree) -> list[Named]:
    """The end of 2027: its late third, but by the end is by its last day."""
    return [_end_of(each) for each in context.read(whole)]


def _end_of(whole: Named) -> Named:
    if whole.first == whole.last:
        return whole
    return replace(thirds(whole, LATE), whole=whole)


@means
def first_half(context: Context, n: int, of: Tree) -> list[Named]:
    """The second half of May, or of a decade."""
    return [_half_of(each, n) for each in context.read(of)]


def _half_of(whole: Named, number: int) -> Named:
    """Return a half of any interval: of a month 15 days and the rest."""
    if number not in (1, 2, -1):
        raise NoDay("there are two halves")
    days = (whole.last - whole.first).days + 1
    months = (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1
    if months % 2 == 0 and whole.first.day == 1:
        found = months_of(whole, 0 if number == 1 else months // 2, months // 2, Grain.APPROXIMATE)
    else:
        middle = plus_days(whole.first, (15 if 28 <= days <= 31 else (days + 1) // 2) - 1)
        first, last = (whole.first, middle) if number == 1 else (plus_days(middle, 1), whole.last)
        found = replace(whole, first=first, last=last, grain=Grain.APPROXIMATE)
    return replace(found, why=(*whole.why, f"a half of it: {label(found)}"), is_computed=True)
