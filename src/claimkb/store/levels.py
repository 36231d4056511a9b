"""How is one level of a compiled read written as SQL? One statement: the rows of a record, each beside its neighbours.

A level is gathered first: which columns, of which tables, joined by which edges. Then it is written once for an engine, as
the text that the driver takes, with a place for the keys that each run fills in.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from claimkb.store import edges
from claimkb.store.database import Database
from claimkb.store.edges import Among, Edge
from claimkb.store.paging import Order, Slice
from claimkb.store.search import SEARCH

KEY = "claimkb_key"
"""The name of the key, or the list of keys, that each run fills in."""

Place = sa.FromClause
"""A table of a level: that of its record, or one that is joined to it."""


FILLED = (KEY, "after_key", "after_id", "before_key", "before_id", SEARCH)
"""What a statement leaves open, so that it is written once for all keys, cursors and searches."""


@dataclass(frozen=True)
class Statement:
    """SQL as the driver takes it, with what each run fills in: where that stands, and in what form the driver takes it."""

    text: str
    values: Any
    places: Mapping[str, tuple[tuple[Any, ...], Callable[[Any], Any] | None]]

    def given(self, fills: Mapping[str, Any]) -> Any:
        """Fill in the values of a run."""
        if not fills:
            return self.values
        values = self.values.copy()
        for name, value in fills.items():
            places, process = self.places[name]
            written = value if process is None else process(value)
            for place in places:
                values[place] = written
        return values


def written(select: sa.Select[Any], dialect: sa.Dialect) -> Statement:
    """Write a question as the driver of an engine takes it."""
    compiled = select.compile(dialect=dialect)
    state = compiled.construct_expanded_state({KEY: None} if KEY in compiled.binds else None)
    values = dict(state.parameters)
    processes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    processes[KEY] = None  # keys come as the driver gave them
    expanded = {name: process for name, process in state.processors.items() if name not in processes}
    for name, process in (processes | expanded).items():
        if process is not None and name in values and name != KEY:
            values[name] = process(values[name])
    opened = [name for name in FILLED if name in values]
    if state.positiontup is None:
        return Statement(state.statement, values, {name: ((name,), processes[name]) for name in opened})
    order = state.positiontup
    places = {name: tuple(place for place, each in enumerate(order) if each == name) for name in opened}
    filled = {name: (found, processes[name]) for name, found in places.items()}
    return Statement(state.statement, [values[name] for name in order], filled)


def table_of(record: type[SQLModel]) -> sa.Table:
    """Find the table of a record."""
    table: sa.Table = sa.inspect(record).local_table
    return table


@cache
def alias_of(table: sa.Table, number: int) -> sa.FromClause:
    """Give a table another name in a statement. Statements share it: it holds a copy of every column."""
    return table.alias(f"{table.name}_{number}")


def leads_to_one(edge: Edge) -> bool:
    """Tell whether the tables promise that an edge leads to one row at most: then it may be joined."""
    if edge.through is not None:
        return False
    table = table_of(edge.target)
    alone = [table.c[edge.theirs]]
    keys = [each for each in table.constraints if isinstance(each, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    if any(list(each.columns) == alone for each in keys):
        return True
    holds = " AND ".join(f"{name} = '{value}'" for name, value in edge.where)
    partial = [each for each in table.indexes if each.unique and list(each.columns) == alone]
    return any(str(each.dialect_options["sqlite"]["where"]) == holds for each in partial)


class Level:
    """A statement in the making: the rows of a record, and what is joined to each."""

    def __init__(self, record: type[SQLModel], id_: str = "id") -> None:
        self.record = record
        self.table = table_of(record)
        self.columns: list[sa.ColumnElement[Any]] = []
        self._known: dict[tuple[Place, str], int] = {}
        self._joined: dict[tuple[Place, Edge], Place] = {}
        self._joins: list[tuple[Place, sa.ColumnElement[bool]]] = []
        self.column(self.table, id_)

    def column(self, place: Place, name: str) -> int:
        """Read a column, and tell where in the row it stands."""
        known = self._known.get((place, name))
        if known is None:
            known = self._known[place, name] = len(self.columns)
            self.columns.append(place.c[name])
        return known

    def join(self, place: Place, edge: Edge) -> Place:
        """Join the one row at the far end of an edge."""
        known = self._joined.get((place, edge))
        if known is None:
            table = table_of(edge.target)
            number = 1 + sum(each.target is edge.target for _, each in self._joined)
            known = self._joined[place, edge] = alias_of(table, number)
            held = [known.c[name] == value for name, value in edge.where]
            self._joins.append((known, sa.and_(known.c[edge.theirs] == place.c[edge.ours], *held)))
        return known

    def of(self, select: sa.Select[Any], *beside: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """Read the level's columns of a question's rows, and others beside them."""
        read = select.with_only_columns(*self.columns, *beside, maintain_column_froms=True)
        for place, holds in self._joins:
            read = read.outerjoin_from(self.table, place, holds)
        return read

    def page(self, select: sa.Select[Any], order: Order, wanted: Slice, *beside: Any) -> sa.Select[Any]:
        """Write the question for a page, and one row more: the sort key stands behind the level's columns.

        What is joined is joined to the rows of the page, not to all that match.
        """
        rows, key = wanted.bounded(select, order), order.key.label("sort_key")
        by = order.by(backward=wanted.backward)
        if not self._joins:
            return self.of(rows, key, *beside).order_by(*by).limit(wanted.size + 1)
        few = rows.with_only_columns(self.table.c["id"], key, *beside).order_by(*by).limit(wanted.size + 1).subquery()
        found = sa.select(self.record).join(few, few.c["id"] == self.table.c["id"])
        there = Order(few.c.sort_key, few.c["id"], order.descending)
        others = [few.c[each.name] for each in beside]
        return self.of(found, few.c.sort_key, *others).order_by(*there.by(backward=wanted.backward))

    def listed(self, edge: Edge, among: Among) -> sa.Select[Any]:
        """Write the question for all rows at the far end of an edge; for which record a row was found stands behind all else."""
        select, near = edge.select(among)
        return self.of(select, near.label("near")).order_by(*edge.order.by())

    def pages(self, edge: Edge, wanted: Slice, among: Among) -> sa.Select[Any]:
        """Write the question for a page of each list at the far end of an edge: of one list no more than the page is read."""
        if among is one_key:
            select, near = edge.select(among)
            return self.page(select, edge.order, wanted, near.label("near"))
        rows, sort_by, near = edges.numbered(edge, among, wanted)
        return self.of(rows, sort_by, near)

    def by_ids(self, among: Among) -> sa.Select[Any]:
        """Write the question for the records of the keys that a run fills in."""
        return self.of(sa.select(self.record).where(among(self.table.c["id"])))


def one_key(column: Any) -> sa.ColumnElement[bool]:
    """Hold for rows of the one key that a run fills in."""
    held: sa.ColumnElement[bool] = column == sa.bindparam(KEY, type_=sa.Uuid())
    return held


class Keys:
    """How an engine is given many keys at once: one list, so that the statement stays the same however many they are."""

    def __init__(self, database: Database) -> None:
        self._is_sqlite = database.is_sqlite

    def among(self, column: Any) -> sa.ColumnElement[bool]:
        """Hold for rows of one of the keys that a run fills in."""
        if self._is_sqlite:
            listed = sa.func.json_each(sa.bindparam(KEY, type_=sa.String())).table_valued("value")
            held: sa.ColumnElement[bool] = sa.type_coerce(column, sa.String()).in_(sa.select(listed.c.value))
            return held
        return column == sa.any_(sa.bindparam(KEY, type_=ARRAY(sa.Uuid())))  # type: ignore[no-any-return]

    def raw(self, id_: UUID) -> Any:
        """Write an id as the driver gives it."""
        return id_.hex if self._is_sqlite else id_

    def given(self, keys: Sequence[Any]) -> Any:
        """Write keys, as the driver gave them, as the one value that it takes: a single one stands for itself."""
        if len(keys) == 1:
            return keys[0]
        return json.dumps(keys) if self._is_sqlite else keys
