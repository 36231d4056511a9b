"""What do the rules say of a text or of a phrase, in the terms of the marks?"""

from datetime import timedelta

from claimkb.domain.date_phrases import Cue, DatePhrase, find_dates
from claimkb.domain.dates import DatePrecision, interval
from claimkb.domain.suggesting import Suggested, suggestions
from tests.text.marks import NO_DAYS, Days, Marked, Phrase

BOUNDS = {Cue.BY: "by", Cue.BEFORE: "before", Cue.IN: "in", Cue.FROM: "from", Cue.NOT_BEFORE: "from"}
NAMES = {DatePrecision.HALF_YEAR: "HALF"}
"""Where the marks have another name for a precision."""


def days_of(due: DatePhrase | None) -> Days:
    """Say in the terms of the marks what a date phrase means, by its likeliest reading.

    A NOT_BEFORE has the day before the first one named; the marks have the unit that it names.
    """
    reading = due.readings[0] if due else None
    if due is None or reading is None or reading.due_on is None or reading.precision is None:
        return NO_DAYS
    precision = NAMES.get(reading.precision, reading.precision.value)
    if due.cue is not Cue.NOT_BEFORE:
        first = None if due.cue in (Cue.BY, Cue.BEFORE) else reading.due_from
        return Days(first, reading.due_on, precision, BOUNDS.get(due.cue, "none"))
    first = reading.due_on + timedelta(days=1)
    last = None if reading.precision is DatePrecision.SPAN else interval(first, reading.precision).last
    return Days(first, last or first, precision, "from")


def is_same_precision(wanted: Days, got: Days) -> bool:
    """Tell whether a precision is right. SPAN is, wherever no other one has these days: thirds, fiscal years, several months."""
    if wanted.precision == got.precision:
        return True
    if got.precision != "SPAN" or wanted.precision is None:
        return False
    if wanted.precision in ("APPROXIMATE", "FISCAL_YEAR") or wanted.first is None or wanted.last is None:
        return wanted.precision in ("APPROXIMATE", "FISCAL_YEAR")
    named = interval(wanted.first, next(each for each in DatePrecision if NAMES.get(each, each.value) == wanted.precision))
    return (named.first, named.last) != (wanted.first, wanted.last)


def is_last_day_right(wanted: Days, got: Days) -> bool:
    """Tell whether the last day is right; of a SPAN that is not to come before its first day, that first day."""
    if got.bound == "from" and got.precision == "SPAN" and got.first == got.last:
        return wanted.first == got.first
    return wanted.last == got.last


def are_same(wanted: Days, got: Days) -> bool:
    """Tell whether all four values are right."""
    if wanted.last is None or got.last is None:
        return wanted.last == got.last
    firsts = wanted.bound == got.bound and (wanted.first == got.first)
    return firsts and is_last_day_right(wanted, got) and is_same_precision(wanted, got)


def of_text(marked: Marked) -> list[Suggested]:
    """Ask the rules what a text says about the future."""
    return suggestions(marked.text, marked.said_on, marked.language, marked.title, marked.country)


def of_phrase(phrase: Phrase) -> tuple[Days, str]:
    """Ask the rules what a phrase means; return its days, and the sum in words."""
    found = find_dates(phrase.words, phrase.said_on, phrase.language, phrase.country)
    first = max(found, key=lambda each: each.end - each.start, default=None)
    return days_of(first), first.readings[0].reasoning if first else "no date phrase found"
