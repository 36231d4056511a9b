"""As what would a suggestion be recorded? Its question and its criteria, which a person may change."""

from datetime import date

from claimkb.domain.date_phrases import DueReading
from claimkb.domain.dates import MONTH_NAMES
from claimkb.domain.deadline import DueBound
from claimkb.domain.suggesting.suggestion import Suggested
from claimkb.domain.target import Target

_MOST_WORDS = 900
"""How many characters of a statement stand in a question; a question has a thousand at most."""


def in_words(day: date) -> str:
    """Write a day for people: 19 November 2025."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _within(reading: DueReading, due_on: date) -> str:
    """Write the days of an interval."""
    first = reading.due_from or due_on
    return f"on {in_words(due_on)}" if first == due_on else f"from {in_words(first)} to {in_words(due_on)}"


def due_in_words(reading: DueReading | None) -> str | None:
    """Write a due date as it binds: by a day, from a day to another, or not before one; None where there is none."""
    if reading is None or reading.due_on is None:
        return None
    if reading.bound is DueBound.WITHIN:
        return _within(reading, reading.due_on)
    return f"by {in_words(reading.due_on)}"


def reading_of(suggested: Suggested, index: int = 0) -> DueReading | None:
    """Choose a reading of a suggestion's date phrase; None where it names no date."""
    return suggested.due.readings[index] if suggested.due is not None else None


def question_of(suggested: Suggested, reading: DueReading | None) -> str:
    """Propose the question that an outcome answers yes or no."""
    words = " ".join(suggested.statement.exact.split())
    said = words if len(words) <= _MOST_WORDS else f"{words[:_MOST_WORDS]}…"
    days = due_in_words(reading)
    if reading is not None and reading.bound is DueBound.NOT_BEFORE and days:
        return f"Does this hold {days.replace('by ', 'up to ', 1)}: “{said}”?"
    return f"Does this come true{f' {days}' if days else ''}: “{said}”?"


def criteria_of(reading: DueReading | None, target: Target | None) -> str:
    """Propose what counts as yes: what the due date says, and the number where there is one."""
    number = f"The number is {target}. " if target is not None else ""
    return number + _counts(reading)


def _counts(reading: DueReading | None) -> str:
    """Say what counts as yes, by the due date."""
    days = due_in_words(reading)
    if reading is None or days is None:
        again = f"on {in_words(reading.review_on)}" if reading is not None and reading.review_on else "on its review date"
        return f"YES once it has come true. No day is named: it is looked at again {again}."
    if reading.bound is DueBound.NOT_BEFORE:
        return f"YES if it has not happened {days}; NO if it has."
    if reading.bound is DueBound.WITHIN:
        return f"YES if it comes true {days}; NO if it does not."
    return f"YES if it has come true {days}; NO if it has not."
