"""Whom do we tell of our own accord, and by which way? A digest a day to people, a signed message at once to programs."""

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field as Rule
from pydantic import SecretStr
from sqlmodel import Field, Index

from claimkb.domain import normal_forms
from claimkb.domain.account import Actor
from claimkb.domain.announcement import CHANGE, Counting, Topic
from claimkb.domain.ip_address import is_public, literal
from claimkb.domain.permissions import Permission
from claimkb.domain.policy import Policy
from claimkb.domain.record import Form, Instant, Name, Term, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound
from claimkb.domain.secret import NOTHING, SecretText
from claimkb.domain.telling import (
    ChannelClosed,
    NoAddress,
    NobodyToLookAfter,
    NobodyToTell,
    NotForPrograms,
    OwnDigestOnly,
    PrivateAddress,
    TooManyChannels,
)

SECRET_BYTES = 32
MOST_OF_ONES_OWN = 20
"""How many open channels of their own somebody has who does not administer claimkb."""
_ATOM = r"[^\s@/:.,;<>()\[\]\\\"]+"
_LABEL = r"(?!-)[^\s@/:.,;<>()\[\]\\\"!#$%&'*+=?^`{|}~_]+(?<!-)"
_MAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}(?:\.{_LABEL})+|localhost)")
_LONGEST_MAIL = 254
"""How long an address of e-mail may be (RFC 5321, 4.5.3.1.3, without its brackets)."""
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


class ChannelKind(Term):
    """How somebody is told."""

    DIGEST = "DIGEST", "By one digest a day, as an e-mail or in a chat."
    WEBHOOK = "WEBHOOK", "By a signed request for each event, at once (Standard Webhooks)."


TOLD = (Topic.FLAG, Topic.OUTCOME, CHANGE)
"""The events that webhooks send."""


class About(Term):
    """Of which predictions somebody is told."""

    ALL = "ALL", "Of all."
    MINE = "MINE", "Of those that the account looks after, and of those that nobody does."


Address = Annotated[
    SecretStr,
    Rule(
        min_length=3,
        max_length=2000,
        description="Where to: an e-mail address or a service as Apprise writes it (slack://…); of a webhook its https address.",
    ),
]


class Channel(Versioned, table=True):
    """A way to tell somebody: a person or a room by one digest a day, a program by a signed request for each event."""

    __tablename__ = "channel"
    __table_args__ = (Index("ix_channel_name", "name", "id"), Index("ix_channel_name_form", "name_form", "id"))

    name: Name = Field(description="Who or what is told, such as: the politics desk.")
    name_form: Annotated[str | None, Form(normal_forms.name_form, ("name",))] = Field(
        default=None, description="The name as it looks."
    )
    kind: ChannelKind = Field(description="How.")
    about: About = Field(default=About.ALL, description="Of which predictions.")
    account_id: UUID | None = Field(default=None, foreign_key="account.id", index=True, description="The account that is told.")
    claimant_id: UUID | None = Field(default=None, foreign_key="claimant.id", description="Whose predictions alone it tells of.")
    saved_search_id: UUID | None = Field(
        default=None, foreign_key="saved_search.id", description="The search that finds what it tells of."
    )
    collection_id: UUID | None = Field(
        default=None, foreign_key="collection.id", description="The collection of whose claims alone it tells."
    )
    address: Address = Field(sa_type=SecretText(2000))
    signing_secret: SecretStr | None = Field(
        default=None, sa_type=SecretText(100), description="What a webhook's requests are signed with."
    )
    since: int = Field(default=0, sa_type=Counting, description="The last announcement before it was opened.")
    closed_at: Instant | None = Field(default=None, description="When it was closed: since then it tells nobody.")

    secret: ClassVar[SecretStr] = NOTHING
    """The signing secret, on the object that was just opened and nowhere else."""


def is_mail(address: str) -> bool:
    """Tell whether an address is one of e-mail."""
    return len(address) <= _LONGEST_MAIL and _MAIL.fullmatch(address) is not None


def place(channel: Channel) -> str:
    """Say where a channel leads, without what may be secret in its address."""
    address = channel.address.get_secret_value()
    if is_mail(address):
        return address
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}" if channel.kind is ChannelKind.WEBHOOK else f"{parts.scheme}://…"


def check(channel: Channel) -> None:
    """Refuse a channel that leads nowhere, or is about what nobody looks after."""
    address = channel.address.get_secret_value()
    if channel.kind is ChannelKind.WEBHOOK:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoAddress("address", wanted="a web address that begins with https:// or http://")
        for field, is_part in {
            "about": channel.about is not About.ALL,
            "claimant_id": channel.claimant_id is not None,
            "saved_search_id": channel.saved_search_id is not None,
            "collection_id": channel.collection_id is not None,
        }.items():
            if is_part:
                raise NotForPrograms(field)
    elif not is_mail(address) and not _URL.fullmatch(address):
        raise NoAddress("address", wanted="an e-mail address, or a service as Apprise writes it, such as slack://…")
    if channel.about is About.MINE and channel.account_id is None:
        raise NobodyToLookAfter("account_id")


def open_for_oneself(channel: Channel, actor: Actor, others: int) -> None:
    """Make a channel one of the actor's own, who has so many; refuse all but a digest by e-mail, and one channel too many."""
    if actor.account_id is None:
        raise NobodyToTell
    if channel.account_id not in (None, actor.account_id):
        actor.need(Permission.ADMINISTER)
    if channel.kind is not ChannelKind.DIGEST:
        raise OwnDigestOnly("kind")
    if not is_mail(channel.address.get_secret_value()):
        raise OwnDigestOnly("address")
    if others >= MOST_OF_ONES_OWN:
        raise TooManyChannels(most=MOST_OF_ONES_OWN)
    channel.account_id = actor.account_id


def check_own(channel: Channel, actor: Actor) -> None:
    """Refuse a channel that is not a digest of the actor's own: of others nobody is told whether they are there."""
    if actor.account_id is None or channel.account_id != actor.account_id or channel.kind is not ChannelKind.DIGEST:
        raise NotFound("channel_id", kind="Channel", id=global_id("Channel", channel.id))


def host_of(service: Any) -> str | None:
    """Tell to which host a service of Apprise leads, where its address names one: in that of others a token stands there."""
    if not any("{host}" in template for template in service.templates):
        return None
    host: str = getattr(service, "smtp_host", "") or service.host or ""
    return host.strip("[]")


def check_public(host: str | None, policy: Policy) -> None:
    """Refuse an address that is not public, unless the desk allows it. Where a name leads is looked up when something is sent."""
    address = literal(host or "")
    if address is not None and not is_public(address) and not policy.private_channels:
        raise PrivateAddress("address", address=address)


def close(channel: Channel, now: datetime) -> None:
    """Tell nobody by a channel from now on."""
    if channel.closed_at is not None:
        raise ChannelClosed("channel_id", name=channel.name)
    channel.closed_at = now
