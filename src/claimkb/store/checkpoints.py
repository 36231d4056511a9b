"""Which checkpoints are there, and what were the newest revisions of all records at one of them?"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from claimkb.domain import Announcement, Checkpoint, Revision
from claimkb.domain.announcement import OF_REVISIONS
from claimkb.domain.checkpoint import Heads, leaf
from claimkb.domain.merkle import Tree

PAGE = 5_000
"""How many records are read at once."""

Read = Callable[[], AbstractContextManager[Session]]
"""What opens a session that reads."""


def newest(session: Session) -> Checkpoint | None:
    """Return the newest checkpoint."""
    return session.scalar(sa.select(Checkpoint).order_by(col(Checkpoint.number).desc()).limit(1))


def every(session: Session) -> list[Checkpoint]:
    """List the checkpoints, the first one first: there is one a day."""
    return list(session.scalars(sa.select(Checkpoint).order_by(col(Checkpoint.number))))


def heads(read: Read, position: int) -> Heads:
    """Read the newest revisions up to an announcement, and compute the root over them. No writer waits meanwhile."""
    tree = Tree()
    for each in leaves(read, position):
        tree.append(each)
    with read() as session:
        announced = sa.select(sa.func.count()).select_from(Revision).where(_is_announced(Revision, position))
        revisions = session.scalar(announced) or 0
    return Heads(position, revisions, tree.size, tree.root().hex())


def leaves(read: Read, position: int) -> Iterator[bytes]:
    """Read the leaf of each record up to an announcement, in the order of their ids; each page in a session of its own."""
    last = None
    while True:
        with read() as session:
            page = session.execute(_newest(position, last).limit(PAGE)).all()
        yield from (leaf(*row) for row in page)
        if len(page) < PAGE:
            return
        last = page[-1][1]


def index_of(session: Session, record_id: UUID, position: int) -> int:
    """Count the leaves before that of a record."""
    rows = _newest(position, None).where(col(Revision.record_id) < record_id).order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def find_head(session: Session, record_id: UUID, position: int) -> Revision | None:
    """Find the newest revision of a record up to an announcement."""
    its = sa.select(Revision).where(col(Revision.record_id) == record_id, _is_announced(Revision, position))
    return session.scalar(its.order_by(col(Revision.version).desc()).limit(1))


def _is_announced(revision: type[Revision], position: int) -> sa.ColumnElement[bool]:
    """Hold where a revision is announced up to a position."""
    of = (col(Announcement.record_id) == revision.id, col(Announcement.topic).in_(OF_REVISIONS))
    return sa.select(sa.literal(1)).where(*of, col(Announcement.position) <= position).exists()


def _newest(position: int, last: UUID | None) -> sa.Select[Any]:
    """Select what the leaves say: the revisions up to an announcement after which no other of the record follows up to there.

    Conditions and no joins: so the database goes through the records in the order of their ids, and stops at the end of a page.
    """
    later = aliased(Revision)
    follows = (col(later.record_id) == Revision.record_id, col(later.version) > Revision.version, _is_announced(later, position))
    columns: list[Any] = [Revision.record_type, Revision.record_id, Revision.version, Revision.hash]
    select = sa.select(*columns).where(_is_announced(Revision, position), ~sa.select(sa.literal(1)).where(*follows).exists())
    if last is not None:
        select = select.where(col(Revision.record_id) > last)
    return select.order_by(col(Revision.record_id))
