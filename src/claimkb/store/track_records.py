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
from claimkb.domain.deadline import Deadline
from claimkb.domain.number_errors import Measured
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.prediction import PredictionKind, PredictionStatus
from claimkb.domain.target import COLUMNS, Target
from claimkb.domain.track_record import Counted, Move, TrackRecord, by_scored_date, scored_by
from claimkb.store import collections


class Which(NamedTuple):
    """Which predictions of claimants count: of one kind, of the claims in a collection; else all."""

    kind: PredictionKind | None = None
    collection_id: UUID | None = None


def _claims(named_in: Any, claimants: Sequence[UUID]) -> sa.Select[Any]:
    """Select the claims that name claimants in a column, each with its claimant."""
    return sa.select(named_in.label("claimant_id"), col(Claim.id).label("id")).where(named_in.in_(claimants))


def _said(claimants: Sequence[UUID], include_on_behalf: bool) -> sa.Subquery:
    """Select the claims of claimants, each with its claimant; if included, also those that others made on behalf of one."""
    own = _claims(col(Claim.claimant_id), claimants)
    every = sa.union(own, _claims(col(Claim.on_behalf_of_id), claimants)) if include_on_behalf else own
    return every.subquery("said")


def _answered(columns: Sequence[Any], said: sa.Subquery, which: Which) -> sa.Select[Any]:
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
    if which.collection_id is not None:
        select = select.where(col(Claim.id).in_(collections.claims_in(which.collection_id)))
    return select if which.kind is None else select.where(col(Prediction.kind) == which.kind)


_MEASURED = tuple(
    sa.case((col(Outcome.measured).is_not(None), getattr(kind, name))).label(name)
    for kind, name in (*((Prediction, name) for name in COLUMNS), (Outcome, "measured"))
)
"""The target and what was measured, where something was: else targets alone would part what counts alike."""


def _measured(row: Sequence[Any]) -> Measured | None:
    """Read the target and what was measured; None where nothing was."""
    *target, number = row
    return None if number is None else Measured(Target.model_construct(**dict(zip(COLUMNS.values(), target, strict=True))), number)


def _never_moved(said: sa.Subquery, which: Which, today: date) -> sa.Select[Any]:
    """Count the predictions whose due date never moved, grouped by the columns that decide how they count."""
    is_due = sa.case((col(Prediction.due_on).is_not(None), col(Prediction.waits_for) < today)).label("is_due")
    alike = (said.c.claimant_id, is_due, col(Outcome.verdict), col(Prediction.probability), *_MEASURED)
    moved = sa.select(col(DueDateChange.id)).where(col(DueDateChange.prediction_id) == Prediction.id).exists()
    return _answered((sa.func.count(), *alike), said, which).where(~moved).group_by(*alike)


_BINDS = ("due_from", "bound", "answer_from")
"""What says how a due date binds, beside the date."""


def _moved(said: sa.Subquery, which: Which) -> sa.Select[Any]:
    """Select the predictions whose due date moved: a row for each move, the first move first."""
    found = (
        col(Prediction.id),
        said.c.claimant_id,
        col(Prediction.original_due_on),
        *(col(getattr(Prediction, name)) for name in ("due_on", *_BINDS)),
        col(Outcome.verdict),
        col(Outcome.occurred_on),
        col(Prediction.probability),
        *_MEASURED,
    )
    move = ("kind", "new_due_on", *(f"new_{name}" for name in _BINDS), *(f"old_{name}" for name in _BINDS))
    select = _answered((*found, *(col(getattr(DueDateChange, name)) for name in move)), said, which)
    in_order = (said.c.claimant_id, col(Prediction.id), col(DueDateChange.recorded_at), col(DueDateChange.id))
    return select.join(DueDateChange, col(DueDateChange.prediction_id) == Prediction.id).order_by(*in_order)


def _judged(rows: Sequence[Any], today: date) -> Iterator[tuple[UUID, Counted]]:
    """Judge each prediction whose due date moved by the deadline that counts."""
    of_prediction = 10 + len(_MEASURED)
    for key, moves in groupby(rows, lambda row: tuple(row[:of_prediction])):
        _, claimant, original, *due, verdict, occurred_on, probability = key[:10]
        now = Deadline(*due)
        scored = _scored(original, now, [tuple(row[of_prediction:]) for row in moves])
        counts = by_scored_date(verdict, occurred_on, now, scored)
        yield claimant, Counted(scored.ends_on < today, counts, probability, measured=_measured(key[10:]))


def _scored(original: date | None, now: Deadline, moves: Sequence[tuple[Any, ...]]) -> Deadline:
    """Choose the deadline that counts. That of the last move is as it stands now: the answer day may have changed since."""
    since = [Move(*row[:5]) for row in moves]
    since[-1] = Move(since[-1].kind, now.due_on, now.due_from, now.bound, now.answer_from)
    first = None if original is None else Deadline(original, *moves[0][5:])
    return scored_by(first, since) or now


def by_claimants(
    session: Session,
    keys: Sequence[UUID],
    kind: PredictionKind | None,
    today: date,
    collection_id: UUID | None = None,
    include_on_behalf: bool = False,
) -> list[TrackRecord]:
    """Count, for each of these claimants, how its predictions turned out, in two statements for all."""
    found: dict[UUID, list[Counted]] = {key: [] for key in keys}
    said, which = _said(list(found), include_on_behalf), Which(kind, collection_id)
    for number, claimant, is_due, verdict, probability, *measured in session.execute(_never_moved(said, which, today)):
        found[claimant].append(Counted(is_due, verdict, probability, number, _measured(measured)))
    for claimant, counted in _judged(session.execute(_moved(said, which)).all(), today):
        found[claimant].append(counted)
    return [TrackRecord(key, kind, today, found[key], collection_id, include_on_behalf) for key in keys]
