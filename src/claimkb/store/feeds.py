"""What do feeds and calendars tell? The newest flags and outcomes, and the days that are to come."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, Claimant, Flag, Outcome, Prediction
from claimkb.domain.outcome import OutcomeReview
from claimkb.store import predictions
from claimkb.store.predictions import PredictionFilter, is_open

NEWEST = 50
"""How many entries a feed has."""

MOST_DAYS = 1_000
"""How many due dates a calendar has."""


def _among(wanted: PredictionFilter, today: date) -> sa.ColumnElement[bool]:
    """Hold for rows whose prediction a filter names."""
    return col(Prediction.id).in_(predictions.matching(wanted, today).with_only_columns(col(Prediction.id)).correlate(None))


def _with_claimant(what: Any) -> Any:
    """Add the name of who made a prediction."""
    with_claim = what.add_columns(col(Claimant.name)).join(Claim, col(Claim.id) == col(Prediction.claim_id))
    return with_claim.outerjoin(Claimant, col(Claimant.id) == col(Claim.claimant_id))


def flags(session: Session, wanted: PredictionFilter, today: date) -> list[tuple[Flag, Prediction, str | None]]:
    """List the newest flags, each with its prediction and who made that."""
    rows = sa.select(Flag, Prediction).join(Prediction, col(Prediction.id) == col(Flag.prediction_id))
    newest = _with_claimant(rows).where(_among(wanted, today)).order_by(col(Flag.noticed_at).desc(), col(Flag.id).desc())
    return [tuple(row) for row in session.execute(newest.limit(NEWEST))]


def outcomes(session: Session, wanted: PredictionFilter, today: date) -> list[tuple[Outcome, Prediction, str | None]]:
    """List the newest outcomes that stand or stood, each with its prediction and who made that."""
    rows = sa.select(Outcome, Prediction).join(Prediction, col(Prediction.id) == col(Outcome.prediction_id))
    told = col(Outcome.review).in_((OutcomeReview.CONFIRMED, OutcomeReview.SUPERSEDED))
    newest = _with_claimant(rows).where(told, _among(wanted, today))
    newest = newest.order_by(col(Outcome.recorded_at).desc(), col(Outcome.id).desc())
    return [tuple(row) for row in session.execute(newest.limit(NEWEST))]


def due(session: Session, wanted: PredictionFilter, today: date, since: date) -> list[tuple[Prediction, str | None]]:
    """List the predictions that wait for an answer by their due dates, from a day on, each with who made it."""
    dated = (is_open(), col(Prediction.due_on).is_not(None), predictions.queue_day >= since)
    rows = _with_claimant(sa.select(Prediction)).where(*dated, _among(wanted, today))
    return [tuple(row) for row in session.execute(rows.order_by(predictions.queue_day, col(Prediction.id)).limit(MOST_DAYS))]
