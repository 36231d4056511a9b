"""Predictions and what the job noticed about them, as the API shows them."""

from typing import Any

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.domain import reply, resolution, seal, timeliness
from claimkb.domain.claim import RelationState, RelationType
from claimkb.domain.collection import IS_IN
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import Permission
from claimkb.domain.reply import ReplyState
from claimkb.domain.target import COLUMNS
from claimkb.domain.timeliness import Timeliness
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import SHORT
from claimkb.graphql.mapping.edges import computed_beside, to_list, to_many, to_one, view_of
from claimkb.graphql.mapping.fields import batched, computed, embedded
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.graphql.schema.types.slippages import Slippage
from claimkb.store import predictions, slippages
from claimkb.store.engine.relationships import Relationship, Through

_DEPENDENCE = (("type", RelationType.DEPENDS_ON), ("state", RelationState.ASSERTED))
_PROPOSAL = Relationship(domain.Outcome, theirs="prediction_id", where=(("review", OutcomeReview.PROPOSED),))


@view(domain.DueDateChange)
class DueDateChange(Node):
    kind: auto
    old_due_from: auto
    old_due_on: auto
    old_due_precision: auto
    old_bound: auto
    old_answer_from: auto
    new_due_from: auto
    new_due_on: auto
    new_due_precision: auto
    new_bound: auto
    new_answer_from: auto
    reason: auto
    recorded_at: auto
    recorded_by: auto
    prediction = to_one(domain.Prediction, via="prediction_id", description="The prediction.")


@view(domain.Flag)
class Flag(Node):
    level: auto
    due_on: auto
    noticed_at: auto
    cleared_at: auto
    prediction = to_one(domain.Prediction, via="prediction_id", description="The prediction.")


@view(domain.ProgressNote)
class ProgressNote(Node):
    progress: auto
    noted_on: auto
    text: auto
    recorded_at: auto
    recorded_by: auto
    prediction = to_one(domain.Prediction, via="prediction_id", description="The prediction.")
    source = to_one(domain.Source, via="source_id", optional=True, description="Where it was published.")


@view(domain.ReplyRequest)
class ReplyRequest(Node):
    version: auto
    created_at: auto
    updated_at: auto
    asked_of: auto
    asked: auto
    asked_on: auto
    answer_by: auto
    reply: auto
    replied_on: auto
    waived_reason: auto
    prediction = to_one(domain.Prediction, via="prediction_id", description="The prediction.")
    revisions = revisions()

    @computed("reply", "waived_reason", "answer_by", description="Where it stands today.")
    def state(self: Any, info: strawberry.Info) -> ReplyState:
        return reply.state(self, context_of(info).today)


@view(domain.Prediction, name="Target", names=COLUMNS, never_null=("target_comparator", "target_value", "target_unit"))
class Target:
    """The number that was predicted: what a measure is held against."""

    target_comparator: auto
    target_value: auto
    target_upper: auto
    target_tolerance: auto
    target_unit: auto


