"""How does a selection of a record become a level, and the function that shapes its rows?"""

from collections.abc import Callable
from dataclasses import make_dataclass
from typing import assert_never

from graphql import GraphQLField, GraphQLObjectType
from sqlalchemy import FromClause
from sqlmodel import SQLModel
from strawberry.schema import Schema
from strawberry.types.fields.resolver import StrawberryResolver

from claimkb.domain.record import Record
from claimkb.graphql.mapping.declarations import (
    Batched,
    Computed,
    ComputedBeside,
    Embedded,
    ListPerRow,
    RowDeclaration,
    TextOf,
    ToList,
    ToMany,
    ToOne,
    declaration_of,
)
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.expressions import ExpressionWriter, NotPlannable, definition_of, object_of
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.arguments import PageArguments
from claimkb.graphql.plans.run.children import BatchLoader, ConnectionShape, DeferredRecords, ListLoader, PageLoader
from claimkb.graphql.plans.run.levels import Child, ChildLoader, LevelReader, Run, Shape
from claimkb.graphql.plans.run.roots import QueryPerKey, RootList
from claimkb.graphql.schema.queries import NODES
from claimkb.store.engine import levels, values
from claimkb.store.engine.database import Database
from claimkb.store.engine.levels import Keys, Level

WriteRow = Callable[[Fields], str]
"""Writes the text that shapes a row of a page."""


