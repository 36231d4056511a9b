"""How are due dates written as a calendar (iCalendar, RFC 5545)? Each on the days that matter: "by 2030" on its last day."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from icalendar import Calendar, Event, vText

from claimkb import __version__
from claimkb.domain import Prediction
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.prediction import deadline
from claimkb.outbound.writable import writable

HOW_OFTEN = timedelta(hours=6)
"""How often a calendar program should fetch the calendar."""


def calendar(title: str, rows: Sequence[tuple[Prediction, str | None]], link: Callable[[Prediction], str]) -> bytes:
    """Write predictions with their due dates as events of whole days, each with the name of its claimant."""
    made = Calendar()
    made.add("prodid", f"-//claimkb//claimkb {__version__}//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", writable(title))
    made.add("refresh-interval", HOW_OFTEN, {"VALUE": "DURATION"})
    for prediction, claimant in rows:
        held_to = deadline(prediction)
        if held_to is None:
            continue
        made.add_component(_event(prediction, claimant, link(prediction), *_days(held_to)))
        if held_to.answer_from is not None:
            made.add_component(_answer_day(prediction, claimant, link(prediction), held_to.answer_from))
    written: bytes = made.to_ical()
    return written


def _days(held_to: Deadline) -> tuple[date, date]:
    """Choose the days of a due date: of BY its last, of NOT_BEFORE the day after, from which on it may happen."""
    if held_to.bound is DueBound.BY:
        return held_to.due_on, held_to.due_on
    return held_to.first_day, max(held_to.first_day, held_to.due_on)


def _answer_day(prediction: Prediction, claimant: str | None, link: str, day: date) -> Event:
    """Write the day from which the answer can be known as an event of its own."""
    event = _event(prediction, claimant, link, day, day)
    event["uid"] = f"{prediction.id}-answer@claimkb"
    event["summary"] = vText(writable(f"Answer: {prediction.question}"))
    return event


def _event(prediction: Prediction, claimant: str | None, link: str, first: date, last: date) -> Event:
    """Write an event of whole days. It ends on the day after its last (RFC 5545, 3.6.1)."""
    event = Event()
    event.add("uid", f"{prediction.id}@claimkb")
    event.add("dtstamp", prediction.updated_at)
    event.add("last-modified", prediction.updated_at)
    event.add("sequence", prediction.version - 1)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", writable(prediction.question))
    precision = prediction.due_precision or DatePrecision.DAY
    printed = f"Due: {prediction.due_text}\n" if prediction.due_text else ""
    bound = "" if prediction.bound is DueBound.BY else f"{prediction.bound.description}\n"
    event.add("description", writable(f"{claimant or 'Nobody named'}\n{printed}{bound}{prediction.criteria}\n{link}"))
    event.add("url", link)
    event.add("categories", [precision.value])
    event.add("transp", "TRANSPARENT")
    return event
