"""Which days do halves, thirds and quarters of a year name: of the calendar year, or of the one in which a firm's text counts?"""

from collections.abc import Callable
from dataclasses import replace

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, day_of, label, months_of, plus_days, plus_months, year
from claimkb.domain.date_phrases.meanings.context import Context, Frame, means
from claimkb.domain.date_phrases.parsing import Tree


def of_years(context: Context, of: Tree | None, of_year: Callable[[Named], Named]) -> list[Named]:
    """Return a part of the years that the words name, or else of the year in which it is next to come."""
    if of is None:
        return context.coming(lambda number: of_year(year(number)))
    return [_explained(of_year(each), each) for each in context.read(of)]


def _explained(part: Named, whole: Named) -> Named:
    """Keep the sum of the year, and say which part of it is meant where there was one."""
    return replace(part, why=(*whole.why, f"of it {label(part)}") if whole.why else (), is_printed=whole.is_printed)


def part_of(number: int, count: int, grain: Grain) -> Callable[[Named], Named]:
    """Return how to take one of so many parts of a year; the last is -1."""
    index = number - 1 if number > 0 else count + number
    if not 0 <= index < count:
        raise NoDay(f"a year has no part {number} of {count}")
    size = 12 // count
    return lambda whole: months_of(whole, index * size, size, grain)


def _in_frame(context: Context, of: Tree | None, of_year: Callable[[Named], Named]) -> list[Named]:
    """Return a part of the fiscal year in which the text counts, and then that of the calendar year."""
    found = of_years(context, of, of_year)
    frame = context.frame() if of is None else None
    return [*context.coming(lambda number: of_year(_year_of(frame, number))), *found] if frame else found


def _year_of(frame: Frame, number: int) -> Named:
    """Return the fiscal year of a text that begins in a year."""
    first = day_of(number, frame.month, frame.day)
    return Named(first, plus_days(plus_months(first, 12), -1), Grain.FISCAL_YEAR, (frame.why,), is_computed=True)


@means
def half(context: Context, n: int, of: Tree | None = None) -> list[Named]:
    """The first half of 2027."""
    return _in_frame(context, of, part_of(n, 2, Grain.HALF_YEAR))


@means
def third(context: Context, n: int, of: Tree | None = None) -> list[Named]:
    """The first third of the year."""
    return of_years(context, of, part_of(n, 3, Grain.APPROXIMATE))


@means
def quarter(context: Context, n: int, of: Tree | None = None) -> list[Named]:
    """The second quarter of 2027; of a fiscal year where it names one."""
    return _in_frame(context, of, part_of(n, 4, Grain.QUARTER))
