"""Claims, who makes them and where they stand, as the API shows them."""

from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain import claimant
from claimkb.domain.collection import IS_IN
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.reference import RefersTo
from claimkb.domain.review import ReviewState
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import SHORT, weighing
from claimkb.graphql.mapping.edges import STANDING, to_list, to_many, to_one
from claimkb.graphql.mapping.fields import batched, computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.graphql.schema.types.track_records import TrackRecord
from claimkb.store import track_records
from claimkb.store.engine.relationships import Through

WhichKind = Annotated[PredictionKind | None, strawberry.argument(description="Only forecasts, or only promises; both if left out.")]

WhichCollection = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of the claims in this collection; of all if left out.")
]
IncludeOnBehalf = Annotated[
    bool | None, strawberry.argument(description="Whether what others said on its behalf counts, too; the line says so.")
]


@view(domain.Claimant)
class Claimant(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    kind: auto
    office: auto
    note: auto
    wikidata_id: auto
    merged_into = to_one(
        domain.Claimant,
        via="merged_into_id",
        optional=True,
        description="The claimant that it turned out to be, and that has its claims; null unless the two were merged.",
    )
    memberships = to_list(
        domain.Membership,
        by="claimant_id",
        where=(("retracted_at", None),),
        order_by="created_at",
        description="To whom it belongs, as what, and from when until when.",
    )
    members = to_many(
        domain.Membership,
        by="of_id",
        where=(("retracted_at", None),),
        order_by="created_at",
        description="Who belongs to it, as what, and from when until when.",
    )
    claims = to_many(domain.Claim, by="claimant_id", order_by="created_at", description="What it asserts.")
    predictions = to_many(
        domain.Prediction,
        by="claim_id",
        through=Through(domain.Claim, near="claimant_id", far="id"),
        order_by="created_at",
        description="What it predicts or promises.",
    )
    revisions = revisions()

    @computed("aliases", description="Its other names, and other spellings: it is found by each.", directives=[SHORT])
    def aliases(self: Any) -> list[str]:
        return claimant.aliases_of(self)

    @batched(
        TrackRecord,
        by="id",
        description="How its predictions turned out. Claimants are not ranked by it.",
        directives=[weighing(10)],
    )
    def track_record(
        info: strawberry.Info,
        kind: WhichKind = None,
        collection_id: WhichCollection = None,
        include_on_behalf: IncludeOnBehalf = None,
    ) -> Batch:
        return partial(
            track_records.by_claimants,
            kind=kind,
            today=context_of(info).today,
            collection_id=RefersTo("Collection").read_argument("collection_id", collection_id),
            include_on_behalf=bool(include_on_behalf),
        )


@view(domain.Membership, names={"from_on": "from", "until_on": "until"})
class Membership(Node):
    version: auto
    created_at: auto
    updated_at: auto
    role: auto
    from_on: auto
    until_on: auto
    retracted_at: auto
    retracted_reason: auto
    claimant = to_one(domain.Claimant, via="claimant_id", description="Who belongs to the other.")
    of = to_one(domain.Claimant, via="of_id", description="To whom it belongs.")
    revisions = revisions()


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
        domain.Prediction,
        via="next_prediction_id",
        optional=True,
        description="Its part about the future; null if it has none. Of several the one that waits for an answer next, or else the "
        "last one.",
    )
    predictions = to_many(
        domain.Prediction,
        by="claim_id",
        order_by="created_at",
        description="Its parts about the future: one, or those of a series, the first period first.",
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
    collections = to_many(
        domain.Collection,
        through=Through(domain.CollectedClaim, near="claim_id", far="collection_id", where=IS_IN),
        order_by="name",
        description="The collections that it is in.",
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
        domain.Revision,
        by="corrects_id",
        order_by="recorded_at",
        description="How its review that stood was changed, and the claim after several of its predictions were answered.",
    )
    revisions = revisions()
