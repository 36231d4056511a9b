"""Which predictions count for a claimant's track record?

Two statements for any number of claimants. Predictions whose due date never moved are counted in the database, so that a hundred
thousand become a few rows; those whose date moved are read one by one, and domain/track_record.py judges them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, DueDateChange, Outcome, Prediction
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.prediction import PredictionKind, PredictionStatus
from claimkb.domain.track_record import Counted, Move, TrackRecord, by_scored_date, scored_on
from claimkb.store import collections


class Which(NamedTuple):
    """Which predictions of claimants count: of one kind, or of the claims in a collection; else all."""

    kind: PredictionKind | None = None
    collection_id: UUID | None = None


def _answered(columns: Sequence[Any], claimants: Sequence[UUID], which: Which) -> sa.Select[Any]:
    """Select from the predictions of claimants that count, each with its confirmed outcome, if any."""
    select = (
        sa.select(*columns)
        .select_from(Claim)
        .join(Prediction, col(Prediction.claim_id) == Claim.id)
        .outerjoin(Outcome, (col(Outcome.prediction_id) == Prediction.id) & (col(Outcome.review) == OutcomeReview.CONFIRMED))
        .where(col(Claim.claimant_id).in_(claimants), col(Claim.retracted_at).is_(None))
        .where(col(Prediction.status) != PredictionStatus.WITHDRAWN)
    )
    if which.collection_id is not None:
        select = select.where(col(Claim.id).in_(collections.claims_in(which.collection_id)))
    return select if which.kind is None else select.where(col(Prediction.kind) == which.kind)


def _never_moved(claimants: Sequence[UUID], which: Which, today: date) -> sa.Select[Any]:
    """Count the predictions whose due date never moved, grouped by the columns that decide how they count."""
    is_due = (col(Prediction.due_on) < today).label("is_due")
    alike = (col(Claim.claimant_id), is_due, col(Outcome.verdict), col(Prediction.probability))
    moved = sa.select(col(DueDateChange.id)).where(col(DueDateChange.prediction_id) == Prediction.id).exists()
    return _answered((*alike, sa.func.count()), claimants, which).where(~moved).group_by(*alike)


def _moved(claimants: Sequence[UUID], which: Which) -> sa.Select[Any]:
    """Select the predictions whose due date moved: a row for each move, the first move first."""
    found = (
        col(Prediction.id),
        col(Claim.claimant_id),
        col(Prediction.original_due_on),
        col(Prediction.due_on),
        col(Outcome.verdict),
        col(Outcome.occurred_on),
        col(Prediction.probability),
    )
    select = _answered((*found, col(DueDateChange.kind), col(DueDateChange.new_due_on)), claimants, which)
    in_order = (col(Prediction.id), col(DueDateChange.recorded_at), col(DueDateChange.id))
    return select.join(DueDateChange, col(DueDateChange.prediction_id) == Prediction.id).order_by(*in_order)


def _judged(rows: Sequence[Any], today: date) -> Iterator[tuple[UUID, Counted]]:
    """Judge each prediction whose due date moved by the date that counts."""
    for (_, claimant, original, due_on, verdict, occurred_on, probability), moves in groupby(rows, lambda row: tuple(row[:7])):
        scored = scored_on(original, [Move(*row[7:]) for row in moves]) or due_on
        yield claimant, Counted(scored < today, by_scored_date(verdict, occurred_on, due_on, scored), probability)


def by_claimants(
    session: Session, keys: Sequence[UUID], kind: PredictionKind | None, today: date, collection_id: UUID | None = None
) -> list[TrackRecord]:
    """Count, for each of these claimants, how its predictions turned out, in two statements for all."""
    found: dict[UUID, list[Counted]] = {key: [] for key in keys}
    which = Which(kind, collection_id)
    for claimant, *alike in session.execute(_never_moved(list(found), which, today)):
        found[claimant].append(Counted(*alike))
    for claimant, counted in _judged(session.execute(_moved(list(found), which)).all(), today):
        found[claimant].append(counted)
    return [TrackRecord(key, kind, today, found[key], collection_id) for key in keys]
