"""What names a claimant, and what did a merge move?"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Channel, Claim, Membership, MergeMove, Outcome, Prediction, Review, SavedSearch
from claimkb.domain.merging import fields_naming
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import PRIVATE
from claimkb.domain.record import Record, Versioned
from claimkb.store import claims, reviews
from claimkb.store.engine import records

MOVED: dict[str, type[Versioned]] = {kind.__name__: kind for kind in (Claim, Membership, Channel, SavedSearch)}
"""The kinds of records that name a claimant, and that a merge changes."""

MOST_SHOWN = 100
"""How many of the records that stayed are listed."""

Named = tuple[Versioned, str]
"""A record, and its field that names a claimant."""


def _locked(session: Session, kind: type[Versioned], where: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Read the records that meet a condition, to change them: in the order of their ids, so that two writers take turns."""
    rows = sa.select(kind).where(where).order_by(sa.inspect(kind).columns["id"]).with_for_update()
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def naming(session: Session, claimant_id: UUID, other_id: UUID) -> Iterator[Named]:
    """List what names a claimant, but for memberships in another that it is to be merged into: those that stand were refused."""
    said = col(Claim.id).in_(claims.naming(claimant_id))
    for claim in _locked(session, Claim, said):
        yield from ((claim, name) for name in ("claimant_id", "on_behalf_of_id") if getattr(claim, name) == claimant_id)
    ends = {"claimant_id": "of_id", "of_id": "claimant_id"}
    for name, far in ends.items():
        here = getattr(Membership, name) == claimant_id
        yield from ((each, name) for each in _locked(session, Membership, here & (getattr(Membership, far) != other_id)))
    yield from ((each, "claimant_id") for each in _locked(session, Channel, col(Channel.claimant_id) == claimant_id))
    for search in _locked(session, SavedSearch, col(SavedSearch.filter).contains(str(claimant_id))):
        yield from ((search, name) for name in fields_naming(search.filter, claimant_id))


def decided(session: Session, claimant_id: UUID) -> dict[UUID, UUID]:
    """Find what stands decided of the claims that name a claimant: by claim, the id of the prediction that was answered, or else of
    the claim, if it was reviewed or several of its predictions were answered.
    """
    ours = col(Claim.id).in_(claims.naming(claimant_id))
    reviewed = sa.select(col(Claim.id)).join(Review, col(Review.claim_id) == Claim.id).where(ours, reviews.stands())
    answered = sa.select(col(Claim.id), col(Prediction.id)).join(Prediction, col(Prediction.claim_id) == Claim.id).where(ours)
    answered = answered.join(Outcome, col(Outcome.prediction_id) == Prediction.id)
    predictions: dict[UUID, UUID] = {}
    for claim_id, prediction_id in session.execute(answered.where(col(Outcome.review) == OutcomeReview.CONFIRMED)):
        predictions[claim_id] = claim_id if claim_id in predictions else prediction_id
    return {id_: id_ for id_ in session.scalars(reviewed)} | predictions


def note(session: Session, claimant_id: UUID, record: Record, field: str, *, was_beside: bool) -> None:
    """Remember a field that a merge changes."""
    kind = type(record).__name__
    session.add(MergeMove(claimant_id=claimant_id, record_type=kind, record_id=record.id, field=field, was_beside=was_beside))


def forget(session: Session, claimant_id: UUID) -> None:
    """Forget what an earlier merge of a claimant moved."""
    session.execute(sa.delete(records.table_of(MergeMove)).where(col(MergeMove.claimant_id) == claimant_id))


def moved(session: Session, claimant_id: UUID) -> list[tuple[MergeMove, Versioned]]:
    """List what a merge of a claimant changed, each with its record, which is read to change it."""
    found = []
    for name, kind in MOVED.items():
        moves = sa.select(MergeMove).where(col(MergeMove.claimant_id) == claimant_id, col(MergeMove.record_type) == name)
        ids = moves.with_only_columns(col(MergeMove.record_id))
        rows = {row.id: row for row in _locked(session, kind, sa.inspect(kind).columns["id"].in_(ids))}
        found += [(move, rows[move.record_id]) for move in session.scalars(moves)]
    return found


def stayed(session: Session, claimant_id: UUID) -> list[Record]:
    """List what stayed with the other claimant when a merge was undone, but for the kinds that administrators alone see."""
    found: list[Record] = []
    for name, kind in MOVED.items():
        if name not in PRIVATE:
            moves = sa.select(col(MergeMove.record_id)).where(
                col(MergeMove.claimant_id) == claimant_id, col(MergeMove.record_type) == name
            )
            id_ = sa.inspect(kind).columns["id"]
            found += session.scalars(sa.select(kind).where(id_.in_(moves)).order_by(id_).limit(MOST_SHOWN))
    return found[:MOST_SHOWN]
