"""Which deliveries are to be made, which server makes them, and what became of each?

The announcements are the outbox: each is written in the transaction of the change that it announces. One statement for all channels
makes the deliveries that follow from them: the next run makes up for a lost one, and a repeated run changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from claimkb.domain import Account, Announcement, Channel, Claim, CollectedClaim, Delivery, Flag, Prediction, SavedSearch
from claimkb.domain.announcement import CHANGE, Topic
from claimkb.domain.channel import TOLD, About, ChannelKind
from claimkb.domain.delivery import CLAIMED, ENDED_MEANWHILE, Cancelled, DeliveryState, Failed, Parked, Result, Sent, Untried
from claimkb.domain.record import Input, Term
from claimkb.domain.reference import ChannelId
from claimkb.store import collections, predictions, searches
from claimkb.store.engine import paging
from claimkb.store.engine.expressions import new_id, upsert
from claimkb.store.engine.ordering import OrderDirection

T = TypeVar("T")

AT_ONCE = 10_000
"""How many deliveries of events are made, and how many old ones are deleted, in one statement."""

SEARCHES = 50
"""How many saved searches one statement holds: SQLite takes no condition of a thousand parts."""


class DeliveryFilter(Input):
    """Which deliveries: all that is given must hold."""

    state: list[DeliveryState] | None = Rule(default=None, max_length=10, description="Standing at one of these.")
    channel_id: ChannelId | None = Rule(default=None, description="By this channel.")


class DeliveryOrderField(Term):
    """What deliveries can be ordered by."""

    MADE_AT = "MADE_AT", "Since when there is something to send."


class DeliveryOrder(Input):
    """How to order deliveries."""

    field: DeliveryOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def matching(wanted: DeliveryFilter) -> sa.Select[Delivery]:
    """Select the deliveries that meet a filter."""
    select = sa.select(Delivery)
    if wanted.state is not None:
        select = select.where(col(Delivery.state).in_(wanted.state))
    if wanted.channel_id is not None:
        select = select.where(col(Delivery.channel_id) == wanted.channel_id)
    return select


def ordered(order: DeliveryOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the newest first."""
    is_descending = order is None or order.direction is OrderDirection.DESC
    return paging.OrderBy(col(Delivery.made_at), col(Delivery.id), is_descending)


def _is_open(kind: ChannelKind) -> list[sa.ColumnElement[bool]]:
    """Hold for open channels of a kind, whose account is open too if they have one."""
    closed = sa.select(col(Account.id)).where(col(Account.id) == Channel.account_id, col(Account.closed_at).is_not(None))
    return [col(Channel.kind) == kind, col(Channel.closed_at).is_(None), ~closed.exists()]


