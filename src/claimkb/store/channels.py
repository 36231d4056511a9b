"""Which channels are there, by which people and programs are told?"""

from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import Account, Channel
from claimkb.domain.channel import ChannelKind
from claimkb.domain.permissions import Role
from claimkb.domain.record import Input, Term
from claimkb.store.engine import forms, paging
from claimkb.store.engine.ordering import OrderDirection


class ChannelFilter(Input):
    """Which channels: all that is given must hold."""

    kind: ChannelKind | None = Rule(default=None, description="Of this kind.")
    is_closed: bool | None = Rule(default=None, description="Closed, or not.")


class ChannelOrderField(Term):
    """What channels can be ordered by."""

    NAME = "NAME", "The name."


class ChannelOrder(Input):
    """How to order channels."""

    field: ChannelOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def find_open(session: Session, name: str) -> Channel | None:
    """Find the open channel whose name has the same normal form."""
    return forms.find(session, Channel, name, col(Channel.closed_at).is_(None))


def of_account(session: Session, account_id: UUID | None) -> list[Channel]:
    """List the open channels of an account, by name."""
    own = sa.select(Channel).where(col(Channel.account_id) == account_id, col(Channel.closed_at).is_(None))
    return list(session.scalars(own.order_by(*ordered(None).by())))


def matching(wanted: ChannelFilter) -> sa.Select[Channel]:
    """Select the channels that meet a filter."""
    select = sa.select(Channel)
    if wanted.kind is not None:
        select = select.where(col(Channel.kind) == wanted.kind)
    if wanted.is_closed is not None:
        select = select.where(col(Channel.closed_at).is_not(None) if wanted.is_closed else col(Channel.closed_at).is_(None))
    return select


def ordered(order: ChannelOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    is_descending = order is not None and order.direction is OrderDirection.DESC
    return paging.OrderBy(col(Channel.name), col(Channel.id), is_descending)


def every(session: Session) -> list[tuple[Channel, Account | None]]:
    """List all channels by name, each with its account."""
    rows = sa.select(Channel, Account).outerjoin(Account, col(Account.id) == col(Channel.account_id))
    return [tuple(row) for row in session.execute(rows.order_by(*ordered(None).by()))]


def with_channels(session: Session, least: int) -> list[str]:
    """Name the open accounts that have so many open channels of their own, or more; administrators may have any number."""
    many = sa.select(col(Channel.account_id)).where(col(Channel.closed_at).is_(None)).group_by(col(Channel.account_id))
    names = sa.select(col(Account.name)).where(col(Account.id).in_(many.having(sa.func.count() >= least)))
    names = names.where(col(Account.closed_at).is_(None), col(Account.role) != Role.ADMIN)
    return list(session.scalars(names.order_by(col(Account.name))))
