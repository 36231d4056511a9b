"""Which days are those of a fiscal year? The country tells, and nobody else."""

from dataclasses import replace
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import (
    Ambiguous,
    Named,
    NoDay,
    around,
    checked,
    day_of,
    label,
    plus_days,
    plus_months,
    write,
    year,
)
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.meanings.years import SHIFTS
from claimkb.domain.date_phrases.parsing import Tree
from claimkb.domain.dates import LATEST

TWO_DIGITS = 100
THIS_CENTURY = 2000


def _begins(context: Context) -> tuple[int, int]:
    """Return the month and the day on which the fiscal year of the country begins."""
    begins = context.of_country().get("fiscal")
    if begins is None:
        known = "is not in our table" if context.country else "is not known"
        raise NoDay(f"a fiscal year begins in another month from country to country, and the country {known}")
    month, day = begins.split("-")
    return int(month), int(day)


def beginning_in(context: Context, number: int, *why: str, is_printed: bool = False) -> Named:
    """Return the fiscal year that begins in a year."""
    month, day = _begins(context)
    first = day_of(number, month, day)
    last = plus_days(plus_months(first, 12), -1) if first.year < LATEST.year else date(first.year, 12, 31)
    step = f"the fiscal year of {(context.country or '').upper()}: {write(first)} to {write(last)}"
    return Named(first, last, Grain.FISCAL_YEAR, (*why, step), is_printed, is_computed=True)


def _full(number: int) -> int:
    return number + THIS_CENTURY if number < TWO_DIGITS else number


@means
def named_fiscal(context: Context, y: int) -> list[Named]:
    """FY27: named by the year in which it ends, or begins, as the country does."""
    month, _ = _begins(context)
    by_start = context.of_country().get("named") == "start" or month == 1
    number = checked(_full(y)) - (0 if by_start else 1)
    step = "it begins and ends in that year" if month == 1 else f"named by the year in which it {'begins' if by_start else 'ends'}"
    return [beginning_in(context, number, step, is_printed=True)]


@means
def two_years(context: Context, y: int, z: int) -> list[Named]:
    """2026-27: a fiscal year where the years follow each other; else from the one to the other."""
    last = z if z >= 1000 else y // TWO_DIGITS * TWO_DIGITS + z + (TWO_DIGITS if z < y % TWO_DIGITS else 0)
    if last == y + 1:
        return [_consecutive(context, y)]
    if last <= y:
        raise NoDay(f"{y} to {last} runs backward")
    first, final = year(y), year(last)
    return [replace(first, last=final.last, is_printed=True)]


def _consecutive(context: Context, number: int) -> Named:
    if _begins(context)[0] == 1:
        raise NoDay(f"the fiscal year of {(context.country or '').upper()} is the calendar year, and these are two")
    return beginning_in(context, number, is_printed=True)


@means
def iso_month(context: Context, y: int, m: int) -> list[Named]:
    """2027-05 is a month; 2026-27 two years; 2011-12 may be either."""
    if m > 12 or m == 0:
        return two_years(context, y, m)
    named = around(day_of(y, m, 1), Grain.MONTH, is_printed=True)
    if (y + 1) % TWO_DIGITS == m:
        others = [_consecutive(context, y)] if context.of_country().get("fiscal", "01")[:2] != "01" else []
        if not others:
            raise Ambiguous(f"it may be {label(named)} or the two years {y} and {y + 1}", [named])
        return [*others, named]
    return [named]


@means
def relative_fiscal(context: Context, rel: str = "this") -> list[Named]:
    """Next fiscal year; this financial year."""
    today = context.said_day()
    month, day = _begins(context)
    number = today.year - (0 if today >= day_of(today.year, month, day) else 1) + SHIFTS[rel]
    return [beginning_in(context, number)]


@means
def fiscal_to(context: Context, whole: Tree) -> list[Named]:
    """The fiscal year ending March 2027, the year to 30 June: twelve months to that last day."""
    return [_year_to(each) for each in context.read(whole)]


def _year_to(end: Named) -> Named:
    first = plus_months(plus_days(end.last, 1), -12)
    step = f"the twelve months that end on {write(end.last)}: from {write(first)}"
    return replace(end, first=first, grain=Grain.FISCAL_YEAR, why=(*end.why, step), is_computed=True)


@means
def fiscal_from(context: Context, whole: Tree) -> list[Named]:
    """The fiscal year beginning in April 2027."""
    return [_year_from(each) for each in context.read(whole)]


def _year_from(start: Named) -> Named:
    last = plus_days(plus_months(start.first, 12), -1)
    step = f"the twelve months that begin on {write(start.first)}: to {write(last)}"
    return replace(start, last=last, grain=Grain.FISCAL_YEAR, why=(*start.why, step), is_computed=True)
