"""How are due dates written as a calendar (iCalendar, RFC 5545)? Each as the days that it names, from the first to the last."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from icalendar import Calendar, Event

from claimkb import __version__
from claimkb.domain import Prediction
from claimkb.domain.dates import DatePrecision
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
        made.add_component(_event(prediction, claimant, link(prediction)))
    written: bytes = made.to_ical()
    return written


def _event(prediction: Prediction, claimant: str | None, link: str) -> Event:
    """Write a prediction's due date. "In spring" lasts all spring; an event ends on the day after its last (RFC 5545, 3.6.1)."""
    event = Event()
    last: date = prediction.due_on or date.max
    event.add("uid", f"{prediction.id}@claimkb")
    event.add("dtstamp", prediction.updated_at)
    event.add("last-modified", prediction.updated_at)
    event.add("sequence", prediction.version - 1)
    event.add("dtstart", prediction.due_from or last)
    if last < date.max:
        event.add("dtend", last + timedelta(days=1))
    event.add("summary", writable(prediction.question))
    precision = prediction.due_precision or DatePrecision.DAY
    printed = f"Due: {prediction.due_text}\n" if prediction.due_text else ""
    event.add("description", writable(f"{claimant or 'Nobody named'}\n{printed}{prediction.criteria}\n{link}"))
    event.add("url", link)
    event.add("categories", [precision.value])
    event.add("transp", "TRANSPARENT")
    return event
