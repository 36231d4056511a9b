"""Which erasures were carried out, and which wait for a second administrator?"""

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import Erasure
from claimkb.domain.record import Input, Term
from claimkb.store.engine import paging
from claimkb.store.engine.ordering import OrderDirection


class ErasureFilter(Input):
    """Which erasures: all that is given must hold."""

    is_waiting: bool | None = Rule(default=None, description="Waiting for a second administrator, or carried out.")


class ErasureOrderField(Term):
    """What erasures can be ordered by."""

    CREATED_AT = "CREATED_AT", "When it was asked for."


class ErasureOrder(Input):
    """How to order erasures."""

    field: ErasureOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def matching(wanted: ErasureFilter) -> sa.Select[Erasure]:
    """Select the erasures that meet a filter."""
    select = sa.select(Erasure)
    if wanted.is_waiting is None:
        return select
    erased = col(Erasure.erased_at)
    return select.where(erased.is_(None) if wanted.is_waiting else erased.is_not(None))


def ordered(order: ErasureOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the newest first."""
    is_descending = order is None or order.direction is OrderDirection.DESC
    return paging.OrderBy(col(Erasure.created_at), col(Erasure.id), is_descending)


def waiting(session: Session) -> list[Erasure]:
    """List the erasures that wait for a second administrator."""
    return list(session.scalars(sa.select(Erasure).where(col(Erasure.erased_at).is_(None)).order_by(col(Erasure.id))))


def newest(session: Session) -> Erasure | None:
    """Return the newest erasure that was carried out."""
    return session.scalar(sa.select(Erasure).where(col(Erasure.number).is_not(None)).order_by(col(Erasure.number).desc()).limit(1))
