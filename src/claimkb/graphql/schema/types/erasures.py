"""Erasures, as the API shows them."""

from typing import Any

from strawberry import auto

from claimkb import domain
from claimkb.graphql.mapping.fields import computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions


@view(domain.Erasure)
class Erasure(Node):
    version: auto
    created_at: auto
    updated_at: auto
    number: auto
    reason: auto
    asked_by: auto
    erased_by: auto
    erased_at: auto
    characters: auto
    places: auto
    erased_revisions: auto
    digest: auto
    revisions = revisions()

    @computed(
        "erased_at", description="Whether it waits until another administrator asks for the same text: nothing is erased yet."
    )
    def is_waiting(self: Any) -> bool:
        return self.erased_at is None
