"""How are the records that belong to other records read, for many of these at once?

A `Relationship` says which they are; here is the one statement that reads a list, a page or a count for each of many keys.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session

from claimkb.domain import Snapshot
from claimkb.domain.record import Record
from claimkb.store.engine.paging import OrderBy, Select, Slice, Value

Key = UUID | None
Far = Any
"""A far record: of the target of a relationship."""

Equals = tuple[tuple[str, object], ...]
"""Columns with the value that each must have."""

KeyCondition = Callable[[sa.SQLColumnExpression[UUID]], sa.ColumnElement[bool]]
"""Writes the condition that a column holds one of certain keys."""

LARGE: dict[type[Record], str] = {Snapshot: "text"}
"""The columns that are too large to read with their record, and that no list shows."""


@dataclass(frozen=True)
class Through:
    """The table between the two ends of a relationship: its column with the near key, and its column with the far key."""

    table: type[Record]
    near: str
    far: str
    where: Equals = ()


@dataclass(frozen=True)
class Relationship:
    """From a record to others: the rows of `target` whose column `theirs` equals the column `ours` of the record."""

    target: type[Record]
    ours: str = "id"
    theirs: str = "id"
    through: Through | None = None
    where: Equals = ()
    order_by: str = "id"
    descending: bool = False

    @cached_property
    def _hash(self) -> int:
        """Its hash: it is looked up for every row that it is followed from."""
        return hash(tuple(getattr(self, each.name) for each in fields(self)))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def order(self) -> OrderBy:
        """The order in which the far records are listed."""
        return OrderBy(getattr(self.target, self.order_by), sa.inspect(self.target).columns["id"], self.descending)

    def select(self, condition: KeyCondition) -> tuple[Select, sa.ColumnElement[Value]]:
        """Select the far records for the near keys that meet a condition; return the select and the column of the near key."""
        rows: Select = sa.select(self.target).where(*_equal(self.target, self.where))
        theirs = getattr(self.target, self.theirs)
        if self.through is None:
            return rows.where(condition(theirs)), theirs
        near, far = (getattr(self.through.table, name) for name in (self.through.near, self.through.far))
        conditions = (condition(near), *_equal(self.through.table, self.through.where))
        between = sa.select(near.label("near"), far.label("far")).where(*conditions).distinct().subquery()
        return rows.join(between, between.c.far == theirs), between.c.near


def is_one_of(keys: Sequence[Key]) -> KeyCondition:
    """Make the condition that a column holds one of these keys."""
    return lambda column: column == keys[0] if len(keys) == 1 else column.in_(keys)


def count_statement(relationship: Relationship, condition: KeyCondition) -> Select:
    """Write the select that counts the far records of each near key."""
    select, near = relationship.select(condition)
    counts: Select = select.with_only_columns(near, sa.func.count()).group_by(near)  # type: ignore[assignment]
    return counts


def _equal(table: type[Record], where: Equals) -> list[sa.ColumnElement[bool]]:
    """Write the conditions of a declaration."""
    return [getattr(table, name) == value for name, value in where]


def lists(session: Session, relationship: Relationship, keys: Sequence[Key]) -> list[list[Far]]:
    """Read all far records for each near key, in one statement."""
    select, near = relationship.select(is_one_of(keys))
    if (large := LARGE.get(relationship.target)) is not None:
        select = select.options(defer(getattr(relationship.target, large)))
    by_key: dict[Key, list[Far]] = defaultdict(list)
    for row, key in session.execute(select.add_columns(near).order_by(*relationship.order.by())):
        by_key[key].append(row)
    return [by_key[key] for key in keys]


def ones(session: Session, relationship: Relationship, keys: Sequence[Key]) -> list[Far | None]:
    """Read the one far record for each near key, in one statement."""
    return [rows[0] if rows else None for rows in lists(session, relationship, keys)]


def page_statement(
    relationship: Relationship, wanted: Slice, condition: KeyCondition, columns: Sequence[sa.ColumnElement[Value]], *, is_one: bool
) -> Select:
    """Write the select of the same page of one list or of each of several, with one row more: the columns of the far records,
    the sort key and the near key. Of one list the database reads no more than that.
    """
    select, near = relationship.select(condition)
    order, bounded = relationship.order, wanted.between_cursors(select, relationship.order)
    ordered = order.by(backward=wanted.backward)
    if is_one:
        return bounded.with_only_columns(*columns, order.key, near).order_by(*ordered).limit(wanted.size + 1)
    place = sa.func.row_number().over(partition_by=near, order_by=ordered).label("place")
    few = bounded.with_only_columns(order.id.label("id"), order.key.label("key"), near.label("near"), place).subquery()
    target = sa.inspect(relationship.target)
    rows = sa.select(*columns, few.c.key, few.c.near).select_from(target).join(few, few.c.id == target.columns["id"])
    return rows.where(few.c.place <= wanted.size + 1).order_by(few.c.place)
