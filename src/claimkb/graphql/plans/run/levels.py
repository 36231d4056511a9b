"""How is a level read? Its rows take one statement; then its children read theirs, for the keys in those rows.

A level does not know how its statements are run: it yields each as a step, and is sent the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from graphql.execution.values import VariableValues
from sqlmodel import Session

from claimkb.graphql.execution.context import Context
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.plans.cache import CompiledStatement
from claimkb.store.engine import levels, paging, values
from claimkb.store.engine.levels import KEY, Keys, Level, OneKey
from claimkb.store.engine.paging import OrderBy
from claimkb.store.engine.steps import Steps

Row = Sequence[Any]
"""A row as the driver gives it."""

Key = object
"""The value of a key column, as the driver gives it."""

Children = list[Any]
"""`g` of the generated functions: the run, and for each child of a level a mapping from keys to values of the answer."""

Shape = Callable[[Any, Children], object]
"""A generated function: shapes a row, or a value of Python, into a value of the answer."""

Cursor = Callable[[Row], str]
Query = tuple[sa.Select[Any], OrderBy | None]
"""A select, and the order by which its rows have cursors."""


@dataclass
class Run:
    """One run of a plan. Resolvers are given it as their `info`: they read its context."""

    context: Context
    values: VariableValues
    ask: Callable[[Callable[[Session], Any]], Any]
    """Reads by a function that takes a session."""
    root: object = None
    """The payload of a mutation."""
    is_inline: bool = False
    """Whether the plan runs on the event loop, where no statement may be compiled."""
    deferred: dict["DeferredReader", list[tuple[UUID, dict[str, object]]]] = field(default_factory=dict)
    """The ids of records that are still to be read, each with the object of the answer that it fills."""

    def read_deferred(self) -> Steps[None]:
        """Read the deferred records, until none of them names others."""
        while self.deferred:
            deferred, self.deferred = self.deferred, {}
            for reader, places in deferred.items():
                yield from reader.fill(self, places)


class DeferredReader(Protocol):
    """Reads records whose ids stand in values."""

    def fill(self, run: Run, places: Sequence[tuple[UUID, dict[str, object]]]) -> Steps[None]:
        """Read the records, and fill in their objects of the answer."""


class NotCompiled(Exception):
    """A statement is not compiled yet. That takes too long for the event loop."""


class Root(Protocol):
    """A field of the root type."""

    def read(self, run: Run) -> Steps[object]:
        """Read its value of the answer."""


@dataclass(eq=False)
class LevelReader:
    """Reads a level by its statements, and the levels below it."""

    level: Level
    dialect: sa.Dialect
    keys: Keys
    statements: BoundedCache[CompiledStatement]
    children: list["Child"] = field(default_factory=list)

    def statement(self, run: Run, name: object, query: Callable[[], Query]) -> CompiledStatement:
        """Find the statement that has this name at this level, or compile its query."""
        key = (self, name)
        statement = self.statements.find(key)
        if statement is not None:
            return statement
        if run.is_inline:
            raise NotCompiled
        return self.statements.keep(key, self._compile(*query()))

    def _compile(self, select: sa.Select[Any], order: OrderBy | None) -> CompiledStatement:
        """Compile a query, and make the function for cursors: the sort key follows the level's columns, the id comes first."""
        statement = levels.compile_statement(select, self.dialect)
        if order is None:
            return CompiledStatement(statement, None, str)
        read_key = values.to_python(order.key.type, self.dialect) or values.as_is
        read_id = values.to_python(order.id.type, self.dialect) or values.as_is
        sort_key = len(self.level.columns)
        return CompiledStatement(statement, order, lambda row: paging.cursor(read_key(row[sort_key]), read_id(row[0])))

    def keyed_statement(
        self, run: Run, keys: Sequence[Key], name: object, query: Callable[[OneKey | Keys], Query]
    ) -> tuple[CompiledStatement, dict[str, Any]]:
        """Find or compile the statement for one key or for several, and bind the keys."""
        form = levels.ONE_KEY if len(keys) == 1 else self.keys
        return self.statement(run, (name, len(keys) == 1), partial(query, form)), {KEY: self.keys.bind_value(keys)}

    def rows(self, run: Run, keys: Sequence[Key]) -> Steps[list[Row]]:
        """Read the rows whose ids are these keys."""
        statement, binds = self.keyed_statement(run, keys, "by ids", lambda form: (self.level.by_ids(form.condition), None))
        return (yield statement.step(**binds))

    def rows_by_id(self, run: Run, ids: Sequence[UUID]) -> Steps[dict[UUID, Row]]:
        """Read the rows with these ids, by id."""
        by_key = {self.keys.driver_key(id_): id_ for id_ in ids}
        return {by_key[row[0]]: row for row in (yield from self.rows(run, list(by_key)))}

    def load_children(self, run: Run, rows: Sequence[Row]) -> Steps[Children]:
        """Load the values of all children for these rows."""
        g: Children = [run]
        for child in self.children:
            g.append((yield from child.load(run, rows)))
        return g


@dataclass(frozen=True)
class Child:
    """A part of a level that is loaded for the keys in one of its columns."""

    column: int
    loader: "ChildLoader"

    def load(self, run: Run, rows: Sequence[Row]) -> Steps[Mapping[Key, object]]:
        """Load the values of these rows, by key."""
        keys = list({row[self.column]: None for row in rows if row[self.column] is not None})
        return (yield from self.loader.load(run, keys)) if keys else {}


class ChildLoader(Protocol):
    """Loads values of the answer for many keys at once."""

    def load(self, run: Run, keys: list[Key]) -> Steps[Mapping[Key, object]]:
        """Load the value of each key."""
