"""What due date does a person mean who types words? The one that they give; several, or none, are refused with what to write.

The written forms of dates.py are read as ever, and words never change what those mean.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from claimkb.domain import languages
from claimkb.domain.date_phrases import DueReading, due_readings
from claimkb.domain.dates import EARLIEST, LATEST, DatePrecision, parse_due, write
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import Due
from claimkb.domain.refusals import Refusal

LONGEST = 300
"""How many characters the words of a date may have."""

EXAMPLES = "2027-03-31, 2027-Q1 or 2024-07-01/2025-06-30, or words such as “by the end of next quarter” or “in spring 2027”"

_WRITTEN = re.compile(r"\d{4}(-|$)|\d+$")
"""How a date that is written in numbers begins: one that is none of the calendar is a slip, and no words."""


class NoDateWords(Refusal):
    """“{words}” is no date that is known here: write {examples}."""


class NoDayInWords(Refusal):
    """“{words}”: {reason} {advice}"""


class SeveralDatesInWords(Refusal):
    """“{words}” may mean several due dates: {readings}. Write the one that is meant."""


class NoWordsOfDates(Refusal):
    """claimkb knows no words of dates in the language {language} yet, only in {known}. Leave the language out to try these."""


class DayOutOfReach(Refusal):
    """{day} is no day that claimkb counts from: send one from {earliest} to {latest}."""


def check_day(field: str, day: date) -> None:
    """Refuse a day that is near to where the arithmetic of dates ends."""
    if not EARLIEST <= day <= LATEST:
        raise DayOutOfReach(field, day=day, earliest=EARLIEST, latest=LATEST)


def language_of(tag: str | None) -> str | None:
    """Return the code of a language; refuse one whose words of dates are not known."""
    code = languages.code_of(tag)
    if tag is not None and code is None:
        raise NoWordsOfDates("language", language=tag, known=", ".join(languages.known()))
    return code


def readings(words: str, said_on: date | None, codes: Sequence[str], country: str | None) -> list[DueReading]:
    """Read words in the first of some languages in which they give a date, else in the first in which they mean anything."""
    found = [due_readings(words, said_on, code, country) for code in codes]
    dated = (each for each in found if any(reading.due for reading in each))
    return next(dated, next(filter(None, found), []))


def preferring(code: str | None) -> list[str]:
    """List the languages whose words of dates are known, a certain one first."""
    return sorted(languages.known(), key=lambda each: (each != code, each))


def written(due: Due) -> str:
    """Write a due date in the form that is read again."""
    if due.precision is DatePrecision.SPAN:
        return f"{due.due_from}/{due.due_on}"
    return write(due.due_on, due.precision)


def days_of(bound: DueBound, due: Due) -> str:
    """Write the days to which a reading binds."""
    if bound is DueBound.NOT_BEFORE:
        return f"not up to {due.due_on}"
    if bound is DueBound.BY:
        return f"by {due.due_on}"
    return f"on {due.due_on}" if due.due_from == due.due_on else f"{due.due_from} to {due.due_on}"


def described(reading: DueReading) -> str:
    """Tell what a reading means, and how that is written."""
    due = reading.due
    if due is None:
        return reading.reasoning
    return f"{days_of(reading.bound, due)} ({reading.reasoning.rstrip('.')}; write {written(due)})"


def meant(words: str, said_on: date | None, codes: Sequence[str], country: str | None) -> DueReading:
    """Return the one reading of words that gives a due date; refuse words that give several, or none."""
    found = readings(words, said_on, codes, country)
    dated = [each for each in found if each.due]
    if dated and found[:1] == dated:
        return dated[0]
    if dated:
        raise SeveralDatesInWords(words=words, readings="; ".join(map(described, dated)))
    if not found:
        raise NoDateWords(words=words, examples=EXAMPLES)
    review_on = next((each.review_on for each in found if each.review_on), None)
    advice = f"Give a review date, such as {review_on}." if review_on else f"Write {EXAMPLES}."
    raise NoDayInWords(words=words, reason=_sentence(found[0].reasoning), advice=advice)


def _sentence(said: str) -> str:
    """End a sentence."""
    return said if said.endswith((".", "?")) else f"{said}."


def fields_of(words: str, reading: DueReading) -> dict[str, Any]:
    """List the fields of a prediction that a reading gives: its days, how they bind, and where they come from."""
    due = reading.due
    if due is None:
        return {}
    first = {"due_from": due.due_from} if due.precision is DatePrecision.SPAN else {}
    return {
        "due_on": due.due_on,
        **first,
        "due_precision": due.precision,
        "bound": reading.bound,
        "due_text": words,
        "due_basis": reading.basis,
        "due_reasoning": reading.reasoning,
    }


def is_written(text: str) -> bool:
    """Tell whether a text is a date in numbers, right or wrong, and no words."""
    try:
        parse_due(text)
    except ValueError:
        return _WRITTEN.match(text) is not None
    return True