class Builder(ExpressionWriter):
    """Builds the levels of one operation for one engine."""

    def __init__(
        self, schema: Schema, selections: Selections, database: Database, caches: PlanCaches, *, of_payload: bool = False
    ) -> None:
        super().__init__(schema, selections)
        self.dialect = database.writer.dialect if of_payload else database.reading_dialect
        self._keys, self._caches, self._of_payload = Keys(is_sqlite=database.is_sqlite), caches, of_payload

    def reader(self, record: type[SQLModel], *, id_: str = "id") -> LevelReader:
        """Begin a level."""
        return LevelReader(Level(record, id_), self.dialect, self._keys, self._caches.statements)

    def reader_of(self, kind: str, fields: Fields) -> tuple[LevelReader, Shape]:
        """Make the level of a kind of record, and the function that shapes its rows."""
        reader = self.reader(NODES[kind])
        type_: GraphQLObjectType = self.selections.schema.type_map[kind]  # type: ignore[assignment]
        return reader, self.shape(reader, fields, type_)

    def is_record(self, kind: GraphQLObjectType) -> bool:
        """Tell whether a type shows a record that can be found by its id."""
        return kind.name in NODES

    def deferred(self, fields: Fields, kind: GraphQLObjectType) -> str:
        """Name the function that makes the object of a record, given its id and the run; the record is read later."""
        return self.name(DeferredRecords(*self.reader_of(kind.name, fields)).defer)

    def deferred_node(self, fields: Fields) -> str:
        """Name the function that makes the object of a record of any kind, given the record and the run."""
        kinds: dict[str, DeferredRecords] = {}

        def defer(record: Record, run: Run) -> dict[str, object]:
            return kinds[type(record).__name__].defer(record.id, run)

        kinds.update((kind, DeferredRecords(*self.reader_of(kind, fields))) for kind in NODES)
        return self.name(defer)

    def shape(self, reader: LevelReader, fields: Fields, kind: GraphQLObjectType) -> Shape:
        """Make the function that shapes a row of a level."""
        return self.function("r, g", self.record(reader, reader.level.table, fields, kind))

    def record(self, reader: LevelReader, place: FromClause, fields: Fields, kind: GraphQLObjectType) -> str:
        """Write the object of a record that is in a row `r`, in the columns of a table of the level."""
        selected = self.selections.below(fields, kind).items()
        return "{" + ", ".join(f"{key!r}: {self._field(reader, place, kind, each)}" for key, each in selected) + "}"

    def _field(self, reader: LevelReader, place: FromClause, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write one field of a record."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        field = kind.fields[name]
        definition, column_of = definition_of(field), reader.level.column
        declaration = declaration_of(definition)
        if declaration is None and definition.base_resolver is None and definition.python_name in place.c:
            return self._column(reader, column_of(place, definition.python_name))
        if not isinstance(declaration, RowDeclaration):
            raise NotPlannable(f"{kind.name}.{name} is resolved by its own function.")
        match declaration:
            case ToOne() | ToList() | ToMany():
                return self._edge(reader, place, fields, field, declaration)
            case Batched() | ListPerRow():
                near = column_of(place, declaration.column)
                loader = self._loader(reader, near, fields, field, declaration)
                return f"{self._child(reader, near, loader)}[r[{near}]]"
            case Embedded(column):
                record = self.record(reader, place, fields, object_of(field))
                return f"(None if r[{column_of(place, column)}] is None else {record})"
            case TextOf(column, of_text):
                index = column_of(place, column)
                write = values.to_json(reader.level.columns[index].type, self.dialect) or values.as_is
                return f"{self.name(self._caches.text_writer(of_text, kind.name, write))}(r[{index}])"
            case Computed(columns):
                return self.value(fields, field.type, self._computed(reader, place, kind, field, columns))
            case ComputedBeside(columns, relationship, theirs, compute):
                row, joined = self._row(reader, place, kind.name, columns), reader.level.join(place, relationship)
                other = self._row(reader, joined, relationship.target.__name__, theirs)
                other = f"None if r[{column_of(joined, 'id')}] is None else {other}"
                return self.value(fields, field.type, f"{self.name(compute)}({row}, {other}, g[0])")
            case never:
                assert_never(never)

    def _child(self, reader: LevelReader, near: int, loader: ChildLoader) -> str:
        """Add a child to a level, for the keys in a column; write the mapping that it loads."""
        reader.children.append(Child(near, loader))
        return f"g[{len(reader.children)}]"

    def _column(self, reader: LevelReader, index: int) -> str:
        """Write the value of a column."""
        type_ = reader.level.columns[index].type
        write = values.to_json(type_, self.dialect)
        if write is values.as_is:
            return f"r[{index}]"
        if write is None:
            raise NotPlannable(f"{reader.level.columns[index]} is of a type that no plan knows.")
        value = f"{self.name(write)}(r[{index}])"
        return f"(None if r[{index}] is None else {value})" if reader.level.columns[index].nullable else value

    def _python(self, reader: LevelReader, index: int) -> str:
        """Write the value of a column as its type in Python."""
        read = values.to_python(reader.level.columns[index].type, self.dialect)
        return f"r[{index}]" if read is None else f"(None if r[{index}] is None else {self.name(read)}(r[{index}]))"

    def _row(self, reader: LevelReader, place: FromClause, kind: str, columns: tuple[str, ...]) -> str:
        """Write some columns of a row as a Python object with attributes."""
        row = self.name(make_dataclass(kind, columns, slots=True))
        return f"{row}({', '.join(self._python(reader, reader.level.column(place, column)) for column in columns)})"

    def _computed(
        self, reader: LevelReader, place: FromClause, kind: GraphQLObjectType, field: GraphQLField, columns: tuple[str, ...]
    ) -> str:
        """Write the call of a resolver that computes a value from columns of its row."""
        definition = definition_of(field)
        if self._of_payload and not columns:
            raise NotPlannable(f"{kind.name}.{definition.python_name} is shown once, and never read.")
        resolver: StrawberryResolver[object] = definition.base_resolver  # type: ignore[assignment]  # a decorator made it
        info = "" if resolver.info_parameter is None else ", g[0]"
        return f"{self.name(resolver.wrapped_func)}({self._row(reader, place, kind.name, columns)}{info})"

    def _edge(
        self, reader: LevelReader, place: FromClause, fields: Fields, field: GraphQLField, edge: ToOne | ToList | ToMany
    ) -> str:
        """Write the record, or the list, at the end of an edge: joined where there is one row at most, else loaded by a child."""
        relationship, target = edge.relationship, object_of(field)
        if isinstance(edge, ToOne) and levels.is_to_one(relationship):
            joined = reader.level.join(place, relationship)
            id_ = reader.level.column(joined, "id")
            return f"(None if r[{id_}] is None else {self.record(reader, joined, fields, target)})"
        near, below = reader.level.column(place, relationship.ours), self.reader(relationship.target)
        match edge:
            case ToMany(_, needs):
                shape = self.connection(below, fields, field)
                loader = PageLoader(below, relationship, self.arguments(fields, field), shape, needs)
                return f"{self._child(reader, near, loader)}[r[{near}]]"
            case ToList():
                rows = ListLoader(below, relationship, self.shape(below, fields, target), is_single=False)
                return f"{self._child(reader, near, rows)}.get(r[{near}], [])"
            case ToOne():
                rows = ListLoader(below, relationship, self.shape(below, fields, target), is_single=True)
                return f"{self._child(reader, near, rows)}.get(r[{near}])"

    def _loader(
        self, reader: LevelReader, near: int, fields: Fields, field: GraphQLField, declaration: Batched | ListPerRow
    ) -> ChildLoader:
        """Make the loader of a field that the store reads for the keys in a column."""
        arguments = self.arguments(fields, field)
        if isinstance(declaration, Batched):
            shape = self.function("v, g", self.value(fields, field.type, "v"))
            read_key = values.to_python(reader.level.columns[near].type, self.dialect) or values.as_is
            return BatchLoader(declaration.choose, arguments, shape, read_key)
        below = self.reader(declaration.record)
        root = RootList(below, PageArguments(arguments), declaration.query, self.connection(below, fields, field))
        return QueryPerKey(root, declaration.column)

    def connection(
        self, reader: LevelReader, fields: Fields, field: GraphQLField, node: WriteRow | None = None, **edge_fields: WriteRow
    ) -> ConnectionShape:
        """Make the function that shapes a page. `node` writes a row's record if that is not the level's own record."""

        def own(below: Fields) -> str:
            kind: GraphQLObjectType = self.selections.schema.type_map[reader.level.record.__name__]  # type: ignore[assignment]
            return self.record(reader, reader.level.table, below, kind)

        kind, edge = object_of(field), {"node": node or own, "cursor": lambda _: "c(r)", **edge_fields}
        selected = self.selections.below(fields, kind)
        names = {node_of(each).name.value for each in selected.values()}
        members = [f"{key!r}: {self._page_field(kind, each, edge)}" for key, each in selected.items()]
        shape = self.function("p, n, b, t, g, c", "{" + ", ".join(members) + "}")
        return ConnectionShape(shape, has_page=bool(names - {"totalCount", "__typename"}), has_count="totalCount" in names)

    def _page_field(self, kind: GraphQLObjectType, fields: Fields, edge: dict[str, WriteRow]) -> str:
        """Write one field of a connection."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        if name == "totalCount":
            return "t"
        if name == "nodes":
            return f"[{edge['node'](fields)} for r in p]"
        target = object_of(kind.fields[name])
        writers: dict[str, WriteRow] = {"__typename": lambda _: repr(target.name), **(edge if name == "edges" else _PAGE_INFO)}
        below = self.selections.below(fields, target)
        members = "{" + ", ".join(f"{key!r}: {writers[node_of(each).name.value](each)}" for key, each in below.items()) + "}"
        return f"[{members} for r in p]" if name == "edges" else members


_PAGE_INFO: dict[str, WriteRow] = {
    "hasNextPage": lambda _: "n",
    "hasPreviousPage": lambda _: "b",
    "startCursor": lambda _: "(c(p[0]) if p else None)",
    "endCursor": lambda _: "(c(p[-1]) if p else None)",
}
