"""Which command tells what words of a date mean? It asks no database, and changes nothing."""

from datetime import date
from typing import Annotated, Any

import typer

from claimkb.cli.reading import AsJson, dated, open_desk_for, print_json
from claimkb.cli.tables import Entry, show_entries, shown, written
from claimkb.domain import due_words
from claimkb.domain.date_phrases import DueReading
from claimkb.domain.languages.customs import check_country
from claimkb.domain.quantity import counted
from claimkb.domain.questions import TooLong
from claimkb.settings import Settings


def when(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="The words of a date, such as: by the end of next quarter")],
    said_on: Annotated[date | None, dated("When they were said; today at the desk where left out.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Their language, such as fr; each that is known is tried.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="By whose customs, such as US: fiscal years, and 11/12/2026.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what words of a date mean as a due date: its days, how it binds, and the sum. Several meanings are several."""
    desk, text = open_desk_for(Settings()), " ".join(words)
    if len(text) > due_words.LONGEST:
        raise TooLong("text", name="This", size=len(text), most=due_words.LONGEST)
    day = said_on or desk.today()
    due_words.check_day("said_on", day)
    code = due_words.language_of(language)
    found = due_words.readings(
        text, day, [code] if code else due_words.preferring(None), check_country(country) or desk.policy.country
    )
    if not found:
        raise due_words.NoDateWords(words=text, examples=due_words.EXAMPLES)
    if as_json:
        print_json({"text": text, "saidOn": day, "readings": [_row(each) for each in found]})
        return
    dated = sum(each.due is not None for each in found)
    several = f", which may mean {counted(dated, 'due date')}" if dated > 1 else ""
    show_entries(
        [_entry(each) for each in found], f"“{shown(text)}”, said on {day}{several}", "Bound", "Days, and how they were found"
    )


def _row(reading: DueReading) -> dict[str, Any]:
    """Write a reading as the API has it."""
    due = reading.due
    return {
        "from": due and due.due_from,
        "on": due and due.due_on,
        "precision": due and due.precision.value,
        "written": due and due_words.written(due),
        "bound": reading.bound.value,
        "basis": reading.basis and reading.basis.value,
        "reasoning": reading.reasoning,
        "reviewOn": reading.review_on,
    }


def _entry(reading: DueReading) -> Entry:
    """Write a reading for a table."""
    due = reading.due
    if due is None:
        again = [f"look again after {reading.review_on}"] if reading.review_on else []
        return Entry(["no date"], written(reading.reasoning, *again))
    basis = [reading.basis.value] if reading.basis else []
    days = f"{due_words.days_of(reading.bound, due)}, written as {due_words.written(due)}"
    return Entry([reading.bound.value, due.precision.value, *basis], written(days, reading.reasoning))