@view(domain.Prediction)
class Prediction(Node):
    version: auto
    created_at: auto
    updated_at: auto
    question: auto
    criteria: auto
    kind: auto
    checkability: auto
    due_on: auto
    due_from: auto
    due_precision: auto
    bound: auto
    answer_from: auto
    due_text: auto
    due_basis: auto
    due_reasoning: auto
    original_due_on: auto
    review_on: auto
    likelihood_text: auto
    probability: auto
    status: auto
    assignee: auto
    seal: auto
    claim = to_one(domain.Claim, via="claim_id", description="The claim that it is part of.")
    series = to_one(
        domain.Series, via="series_id", optional=True, description="The series of which it is one period; null if it is by itself."
    )
    outcome = to_one(
        domain.Outcome,
        by="prediction_id",
        where=(("review", OutcomeReview.CONFIRMED),),
        optional=True,
        description="The confirmed outcome; null while there is none.",
    )
    proposal = to_one(
        domain.Outcome,
        by="prediction_id",
        where=(("review", OutcomeReview.PROPOSED),),
        optional=True,
        description="The outcome that waits for another person; null while there is none.",
    )
    outcomes = to_many(
        domain.Outcome, by="prediction_id", order_by="recorded_at", description="Every outcome, also those that were superseded."
    )
    progress_notes = to_many(
        domain.ProgressNote, by="prediction_id", order_by="recorded_at", description="What was seen of it on the way."
    )
    reply_requests = to_many(
        domain.ReplyRequest,
        by="prediction_id",
        order_by="created_at",
        description="Whose replies an outcome waits for.",
    )
    corrections = to_many(
        domain.Revision, by="corrects_id", order_by="recorded_at", description="What was changed after it was settled."
    )
    flags = to_many(domain.Flag, by="prediction_id", order_by="noticed_at", description="What the job noticed about it.")
    due_date_changes = to_list(
        domain.DueDateChange,
        by="prediction_id",
        order_by="recorded_at",
        description="How its due date moved, the first move first.",
    )
    depends_on = to_list(
        domain.Prediction,
        via="claim_id",
        by="claim_id",
        through=Through(domain.ClaimRelation, near="from_claim_id", far="to_claim_id", where=_DEPENDENCE),
        order_by="created_at",
        description="The predictions without which it loses its footing.",
    )
    dependents = to_many(
        domain.Prediction,
        via="claim_id",
        by="claim_id",
        through=Through(domain.ClaimRelation, near="to_claim_id", far="from_claim_id", where=_DEPENDENCE),
        order_by="created_at",
        description="The predictions that lose their footing without it.",
    )
    collections = to_many(
        domain.Collection,
        via="claim_id",
        through=Through(domain.CollectedClaim, near="claim_id", far="collection_id", where=IS_IN),
        order_by="name",
        description="The collections that its claim is in.",
    )
    revisions = revisions()

    @batched(
        list[view_of(domain.Prediction)],  # type: ignore[misc]
        by="id",
        description="While it waits for an answer: those it depends on that were answered NO or ANNULLED. Look at it again then.",
        directives=[SHORT],
    )
    def lost_footing(_info: strawberry.Info) -> Batch:
        return predictions.undermining

    @batched(
        Slippage | None,
        by="id",
        description="Where the same claimant said the same again, by claims of which one REPEATS another: the chain. Null where it "
        "stands alone, and for what was withdrawn or retracted.",
    )
    def slippage(_info: strawberry.Info) -> Batch:
        return slippages.by_predictions

    @embedded("target_comparator", description="The number that was predicted; null if it was none.")
    def target(self: Any) -> Target | None:
        return self if self.target_comparator is not None else None

    @computed("status", "due_on", "waits_for", description="How it stands to today's date in the desk's time zone.")
    def timeliness(self: Any, info: strawberry.Info) -> Timeliness:
        return timeliness.timeliness(self, context_of(info).today)

    @computed(
        "status",
        "due_on",
        "waits_for",
        description="How many days ago the last day of its due date passed, or the answer day where that is later; null unless it "
        "has, without an answer.",
    )
    def days_overdue(self: Any, info: strawberry.Info) -> int | None:
        return timeliness.days_overdue(self, context_of(info).today)

    @computed("status", "due_on", "waits_for", description="Whether it is OVERDUE or LONG_OVERDUE. That does not mean no.")
    def is_overdue(self: Any, info: strawberry.Info) -> bool:
        return timeliness.days_overdue(self, context_of(info).today) is not None

    @computed(
        *seal.SEALED,
        "seal",
        description="Whether question, criteria, due date and target are still what was first recorded.",
    )
    def is_as_sealed(self: Any) -> bool:
        return seal.is_as_sealed(self)

    @computed_beside(
        _PROPOSAL,
        "status",
        "due_on",
        theirs=("proposed_by",),
        type_=list[Permission],
        description="What you may do with it as it stands.",
    )
    def viewer_can(self: Any, proposal: Any, info: strawberry.Info) -> list[Permission]:
        return resolution.possible(self, context_of(info).actor, proposal)
