"""How are whole records read without a session, for many keys at once? In statements that are compiled once for all keys.

The executor reads records so. Such a record belongs to no session: it is only shown.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from claimkb.domain.record import Record
from claimkb.store.engine import levels, paging, relationships, values
from claimkb.store.engine.levels import KEY, ONE_KEY, Keys, Statement
from claimkb.store.engine.paging import OrderBy, Page, Select, Slice, Value
from claimkb.store.engine.relationships import KeyCondition, Relationship
from claimkb.store.engine.steps import BindValues, Row, Steps

MOST_STATEMENTS = 2_000
"""How many compiled statements are kept for a database."""


class RecordRows:
    """Rows that begin with the columns of a record, all but the large ones, and the records that are made of them."""

    def __init__(self, record: type[Record], dialect: sa.Dialect) -> None:
        shown = [each for each in sa.inspect(record).column_attrs if each.key != relationships.LARGE.get(record)]
        self.columns = [each.columns[0] for each in shown]
        self._record, self._names = record, [each.key for each in shown]
        readers = [(each.key, values.to_python(each.columns[0].type, dialect)) for each in shown]
        self._readers = [(name, read) for name, read in readers if read is not None]

    def record(self, row: Row) -> Any:
        """Make a record of a row: its attributes are read as those of any other."""
        attributes = dict(zip(self._names, row, strict=False))
        for name, read in self._readers:
            if attributes[name] is not None:
                attributes[name] = read(attributes[name])
        record = object.__new__(self._record)
        object.__setattr__(record, "__dict__", attributes)
        return record


_rows_of = lru_cache(None)(RecordRows)


class WholeRecords:
    """Reads records whole, in statements as the driver of a database takes them."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect
        self._keys = Keys(is_sqlite=dialect.name == "sqlite")
        self._statements: dict[Hashable, Statement] = {}

    def _step(self, query_key: Hashable, query: Callable[[], Select], **binds: Value) -> tuple[str, BindValues]:
        """Bind the values of a query, which is compiled once: a step."""
        statement = self._statements.get(query_key)
        if statement is None:
            if len(self._statements) >= MOST_STATEMENTS:
                self._statements.clear()
            statement = self._statements[query_key] = levels.compile_statement(query(), self.dialect)
        return statement.text, statement.bind(binds)

    def _step_by_keys(
        self, keys: Sequence[UUID], query_key: Hashable, query: Callable[[KeyCondition], Select], **binds: Value
    ) -> tuple[str, BindValues]:
        """Bind the values of a query for some keys: a step."""
        form = ONE_KEY if len(keys) == 1 else self._keys
        binds[KEY] = self._keys.bind_value([self._keys.driver_key(key) for key in keys])
        return self._step((query_key, len(keys) == 1), lambda: query(form.condition), **binds)

    def by_ids(self, record: type[Record], keys: Sequence[UUID]) -> Steps[list[Any]]:
        """Read records of a kind; None in the place of each that is not there."""
        rows = _rows_of(record, self.dialect)
        column = sa.inspect(record).columns["id"]
        read = yield self._step_by_keys(keys, record, lambda condition: sa.select(*rows.columns).where(condition(column)))
        found = {made.id: made for made in map(rows.record, read)}
        return [found.get(key) for key in keys]

    def lists(self, relationship: Relationship, keys: Sequence[UUID]) -> Steps[list[list[Any]]]:
        """Read all the rows at the far end of a relationship for each key."""
        rows = _rows_of(relationship.target, self.dialect)

        def query(condition: KeyCondition) -> Select:
            select, near = relationship.select(condition)
            return select.with_only_columns(*rows.columns, near).order_by(*relationship.order.by())

        found = _by_key((yield self._step_by_keys(keys, (relationship, "list"), query)))
        return [[rows.record(row) for row in found[self._keys.driver_key(key)]] for key in keys]

    def ones(self, relationship: Relationship, keys: Sequence[UUID]) -> Steps[list[Any]]:
        """Read the one row at the far end of a relationship for each key; None where there is none."""
        found = yield from self.lists(relationship, keys)
        return [rows[0] if rows else None for rows in found]

    def pages(self, relationship: Relationship, wanted: Slice, keys: Sequence[UUID]) -> Steps[list[Page[Any]]]:
        """Read the same page of each list at the far end of a relationship."""
        rows, order, is_one = _rows_of(relationship.target, self.dialect), relationship.order, len(keys) == 1

        def query(condition: KeyCondition) -> Select:
            return relationships.page_statement(relationship, wanted, condition, rows.columns, is_one=is_one)

        found = _by_key((yield self._step_by_keys(keys, (relationship, wanted.form), query, **wanted.bind_values(order))))
        return [self._page(rows, found[self._keys.driver_key(key)], order, wanted) for key in keys]

    def counts(self, relationship: Relationship, keys: Sequence[UUID]) -> Steps[list[int]]:
        """Count the rows of each list at the far end of a relationship."""
        read = yield self._step_by_keys(
            keys, (relationship, "count"), lambda condition: relationships.count_statement(relationship, condition)
        )
        found = {row[0]: row[1] for row in read}
        return [found.get(self._keys.driver_key(key), 0) for key in keys]

    def page(self, record: type[Record], select: Select, order: OrderBy, wanted: Slice, query_key: Hashable) -> Steps[Page[Any]]:
        """Read one page of a query for records of a kind; `query_key` says which query it is."""
        rows = _rows_of(record, self.dialect)

        def query() -> Select:
            bounded = wanted.between_cursors(select, order).with_only_columns(*rows.columns, order.key)
            return bounded.order_by(*order.by(backward=wanted.backward)).limit(wanted.size + 1)

        found = yield self._step((query_key, wanted.form), query, **wanted.bind_values(order))
        return self._page(rows, found, order, wanted)

    def count(self, select: Select, query_key: Hashable) -> Steps[int]:
        """Count the rows of a query."""
        counted: int = (yield self._step((query_key, "count"), lambda: paging.count_statement(select)))[0][0]
        return counted

    def _page(self, rows: RecordRows, found: Sequence[Row], order: OrderBy, wanted: Slice) -> Page[Any]:
        """Cut a page out of rows that were read: the sort key stands behind the columns of the record."""
        read, at = values.to_python(order.key.type, self.dialect) or values.as_is, len(rows.columns)
        records = [(rows.record(row), read(row[at])) for row in found]
        return paging.page_of([(record, key, record.id) for record, key in records], wanted)


def _by_key(rows: Sequence[Row]) -> dict[Value, list[Row]]:
    """Group rows by their key, which stands last."""
    found: dict[Value, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[-1]].append(row)
    return found
