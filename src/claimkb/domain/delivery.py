"""How does it stand with what we send? Tried until it arrives or three days have passed, and never forgotten silently."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint, text

from claimkb.domain.announcement import Counting, Topic
from claimkb.domain.record import Instant, Record, Term
from claimkb.domain.telling import NotParked

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_ASKED_FOR = timedelta(days=1)
"""For how long a receiver may ask to be left alone."""

GIVEN_UP_AFTER = timedelta(days=3)
CLAIMED = timedelta(minutes=5)
"""For how long a server may be busy with a delivery before it is taken to have stopped."""

FINAL = frozenset({400, 401, 403, 404, 410, 413, 422})
"""The answers of HTTP that say no to a message for good: for what it is, for who sends it, or for where it is sent."""

GONE = 410
"""The answer by which a receiver says that it is gone, and not for a while (RFC 9110, 15.5.11)."""

ENDED_MEANWHILE = "The server stopped while it was sent: whether it arrived is not known."


class DeliveryState(Term):
    """Where a delivery stands."""

    WAITING = "WAITING", "It is to be sent."
    SENDING = "SENDING", "A server is sending it."
    SENT = "SENT", "It was accepted."
    CANCELLED = "CANCELLED", "There was nothing left to tell before it was sent: answered, or the date moved."
    PARKED = "PARKED", "It was given up. Somebody should look why."


class Delivery(Record, table=True):
    """Something that is sent by a channel: one event to a webhook, or the digest of one day."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("channel_id", "position"),
        UniqueConstraint("channel_id", "day"),
        Index(
            "uq_delivery_unsent_digest",
            "channel_id",
            unique=True,
            sqlite_where=text("position IS NULL AND state IN ('WAITING', 'SENDING')"),
            postgresql_where=text("position IS NULL AND state IN ('WAITING', 'SENDING')"),
        ),
        Index(
            "ix_delivery_due_at",
            "due_at",
            sqlite_where=text("state IN ('WAITING', 'SENDING')"),
            postgresql_where=text("state IN ('WAITING', 'SENDING')"),
        ),
        Index("ix_delivery_channel_id", "channel_id", "made_at", "id"),
        Index("ix_delivery_made_at", "made_at", "id"),
    )

    channel_id: UUID = Field(foreign_key="channel.id", description="The channel.")
    position: int | None = Field(default=None, sa_type=Counting, description="Of an event: its place in the announcements.")
    topic: Topic | None = Field(default=None, description="Of an event: what happened.")
    record_id: UUID | None = Field(default=None, description="Of an event: the flag, the outcome or the revision.")
    day: date | None = Field(default=None, description="Of a digest: the day on which it was sent, in the desk's time zone.")
    until: int | None = Field(default=None, sa_type=Counting, description="Of a digest: the last announcement that it tells of.")
    state: DeliveryState = Field(default=DeliveryState.WAITING, description="Where it stands.")
    attempts: int = Field(default=0, description="How often it was tried.")
    made_at: Instant = Field(description="Since when there is something to send, in UTC.")
    due_at: Instant = Field(description="When it is tried next, or taken up from a server that stopped, in UTC.")
    sent_at: Instant | None = Field(default=None, description="When it was accepted, in UTC.")
    problem: str | None = Field(default=None, max_length=500, description="What kept it from being sent the last time.")


@dataclass(frozen=True)
class Sent:
    """The receiver has accepted it. Of a digest: the position of the last announcement that it tells of."""

    until: int | None = None
    state: ClassVar = DeliveryState.SENT


@dataclass(frozen=True)
class Cancelled:
    """A digest of which nothing was left to tell: the channel may have another one on the same day."""

    state: ClassVar = DeliveryState.CANCELLED


@dataclass(frozen=True)
class Parked:
    """The receiver will not accept it, however often it is sent."""

    problem: str
    state: ClassVar = DeliveryState.PARKED


@dataclass(frozen=True)
class Failed:
    """The receiver has not accepted it: it is sent again at an instant, unless it was tried for too long."""

    problem: str
    due_at: datetime
    is_given_up: bool

    @property
    def state(self) -> DeliveryState:
        """Whether it is sent again."""
        return DeliveryState.PARKED if self.is_given_up else DeliveryState.WAITING


@dataclass(frozen=True)
class Untried:
    """It was claimed and not sent: it waits until an instant, or is cancelled if its channel was closed."""

    due_at: datetime | None

    @property
    def state(self) -> DeliveryState:
        """Whether it is sent later."""
        return DeliveryState.CANCELLED if self.due_at is None else DeliveryState.WAITING


Result = Sent | Cancelled | Parked | Failed | Untried
"""What became of a delivery that was claimed."""


def pause(attempts: int, random: bytes) -> timedelta:
    """Say how long to wait after so many tries: 30 seconds, doubled with each, six hours at most, and a half to all of that.

    The random part keeps those who failed together from coming back together.
    """
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return doubled * (0.5 + int.from_bytes(random[:2]) / 0xFFFF / 2)


def asked_for(retry_after: str | None, now: datetime) -> timedelta | None:
    """Read for how long a receiver asks to be left alone: seconds, or a date of HTTP (RFC 9110, 10.2.3). None if it does not."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:10]), LONGEST_ASKED_FOR.total_seconds()))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(left, timedelta()), LONGEST_ASKED_FOR)


def is_given_up(delivery: Delivery, due_at: datetime) -> bool:
    """Tell whether the next try would come too late."""
    return due_at - delivery.made_at > GIVEN_UP_AFTER


def retry(delivery: Delivery, now: datetime) -> None:
    """Try again what was given up, for three days more."""
    if delivery.state is not DeliveryState.PARKED:
        raise NotParked("delivery_id", state=delivery.state)
    delivery.state, delivery.made_at, delivery.due_at, delivery.day = DeliveryState.WAITING, now, now, None
