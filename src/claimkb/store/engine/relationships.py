"""How are the records at the other end of an edge read for many records at once?

An edge is declared in graphql/mapping/edges.py; here is the one statement that a level of a query costs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session

from claimkb.domain import Snapshot
from claimkb.domain.record import Record
from claimkb.store.engine.paging import OrderBy, Page, Slice, page, page_of

Key = UUID | None
Among = Callable[[Any], sa.ColumnElement[bool]]
"""Writes the condition that a column holds one of some keys."""

_LARGE: dict[type[Record], tuple[Any, ...]] = {Snapshot: (Snapshot.text,)}


@dataclass(frozen=True)
class Through:
    """The table between the two ends of an edge: its column that holds our key, and the one that holds theirs."""

    table: type[Record]
    near: str
    far: str
    where: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Relationship:
    """Leads from a record to others: the rows of `target` whose `theirs` equals the record's `ours`."""

    target: type[Record]
    ours: str = "id"
    theirs: str = "id"
    through: Through | None = None
    where: tuple[tuple[str, Any], ...] = ()
    order_by: str = "id"
    descending: bool = False

    @cached_property
    def order(self) -> OrderBy:
        """The order of a list at the far end."""
        return OrderBy(getattr(self.target, self.order_by), sa.inspect(self.target).columns["id"], self.descending)

    def select(self, among: Among) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
        """Write the question for the far end of some keys, and the column that tells for which record a row was found."""
        rows: sa.Select[Any] = sa.select(self.target).where(*_equal(self.target, self.where))
        theirs = getattr(self.target, self.theirs)
        if self.through is None:
            return rows.where(among(theirs)), theirs
        near, far = (getattr(self.through.table, name) for name in (self.through.near, self.through.far))
        held = (among(near), *_equal(self.through.table, self.through.where))
        between = sa.select(near.label("near"), far.label("far")).where(*held).distinct().subquery()
        return rows.join(between, between.c.far == theirs), between.c.near


def among_keys(keys: Sequence[Key]) -> Among:
    """Hold for rows that belong to one of these keys."""
    return lambda column: column == keys[0] if len(keys) == 1 else column.in_(keys)


def _but_large(select: sa.Select[Any], target: type[Record]) -> sa.Select[Any]:
    """Leave out what is large and never shown."""
    return select.options(*(defer(column) for column in _LARGE.get(target, ())))


def counted(relationship: Relationship, among: Among) -> sa.Select[Any]:
    """Write the question how many rows each of several lists has."""
    select, near = relationship.select(among)
    return select.with_only_columns(near, sa.func.count()).group_by(near)


def _equal(table: type[Record], where: Iterable[tuple[str, Any]]) -> list[sa.ColumnElement[bool]]:
    """Write the conditions that an edge is declared with."""
    return [getattr(table, name) == value for name, value in where]


def lists(session: Session, relationship: Relationship, keys: Sequence[Key]) -> list[list[Any]]:
    """Read all the rows at the far end for each key, in one statement."""
    select, near = relationship.select(among_keys(keys))
    found: dict[Key, list[Any]] = defaultdict(list)
    for row, key in session.execute(_but_large(select, relationship.target).add_columns(near).order_by(*relationship.order.by())):
        found[key].append(row)
    return [found[key] for key in keys]


def ones(session: Session, relationship: Relationship, keys: Sequence[Key]) -> list[Any | None]:
    """Read the one row at the far end for each key, in one statement."""
    return [rows[0] if rows else None for rows in lists(session, relationship, keys)]


def pages(session: Session, relationship: Relationship, wanted: Slice, keys: Sequence[Key]) -> list[Page]:
    """Read the same page of each list, for all keys in one statement. Of one list the database reads no more than the page."""
    select, near = relationship.select(among_keys(keys))
    order = relationship.order
    if len(keys) == 1:
        return [page(session, select, order, wanted)]
    place = sa.func.row_number().over(partition_by=near, order_by=order.by(backward=wanted.backward)).label("place")
    numbered = wanted.bounded(select, order).with_only_columns(
        order.id.label("id"), order.key.label("key"), near.label("near"), place
    )
    few = numbered.subquery()
    rows = sa.select(relationship.target, few.c.key, few.c.near).join(
        few, few.c.id == sa.inspect(relationship.target).columns["id"]
    )
    found: dict[Key, list[tuple[Any, Any, UUID]]] = defaultdict(list)
    for row, sort_key, key in session.execute(rows.where(few.c.place <= wanted.size + 1).order_by(few.c.place)):
        found[key].append((row, sort_key, row.id))
    return [page_of(found[key], wanted) for key in keys]


def counts(session: Session, relationship: Relationship, keys: Sequence[Key]) -> list[int]:
    """Count the rows of each list, for all keys in one statement."""
    found: dict[Key, int] = {row[0]: row[1] for row in session.execute(counted(relationship, among_keys(keys)))}
    return [found.get(key, 0) for key in keys]
