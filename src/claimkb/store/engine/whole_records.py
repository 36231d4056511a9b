"""How are whole records read beneath a session, for many keys at once? In statements that are written once for all keys.

The executor reads so. Such a record belongs to no session: it is only shown.
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

MOST_WRITTEN = 2_000
"""How many statements are remembered."""

_WRITTEN: dict[Hashable, Statement] = {}


class RecordRows:
    """Rows that begin with the columns of a record, all but the large ones, and the records that are made of them."""

    def __init__(self, record: type[Record], dialect: sa.Dialect) -> None:
        shown = [each for each in sa.inspect(record).column_attrs if each.key != relationships.LARGE.get(record)]
        self.columns = [each.columns[0] for each in shown]
        self._record, self._names = record, [each.key for each in shown]
        found = [(each.key, values.to_python(each.columns[0].type, dialect)) for each in shown]
        self._readers = [(name, read) for name, read in found if read is not None]

    def record(self, row: Row) -> Any:
        """Make a record of a row: its attributes are read as those of any other."""
        said = dict(zip(self._names, row, strict=False))
        for name, read in self._readers:
            if said[name] is not None:
                said[name] = read(said[name])
        made = object.__new__(self._record)
        object.__setattr__(made, "__dict__", said)
        return made


_rows_of = lru_cache(None)(RecordRows)


class WholeRecords:
    """Reads records whole, in statements as the driver of a dialect takes them."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect
        self._keys = Keys(is_sqlite=dialect.name == "sqlite")

    def _asked(self, about: Hashable, ask: Callable[[], Select], **fills: Value) -> tuple[str, BindValues]:
        """Fill in a question, which is written once for all that is filled in: a step."""
        statement = _WRITTEN.get((self.dialect, about))
        if statement is None:
            if len(_WRITTEN) >= MOST_WRITTEN:
                _WRITTEN.clear()
            statement = _WRITTEN[self.dialect, about] = levels.compile_statement(ask(), self.dialect)
        return statement.text, statement.bind(fills)

    def _asked_by(
        self, keys: Sequence[UUID], about: Hashable, ask: Callable[[KeyCondition], Select], **fills: Value
    ) -> tuple[str, BindValues]:
        """Fill in a question for some keys."""
        form = ONE_KEY if len(keys) == 1 else self._keys
        fills[KEY] = self._keys.bind_value([self._keys.driver_key(key) for key in keys])
        return self._asked((about, len(keys) == 1), lambda: ask(form.condition), **fills)

    def by_ids(self, record: type[Record], keys: Sequence[UUID]) -> Steps[list[Any]]:
        """Read records of a kind; None in the place of each that is not there."""
        rows = _rows_of(record, self.dialect)
        column = sa.inspect(record).columns["id"]
        read = yield self._asked_by(keys, record, lambda condition: sa.select(*rows.columns).where(condition(column)))
        found = {made.id: made for made in map(rows.record, read)}
        return [found.get(key) for key in keys]

    def lists(self, edge: Relationship, keys: Sequence[UUID]) -> Steps[list[list[Any]]]:
        """Read all the rows at the far end of an edge for each key."""
        rows = _rows_of(edge.target, self.dialect)

        def ask(condition: KeyCondition) -> Select:
            select, near = edge.select(condition)
            return select.with_only_columns(*rows.columns, near).order_by(*edge.order.by())

        found = _by_key((yield self._asked_by(keys, (edge, "list"), ask)))
        return [[rows.record(row) for row in found[self._keys.driver_key(key)]] for key in keys]

    def ones(self, edge: Relationship, keys: Sequence[UUID]) -> Steps[list[Any]]:
        """Read the one row at the far end of an edge for each key; None where there is none."""
        found = yield from self.lists(edge, keys)
        return [rows[0] if rows else None for rows in found]

    def pages(self, edge: Relationship, wanted: Slice, keys: Sequence[UUID]) -> Steps[list[Page[Any]]]:
        """Read the same page of each list at the far end of an edge."""
        rows, order, is_one = _rows_of(edge.target, self.dialect), edge.order, len(keys) == 1

        def ask(condition: KeyCondition) -> Select:
            return relationships.page_statement(edge, wanted, condition, rows.columns, is_one=is_one)

        found = _by_key((yield self._asked_by(keys, (edge, wanted.form), ask, **wanted.bind_values(order))))
        return [self._page(rows, found[self._keys.driver_key(key)], order, wanted) for key in keys]

    def counts(self, edge: Relationship, keys: Sequence[UUID]) -> Steps[list[int]]:
        """Count the rows of each list at the far end of an edge."""
        read = yield self._asked_by(keys, (edge, "count"), lambda condition: relationships.count_statement(edge, condition))
        found = {row[0]: row[1] for row in read}
        return [found.get(self._keys.driver_key(key), 0) for key in keys]

    def page(self, record: type[Record], select: Select, order: OrderBy, wanted: Slice, about: Hashable) -> Steps[Page[Any]]:
        """Read one page of a question for records of a kind; `about` says which question it is."""
        rows = _rows_of(record, self.dialect)

        def ask() -> Select:
            bounded = wanted.between_cursors(select, order).with_only_columns(*rows.columns, order.key)
            return bounded.order_by(*order.by(backward=wanted.backward)).limit(wanted.size + 1)

        found = yield self._asked((about, wanted.form), ask, **wanted.bind_values(order))
        return self._page(rows, found, order, wanted)

    def count(self, select: Select, about: Hashable) -> Steps[int]:
        """Count the rows of a question."""
        counted: int = (yield self._asked((about, "count"), lambda: paging.count_statement(select)))[0][0]
        return counted

    def _page(self, rows: RecordRows, found: Sequence[Row], order: OrderBy, wanted: Slice) -> Page[Any]:
        """Cut a page out of rows that were read: behind the columns of the record stands the sort key."""
        read, at = values.to_python(order.key.type, self.dialect) or values.as_is, len(rows.columns)
        records = [(rows.record(row), read(row[at])) for row in found]
        return paging.page_of([(record, key, record.id) for record, key in records], wanted)


def _by_key(rows: Sequence[Row]) -> dict[Value, list[Row]]:
    """Put rows together that were found for the same key: it stands last."""
    found: dict[Value, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[-1]].append(row)
    return found
