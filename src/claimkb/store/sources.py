"""Which sources are there?"""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from claimkb.domain import Appearance, Snapshot, Source
from claimkb.domain.normal_forms import name_form, probably_same
from claimkb.domain.record import Input, Term
from claimkb.domain.reference import CollectionId
from claimkb.domain.source import Byline, Publisher, SourceKind, Url
from claimkb.store import collections
from claimkb.store.engine import forms, paging
from claimkb.store.engine.conditions import CreatedSince, DateRange, UpdatedSince, among, during, since, stands
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection


class SourceFilter(Input):
    """Which sources: all that is given must hold."""

    kind: list[SourceKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    publisher: Publisher | None = Rule(default=None, description="Published by this publisher.")
    byline: Byline | None = Rule(default=None, description="With this byline.")
    collection_id: CollectionId | None = Rule(default=None, description="In which a claim of this collection appears.")
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in title, publisher or byline, whatever the case and the accents."
    )
    published_on: DateRange | None = Rule(
        default=None,
        description="With publishedOn in this range; of a month or a year, that is its first or its last day.",
    )
    is_retracted: bool | None = Rule(
        default=None, description="Retracted as recorded in error, or not; where it is left out, those that were not."
    )
    created_since: CreatedSince | None = None
    updated_since: UpdatedSince | None = None


class SourceOrderField(Term):
    """What sources can be ordered by."""

    CREATED_AT = "CREATED_AT", "When it was recorded."
    UPDATED_AT = "UPDATED_AT", "When it last changed."
    TITLE = "TITLE", "The title."


class SourceOrder(Input):
    """How to order sources."""

    field: SourceOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


_KEYS: dict[SourceOrderField, paging.SortKey] = {
    SourceOrderField.CREATED_AT: col(Source.created_at),
    SourceOrderField.UPDATED_AT: col(Source.updated_at),
    SourceOrderField.TITLE: col(Source.title),
}


MOST_SAME_TEXT = 100
"""How many sources with the same text are told."""


def matching(wanted: SourceFilter) -> sa.Select[Source]:
    """Select the sources that meet a filter."""
    select = sa.select(Source).where(
        *among(Source.kind, wanted.kind),
        *during(col(Source.published_on), wanted.published_on),
        *since(Source, wanted.created_since, wanted.updated_since),
        ~stands(Source) if wanted.is_retracted else stands(Source),
    )
    if wanted.publisher is not None:
        select = select.where(col(Source.publisher_form) == name_form(wanted.publisher))
    if wanted.byline is not None:
        select = select.where(col(Source.byline_form) == name_form(wanted.byline))
    if wanted.collection_id is not None:
        appearing = col(Appearance.claim_id).in_(collections.claims_in(wanted.collection_id))
        select = select.where(col(Source.id).in_(sa.select(col(Appearance.source_id)).where(appearing, stands(Appearance))))
    if wanted.text is not None:
        select = select.where(contains(Source, wanted.text))
    return select


def ordered(order: SourceOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the newest first."""
    chosen = order or SourceOrder(field=SourceOrderField.CREATED_AT, direction=OrderDirection.DESC)
    return paging.OrderBy(_KEYS[chosen.field], col(Source.id), chosen.direction is OrderDirection.DESC)


_LATEST = sa.select(Snapshot).where(col(Snapshot.source_id) == sa.bindparam("source_id"))
_LATEST = _LATEST.order_by(col(Snapshot.captured_at).desc(), col(Snapshot.id).desc()).limit(1).options(defer(Snapshot.text))  # type: ignore[arg-type]


def find_by_url(session: Session, url: Url, but: UUID | None = None) -> Source | None:
    """Find the source whose address has the same normal form, other than a certain source."""
    return forms.find(session, Source, url, column="url", but=but)


def probably_at(session: Session, url: Url) -> list[Source]:
    """List the sources at addresses that probably lead to the same page."""
    alike = col(Source.url_form).in_(probably_same(url))
    return list(session.scalars(sa.select(Source).where(alike, stands(Source)).order_by(col(Source.id))))


def latest_snapshot(session: Session, source_id: UUID) -> Snapshot | None:
    """Find the newest snapshot of a source. Its text may be long: it is read when the attribute is used."""
    return session.scalars(_LATEST, {"source_id": source_id}).one_or_none()


def snapshots(session: Session, ids: Collection[UUID]) -> dict[UUID | None, Snapshot]:
    """Find snapshots by their ids. Their texts may be long: each is read when the attribute is used."""
    found = sa.select(Snapshot).where(col(Snapshot.id).in_(ids)).options(defer(Snapshot.text))  # type: ignore[arg-type]
    return {each.id: each for each in session.scalars(found)}


def find_snapshot(session: Session, source_id: UUID, sha256: str) -> Snapshot | None:
    """Find the snapshot of a source with the SHA-256 of a text."""
    same = (col(Snapshot.source_id) == source_id, col(Snapshot.sha256) == sha256)
    return session.scalars(sa.select(Snapshot).where(*same).options(defer(Snapshot.text))).one_or_none()  # type: ignore[arg-type]


def with_text(session: Session, sha256: str) -> list[Source]:
    """List the sources of which a snapshot has the SHA-256 of a text, the first one first; a hundred at most."""
    captured = sa.select(col(Snapshot.source_id)).where(col(Snapshot.sha256) == sha256)
    select = sa.select(Source).where(col(Source.id).in_(captured), stands(Source)).order_by(col(Source.created_at), col(Source.id))
    return list(session.scalars(select.limit(MOST_SAME_TEXT)))


def derives_from(session: Session, source_id: UUID, other_id: UUID) -> bool:
    """Tell whether a source is another source or derives from it, directly or by way of others."""
    line = sa.select(col(Source.id), col(Source.derived_from_id)).where(col(Source.id) == source_id).cte(recursive=True)
    above = sa.select(col(Source.id), col(Source.derived_from_id)).join(line, line.c.derived_from_id == Source.id)
    line = line.union(above)
    return session.execute(sa.select(line.c.id).where(line.c.id == other_id)).first() is not None


def lengths(session: Session, keys: Sequence[UUID]) -> list[int]:
    """Return the lengths of the stored texts of these snapshots, each once, in one statement."""
    stored = (col(Snapshot.id).in_(keys), col(Snapshot.text).is_not(None))
    return list(session.scalars(sa.select(col(Snapshot.length)).where(*stored)))


def texts(session: Session, keys: Sequence[UUID]) -> list[str | None]:
    """Read the texts of snapshots, in one statement."""
    found = {
        row[0]: row[1] for row in session.execute(sa.select(col(Snapshot.id), col(Snapshot.text)).where(col(Snapshot.id).in_(keys)))
    }
    return [found.get(key) for key in keys]
