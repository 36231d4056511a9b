"""Which day do words name: by its date, its weekday, a holiday, or counted from another?"""

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
    plus_days,
    plus_months,
    write,
)
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.meanings.divisions import of_years
from claimkb.domain.date_phrases.meanings.lengths import Length, moved
from claimkb.domain.date_phrases.parsing import Tree

CENTURY_OF_TWO_DIGITS = 2000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def a_day(day: date, *why: str, is_printed: bool = False, is_bare: bool = False) -> Named:
    """Return one day."""
    return replace(around(day, Grain.DAY, *why, is_printed=is_printed), is_bare=is_bare)


@means
def dated(context: Context, d: int, m: int, of: Tree | None = None, weekday: int | None = None) -> list[Named]:
    """1 February 2027; without a year the 1 February to come, or today."""
    found = of_years(context, of, lambda whole: a_day(day_of(whole.first.year + (m < whole.first.month), m, d)))
    return [_with_weekday(each, weekday) for each in found]


def _with_weekday(named: Named, weekday: int | None) -> Named:
    """Tell of a weekday that does not fit the date."""
    if weekday is None or named.first.weekday() == weekday:
        return named
    return replace(
        named, why=(*named.why, f"{write(named.first)} is a {WEEKDAYS[named.first.weekday()]}, not a {WEEKDAYS[weekday]}")
    )


@means
def day_of_month(context: Context, d: int, of: Tree) -> list[Named]:
    """The 15th of next month."""
    return [replace(a_day(day_of(each.first.year, each.first.month, d), *each.why)) for each in context.read(of)]


@means
def iso(_: Context, y: int, m: int, d: int) -> list[Named]:
    """2027-03-01."""
    return [a_day(day_of(y, m, d), is_printed=True)]


@means
def dotted(_: Context, d: int, m: int, y: int) -> list[Named]:
    """11.12.2026: with points the day is first everywhere."""
    return [a_day(day_of(y if y > 99 else CENTURY_OF_TWO_DIGITS + y, m, d), is_printed=True)]


@means
def numeric(context: Context, a: int, b: int, y: int) -> list[Named]:
    """11/12/2026: day or month first as the country writes it, else the language; where both can be, it is no date."""
    number = y if y > 99 else CENTURY_OF_TWO_DIGITS + y
    order = context.of_country().get("order") or context.settings.get("order")
    checked(number)
    day_first, month_first = (number, b, a), (number, a, b)
    if order:
        orders = [month_first if order == "mdy" else day_first]
        if _is_day(orders[0]) or not _is_day(month_first if order != "mdy" else day_first):
            return [a_day(day_of(*orders[0]), is_printed=True)]
    found = [a_day(day_of(*each), is_printed=True) for each in dict.fromkeys((day_first, month_first)) if _is_day(each)]
    if len(found) == 2:
        raise Ambiguous(f"it may be {write(found[0].first)} or {write(found[1].first)}: the country is not known", found)
    return found or [a_day(day_of(*day_first), is_printed=True)]


def _is_day(parts: tuple[int, int, int]) -> bool:
    try:
        day_of(*parts)
    except NoDay:
        return False
    return True


@means
def numeric_short(context: Context, a: int, b: int) -> list[Named]:
    """11/12, without a year."""
    order = context.of_country().get("order") or context.settings.get("order")
    if order is None:
        raise NoDay("day and month cannot be told apart: the country is not known")
    d, m = (b, a) if order == "mdy" else (a, b)
    return context.coming(lambda number: a_day(day_of(number, m, d)))


@means
def weekday(context: Context, w: int, rel: str = "") -> list[Named]:
    """On Friday: the next, or today. This Friday: of this week. Next Friday: of next week."""
    today = context.since or context.said_day()
    ahead = (w - today.weekday()) % 7
    if rel == "next":
        day = plus_days(today, w - today.weekday() + 7)
        step = f"the {WEEKDAYS[w]} of the week after that of {WEEKDAYS[today.weekday()]}, {write(today)}, is {write(day)}"
        soonest = plus_days(today, ahead or 7)
        other = [a_day(soonest, f"the next {WEEKDAYS[w]} after {write(today)} is {write(soonest)}")] if soonest != day else []
        return [a_day(day, step), *other]
    if rel == "last":
        day = plus_days(today, -((today.weekday() - w) % 7 or 7))
        return [a_day(day, f"the last {WEEKDAYS[w]} before {write(today)} is {write(day)}")]
    day = plus_days(today, (ahead or 7) if rel == "coming" else ahead)
    return [
        a_day(day, f"said on {WEEKDAYS[today.weekday()]}, {write(today)}: the next {WEEKDAYS[w]} is {write(day)}", is_bare=True)
    ]


@means
def weekday_of(context: Context, w: int, whole: Tree) -> list[Named]:
    """Friday of next week."""
    found = [each for each in context.read(whole) if each.grain is Grain.WEEK]
    return [a_day(plus_days(each.first, w), *each.why, f"its {WEEKDAYS[w]} is {write(plus_days(each.first, w))}") for each in found]


@means
def weekday_after(context: Context, w: int, weeks: int = 1) -> list[Named]:
    """Friday week: a week after the Friday to come."""
    found = weekday(context, w)[0]
    day = plus_days(found.first, 7 * weeks)
    return [a_day(day, *found.why, f"{write(found.first)} + {7 * weeks} days = {write(day)}")]


@means
def weekday_fortnight(context: Context, w: int) -> list[Named]:
    """Friday fortnight: two weeks after the Friday to come."""
    return weekday_after(context, w, 2)


