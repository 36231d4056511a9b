"""Saved searches, as the API shows them."""

import json
from functools import partial
from typing import Any

import strawberry
from strawberry import auto

from claimkb import domain
from claimkb.actions.work import camel
from claimkb.graphql.connections import After, Before, Connection, First, Last
from claimkb.graphql.context import context_of
from claimkb.graphql.costs import PAGED
from claimkb.graphql.edges import shown
from claimkb.graphql.types.history import Node, revisions
from claimkb.graphql.views import view
from claimkb.store import paging, predictions, searches
from claimkb.store.paging import Slice


def _named(value: Any) -> Any:
    """Give the fields of a filter the names that the API has for them."""
    return {camel(name): _named(each) for name, each in value.items()} if isinstance(value, dict) else value


@view(domain.SavedSearch)
class SavedSearch(Node):
    version: auto
    created_at: auto
    updated_at: auto
    name: auto
    saved_by: auto
    forgotten_at: auto
    revisions = revisions()

    @strawberry.field(description="The filter, as JSON that the API takes for one.")
    def filter(self: Any) -> str:
        """Write the filter with the names that the API has for its fields."""
        return json.dumps(_named(json.loads(self.filter)), separators=(",", ":"), ensure_ascii=False)

    @strawberry.field(
        graphql_type=Connection[shown(domain.Prediction)],  # type: ignore[misc]
        description="The predictions that it finds now, those that have waited longest first.",
        directives=[PAGED],
    )
    async def predictions(
        self: Any, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Any:
        """Search again."""
        context, wanted = context_of(info), Slice(first, after, last, before)
        select, order = predictions.matching(searches.filter_of(self), context.today), predictions.ordered(None)

        def page(session: Any, keys: Any) -> list[paging.Page]:
            return [paging.page(session, select, order, wanted) for _ in keys]

        def count(session: Any, keys: Any) -> list[int]:
            return [paging.count(session, select) for _ in keys]

        return Connection(
            page=partial(context.load, (self.id, wanted), page, None), count=partial(context.load, (self.id, "count"), count, None)
        )
