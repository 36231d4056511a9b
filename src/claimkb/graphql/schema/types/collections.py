"""Collections of claims, as the API shows them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
import strawberry
from strawberry import auto
from strawberry.types.field import StrawberryField

from claimkb import domain
from claimkb.domain.collection import IS_IN
from claimkb.domain.record import Input, Record
from claimkb.graphql.execution.context import Batch, context_of
from claimkb.graphql.limits.cost_directives import PAGED, QUESTION, weighing
from claimkb.graphql.mapping.connections import After, Before, Connection, First, Last, connection_of
from claimkb.graphql.mapping.declarations import ListPerRow, OrderedSelect
from claimkb.graphql.mapping.edges import to_many, to_one, view_of
from claimkb.graphql.mapping.fields import batched, resolved_by
from claimkb.graphql.mapping.inputs import offer, valid
from claimkb.graphql.mapping.views import object_type, view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import collection_summaries, predictions, sources
from claimkb.store.engine.paging import OrderBy, Slice
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
    claims_without_prediction: int = strawberry.field(
        description="The claims in the collection without a prediction that is tracked."
    )
    as_of: date = strawberry.field(description="The day that it is of: today in the desk's time zone.")


def _list(
    record: type[Record],
    filter_: type[Input],
    order: type[Input],
    matching: Callable[[Any, date], sa.Select[Any]],
    ordered: Callable[[Any], OrderBy],
    description: str,
) -> StrawberryField:
    """Make the field of a list that is filtered and ordered as the list of the query type is, and holds what is in a collection."""
    filter_type, order_type = offer(filter_, filter_.__name__), offer(order, order.__name__)

    def query(today: date, arguments: Mapping[str, Any], _sees_all: bool) -> OrderedSelect:
        inside: Any = matching(filter_.model_validate({"collection_id": UUID(str(arguments["id"]))}), today).whereclause
        select = matching(valid(arguments.get("filter")) or filter_(), today)
        return select.where(inside), ordered(valid(arguments.get("order_by")))

    def resolve(
        self: Any,
        info: strawberry.Info,
        filter: Annotated[filter_type | None, strawberry.argument(description="Which ones.")] = None,  # type: ignore[valid-type]
        order_by: Annotated[order_type | None, strawberry.argument(description="In which order.")] = None,  # type: ignore[valid-type]
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        context, arguments = context_of(info), {"filter": filter, "order_by": order_by}
        key = ("collection", record, self.id, repr(arguments), context.today)
        select = query(context.today, {**arguments, "id": self.id}, context.actor.sees_all)
        return connection_of(context, record, select, Slice(first, after, last, before), key)

    declaration, shown_as = ListPerRow("id", record, query), Connection[view_of(record)]  # type: ignore[misc]
    return resolved_by(resolve, declaration, shown_as, description, [PAGED, weighing(QUESTION)])


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
    predictions = _list(
        domain.Prediction,
        predictions.PredictionFilter,
        predictions.PredictionOrder,
        predictions.matching,
        predictions.ordered,
        "The predictions of its claims, those that have waited longest first unless ordered otherwise.",
    )
    sources = _list(
        domain.Source,
        sources.SourceFilter,
        sources.SourceOrder,
        lambda wanted, _today: sources.matching(wanted),
        sources.ordered,
        "The sources in which its claims appear, the newest first unless ordered otherwise.",
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
