"""How does a command read a due date? A day, a written form such as 2027-Q1, or words that give one due date."""

from datetime import date
from typing import Any

import typer
from typer.models import OptionInfo

from claimkb.actions.work import Desk
from claimkb.cli.reading import day
from claimkb.cli.tables import tell
from claimkb.domain import due_words
from claimkb.domain.dates import DatePrecision, Interval, interval, parse_due


def _form(text: str) -> Interval | None:
    """Read a written form, or a day in another spelling of ISO 8601; None for words."""
    try:
        return parse_due(text)
    except ValueError:
        return interval(day(text), DatePrecision.DAY) if due_words.is_written(text) else None


def _typed(text: str) -> str:
    """Refuse a date in numbers that is not in the calendar."""
    _form(text)
    return text


def typed(help_: str, *names: str) -> OptionInfo:
    """Make an option that takes a due date, also in words."""
    option: OptionInfo = typer.Option(*names, metavar="DATE", parser=_typed, help=f"{help_} Words do, too: 'next quarter'.")
    return option


def fields(text: str, said_on: date, desk: Desk) -> dict[str, Any]:
    """List the fields of a due date; of words that give one, say what they were taken for."""
    form = _form(text)
    if form is None:
        reading = due_words.meant(text, said_on, due_words.preferring(None), desk.policy.country)
        tell(f"“{text}”: {due_words.described(reading)}")
        return due_words.fields_of(text, reading)
    if form.precision is DatePrecision.DAY:
        return {"due_on": form.last}
    first = {"due_from": form.first} if form.precision is DatePrecision.SPAN else {}
    return {"due_on": form.last, **first, "due_precision": form.precision}


def days(text: str, desk: Desk) -> Interval:
    """Return the first and the last day of a date that a person types today."""
    form = _form(text)
    if form is not None:
        return form
    given = fields(text, desk.today(), desk)
    around = interval(given["due_on"], given["due_precision"])
    return Interval(given.get("due_from", around.first), around.last, around.precision)
