"""Collections of claims, as the API shows them."""

from datetime import date
from functools import partial

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain.collection import IS_IN
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import batched
from claimkb.graphql.mapping.views import object_type, view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import collection_summaries
from claimkb.store.engine.relationships import Through

_MEMBERS = Through(domain.CollectedClaim, near="collection_id", far="claim_id", where=IS_IN)


SUMMARY = 100
"""What it costs to count all predictions of a collection."""


@object_type()
class CollectionSummary:
    """How the predictions of a collection stand: each is in one of the counts, by the outcome that stands, or else by its due
    date as it is now. What was withdrawn, and what is part of a retracted claim, does not count.
    """

    line: str = strawberry.field(description="All counts in one sentence, with what is past due and unchecked. Quote it whole.")
    predictions: int = strawberry.field(description="All predictions: the counts below add up to it.")
    yes: int = strawberry.field(description="Of these, what came true.")
    no: int = strawberry.field(description="Of these, what did not come true.")
    partial: int = strawberry.field(description="Of these, what came true in part.")
    unclear: int = strawberry.field(description="Of these, what cannot be told.")
    annulled: int = strawberry.field(description="Of these, the questions that were invalid.")
    unchecked: int = strawberry.field(description="Of these, what is past due and has no answer yet. That does not mean no.")
    not_yet_due: int = strawberry.field(description="Of these, what is due later and has no answer yet.")
    undated: int = strawberry.field(description="Of these, what has neither a due date nor an answer.")
    claims_without_prediction: int = strawberry.field(description="The claims in the collection that have no prediction.")
    as_of: date = strawberry.field(description="The day that it is of: today in the desk's time zone.")


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

    @batched(
        CollectionSummary,
        by="id",
        description="How its predictions stand, in numbers and in one sentence.",
        directives=[weighing(SUMMARY)],
    )
    def summary(info: strawberry.Info) -> Batch:
        return partial(collection_summaries.by_collections, today=context_of(info).today)
