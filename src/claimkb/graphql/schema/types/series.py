"""Several predictions of one claim, one a period, as the API shows them."""

from functools import partial

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import batched
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import series


@view(domain.Series, names={"starts_on": "from"})
class Series(Node):
    version: auto
    created_at: auto
    updated_at: auto
    every: auto
    starts_on: auto
    until: auto
    question: auto
    criteria: auto
    claim = to_one(domain.Claim, via="claim_id", description="The claim of whose predictions it is made.")
    predictions = to_many(
        domain.Prediction,
        by="series_id",
        order_by="created_at",
        description="The predictions, one a period, the first period first.",
    )
    revisions = revisions()

    @batched(str, by="id", description="How its periods turned out, in one sentence.")
    def line(info: strawberry.Info) -> Batch:
        return partial(series.lines, today=context_of(info).today)
