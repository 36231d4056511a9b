"""What happened and how we know, as the API shows it."""

from typing import Any

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain import outcome
from claimkb.domain.prediction import deadline
from claimkb.domain.target import COLUMNS, target_in
from claimkb.graphql.mapping.edges import STANDING, computed_beside, to_many, to_one
from claimkb.graphql.mapping.scalars import DECIMAL
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store.engine.relationships import Relationship

_PREDICTION = Relationship(domain.Prediction, ours="prediction_id")
_DEADLINE = ("due_on", "due_from", "bound", "answer_from")


@view(domain.Evidence)
class Evidence(Node):
    quote: auto
    stance: auto
    note: auto
    recorded_at: auto
    recorded_by: auto
    version: auto
    retracted_at: auto
    retracted_reason: auto
    source = to_one(domain.Source, via="source_id", description="Where it was published.")
    claim = to_one(
        domain.Claim, via="claim_id", optional=True, description="The claim that it is about; null if about something else."
    )
    outcome = to_one(
        domain.Outcome, via="outcome_id", optional=True, description="The outcome that it is about; null if about something else."
    )
    review = to_one(
        domain.Review, via="review_id", optional=True, description="The review that it is about; null if about something else."
    )
    revisions = revisions()


@view(domain.Outcome)
class Outcome(Node):
    version: auto
    verdict: auto
    occurred_on: auto
    known_on: auto
    measured: auto
    unit: auto
    recorded_at: auto
    rationale: auto
    no_evidence_reason: auto
    early_reason: auto
    review: auto
    proposed_by: auto
    reviewed_by: auto
    superseded_reason: auto
    rejected_reason: auto
    prediction = to_one(domain.Prediction, via="prediction_id", description="The prediction that it answers.")
    supersedes = to_one(domain.Outcome, via="supersedes_id", optional=True, description="The outcome that it replaces.")
    evidence = to_many(domain.Evidence, by="outcome_id", order_by="recorded_at", where=STANDING, description="What shows it.")
    revisions = revisions()

    @computed_beside(
        _PREDICTION,
        "occurred_on",
        theirs=_DEADLINE,
        type_=int | None,
        description="How many days after the due date it happened; null unless it happened late.",
    )
    def days_late(self: Any, prediction: Any, _info: strawberry.Info) -> int | None:
        return outcome.days_late(self.occurred_on, deadline(prediction))

    @computed_beside(
        _PREDICTION,
        "occurred_on",
        theirs=_DEADLINE,
        type_=int | None,
        description="How many days before the first day it happened, of a prediction WITHIN its days or NOT_BEFORE; null unless it "
        "happened too early.",
    )
    def days_early(self: Any, prediction: Any, _info: strawberry.Info) -> int | None:
        return outcome.days_early(self.occurred_on, deadline(prediction))

    @computed_beside(
        _PREDICTION,
        "measured",
        "unit",
        theirs=tuple(COLUMNS),
        type_=DECIMAL | None,
        description="What was measured less what was predicted; of BETWEEN its nearer end, and 0 between them.",
    )
    def error(self: Any, prediction: Any, _info: strawberry.Info) -> str | None:
        return outcome.error(self.measured, self.unit, target_in(prediction))
