"""Who uses claimkb, as the API shows it: to administrators, and to everybody themselves."""

from datetime import datetime
from typing import Any

import strawberry
from pydantic import SecretStr
from strawberry import auto

from claimkb import domain
from claimkb.domain.permissions import Permission, Scope
from claimkb.domain.secret import NOTHING
from claimkb.graphql.execution.context import Batch
from claimkb.graphql.limits.cost_directives import SHORT
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import batched, computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import accounts


@view(domain.Account)
class Account(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    kind: auto
    role: auto
    closed_at: auto
    password_set_at: auto
    second_factor_set_at: auto
    recovery_codes_left: auto
    tokens = to_many(
        domain.Token,
        by="account_id",
        order_by="created_at",
        description="Its tokens, sessions and invitations, also those that work no more. For administrators.",
        needs=Permission.ADMINISTER,
    )
    revisions = revisions(needs=Permission.ADMINISTER)


@view(domain.Token)
class Token(Node):
    version: auto
    created_at: auto
    updated_at: auto
    kind: auto
    name: auto
    prefix: auto
    issued_by: auto
    expires_on: auto
    revoked_at: auto
    account = to_one(domain.Account, via="account_id", description="Whose it is.")
    revisions = revisions(needs=Permission.ADMINISTER)

    @computed("scopes", description="What it may be used for.", directives=[SHORT])
    def scopes(self: Any) -> list[Scope]:
        return domain.Token.scoped(self)

    @batched(datetime | None, by="id", description="When it was last used, in UTC, to the minute; null if it never was.")
    def last_used_at(_info: strawberry.Info) -> Batch:
        return accounts.last_uses

    @computed(description="The token itself: only in the answer that issues it. Keep it: it is shown this once.")
    def secret(self: Any) -> str | None:
        secret: SecretStr = getattr(self, "secret", NOTHING)  # a row that was read has none
        return secret.get_secret_value() or None
