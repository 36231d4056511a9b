"""Which predictions count for a claimant's track record?

Two statements for any number of claimants. Predictions whose due date never moved are counted in the database, so that a hundred
thousand become a few rows; those whose date moved are read one by one, and domain/track_record.py judges them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, DueDateChange, Outcome, Prediction
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.prediction import PredictionKind, PredictionStatus
from claimkb.domain.track_record import Counted, Move, TrackRecord, by_scored_date, scored_on


def _claims(named_in: Any, claimants: Sequence[UUID]) -> sa.Select[Any]:
    """Select the claims that name claimants in a column, each with its claimant."""
    return sa.select(named_in.label("claimant_id"), col(Claim.id).label("id")).where(named_in.in_(claimants))


def _said(claimants: Sequence[UUID], include_on_behalf: bool) -> sa.Subquery:
    """Select the claims of claimants, each with its claimant; if included, also those that others made on behalf of one."""
    own = _claims(col(Claim.claimant_id), claimants)
    every = sa.union(own, _claims(col(Claim.on_behalf_of_id), claimants)) if include_on_behalf else own
    return every.subquery("said")


def _answered(columns: Sequence[Any], said: sa.Subquery, kind: PredictionKind | None) -> sa.Select[Any]:
    """Select from the predictions of claims that count, each with its confirmed outcome, if any."""
    select = (
        sa.select(*columns)
        .select_from(said)
        .join(Claim, col(Claim.id) == said.c.id)
        .join(Prediction, col(Prediction.claim_id) == Claim.id)
        .outerjoin(Outcome, (col(Outcome.prediction_id) == Prediction.id) & (col(Outcome.review) == OutcomeReview.CONFIRMED))
        .where(col(Claim.retracted_at).is_(None))
        .where(col(Prediction.status) != PredictionStatus.WITHDRAWN)
    )
    return select if kind is None else select.where(col(Prediction.kind) == kind)


def _never_moved(said: sa.Subquery, kind: PredictionKind | None, today: date) -> sa.Select[Any]:
    """Count the predictions whose due date never moved, grouped by the columns that decide how they count."""
    is_due = (col(Prediction.due_on) < today).label("is_due")
    alike = (said.c.claimant_id, is_due, col(Outcome.verdict), col(Prediction.probability))
    moved = sa.select(col(DueDateChange.id)).where(col(DueDateChange.prediction_id) == Prediction.id).exists()
    return _answered((*alike, sa.func.count()), said, kind).where(~moved).group_by(*alike)


def _moved(said: sa.Subquery, kind: PredictionKind | None) -> sa.Select[Any]:
    """Select the predictions whose due date moved: a row for each move, the first move first."""
    found = (
        col(Prediction.id),
        said.c.claimant_id,
        col(Prediction.original_due_on),
        col(Prediction.due_on),
        col(Outcome.verdict),
        col(Outcome.occurred_on),
        col(Prediction.probability),
    )
    select = _answered((*found, col(DueDateChange.kind), col(DueDateChange.new_due_on)), said, kind)
    in_order = (said.c.claimant_id, col(Prediction.id), col(DueDateChange.recorded_at), col(DueDateChange.id))
    return select.join(DueDateChange, col(DueDateChange.prediction_id) == Prediction.id).order_by(*in_order)


def _judged(rows: Sequence[Any], today: date) -> Iterator[tuple[UUID, Counted]]:
    """Judge each prediction whose due date moved by the date that counts."""
    for (_, claimant, original, due_on, verdict, occurred_on, probability), moves in groupby(rows, lambda row: tuple(row[:7])):
        scored = scored_on(original, [Move(*row[7:]) for row in moves]) or due_on
        yield claimant, Counted(scored < today, by_scored_date(verdict, occurred_on, due_on, scored), probability)


def by_claimants(
    session: Session, keys: Sequence[UUID], kind: PredictionKind | None, today: date, include_on_behalf: bool = False
) -> list[TrackRecord]:
    """Count, for each of these claimants, how its predictions turned out, in two statements for all."""
    found: dict[UUID, list[Counted]] = {key: [] for key in keys}
    said = _said(list(found), include_on_behalf)
    for claimant, *alike in session.execute(_never_moved(said, kind, today)):
        found[claimant].append(Counted(*alike))
    for claimant, counted in _judged(session.execute(_moved(said, kind)).all(), today):
        found[claimant].append(counted)
    return [TrackRecord(key, kind, today, found[key], include_on_behalf) for key in keys]
