"""Which quotes are anchored in a source, which of them wait for a person, and what rests on a source?"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import AnchorProposal, Appearance, Evidence
from claimkb.domain.anchor_proposal import AnchorDecision
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.record import Input, Term
from claimkb.domain.reference import SourceId
from claimkb.store.engine import paging
from claimkb.store.engine.conditions import among, stands
from claimkb.store.engine.ordering import OrderDirection

_WAITS = col(AnchorProposal.decision) == sa.literal_column(f"'{AnchorDecision.WAITING}'")
"""Holds for proposals that wait. The term is a literal, so that the partial indexes serve the condition."""


class AnchorFilter(Input):
    """Which anchors to decide: all that is given must hold."""

    source_id: SourceId | None = Rule(default=None, description="Of quotes from this source.")
    status: list[AnchorStatus] | None = Rule(default=None, max_length=10, description="Found so in the newer snapshot.")


class AnchorOrderField(Term):
    """What anchors to decide can be ordered by."""

    CREATED_AT = "CREATED_AT", "When the newer snapshot was recorded."


class AnchorOrder(Input):
    """How to order anchors to decide."""

    field: AnchorOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def to_decide(wanted: AnchorFilter) -> sa.Select[AnchorProposal]:
    """Select the anchors that wait for a person and meet a filter."""
    select = sa.select(AnchorProposal).where(_WAITS, *among(AnchorProposal.status, wanted.status))
    if wanted.source_id is not None:
        there = sa.select(col(Appearance.id)).where(col(Appearance.source_id) == wanted.source_id)
        select = select.where(col(AnchorProposal.appearance_id).in_(there))
    return select


def ordered(order: AnchorOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the oldest first."""
    is_descending = order is not None and order.direction is OrderDirection.DESC
    return paging.OrderBy(col(AnchorProposal.created_at), col(AnchorProposal.id), is_descending)


def anchored(session: Session, source_id: UUID, *, to_change: bool = False) -> list[Appearance]:
    """List the appearances that stand in a source whose quotes have a place, in the order in which they were recorded."""
    placed = (col(Appearance.source_id) == source_id, col(Appearance.quote_start).is_not(None), stands(Appearance))
    in_order = (col(Appearance.created_at), col(Appearance.id))
    select = sa.select(Appearance).where(*placed).order_by(*in_order)
    return list(session.scalars(select.with_for_update() if to_change else select))


def waiting(session: Session, appearance_ids: Sequence[UUID]) -> dict[UUID, AnchorProposal]:
    """Find the proposals that wait, by the appearances that they are about."""
    about = sa.select(AnchorProposal).where(_WAITS, col(AnchorProposal.appearance_id).in_(appearance_ids))
    return {each.appearance_id: each for each in session.scalars(about)}


def count_in(session: Session, source_id: UUID) -> tuple[int, int]:
    """Count the appearances in a source, and the pieces of evidence from it, that were not retracted."""
    appearances, evidence = (
        session.scalar(sa.select(sa.func.count()).select_from(kind).where(col(kind.source_id) == source_id, stands(kind))) or 0
        for kind in (Appearance, Evidence)
    )
    return appearances, evidence


def count_beside(session: Session, evidence: Evidence) -> int:
    """Count the other evidence of the same outcome or review that was not retracted."""
    subject = "outcome_id" if evidence.outcome_id is not None else "review_id"
    same = (getattr(Evidence, subject) == getattr(evidence, subject), col(Evidence.id) != evidence.id, stands(Evidence))
    return session.scalar(sa.select(sa.func.count()).select_from(Evidence).where(*same)) or 0
