"""Which traces are there of changes that were never made? One statement finds those of a sort, for each kind of record."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb import domain
from claimkb.domain import Announcement, Revision, SearchEntry
from claimkb.domain.announcement import CHANGE, PRIVATE_REVISION, Topic
from claimkb.domain.record import Appended, Record, Versioned
from claimkb.domain.searching import KINDS
from claimkb.domain.verification import Finding, Trace

_EVERY = [each for each in vars(domain).values() if isinstance(each, type) and issubclass(each, Versioned | Appended)]
TOLD_OF: list[type[Record]] = [each for each in _EVERY if each is not Revision]
"""The kinds of records that have a history."""

ANNOUNCED: dict[str, type[Record]] = {
    Topic.FLAG: domain.Flag,
    Topic.OUTCOME: domain.Outcome,
    Topic.REVISION: Revision,
    PRIVATE_REVISION: Revision,
    CHANGE: Revision,
}


def _is_gone(kind: type[Record], record_id: sa.SQLColumnExpression[UUID | None]) -> sa.ColumnElement[bool]:
    """Hold where no record has an id."""
    return ~sa.select(col(kind.id)).where(col(kind.id) == record_id).exists()


def _listed(session: Session, ids: sa.Select[UUID]) -> list[UUID]:
    """Read ids, each once."""
    return list(session.scalars(ids.distinct()))


def find(session: Session) -> Iterator[Finding]:
    """Find every trace: in the history, in the announcements, and in the search entries."""
    for kind in TOLD_OF:
        told = sa.select(col(Revision.record_id)).where(col(Revision.record_type) == kind.__name__)
        for id_ in _listed(session, told.where(_is_gone(kind, col(Revision.record_id)))):
            yield Finding(Trace.RECORD, kind.__name__, id_)
        for id_, shown, newest in session.execute(_differing(kind)):
            yield Finding(Trace.CHANGE if newest > shown else Trace.UNTOLD, kind.__name__, id_)
    for topic, kind in ANNOUNCED.items():
        announced = sa.select(col(Announcement.record_id)).where(col(Announcement.topic) == topic)
        for id_ in _listed(session, announced.where(_is_gone(kind, col(Announcement.record_id)))):
            yield Finding(Trace.ANNOUNCEMENT, kind.__name__, id_)
    for name, kind in KINDS.items():
        entered = sa.select(col(SearchEntry.record_id)).where(col(SearchEntry.kind) == name)
        for id_ in _listed(session, entered.where(_is_gone(kind, col(SearchEntry.record_id)))):
            yield Finding(Trace.SEARCH_ENTRY, kind.__name__, id_)
        found = (col(SearchEntry.kind) == name, col(SearchEntry.record_id) == col(kind.id))
        for id_ in session.scalars(sa.select(col(kind.id)).where(~sa.select(sa.literal(1)).where(*found).exists())):
            yield Finding(Trace.NOT_SEARCHED, kind.__name__, id_)


def _differing(kind: type[Record]) -> sa.Select[Any]:
    """Select the records whose newest revision is of another version than their own; appended records stay at version 1."""
    shown: Any = col(kind.version) if issubclass(kind, Versioned) else sa.literal(1)
    newest = sa.func.coalesce(sa.func.max(col(Revision.version)), 0)
    rows = sa.select(col(kind.id), shown, newest).outerjoin(Revision, col(Revision.record_id) == col(kind.id))
    return rows.group_by(col(kind.id), *([shown] if issubclass(kind, Versioned) else [])).having(newest != shown)
