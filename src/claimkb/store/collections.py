"""Which collections are there, and which claims are in them?"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import CollectedClaim, Collection
from claimkb.domain.collection import CollectionKind
from claimkb.domain.record import Input, Term
from claimkb.store.engine import forms, paging
from claimkb.store.engine.conditions import CreatedSince, UpdatedSince, among, since
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection


class CollectionFilter(Input):
    """Which collections: all that is given must hold."""

    kind: list[CollectionKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in name or note, whatever the case and the accents."
    )
    created_since: CreatedSince | None = None
    updated_since: UpdatedSince | None = None


class CollectionOrderField(Term):
    """What collections can be ordered by."""

    NAME = "NAME", "The name."
    CREATED_AT = "CREATED_AT", "When it was made."
    UPDATED_AT = "UPDATED_AT", "When its name, kind or note last changed."


class CollectionOrder(Input):
    """How to order collections."""

    field: CollectionOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


_KEYS: dict[CollectionOrderField, paging.SortKey] = {
    CollectionOrderField.NAME: col(Collection.name),
    CollectionOrderField.CREATED_AT: col(Collection.created_at),
    CollectionOrderField.UPDATED_AT: col(Collection.updated_at),
}


def matching(wanted: CollectionFilter) -> sa.Select[Collection]:
    """Select the collections that meet a filter."""
    select = sa.select(Collection).where(
        *among(Collection.kind, wanted.kind), *since(Collection, wanted.created_since, wanted.updated_since)
    )
    return select if wanted.text is None else select.where(contains(Collection, wanted.text))


def ordered(order: CollectionOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    chosen = order or CollectionOrder(field=CollectionOrderField.NAME, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Collection.id), chosen.direction is OrderDirection.DESC)


def find_by_name(session: Session, name: str, but: UUID | None = None) -> Collection | None:
    """Find the collection whose name has the same normal form, other than a certain collection."""
    return forms.find(session, Collection, name, but=but)


def is_in() -> sa.ColumnElement[bool]:
    """Hold for claims that are in their collection, and were not taken out."""
    return col(CollectedClaim.removed_at).is_(None)


def claims_in(collection_id: UUID) -> sa.Select[UUID]:
    """Select the ids of the claims in a collection."""
    return sa.select(col(CollectedClaim.claim_id)).where(col(CollectedClaim.collection_id) == collection_id, is_in())


def members(session: Session, collection_id: UUID, claim_ids: Sequence[UUID]) -> dict[UUID, CollectedClaim]:
    """Find by its id, for each of these claims that is or was in a collection, what is recorded of that, in one statement."""
    of_claims = (col(CollectedClaim.collection_id) == collection_id, col(CollectedClaim.claim_id).in_(claim_ids))
    return {each.claim_id: each for each in session.scalars(sa.select(CollectedClaim).where(*of_claims))}
