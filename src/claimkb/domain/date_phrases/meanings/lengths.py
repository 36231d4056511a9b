"""How long is a length of time, and which days lie so far ahead?"""

from dataclasses import dataclass
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, around, plus_days, plus_months, write
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.parsing import Tree

DAYS = {"day": 1, "week": 7, "fortnight": 14}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
HOLDS = {"week": Grain.WEEK, "fortnight": Grain.WEEK, "month": Grain.MONTH, "quarter": Grain.MONTH, "half": Grain.MONTH}
HALVES = {"year": ("month", 6), "decade": ("year", 5), "century": ("year", 50), "month": ("day", 15), "week": ("day", 4)}
HOURS = 24


def number_of(tree: int | Tree) -> int:
    """Return a number in words or digits."""
    if isinstance(tree, int):
        return tree
    numbers = [number_of(value) for value in tree.slots.values()]
    if tree.meaning == "times":
        return numbers[0] * numbers[1]
    return sum(numbers)


@dataclass(frozen=True)
class Length:
    """A length of time: so many units, or from so many to so many."""

    least: int
    most: int
    unit: str

    @classmethod
    def read(cls, tree: Tree) -> "Length":
        """Read a length from its words."""
        slots = tree.slots
        number, unit = number_of(slots.get("n", 1)), slots.get("unit", "month")
        if tree.meaning == "half_unit" or tree.meaning == "and_a_half":
            return cls._halved(0 if tree.meaning == "half_unit" else number, unit)
        most = number_of(slots.get("m", number))
        if unit in ("hour", "minute"):
            days = (number + HOURS - 1) // HOURS if unit == "hour" else number // (HOURS * 60)
            return cls(days, (most + HOURS - 1) // HOURS if unit == "hour" else days, "day")
        return cls(min(number, most), max(number, most), unit)

    @classmethod
    def _halved(cls, number: int, unit: str) -> "Length":
        """Add half a unit, in smaller ones: a year and a half are 18 months."""
        if unit not in HALVES:
            raise NoDay(f"half a {unit} is no number of days")
        smaller, half = HALVES[unit]
        whole = {"year": 12, "decade": 10, "century": 100, "month": 30, "week": 7}[unit]
        return cls(number * whole + half, number * whole + half, smaller)

    def sum(self, start: date, day: date, sign: int = 1) -> str:
        """Write the sum: 7 November 2025 + 12 days = 19 November 2025."""
        unit = {"century": "centurie"}.get(self.unit, self.unit) if self.most != 1 else self.unit
        name = f"{self.most} {unit}{'s' if self.most != 1 else ''}"
        return f"{write(start)} {'+' if sign > 0 else '-'} {name} = {write(day)}"


def moved(day: date, number: int, unit: str, sign: int = 1) -> date:
    """Return the day that lies so many units after a day, or before it."""
    if unit in DAYS:
        return plus_days(day, sign * number * DAYS[unit])
    return plus_months(day, sign * number * MONTHS[unit])


@means
def ahead(context: Context, length: Tree) -> list[Named]:
    """In twelve days: that day. In two weeks, months or years: the week, month or year that holds it."""
    span, today = Length.read(length), context.said_day()
    first, last = moved(today, span.least, span.unit), moved(today, span.most, span.unit)
    sums = tuple(dict.fromkeys(Length(n, n, span.unit).sum(today, d) for n, d in ((span.least, first), (span.most, last))))
    if span.unit == "day":
        return [Named(first, last, Grain.DAY, sums)]
    grain = HOLDS.get(span.unit, Grain.YEAR)
    begins, ends = around(first, grain), around(last, grain)
    held = f"the {grain.value.lower()} that holds it: {write(begins.first)} to {write(ends.last)}"
    return [Named(begins.first, ends.last, grain, (*sums, held))]


@means
def within(context: Context, length: Tree) -> list[Named]:
    """Within six months, over the next decade: by that day."""
    span, today = Length.read(length), context.said_day()
    day = moved(today, span.most, span.unit)
    return [around(day, Grain.DAY, span.sum(today, day))]


@means
def within_of(context: Context, length: Tree, day: Tree) -> list[Named]:
    """Within three months of 1 July."""
    span = Length.read(length)
    found = []
    for each in context.read(day):
        last = moved(each.last, span.most, span.unit)
        found.append(around(last, Grain.DAY, *each.why, span.sum(each.last, last)))
    return found


@means
def next_length(context: Context, unit: str) -> list[Named]:
    """Over the coming decade, where the words print no number."""
    return within(context, Tree("length", {"n": 1, "unit": unit}))
