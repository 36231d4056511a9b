"""Which entries has a feed, and which days a calendar?

A feed is a chain of documents, from the newest entries back to the oldest. A document ends with all entries of a day, so the next
one begins before a day, which stays the same while new entries come. A day with too many entries is cut at an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Generic, TypeVar
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


def _among(id_: UUID | None, wanted: PredictionFilter, today: date) -> sa.ColumnElement[bool]:
    """Hold for rows whose prediction, by its id, meets a filter."""
    return col(id_).in_(predictions.matching(wanted, today).with_only_columns(col(Prediction.id)).correlate(None))


def _with_claimant(rows: Any) -> Any:
    """Add the name of the claimant of a prediction."""
    with_claim = rows.add_columns(col(Claimant.name)).join(Claim, col(Claim.id) == col(Prediction.claim_id))
    return with_claim.outerjoin(Claimant, col(Claimant.id) == col(Claim.claimant_id))


_FLAGS = OrderBy(col(Flag.noticed_at), col(Flag.id), descending=True)
_OUTCOMES = OrderBy(col(Outcome.updated_at), col(Outcome.id), descending=True)
"""An outcome changes twice at most, when it is confirmed and when it is superseded, and becomes a new entry each time."""


E = TypeVar("E", Flag, Outcome)

Before = date | UUID
"""The place before which a document begins: a day, in UTC, or an entry."""


@dataclass(frozen=True)
class Document(Generic[E]):
    """A part of a feed: its rows, the newest first, and the place before which the next part begins; None if nothing is older."""

    rows: list[tuple[E, Prediction, str | None]]
    earlier: Before | None


def flags(session: Session, wanted: PredictionFilter, today: date, before: Before | None = None) -> Document[Flag]:
    """List the newest flags before a place, each with its prediction and the claimant's name."""
    return _document(session, Flag, _FLAGS, before, _among(Flag.prediction_id, wanted, today))


def outcomes(session: Session, wanted: PredictionFilter, today: date, before: Before | None = None) -> Document[Outcome]:
    """List the newest outcomes before a place that stand or stood, each with its prediction and the claimant's name."""
    public = col(Outcome.review).in_((OutcomeReview.CONFIRMED, OutcomeReview.SUPERSEDED))
    return _document(session, Outcome, _OUTCOMES, before, public, _among(Outcome.prediction_id, wanted, today))


def _document(
    session: Session, kind: type[E], order: OrderBy, before: Before | None, *which: sa.ColumnElement[bool]
) -> Document[E]:
    """Read a document of a feed: first its end, then its rows."""
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
    """Count the places, the newest first, that are in one document, and return the place before which the next one begins."""
    if len(places) <= NEWEST:
        return len(places), None
    days = [at.astimezone(UTC).date() for at, _ in places]
    last = days[NEWEST - 1]
    size = sum(day >= last for day in days)
    if size > MOST:
        return MOST, places[MOST - 1][1]
    return size, last if size < len(places) else None


def due(session: Session, wanted: PredictionFilter, today: date, since: date) -> list[tuple[Prediction, str | None]]:
    """List the open predictions by their due dates, from a day on, each with the name of its claimant."""
    dated = (is_open(), col(Prediction.due_on).is_not(None), predictions.queue_day >= since)
    rows = _with_claimant(sa.select(Prediction)).where(*dated, _among(Prediction.id, wanted, today))
    return [tuple(row) for row in session.execute(rows.order_by(predictions.queue_day, col(Prediction.id)).limit(MOST_DAYS))]
