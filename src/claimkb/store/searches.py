"""Which searches are saved?"""

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import col

from claimkb.domain import SavedSearch
from claimkb.domain.record import Input, Term
from claimkb.store.engine import paging
from claimkb.store.engine.ordering import OrderDirection
from claimkb.store.predictions import PredictionFilter


class SavedSearchFilter(Input):
    """Which saved searches: all that is given must hold."""

    is_forgotten: bool | None = Rule(default=False, description="Forgotten, or not; null for both.")


class SavedSearchOrderField(Term):
    """What saved searches can be ordered by."""

    NAME = "NAME", "The name."


class SavedSearchOrder(Input):
    """How to order saved searches."""

    field: SavedSearchOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def matching(wanted: SavedSearchFilter) -> sa.Select[SavedSearch]:
    """Select the saved searches that meet a filter."""
    select = sa.select(SavedSearch)
    if wanted.is_forgotten is None:
        return select
    forgotten = col(SavedSearch.forgotten_at)
    return select.where(forgotten.is_not(None) if wanted.is_forgotten else forgotten.is_(None))


def ordered(order: SavedSearchOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    is_descending = order is not None and order.direction is OrderDirection.DESC
    return paging.OrderBy(col(SavedSearch.name), col(SavedSearch.id), is_descending)


def filter_of(stored: str) -> PredictionFilter:
    """Read the filter of a saved search from its stored JSON."""
    return PredictionFilter.model_validate_json(stored)
