"""How is one level of a compiled read written as SQL? One statement: the rows of a record, each beside its neighbours.

A level is gathered first: which columns, of which tables, joined by which edges. Then it is written once for an engine, as
the text that the driver takes, with a place for the keys that each run fills in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel

from claimkb.store.engine import records
from claimkb.store.engine.database import Database
from claimkb.store.engine.paging import OrderBy, Slice
from claimkb.store.engine.relationships import Among, Relationship
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
    """Write a question as the driver of an engine takes it.

    Its days are written into it, as they are the same in each run: where PostgreSQL is told them later, it plans anew each time,
    for longer than it looks for what is overdue.
    """
    for bind in visitors.iterate(select):
        if isinstance(bind, sa.BindParameter) and isinstance(bind.type, sa.Date) and bind.key not in FILLED:
            bind.literal_execute = True
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


@cache
def alias_of(table: sa.Table, number: int) -> sa.FromClause:
    """Give a table another name in a statement. Statements share it: it holds a copy of every column."""
    return table.alias(f"{table.name}_{number}")


def leads_to_one(relationship: Relationship) -> bool:
    """Tell whether the tables promise that an edge leads to one row at most: then it may be joined."""
    if relationship.through is not None:
        return False
    table = records.table_of(relationship.target)
    alone = [table.c[relationship.theirs]]
    keys = [each for each in table.constraints if isinstance(each, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    if any(list(each.columns) == alone for each in keys):
        return True
    holds = " AND ".join(f"{name} = '{value}'" for name, value in relationship.where)
    partial = [each for each in table.indexes if each.unique and list(each.columns) == alone]
    return any(str(each.dialect_options["sqlite"]["where"]) == holds for each in partial)


def _literal(number: int) -> sa.ColumnElement[int]:
    """Write a number of rows into the statement itself: where PostgreSQL is told it later, it plans for a tenth of all."""
    return sa.literal(number, literal_execute=True)


class Level:
    """A statement in the making: the rows of a record, and what is joined to each."""

    def __init__(self, record: type[SQLModel], id_: str = "id") -> None:
        self.record = record
        self.table = records.table_of(record)
        self.columns: list[sa.ColumnElement[Any]] = []
        self._known: dict[tuple[Place, str], int] = {}
        self._joined: dict[tuple[Place, Relationship], Place] = {}
        self.column(self.table, id_)

    def column(self, place: Place, name: str) -> int:
        """Read a column, and tell where in the row it stands."""
        known = self._known.get((place, name))
        if known is None:
            known = self._known[place, name] = len(self.columns)
            self.columns.append(place.c[name])
        return known

    def join(self, place: Place, relationship: Relationship) -> Place:
        """Join the one row at the far end of an edge."""
        known = self._joined.get((place, relationship))
        if known is None:
            table = records.table_of(relationship.target)
            number = 1 + sum(each.target is relationship.target for _, each in self._joined)
            known = self._joined[place, relationship] = alias_of(table, number)
        return known

    def of(self, select: sa.Select[Any], *beside: sa.ColumnElement[Any], rows: Place | None = None) -> sa.Select[Any]:
        """Read the level's columns of a question's rows, and others beside them; `rows` stands for the record's own table."""
        own = self.table if rows is None else rows
        there: dict[Place, Place] = {self.table: own}
        columns = [there.get(place, place).c[name] for place, name in self._known]
        read = select.with_only_columns(*columns, *beside, maintain_column_froms=True)
        for (place, relationship), joined in self._joined.items():
            held = [joined.c[name] == value for name, value in relationship.where]
            near = there.get(place, place).c[relationship.ours]
            read = read.outerjoin_from(own, joined, sa.and_(joined.c[relationship.theirs] == near, *held))
        return read

    def _few(self, select: sa.Select[Any], order: OrderBy, wanted: Slice, *beside: Any) -> sa.Select[Any]:
        """Write the question for the rows of a page, and one row more, without neighbours: their own columns and the sort key."""
        columns = [self.table.c[name] for place, name in self._known if place is self.table]
        near = [self.table.c[relationship.ours] for place, relationship in self._joined if place is self.table]
        own = {each.name: each for each in (*columns, *near)}.values()
        few = wanted.bounded(select, order).with_only_columns(*own, order.key.label("sort_key"), *beside)
        return few.order_by(*order.by(backward=wanted.backward)).limit(_literal(wanted.size + 1))

    def page(self, select: sa.Select[Any], order: OrderBy, wanted: Slice, *beside: Any) -> sa.Select[Any]:
        """Write the question for a page, and one row more: the sort key stands behind the level's columns.

        What is joined is joined to the rows of the page, not to all that match. All rows come in their order from its index,
        and are joined as they come.
        """
        if self._joined and select.whereclause is None:
            read = self.of(wanted.bounded(select, order), order.key.label("sort_key"), *beside)
            return read.order_by(*order.by(backward=wanted.backward)).limit(_literal(wanted.size + 1))
        few = self._few(select, order, wanted, *beside)
        if not self._joined:
            return few
        rows = few.subquery("few")
        others = [rows.c[each.name] for each in beside]
        return self._in_order(self.of(sa.select(rows), rows.c.sort_key, *others, rows=rows), rows, order, wanted)

    def _in_order(self, select: sa.Select[Any], few: Place, order: OrderBy, wanted: Slice) -> sa.Select[Any]:
        """Sort what was read for the few rows of a page as they were."""
        return select.order_by(*OrderBy(few.c.sort_key, few.c[order.id.key], order.descending).by(backward=wanted.backward))

    def listed(self, relationship: Relationship, among: Among) -> sa.Select[Any]:
        """Write the question for all rows at the far end of an edge; for which record a row was found stands behind all else."""
        select, near = relationship.select(among)
        return self.of(select, near.label("near")).order_by(*relationship.order.by())

    def pages(self, relationship: Relationship, wanted: Slice, keys: "OneKey | Keys") -> sa.Select[Any]:
        """Write the question for a page of each list at the far end of an edge: of no list more than the page is read.

        Of several lists each key is looked up by itself: PostgreSQL joins the page of each (LATERAL), and SQLite, which
        cannot, looks for rows whose id is on it.
        """
        order = relationship.order
        if isinstance(keys, OneKey):
            select, near = relationship.select(keys.among)
            return self.page(select, order, wanted, near.label("near"))
        select, _ = relationship.select(lambda column: column == _EACH_KEY)
        each = keys.each()
        if keys.is_sqlite:
            ids = self._few(select, order, wanted).with_only_columns(order.id).correlate(None)
            read = sa.select(self.record).select_from(each.join(self.table, self.table.c["id"].in_(ids)))
            return self.of(read, order.key.label("sort_key"), each.c.value).order_by(*order.by(backward=wanted.backward))
        few = self._few(select, order, wanted).lateral("few")
        read = self.of(sa.select(few).select_from(each.join(few, sa.true())), few.c.sort_key, each.c.value, rows=few)
        return self._in_order(read, few, order, wanted)

    def by_ids(self, among: Among) -> sa.Select[Any]:
        """Write the question for the records of the keys that a run fills in."""
        return self.of(sa.select(self.record).where(among(self.table.c["id"])))