def _last(column: sa.SQLColumnExpression[int | None], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Find the last position that a channel has been told of; 0 if there is none."""
    of_channel = sa.select(sa.func.max(column)).where(col(Delivery.channel_id) == Channel.id, *conditions)
    return sa.func.coalesce(of_channel.correlate(Channel).scalar_subquery(), 0)


def _literal(value: T, column: str) -> sa.ColumnElement[T]:
    """Write a value as the type of a column."""
    return sa.literal(value, sa.inspect(Delivery).columns[column].type)


def unplanned() -> list[sa.ColumnElement[bool]]:
    """Hold for an announcement and a webhook that was not told of it, and has no delivery for it yet."""
    after = (col(Announcement.position) > col(Channel.since), col(Announcement.position) > _last(col(Delivery.position)))
    return [col(Announcement.topic).in_(TOLD), *after, *_is_open(ChannelKind.WEBHOOK)]


def plan_events(session: Session, now: datetime) -> None:
    """Make the deliveries of events: of each webhook, for the announcements since the last one that it was told of."""
    instant = _literal(now, "made_at")
    rows = sa.select(
        new_id(now),
        col(Channel.id),
        col(Announcement.position),
        sa.case((col(Announcement.topic) == CHANGE, Topic.REVISION.value), else_=col(Announcement.topic)),
        col(Announcement.record_id),
        _literal(DeliveryState.WAITING, "state"),
        sa.literal(0),
        instant,
        instant,
    ).select_from(sa.join(Channel, Announcement, sa.true()))
    rows = rows.where(*unplanned()).order_by(col(Announcement.position), col(Channel.id)).limit(AT_ONCE)
    names = ["id", "channel_id", "position", "topic", "record_id", "state", "attempts", "made_at", "due_at"]
    session.execute(upsert(session, Delivery).from_select(names, rows).on_conflict_do_nothing())


def searches_of(session: Session, *conditions: sa.ColumnElement[bool]) -> list[SavedSearch]:
    """List the saved searches of channels that meet some conditions, each once."""
    used = sa.select(col(Channel.saved_search_id)).where(*conditions)
    return list(session.scalars(sa.select(SavedSearch).where(col(SavedSearch.id).in_(used)).order_by(col(SavedSearch.id))))


def news(wanted: Sequence[SavedSearch], today: date, until: int | None = None) -> list[sa.ColumnElement[bool]]:
    """Write the conditions on a flag, its prediction and its announcement: it still applies, and the channel has not told of it.

    They hold for channels that have one of these saved searches, or none.
    """
    is_found: list[sa.ColumnElement[bool]] = [col(Channel.saved_search_id).is_(None)]
    for search in wanted:
        found = predictions.matching(searches.filter_of(search.filter), today).with_only_columns(col(Prediction.id))
        is_found.append((col(Channel.saved_search_id) == search.id) & col(Prediction.id).in_(found.correlate(None)))
    mine = sa.select(col(Account.name)).where(col(Account.id) == Channel.account_id).correlate(Channel).scalar_subquery()
    made_by = sa.select(col(Claim.id)).where(col(Claim.id) == Prediction.claim_id, col(Claim.claimant_id) == Channel.claimant_id)
    of_claim = (col(CollectedClaim.claim_id) == Prediction.claim_id, col(CollectedClaim.collection_id) == Channel.collection_id)
    collected = sa.select(col(CollectedClaim.id)).where(*of_claim, collections.is_in())
    conditions = [
        col(Announcement.topic) == Topic.FLAG,
        col(Announcement.position) > _last(col(Delivery.until), col(Delivery.state) == DeliveryState.SENT),
        col(Flag.id) == col(Announcement.record_id),
        col(Flag.cleared_at).is_(None),
        col(Prediction.id) == col(Flag.prediction_id),
        sa.or_(col(Channel.about) == About.ALL, col(Prediction.assignee) == mine, col(Prediction.assignee).is_(None)),
        sa.or_(col(Channel.claimant_id).is_(None), made_by.correlate(Channel, Prediction).exists()),
        sa.or_(col(Channel.collection_id).is_(None), collected.correlate(Channel, Prediction).exists()),
        sa.or_(*is_found),
    ]
    return conditions if until is None else [*conditions, col(Announcement.position) <= until]


def plan_digests(session: Session, today: date, at: datetime, now: datetime) -> None:
    """Make the deliveries of digests, to be sent at an hour, for each channel that has news and had no digest today."""
    other = aliased(Delivery)
    unsent = sa.select(col(other.id)).where(
        col(other.channel_id) == Channel.id,
        col(other.position).is_(None),
        col(other.state).in_((DeliveryState.WAITING, DeliveryState.SENDING)) | (col(other.day) == today),
    )
    names = ["id", "channel_id", "state", "attempts", "made_at", "due_at"]
    used = searches_of(session, *_is_open(ChannelKind.DIGEST))
    for begin in range(0, max(len(used), 1), SEARCHES):
        fresh = sa.select(col(Flag.id)).where(*news(used[begin : begin + SEARCHES], today)).correlate(Channel).exists()
        rows = sa.select(
            new_id(now),
            col(Channel.id),
            _literal(DeliveryState.WAITING, "state"),
            sa.literal(0),
            _literal(now, "made_at"),
            _literal(at, "due_at"),
        ).where(*_is_open(ChannelKind.DIGEST), ~unsent.exists(), fresh)
        session.execute(upsert(session, Delivery).from_select(names, rows).on_conflict_do_nothing())


def _change(session: Session, values: Mapping[str, object], *conditions: sa.ColumnElement[bool]) -> None:
    """Change the deliveries that meet some conditions."""
    change = sa.update(Delivery).where(*conditions).values(**values)
    session.execute(change, execution_options={"synchronize_session": False})


def recover(session: Session, now: datetime) -> None:
    """Take up the deliveries of a server that has stopped: an event is sent again under its own id, a digest never twice a day."""
    stopped = (col(Delivery.state) == DeliveryState.SENDING, col(Delivery.due_at) <= now)
    _change(session, {"state": DeliveryState.WAITING, "due_at": now}, *stopped, col(Delivery.position).is_not(None))
    parked = {"state": DeliveryState.PARKED, "problem": ENDED_MEANWHILE}
    _change(session, parked, *stopped, col(Delivery.position).is_(None))


def cancel_what_no_longer_applies(session: Session) -> None:
    """Cancel the deliveries that wait for a flag that was cleared, or for a channel that was closed."""
    waiting = col(Delivery.state) == DeliveryState.WAITING
    cleared = sa.select(col(Flag.id)).where(col(Flag.id) == Delivery.record_id, col(Flag.cleared_at).is_not(None)).exists()
    closed = sa.select(col(Channel.id)).where(col(Channel.id) == Delivery.channel_id, col(Channel.closed_at).is_not(None)).exists()
    gone = (col(Delivery.topic) == Topic.FLAG) & cleared
    _change(session, {"state": DeliveryState.CANCELLED}, waiting, gone | closed)


def claim(session: Session, today: date, now: datetime, most: int) -> list[tuple[Delivery, Channel]]:
    """Claim the deliveries that are due, and skip those that another server is claiming. A digest takes the day of its channel."""
    other = aliased(Delivery)
    had_today = sa.select(col(other.id)).where(col(other.channel_id) == Delivery.channel_id, col(other.day) == today).exists()
    due = sa.select(col(Delivery.id)).where(
        col(Delivery.state) == DeliveryState.WAITING,
        col(Delivery.due_at) <= now,
        col(Delivery.position).is_not(None) | ~had_today,
    )
    due = due.order_by(col(Delivery.due_at), col(Delivery.position)).limit(most).with_for_update(skip_locked=True, of=Delivery)
    day = sa.case((col(Delivery.position).is_(None), _literal(today, "day")))
    values = {"state": DeliveryState.SENDING, "due_at": now + CLAIMED, "attempts": col(Delivery.attempts) + 1, "day": day}
    taken = sa.update(Delivery).where(col(Delivery.id).in_(due)).values(**values).returning(col(Delivery.id))
    ids: Sequence[UUID] = session.scalars(taken, execution_options={"synchronize_session": False}).all()
    rows = sa.select(Delivery, Channel).join(Channel, col(Channel.id) == col(Delivery.channel_id)).where(col(Delivery.id).in_(ids))
    found = session.execute(rows.order_by(col(Delivery.position), col(Delivery.id)), execution_options={"populate_existing": True})
    return [tuple(row) for row in found]


def _columns(delivery: Delivery, result: Result, now: datetime) -> dict[str, object]:
    """Write a result as values of columns, without the state."""
    match result:
        case Sent(until):
            return {"until": until, "sent_at": now, "problem": None}
        case Cancelled():
            return {"problem": None, "day": None}
        case Parked(problem):
            return {"problem": problem}
        case Failed(problem, due_at):
            return {"problem": problem, "due_at": due_at, "day": None}
        case Untried(None):
            return {"attempts": delivery.attempts - 1}
        case Untried(due_at):
            return {"attempts": delivery.attempts - 1, "due_at": due_at}


def settle(session: Session, delivery: Delivery, result: Result, now: datetime) -> None:
    """Write the result of a delivery, unless another server has claimed it since, as this one took too long."""
    same = (col(Delivery.id) == delivery.id, col(Delivery.attempts) == delivery.attempts)
    values = {"state": result.state, **_columns(delivery, result, now)}
    _change(session, values, *same, col(Delivery.state) == DeliveryState.SENDING)


def hold_up(session: Session, channel_id: UUID, until: datetime) -> None:
    """Let the other deliveries of a channel wait until an instant: its receiver is not asked again meanwhile."""
    waiting = (col(Delivery.channel_id) == channel_id, col(Delivery.state) == DeliveryState.WAITING)
    _change(session, {"due_at": until}, *waiting, col(Delivery.due_at) < until)


def forget(session: Session, before: datetime) -> None:
    """Delete the deliveries that were sent or cancelled before an instant, the oldest first, a limited number at once.

    The last event of a channel and the last digest that was sent stay: they say how far the channel has been told.
    """
    later = aliased(Delivery)
    beyond = sa.select(col(later.id)).where(col(later.channel_id) == col(Delivery.channel_id))
    is_event, is_cancelled = col(Delivery.position).is_not(None), col(Delivery.state) == DeliveryState.CANCELLED
    told_beyond = beyond.where(col(later.position) > col(Delivery.position)).exists()
    sent_beyond = beyond.where(col(later.until) > col(Delivery.until), col(later.state) == DeliveryState.SENT).exists()
    old = sa.select(col(Delivery.id)).where(
        col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.CANCELLED)),
        col(Delivery.made_at) < before,
        sa.case((is_event, told_beyond), else_=is_cancelled | sent_beyond),
    )
    gone = sa.delete(Delivery).where(col(Delivery.id).in_(old.order_by(col(Delivery.made_at)).limit(AT_ONCE)))
    session.execute(gone, execution_options={"synchronize_session": False})


def count_parked(session: Session) -> int:
    """Count the deliveries that were given up."""
    return session.scalar(sa.select(sa.func.count()).where(col(Delivery.state) == DeliveryState.PARKED)) or 0
