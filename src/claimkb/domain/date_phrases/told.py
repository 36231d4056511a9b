"""On which day was it that a text tells of? "It came twelve days before the visit" counts from that day."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from claimkb.domain.date_phrases.phrase import Cue, DatePhrase
from claimkb.domain.dates import DatePrecision

MOST = 20
"""How many date phrases before are looked at."""
RECENT = timedelta(days=180)
"""How far back the day lies at most that a text names without its year."""
_LONG = 6
"""Words that begin with as many letters alike are taken for one: announced, announcement."""
_SENTENCE = 600
"""How much of a sentence is compared."""
_WORD = re.compile(r"[^\W\d_]{6,40}")
_STOPS = ".!?\n"

STEPS = 400
"""What it takes to look for the day."""

Find = Callable[[str, date], list[DatePhrase]]
"""Finds the date phrases of a text that was said on a day."""


def told_day(
    text: str, start: int, before: Sequence[DatePhrase], said_on: date | None, printed_months: Sequence[date], find: Find
) -> date | None:
    """Find the day of what a sentence tells of: of the days of the past that the text named before, one whose sentence has the
    most words with it in common; of such the last.
    """
    days = [(each.start, day) for each in before[-MOST:] if (day := _past_day(each, said_on, printed_months, find))]
    own = _words(text, start)
    return max(days, key=lambda each: (len(own & _words(text, each[0])), each[0]), default=(0, None))[1]


def _past_day(phrase: DatePhrase, said_on: date | None, printed_months: Sequence[date], find: Find) -> date | None:
    """Read a date phrase as a day that is over; None where it is none."""
    reading = phrase.readings[0]
    if said_on is None:
        return reading.due_on if _is_day(phrase) else _in_printed_month(phrase.text, printed_months, find)
    if not _is_day(phrase) or reading.due_on is None or reading.due_on <= said_on:
        return reading.due_on if _is_day(phrase) else None
    has_year = re.search(r"\d{4}", phrase.text)
    has_day = re.search(r"\d", phrase.text)
    again = find(phrase.text, said_on - RECENT) if has_day and not has_year and said_on - date.min > RECENT else []
    day = again[0].readings[0].due_on if again else None
    return day if day is not None and day <= said_on else None


def _is_day(phrase: DatePhrase) -> bool:
    return phrase.cue is Cue.IN and phrase.readings[0].precision is DatePrecision.DAY


def _in_printed_month(text: str, printed_months: Sequence[date], find: Find) -> date | None:
    """Read a day whose year is not known in a month that the text prints with its year: "the November 2025 summit"."""
    for month in printed_months:
        again = find(text, month)
        day = again[0].readings[0].due_on if again and _is_day(again[0]) else None
        if day is not None and (day.year, day.month) == (month.year, month.month):
            return day
    return None


def printed_months(forms: Sequence[str], raw: Sequence[str], months: Mapping[str, int]) -> list[date]:
    """List the months that a text prints with their years, each as its first day."""
    found = (
        date(int(raw[at + 1]), months[form], 1)
        for at, form in enumerate(forms[:-1])
        if form in months and forms[at + 1] == "#4" and int(raw[at + 1]) > 0
    )
    return list(dict.fromkeys(found))


def _words(text: str, place: int) -> set[str]:
    """Collect the beginnings of the long words of the sentence in which a place lies."""
    begin = max(0, *(text.rfind(stop, max(0, place - _SENTENCE), place) for stop in _STOPS))
    ends = (text.find(stop, place, place + _SENTENCE) for stop in _STOPS)
    end = min((each for each in ends if each >= 0), default=place + _SENTENCE)
    return {word[:_LONG].casefold() for word in _WORD.findall(text[begin:end])}
