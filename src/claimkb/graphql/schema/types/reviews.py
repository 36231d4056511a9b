"""What was found about claims that are not about the future, as the API shows it."""

from functools import partial
from typing import Annotated

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain.evidence import Stance
from claimkb.graphql.execution.context import Batch
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.edges import STANDING, to_many, to_one
from claimkb.graphql.mapping.fields import batched
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import reviews


@view(domain.Review)
class Review(Node):
    version: auto
    rating: auto
    desk_rating: auto
    summary: auto
    no_evidence_reason: auto
    review_by: auto
    recorded_at: auto
    state: auto
    proposed_by: auto
    reviewed_by: auto
    rejected_reason: auto
    ended_by: auto
    ended_reason: auto
    claim = to_one(domain.Claim, via="claim_id", description="The claim that it is about.")
    supersedes = to_one(
        domain.Review, via="supersedes_id", optional=True, description="The review in whose place it came to stand."
    )
    evidence = to_many(domain.Evidence, by="review_id", order_by="recorded_at", where=STANDING, description="What shows it.")
    revisions = revisions()

    @batched(
        int,
        by="id",
        description="On how many origins it rests: sources that repeat one another, directly or by way of others, count once, so "
        "that forty outlets with one wire story are one origin.",
        directives=[weighing(1)],
    )
    def independent_origins(
        _info: strawberry.Info,
        stance: Annotated[
            Stance | None,
            strawberry.argument(description="Of the evidence of this stance; of SUPPORTS and REFUTES together where left out."),
        ] = None,
    ) -> Batch:
        return partial(reviews.independent_origins, stance=stance)
