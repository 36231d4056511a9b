"""Claims, who makes them and where they stand, as the API shows them."""

from functools import partial
from typing import Annotated

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.review import ReviewState
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.edges import STANDING, to_many, to_one
from claimkb.graphql.mapping.fields import batched
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.graphql.schema.types.track_records import TrackRecord
from claimkb.store import track_records
from claimkb.store.engine.relationships import Through

WhichKind = Annotated[PredictionKind | None, strawberry.argument(description="Only forecasts, or only promises; both if left out.")]


@view(domain.Claimant)
class Claimant(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    kind: auto
    office: auto
    note: auto
    claims = to_many(domain.Claim, by="claimant_id", order_by="created_at", description="What it asserts.")
    predictions = to_many(
        domain.Prediction,
        by="claim_id",
        through=Through(domain.Claim, near="claimant_id", far="id"),
        order_by="created_at",
        description="What it predicts or promises.",
    )
    revisions = revisions()

    @batched(
        TrackRecord,
        by="id",
        description="How its predictions turned out. Claimants are not ranked by it.",
        directives=[weighing(10)],
    )
    def track_record(info: strawberry.Info, kind: WhichKind = None) -> Batch:
        return partial(track_records.by_claimants, kind=kind, today=context_of(info).today)


@view(domain.ClaimRelation)
class ClaimRelation(Node):
    version: auto
    type: auto
    state: auto
    note: auto
    recorded_at: auto
    recorded_by: auto
    retracted_at: auto
    retracted_reason: auto
    revisions = revisions()
    from_claim = to_one(domain.Claim, via="from_claim_id", description="The claim that the sentence begins with.")
    to_claim = to_one(domain.Claim, via="to_claim_id", description="The claim that the sentence ends with.")


@view(domain.Claim)
class Claim(Node):
    version: auto
    created_at: auto
    updated_at: auto
    statement: auto
    kind: auto
    voice: auto
    said_on: auto
    said_on_precision: auto
    check_worthiness: auto
    is_hedged: auto
    note: auto
    language: auto
    retracted_at: auto
    retracted_reason: auto
    claimant = to_one(
        domain.Claimant, via="claimant_id", optional=True, description="Who asserts it; null where the source names nobody."
    )
    on_behalf_of = to_one(domain.Claimant, via="on_behalf_of_id", optional=True, description="For whom the claimant speaks.")
    prediction = to_one(
        domain.Prediction, by="claim_id", optional=True, description="Its part about the future; null if it has none."
    )
    appearances = to_many(
        domain.Appearance, by="claim_id", order_by="created_at", where=STANDING, description="Where it stands in sources."
    )
    relations = to_many(
        domain.ClaimRelation,
        by="from_claim_id",
        order_by="recorded_at",
        where=STANDING,
        description="How it stands to other claims.",
    )
    inverse_relations = to_many(
        domain.ClaimRelation, by="to_claim_id", order_by="recorded_at", where=STANDING, description="How other claims stand to it."
    )
    evidence = to_many(
        domain.Evidence, by="claim_id", order_by="recorded_at", where=STANDING, description="What supports or refutes it."
    )
    review = to_one(
        domain.Review,
        by="claim_id",
        where=(("state", ReviewState.CONFIRMED),),
        optional=True,
        description="The review that stands; null while there is none. Claims about the future have outcomes instead.",
    )
    reviews = to_many(
        domain.Review, by="claim_id", order_by="recorded_at", description="Every review, also those that stand no longer."
    )
    corrections = to_many(
        domain.Revision, by="corrects_id", order_by="recorded_at", description="How the review that stood was changed."
    )
    revisions = revisions()
