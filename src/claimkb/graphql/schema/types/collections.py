"""Collections of claims, as the API shows them."""

from strawberry import auto

from claimkb import domain
from claimkb.domain.collection import IS_IN
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store.engine.relationships import Through

_MEMBERS = Through(domain.CollectedClaim, near="collection_id", far="claim_id", where=IS_IN)


@view(domain.CollectedClaim)
class CollectedClaim(Node):
    version: auto
    created_at: auto
    updated_at: auto
    added_at: auto
    added_by: auto
    note: auto
    removed_at: auto
    removed_by: auto
    collection = to_one(domain.Collection, via="collection_id", description="The collection.")
    claim = to_one(domain.Claim, via="claim_id", description="The claim.")
    revisions = revisions()


@view(domain.Collection)
class Collection(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    kind: auto
    note: auto
    claims = to_many(domain.Claim, through=_MEMBERS, order_by="created_at", description="The claims in it.")
    predictions = to_many(
        domain.Prediction, by="claim_id", through=_MEMBERS, order_by="created_at", description="The predictions of its claims."
    )
    members = to_many(
        domain.CollectedClaim,
        by="collection_id",
        order_by="added_at",
        description="Each claim that is in it, or was: with who put it in, and who took it out.",
    )
    revisions = revisions()