@means
def dated_coming(context: Context, d: int, m: int, weekday: int | None = None) -> list[Named]:
    """The 5th of May next: the next to come."""
    return dated(context, d, m, None, weekday)


@means
def days_ahead(context: Context, n: int) -> list[Named]:
    """Today, tomorrow, the day after tomorrow."""
    today = context.said_day()
    day = plus_days(today, n)
    step = (
        f"{write(today)} + {n} day{'s' if n > 1 else ''} = {write(day)}" if n else f"the day on which it was said, {write(today)}"
    )
    return [a_day(day, step)]


@means
def after_day(context: Context, length: Tree, day: Tree) -> list[Named]:
    """Twelve days after 7 November, a week from Friday."""
    return [_moved(each, length, 1) for each in context.read(day)]


@means
def before_day(context: Context, length: Tree, day: Tree) -> list[Named]:
    """Three weeks before Christmas."""
    return [_moved(each, length, -1) for each in context.read(day)]


def _moved(start: Named, length: Tree, sign: int) -> Named:
    span = Length.read(length)
    day = moved(start.last if sign > 0 else start.first, span.most, span.unit, sign)
    printed = (*start.why, span.sum(start.last if sign > 0 else start.first, day, sign))
    return a_day(day, *printed)


@means
def length_later(context: Context, length: Tree) -> list[Named]:
    """Twelve days later: after the day that the sentence printed before, else after the day on which it was said."""
    start = context.printed or context.said_day()
    return [_moved(a_day(start), length, 1)]


@means
def ahead_of_event(context: Context, length: Tree) -> list[Named]:
    """It came twelve days before the visit: counted from the day that the text named for it, or from the day of saying."""
    told_on = context.told_day()
    if told_on is None and context.said_on is None:
        raise NoDay("it counts from a day whose year the words do not name, and the day on which it was said is not known")
    said = _moved(a_day(context.said_on), length, 1) if context.said_on else None
    if told_on is None or told_on == context.said_on:
        return [said] if said else []
    told = _moved(a_day(told_on, "counted from the last day that the text names before for what it tells"), length, 1)
    return [told, replace(said, why=("counted from the day of saying", *said.why))] if said else [told]


@means
def holiday(context: Context, h: str, of: Tree | None = None) -> list[Named]:
    """By Christmas, on Good Friday 2028."""
    return of_years(context, of, lambda whole: a_day(_holiday_in(whole.first.year, h)))


@means
def relative_holiday(context: Context, h: str, rel: str = "next") -> list[Named]:
    """Next Christmas."""
    if rel == "last":
        raise NoDay("it is of the past")
    return context.coming(lambda number: a_day(_holiday_in(number, h)))


@means
def eve(context: Context, h: Tree) -> list[Named]:
    """The day before Christmas."""
    return [replace(each, first=plus_days(each.first, -1), last=plus_days(each.first, -1)) for each in context.read(h)]


def _holiday_in(number: int, rule: str) -> date:
    """Compute a holiday: 12-25, easter-2, or 4 3 11 for the fourth Thursday (3) of November."""
    if rule.startswith("easter"):
        return plus_days(easter(checked(number)), int(rule.removeprefix("easter") or 0))
    if " " in rule:
        nth, weekday, month = (int(part) for part in rule.split())
        return nth_weekday(date(checked(number), month, 1), nth, weekday)
    in_month, day = rule.split("-")
    return day_of(number, int(in_month), int(day))


def nth_weekday(first: date, nth: int, weekday: int) -> date:
    """Return the first, second … or last (-1) such weekday of the month that begins on a day."""
    if nth > 0:
        day = plus_days(first, (weekday - first.weekday()) % 7 + 7 * (nth - 1))
    else:
        last = around(first, Grain.MONTH).last
        day = plus_days(last, -((last.weekday() - weekday) % 7))
    if day.month != first.month:
        raise NoDay("the month has no such weekday")
    return day


@means
def weekday_in_month(context: Context, n: int, w: int, of: Tree) -> list[Named]:
    """The first Tuesday of November 2028."""
    found = [_nth_in(each, n, w) for each in context.read(of)]
    if of.meaning == "month" and "of" not in of.slots and found[0].first < context.said_day():
        later = replace(context, since=plus_months(context.said_day().replace(day=1), 1))
        return [_nth_in(each, n, w) for each in later.read(of)]
    return found


def _nth_in(whole: Named, nth: int, weekday: int) -> Named:
    day = nth_weekday(whole.first.replace(day=1), nth, weekday)
    return replace(a_day(day, *whole.why, f"that {WEEKDAYS[weekday]} is {write(day)}"), is_printed=whole.is_printed)


@means
def nth_day(context: Context, n: int, of: Tree) -> list[Named]:
    """The last day of May."""
    return [_nth_day(each, n) for each in context.read(of)]


def _nth_day(whole: Named, number: int) -> Named:
    day = plus_days(whole.first, number - 1) if number > 0 else plus_days(whole.last, number + 1)
    if not whole.first <= day <= whole.last:
        raise NoDay("it has no such day")
    return replace(a_day(day, *whole.why, f"that day of it is {write(day)}"), is_printed=whole.is_printed)


@means
def same_day(context: Context, day: Tree) -> list[Named]:
    """Noon on Friday: the hour is left out."""
    return context.read(day)


def easter(number: int) -> date:
    """Return Easter Sunday of a year (the Gregorian computus)."""
    golden, century = number % 19, number // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (number + number // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(number, month, offset + 28 - 31 * (month // 4))
