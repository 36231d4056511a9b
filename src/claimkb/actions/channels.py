"""Open channels and close them, and retry deliveries that were given up."""

import base64

from pydantic import Field as Rule
from pydantic import SecretStr

from claimkb.actions.work import Work, needs
from claimkb.domain import Account, Channel, Claimant, Collection, Delivery, SavedSearch, channel, delivery
from claimkb.domain.channel import SECRET_BYTES, About, Address, ChannelKind
from claimkb.domain.merging import check_not_merged
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Name, Reason
from claimkb.domain.reference import AccountId, ChannelId, ClaimantId, CollectionId, DeliveryId, SavedSearchId, global_id
from claimkb.domain.telling import ChannelNamed, NoAddress
from claimkb.store import announcements, channels
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class OpenChannel(Command):
    """Whom to tell, how, and of what."""

    name: Name = Rule(description="Who or what is told, such as: the politics desk.")
    kind: ChannelKind = Rule(description="How.")
    address: Address
    about: About = Rule(default=About.ALL, description="Of which predictions.")
    account_id: AccountId | None = Rule(
        default=None, description="The account that is told, until it is closed; your own where you do not administer."
    )
    claimant_id: ClaimantId | None = Rule(default=None, description="Only of what this claimant predicts.")
    saved_search_id: SavedSearchId | None = Rule(default=None, description="Only of what this saved search finds.")
    collection_id: CollectionId | None = Rule(default=None, description="Only of the claims in this collection.")


class CloseChannel(Command):
    """Which channel to close, and why."""

    channel_id: ChannelId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class RetryDelivery(Command):
    """What to try again."""

    delivery_id: DeliveryId


def _host(opened: Channel) -> str | None:
    """Return the host of an address, or None; refuse an address that its sender cannot parse, as each delivery would fail."""
    address = opened.address.get_secret_value()
    if opened.kind is ChannelKind.WEBHOOK:
        import httpx2

        try:
            host = httpx2.URL(address).host
            host.encode("idna")
        except (httpx2.InvalidURL, UnicodeError):
            raise NoAddress("address", wanted="the web address of a host that there may be") from None
        return host
    if channel.is_mail(address):
        return None
    import apprise

    service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if service is None:
        raise NoAddress("address", wanted="an e-mail address, or a service as Apprise writes it, such as slack://…")
    return channel.host_of(service)


@needs(Permission.FOLLOW, recently=True)
def open_channel(work: Work, command: OpenChannel) -> Channel:
    """Open a channel by which somebody is told: anybody a digest by e-mail for themselves, administrators any for anybody.

    A webhook's signing secret is shown in this answer and never again.
    """
    opened = Channel(**command.model_dump(), since=announcements.newest(work.session))
    locks.hold(work.session, Lock.ADMITTING)
    if not work.actor.may(Permission.ADMINISTER):
        channel.open_for_oneself(opened, work.actor, len(channels.of_account(work.session, work.actor.account_id)))
    for kind, id_, field in (
        (Account, opened.account_id, "account_id"),
        (SavedSearch, opened.saved_search_id, "saved_search_id"),
        (Collection, opened.collection_id, "collection_id"),
    ):
        if id_ is not None:
            records.get(work.session, kind, id_, field)
    if opened.claimant_id is not None:
        check_not_merged(records.get_to_name(work.session, Claimant, opened.claimant_id, "claimant_id"), "claimant_id")
    known = channels.find_open(work.session, command.name)
    if known is not None:
        raise ChannelNamed("name", name=command.name, id=global_id("Channel", known.id), existing=known)
    channel.check(opened)
    channel.check_public(_host(opened), work.policy)
    if opened.kind is ChannelKind.WEBHOOK:
        opened.signing_secret = SecretStr("whsec_" + base64.b64encode(work.random(SECRET_BYTES)).decode())
        object.__setattr__(opened, "secret", opened.signing_secret)
    return work.add(opened)


@needs(Permission.FOLLOW)
def close_channel(work: Work, command: CloseChannel) -> Channel:
    """Tell nobody by a channel any more: one's own digest, or any for who administers. What waits for it is cancelled."""
    closed = work.to_change(Channel, command.channel_id, "channel_id", command.expected_version)
    if not work.actor.may(Permission.ADMINISTER):
        channel.check_own(closed, work.actor)
    channel.close(closed, work.now)
    return closed


@needs(Permission.ADMINISTER)
def retry_delivery(work: Work, command: RetryDelivery) -> Delivery:
    """Try again what was given up, for three days more."""
    again = records.get_to_change(work.session, Delivery, command.delivery_id, "delivery_id")
    delivery.retry(again, work.now)
    return again
