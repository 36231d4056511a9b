"""Saved searches, as the API shows them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.actions.work import camel
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import PAGED
from claimkb.graphql.mapping.connections import After, Before, Connection, First, Last, connection_of
from claimkb.graphql.mapping.declarations import ListPerRow, OrderedSelect, declared
from claimkb.graphql.mapping.edges import view_of
from claimkb.graphql.mapping.fields import computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node, revisions
from claimkb.store import predictions, searches
from claimkb.store.engine.paging import Slice


def _named(value: object) -> object:
    """Give the fields of a filter the names that the API has for them."""
    return {camel(name): _named(each) for name, each in value.items()} if isinstance(value, dict) else value


def _query(today: date, arguments: Mapping[str, Any], _sees_all: bool) -> OrderedSelect:
    """Write the query of a filter that is stored as text."""
    return predictions.matching(searches.filter_of(arguments["filter"]), today), predictions.ordered(None)


@view(domain.SavedSearch)
class SavedSearch(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    saved_by: auto
    forgotten_at: auto
    revisions = revisions()

    @computed("filter", description="The filter, as JSON that the API takes for one.")
    def filter(self: Any) -> str:
        return json.dumps(_named(json.loads(self.filter)), separators=(",", ":"), ensure_ascii=False)

    @strawberry.field(
        graphql_type=Connection[view_of(domain.Prediction)],  # type: ignore[misc]
        description="The predictions that it finds now, those that have waited longest first.",
        metadata=declared(ListPerRow("filter", domain.Prediction, _query)),
        directives=[PAGED],
    )
    def predictions(
        self: Any, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Any:
        context, page = context_of(info), Slice(first, after, last, before)
        query = _query(context.today, {"filter": self.filter}, context.actor.sees_all)
        return connection_of(context, domain.Prediction, query, page, ("saved search", self.filter, context.today))