class OneKey:
    """How an engine is given one key."""

    def among(self, column: Any) -> sa.ColumnElement[bool]:
        """Hold for rows of the key that a run fills in."""
        held: sa.ColumnElement[bool] = column == sa.bindparam(KEY, type_=sa.Uuid())
        return held


ONE_KEY = OneKey()

_EACH_KEY: sa.ColumnElement[Any] = sa.literal_column("each_key.value")
"""A key of those that a run fills in, where a statement within another names it."""


class Keys:
    """How an engine is given many keys at once: one list, so that the statement stays the same however many they are."""

    def __init__(self, database: Database) -> None:
        self.is_sqlite = database.is_sqlite

    def each(self) -> sa.FromClause:
        """Write the keys that a run fills in as a table."""
        if self.is_sqlite:
            return sa.func.json_each(sa.bindparam(KEY, type_=sa.String())).table_valued("value", name="each_key")
        return sa.func.unnest(sa.bindparam(KEY, type_=ARRAY(sa.Uuid()))).table_valued("value").render_derived(name="each_key")

    def among(self, column: Any) -> sa.ColumnElement[bool]:
        """Hold for rows of one of the keys that a run fills in."""
        if self.is_sqlite:
            held: sa.ColumnElement[bool] = sa.type_coerce(column, sa.String()).in_(sa.select(self.each().c.value))
            return held
        return column == sa.any_(sa.bindparam(KEY, type_=ARRAY(sa.Uuid())))  # type: ignore[no-any-return]

    def raw(self, id_: UUID) -> Any:
        """Write an id as the driver gives it."""
        return id_.hex if self.is_sqlite else id_

    def given(self, keys: Sequence[Any]) -> Any:
        """Write keys, as the driver gave them, as the one value that it takes: a single one stands for itself."""
        if len(keys) == 1:
            return keys[0]
        return orjson.dumps(keys).decode() if self.is_sqlite else keys
