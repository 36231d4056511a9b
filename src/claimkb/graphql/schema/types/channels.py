"""Whom we tell and what became of it, as the API shows it to administrators."""

from typing import Any

from pydantic import SecretStr
from strawberry import auto

from claimkb import domain
from claimkb.domain import channel
from claimkb.domain.secret import NOTHING
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions


@view(domain.Delivery)
class Delivery(Node):
    topic: auto
    day: auto
    state: auto
    attempts: auto
    made_at: auto
    due_at: auto
    sent_at: auto
    problem: auto
    channel = to_one(domain.Channel, via="channel_id", description="The channel.")


@view(domain.Channel)
class Channel(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    kind: auto
    about: auto
    closed_at: auto
    account = to_one(domain.Account, via="account_id", optional=True, description="The account that is told.")
    claimant = to_one(
        domain.Claimant, via="claimant_id", optional=True, description="Whose predictions alone it tells of; null for all."
    )
    saved_search = to_one(
        domain.SavedSearch,
        via="saved_search_id",
        optional=True,
        description="The search that finds what it tells of; null where it has none.",
    )
    collection = to_one(
        domain.Collection,
        via="collection_id",
        optional=True,
        description="The collection of whose claims alone it tells; null for all.",
    )
    deliveries = to_many(domain.Delivery, by="channel_id", order_by="made_at", descending=True, description="What it was sent.")
    revisions = revisions()

    @computed("kind", "address", description="Where it leads, without what may be secret in its address.")
    def place(self: Any) -> str:
        return channel.place(self)

    @computed(description="A webhook's signing secret: only in the answer that opens it. Keep it: it is shown this once.")
    def secret(self: Any) -> str | None:
        secret: SecretStr = getattr(self, "secret", NOTHING)  # a row that was read has none
        return secret.get_secret_value() or None
