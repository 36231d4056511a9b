"""How is one level of a compiled read written as SQL? As one statement: the rows of a record, with the columns of joined records.

The compiler first gathers a level: which columns of which tables, joined by which relationships. Then the statement is compiled
once for a dialect, as text for the driver. Bind parameters that have a name of their own (the keys, the cursors, the words of a
search) get their values in each run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import FromClause
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel

from claimkb.store.engine import records
from claimkb.store.engine.paging import OrderBy, Select, Slice, Value
from claimkb.store.engine.relationships import KeyCondition, Relationship
from claimkb.store.engine.steps import BindValues

KEY = "claimkb_key"
"""The name of the bind parameter that holds the key, or the list of keys, of a run."""


@dataclass(frozen=True)
class Statement:
    """SQL as the driver takes it, with the bind values of all parameters."""

    text: str
    values: BindValues
    """A mapping or a list, as the driver takes it, with the values from when the statement was compiled."""
    named: Mapping[str, tuple[Sequence[Any], Callable[[Value], Value] | None]]
    """The parameters that each run binds, by name: their places in `values`, and the conversion for the driver."""

    def bind(self, values: Mapping[str, Value]) -> BindValues:
        """Return the bind values with these in their places."""
        if not values:
            return self.values
        bound = self.values.copy()
        for name, value in values.items():
            places, process = self.named[name]
            written = value if process is None else process(value)
            for place in places:
                bound[place] = written
        return bound


def compile_statement(select: Select, dialect: sa.Dialect) -> Statement:
    """Compile a select into SQL for the driver of a dialect.

    Dates are inlined as literals, except in named parameters (cursors). As bind parameters PostgreSQL would plan the statement
    again at each execution, and planning takes longer than the query.
    """
    for bind in visitors.iterate(select):
        if isinstance(bind, sa.BindParameter) and isinstance(bind.type, sa.Date) and bind.unique:
            bind.literal_execute = True
    compiled = select.compile(dialect=dialect)
    state = compiled.construct_expanded_state({KEY: None} if KEY in compiled.binds else None)
    values = dict(state.parameters)
    processors = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    processors[KEY] = None  # keys are in the driver's form already
    expanded = {name: process for name, process in state.processors.items() if name not in processors}
    for name, process in (processors | expanded).items():
        if process is not None and name in values:
            values[name] = process(values[name])
    named = [name for name, bind in compiled.binds.items() if not bind.unique and name in values]
    if state.positiontup is None:
        return Statement(state.statement, values, {name: ((name,), processors[name]) for name in named})
    order = state.positiontup
    places = {name: tuple(place for place, each in enumerate(order) if each == name) for name in named}
    return Statement(state.statement, [values[name] for name in order], {name: (places[name], processors[name]) for name in named})


@cache
def alias_of(table: sa.Table, number: int) -> sa.FromClause:
    """Return the alias of a table for its n-th join. Statements share it, as an alias holds a copy of every column."""
    return table.alias(f"{table.name}_{number}")


def is_to_one(relationship: Relationship) -> bool:
    """Tell whether a unique key promises one far row at most: then it may be joined."""
    if relationship.through is not None:
        return False
    table = records.table_of(relationship.target)
    alone = [table.c[relationship.theirs]]
    keys = [each for each in table.constraints if isinstance(each, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    if any(list(each.columns) == alone for each in keys):
        return True
    condition = " AND ".join(f"{name} = '{value}'" for name, value in relationship.where)
    partial = [each for each in table.indexes if each.unique and list(each.columns) == alone]
    return any(str(each.dialect_options["sqlite"]["where"]) == condition for each in partial)


def _literal(number: int) -> sa.ColumnElement[int]:
    """Inline a number of rows as a literal: with LIMIT as a bind parameter PostgreSQL plans for a tenth of all rows."""
    return sa.literal(number, literal_execute=True)


class Level:
    """A statement in the making: the rows of a record, and what is joined to each."""

    def __init__(self, record: type[SQLModel], id_: str = "id") -> None:
        self.record = record
        self.table = records.table_of(record)
        self.columns: list[sa.ColumnElement[Value]] = []
        self._indexes: dict[tuple[FromClause, str], int] = {}
        self._joins: dict[tuple[FromClause, Relationship], FromClause] = {}
        self.column(self.table, id_)

    def column(self, table: FromClause, name: str) -> int:
        """Add a column unless the level has it, and return its index in the row."""
        index = self._indexes.get((table, name))
        if index is None:
            index = self._indexes[table, name] = len(self.columns)
            self.columns.append(table.c[name])
        return index

    def join(self, table: FromClause, relationship: Relationship) -> FromClause:
        """Join the one far row of a relationship, unless the level has it, and return its table."""
        joined = self._joins.get((table, relationship))
        if joined is None:
            target = records.table_of(relationship.target)
            number = 1 + sum(each.target is relationship.target for _, each in self._joins)
            joined = self._joins[table, relationship] = alias_of(target, number)
        return joined

    def of(self, select: Select, *others: sa.ColumnElement[Value], rows: FromClause | None = None) -> Select:
        """Select the level's columns for the rows of a select, then other columns; `rows` takes the place of the record's table."""
        own = self.table if rows is None else rows
        replaced: dict[FromClause, FromClause] = {self.table: own}
        columns = [replaced.get(table, table).c[name] for table, name in self._indexes]
        read = select.with_only_columns(*columns, *others, maintain_column_froms=True)
        for (table, relationship), joined in self._joins.items():
            conditions = [joined.c[name] == value for name, value in relationship.where]
            near = replaced.get(table, table).c[relationship.ours]
            read = read.outerjoin_from(own, joined, sa.and_(joined.c[relationship.theirs] == near, *conditions))
        return read

    def _few(self, select: Select, order: OrderBy, wanted: Slice, *others: sa.ColumnElement[Value]) -> Select:
        """Select the rows of a page, and one more, without joins: their own columns and the sort key."""
        columns = [self.table.c[name] for table, name in self._indexes if table is self.table]
        near = [self.table.c[relationship.ours] for table, relationship in self._joins if table is self.table]
        own = {each.name: each for each in (*columns, *near)}.values()
        few = wanted.between_cursors(select, order).with_only_columns(*own, order.key.label("sort_key"), *others)
        return few.order_by(*order.by(backward=wanted.backward)).limit(_literal(wanted.size + 1))

    def page(self, select: Select, order: OrderBy, wanted: Slice, *others: sa.ColumnElement[Value]) -> Select:
        """Select a page, and one row more; the sort key comes after the level's columns.

        The joins are to the rows of the page, not to all rows that match. Without a condition an index gives the rows in order, and
        each is joined as it comes.
        """
        if self._joins and select.whereclause is None:
            read = self.of(wanted.between_cursors(select, order), order.key.label("sort_key"), *others)
            return read.order_by(*order.by(backward=wanted.backward)).limit(_literal(wanted.size + 1))
        few = self._few(select, order, wanted, *others)
        if not self._joins:
            return few
        rows = few.subquery("few")
        named = [rows.c[each.name] for each in others]
        return self._in_order(self.of(sa.select(rows), rows.c.sort_key, *named, rows=rows), rows, order, wanted)

    def _in_order(self, select: Select, few: FromClause, order: OrderBy, wanted: Slice) -> Select:
        """Sort the joined rows of a page as the page is sorted."""
        return select.order_by(*OrderBy(few.c.sort_key, few.c[order.id.key], order.descending).by(backward=wanted.backward))

    def all_rows(self, relationship: Relationship, condition: KeyCondition) -> Select:
        """Select all far rows of a relationship; the near key of each comes last."""
        select, near = relationship.select(condition)
        return self.of(select, near.label("near")).order_by(*relationship.order.by())

    def pages(self, relationship: Relationship, wanted: Slice, keys: "OneKey | Keys") -> Select:
        """Select a page of each near key's far rows. The database reads no more of a list than its page.

        With several keys each is looked up by itself: PostgreSQL joins the page of each key (LATERAL); SQLite has no LATERAL, and
        selects the rows whose id is on the page.
        """
        order = relationship.order
        if isinstance(keys, OneKey):
            select, near = relationship.select(keys.condition)
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

    def by_ids(self, condition: KeyCondition) -> Select:
        """Select the records whose ids meet a condition."""
        return self.of(sa.select(self.record).where(condition(self.table.c["id"])))


class OneKey:
    """A run's one key, as a bind parameter."""

    def condition(self, column: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[bool]:
        """Write the condition that a column holds the key of the run."""
        return column == sa.bindparam(KEY, type_=sa.Uuid())


ONE_KEY = OneKey()

_EACH_KEY: sa.ColumnElement[UUID] = sa.literal_column("each_key.value")
"""One key of the run's list, as a subquery names it."""


class Keys:
    """A run's keys as one bind parameter, a list: so the statement is the same for any number of keys."""

    def __init__(self, *, is_sqlite: bool) -> None:
        self.is_sqlite = is_sqlite

    def each(self) -> FromClause:
        """Write the keys of the run as a table."""
        if self.is_sqlite:
            return sa.func.json_each(sa.bindparam(KEY, type_=sa.String())).table_valued("value", name="each_key")
        return sa.func.unnest(sa.bindparam(KEY, type_=ARRAY(sa.Uuid()))).table_valued("value").render_derived(name="each_key")

    def condition(self, column: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[bool]:
        """Write the condition that a column holds one of the keys of the run."""
        if self.is_sqlite:
            return sa.type_coerce(column, sa.String()).in_(sa.select(self.each().c.value))
        return column == sa.any_(sa.bindparam(KEY, type_=ARRAY(sa.Uuid())))

    def driver_key(self, id_: UUID) -> str | UUID:
        """Write an id in the driver's form."""
        return id_.hex if self.is_sqlite else id_

    def bind_value(self, keys: Sequence[Value]) -> Value:
        """Write keys in the driver's form as the value of the bind parameter: a single one stands for itself."""
        if len(keys) == 1:
            return keys[0]
        return orjson.dumps(keys).decode() if self.is_sqlite else keys
