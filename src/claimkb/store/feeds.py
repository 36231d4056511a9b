"""What do feeds and calendars tell? What is new, in documents that lead back to the first of it, and the days that are to come.

A document of a feed has the newest entries before a place, and all of the day on which it ends: so the place before which
the next document ends is a day, and stays the same while new entries come. A day of too many entries is cut at an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, Claimant, Flag, Outcome, Prediction
from claimkb.domain.outcome import OutcomeReview
from claimkb.store import predictions
from claimkb.store.engine import records
from claimkb.store.engine.paging import OrderBy, cursor
from claimkb.store.predictions import PredictionFilter, is_open

NEWEST, MOST = 50, 1_000
"""How many entries a document of a feed has where its last day ends with them, and how many at most."""

MOST_DAYS = 1_000
"""How many due dates a calendar has."""


def _among(id_: Any, wanted: PredictionFilter, today: date) -> sa.ColumnElement[bool]:
    """Hold for rows whose prediction, named by its id, is one that a filter names."""
    return col(id_).in_(predictions.matching(wanted, today).with_only_columns(col(Prediction.id)).correlate(None))


def _with_claimant(what: Any) -> Any:
    """Add the name of who made a prediction."""
    with_claim = what.add_columns(col(Claimant.name)).join(Claim, col(Claim.id) == col(Prediction.claim_id))
    return with_claim.outerjoin(Claimant, col(Claimant.id) == col(Claim.claimant_id))


_FLAGS = OrderBy(col(Flag.noticed_at), col(Flag.id), descending=True)
_OUTCOMES = OrderBy(col(Outcome.updated_at), col(Outcome.id), descending=True)
"""An outcome changes twice at most, when it is confirmed and when it is superseded, and is told anew each time."""


Before = date | UUID
"""Before what a document ends: the beginning of a day, in UTC, or an entry."""


@dataclass(frozen=True)
class Document:
    """A part of a feed: its rows, the newest first, and before what the next part ends; None if nothing is older."""

    rows: list[tuple[Any, Prediction, str | None]]
    earlier: Before | None


def flags(session: Session, wanted: PredictionFilter, today: date, before: Before | None = None) -> Document:
    """List the newest flags before a place, each with its prediction and who made that."""
    return _document(session, Flag, _FLAGS, before, _among(Flag.prediction_id, wanted, today))


def outcomes(session: Session, wanted: PredictionFilter, today: date, before: Before | None = None) -> Document:
    """List the newest outcomes before a place that stand or stood, each with its prediction and who made that."""
    told = col(Outcome.review).in_((OutcomeReview.CONFIRMED, OutcomeReview.SUPERSEDED))
    return _document(session, Outcome, _OUTCOMES, before, told, _among(Outcome.prediction_id, wanted, today))


def _document(session: Session, kind: Any, order: OrderBy, before: Before | None, *which: sa.ColumnElement[bool]) -> Document:
    """Read a document of a feed: first where it ends, then its rows."""
    if isinstance(before, date):
        which = (*which, order.key < datetime.combine(before, time(), UTC))
    elif before is not None:
        entry = records.get(session, kind, before)
        which = (*which, order.beyond(cursor(getattr(entry, order.key.key), before), "before"))
    newest = sa.select(order.key, order.id).where(*which).order_by(*order.by())
    places = [tuple(row) for row in session.execute(newest.limit(MOST + 1))]
    if not places:
        return Document([], None)
    size, earlier = _end(places)
    place, first, last = sa.tuple_(order.key, order.id), places[0], places[size - 1]
    rows = _with_claimant(sa.select(kind, Prediction).join(Prediction, col(Prediction.id) == kind.prediction_id))
    found = session.execute(rows.where(*which, place <= first, place >= last).order_by(*order.by()))
    return Document([tuple(row) for row in found], earlier)


def _end(places: Sequence[tuple[datetime, UUID]]) -> tuple[int, Before | None]:
    """Tell how many of the places, the newest first, are in one document, and before which day or entry the next one ends."""
    if len(places) <= NEWEST:
        return len(places), None
    days = [at.astimezone(UTC).date() for at, _ in places]
    last = days[NEWEST - 1]
    size = sum(day >= last for day in days)
    if size > MOST:
        return MOST, places[MOST - 1][1]
    return size, last if size < len(places) else None


def due(session: Session, wanted: PredictionFilter, today: date, since: date) -> list[tuple[Prediction, str | None]]:
    """List the predictions that wait for an answer by their due dates, from a day on, each with who made it."""
    dated = (is_open(), col(Prediction.due_on).is_not(None), predictions.queue_day >= since)
    rows = _with_claimant(sa.select(Prediction)).where(*dated, _among(Prediction.id, wanted, today))
    return [tuple(row) for row in session.execute(rows.order_by(predictions.queue_day, col(Prediction.id)).limit(MOST_DAYS))]
