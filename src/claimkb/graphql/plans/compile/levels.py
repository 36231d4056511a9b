"""How do selections become levels, and the functions that shape their rows?"""

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import cache, lru_cache
from typing import Any

from graphql import GraphQLField, GraphQLObjectType
from sqlalchemy import FromClause
from strawberry.schema import Schema

from claimkb.graphql.mapping.edges import Cardinality
from claimkb.graphql.plans.compile.expressions import ExpressionWriter, NotPlannable, object_of, said_of
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.children import BatchLoader, ConnectionShape, DeferredRecords, ListLoader, PageLoader
from claimkb.graphql.plans.run.levels import Child, ChildLoader, LevelReader, PageArguments, Run, Shape
from claimkb.graphql.plans.run.roots import QueryPerKey, RootList
from claimkb.graphql.schema.queries import NODES
from claimkb.store.engine import levels, values
from claimkb.store.engine.database import Database
from claimkb.store.engine.levels import Keys, Level
from claimkb.store.engine.relationships import Relationship

MOST_WRITTEN = 2_000
"""Of how many values of a kind it is remembered what is written of their text."""


@cache
def _written_once(of_text: Callable[[str, str], str], kind: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make what writes something of a value's text, such as the global id of a UUID: the same rows are read again and again."""
    return lru_cache(MOST_WRITTEN)(lambda value: of_text(kind, write(value)))


Row = Callable[[Fields], str]
"""Writes what a row of a page is shaped into."""


class Builder(ExpressionWriter):
    """Builds the levels of one operation for one engine."""

    def __init__(self, schema: Schema, selections: Selections, database: Database, *, of_what_was_done: bool = False) -> None:
        super().__init__(schema, selections)
        self.dialect = database.writer.dialect if of_what_was_done else database.reading_dialect
        self._keys, self._of_what_was_done = Keys(is_sqlite=database.is_sqlite), of_what_was_done

    def reader(self, record: Any, *, id_: str = "id") -> LevelReader:
        """Begin a level."""
        return LevelReader(Level(record, id_), self.dialect, self._keys)

    def shown(self, fields: Fields, kind: GraphQLObjectType) -> str | None:
        """Name what makes a place for a record that a value names by its id; None for a type that shows no record."""
        if kind.name not in NODES:
            return None
        return self.name(DeferredRecords(*self.of_kind(kind.name, fields)).place)

    def node(self, fields: Fields) -> str:
        """Name what makes a place for a record of any kind: what it is, is known when it is there."""
        places: dict[str, DeferredRecords] = {}

        def place(record: Any, run: Run) -> dict[str, Any]:
            kind = type(record).__name__
            return places[kind].place(record.id, run)

        places.update((kind, DeferredRecords(*self.of_kind(kind, fields))) for kind in NODES)
        return self.name(place)

    def of_kind(self, kind: str, fields: Fields) -> tuple[LevelReader, Shape]:
        """Begin a level of records of a kind, with what shapes a row."""
        reader = self.reader(NODES[kind])
        return reader, self.shape(reader, fields, self.selections.schema.type_map[kind])  # type: ignore[arg-type]

    def shape(self, reader: LevelReader, fields: Fields, kind: GraphQLObjectType) -> Shape:
        """Make the function that shapes a row of a level."""
        return self.function("r, g", self.record(reader, reader.level.table, fields, kind))

    def record(self, reader: LevelReader, place: FromClause, fields: Fields, kind: GraphQLObjectType) -> str:
        """Write what a record at a place of a level is shaped into."""
        written = [
            f"{key!r}: {self._field(reader, place, kind, each)}" for key, each in self.selections.below(fields, kind).items()
        ]
        return "{" + ", ".join(written) + "}"

    def _field(self, reader: LevelReader, place: FromClause, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write the value of one field."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        field = kind.fields[name]
        definition = field.extensions["strawberry-definition"]
        said, target = said_of(field), object_of(field)
        if "edge" in said:
            return self._edge(reader, place, fields, field)
        if "batch" in said or "asks_by" in said:
            return self._read_by(reader, place, fields, field)
        if "embedded" in said:
            shown = reader.level.column(place, said["embedded"])
            return f"(None if r[{shown}] is None else {self.record(reader, place, fields, target)})"
        if "of_text" in said:
            index = reader.level.column(place, said["reads"][0])
            write = _written_once(said["of_text"], kind.name, values.to_json(reader.level.columns[index].type, self.dialect))
            return f"{self.name(write)}(r[{index}])"
        if "reads" in said:
            return self._computed(reader, place, fields, kind, field)
        if definition.base_resolver is None and definition.python_name in place.c:
            return self._column(reader, reader.level.column(place, definition.python_name))
        raise NotPlannable(f"{kind.name}.{name} is resolved by its own function.")

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
        """Write the value of a column as Python knows it."""
        read = values.to_python(reader.level.columns[index].type, self.dialect)
        return f"r[{index}]" if read is None else f"(None if r[{index}] is None else {self.name(read)}(r[{index}]))"

    def _row(self, reader: LevelReader, place: FromClause, kind: str, columns: tuple[str, ...]) -> str:
        """Write some columns of a row as an object with attributes."""
        row = self.name(make_dataclass(kind, columns, slots=True))
        return f"{row}({', '.join(self._python(reader, reader.level.column(place, column)) for column in columns)})"

    def _computed(self, reader: LevelReader, place: FromClause, fields: Fields, kind: GraphQLObjectType, field: Any) -> str:
        """Write the value of a field that is computed from columns of its row, and of another beside it."""
        definition, said = field.extensions["strawberry-definition"], said_of(field)
        if self._of_what_was_done and not said["reads"]:
            raise NotPlannable(f"{kind.name}.{definition.python_name} is shown once, and never read.")
        row = self._row(reader, place, kind.name, said["reads"])
        if "beside" in said:
            edge: Relationship = said["beside"]
            there = reader.level.join(place, edge)
            other = self._row(reader, there, edge.target.__name__, said["theirs"])
            found = reader.level.column(there, "id")
            value = f"{self.name(said['tell'])}({row}, None if r[{found}] is None else {other}, g[0])"
        else:
            info = ", g[0]" if definition.base_resolver.info_parameter is not None else ""
            value = f"{self.name(definition.base_resolver.wrapped_func)}({row}{info})"
        return self.value(fields, field.type, value)

    def _read_by(self, reader: LevelReader, place: FromClause, fields: Fields, field: GraphQLField) -> str:
        """Write what is read for the keys in a column by something else than an edge."""
        said, arguments = said_of(field), self.arguments(fields, field)
        near = reader.level.column(place, said.get("by") or said["asks_by"])
        many: ChildLoader
        if "batch" in said:
            shape = self.function("v, g", self.value(fields, field.type, "v"))
            read_key = values.to_python(reader.level.columns[near].type, self.dialect) or values.as_is
            many = BatchLoader(said["batch"], arguments, shape, read_key)
        else:
            below = self.reader(said["record"])
            many = QueryPerKey(
                RootList(below, PageArguments(arguments), said["asks"], self.connection(below, fields, field)), said["asks_by"]
            )
        reader.children.append(Child(near, many))
        return f"g[{len(reader.children)}][r[{near}]]"

    def _edge(self, reader: LevelReader, place: FromClause, fields: Fields, field: GraphQLField) -> str:
        """Write what an edge leads to: joined where there is one row at most, else read by a level of its own."""
        said, target = said_of(field), object_of(field)
        edge: Relationship = said["edge"]
        if said["leads_to"] is Cardinality.TO_ONE and levels.is_to_one(edge):
            there = reader.level.join(place, edge)
            found = reader.level.column(there, "id")
            return f"(None if r[{found}] is None else {self.record(reader, there, fields, target)})"
        near = reader.level.column(place, edge.ours)
        below = self.reader(edge.target)
        reader.children.append(Child(near, self._belonging(below, fields, field)))
        g = f"g[{len(reader.children)}]"
        missing = {Cardinality.TO_ONE: f"{g}.get(r[{near}])", Cardinality.TO_LIST: f"{g}.get(r[{near}], [])"}
        return missing.get(said["leads_to"], f"{g}[r[{near}]]")

    def _belonging(self, below: LevelReader, fields: Fields, field: GraphQLField) -> ChildLoader:
        """Make what reads the far end of an edge for many records."""
        said, target = said_of(field), object_of(field)
        edge: Relationship = said["edge"]
        if said["leads_to"] is not Cardinality.TO_MANY:
            return ListLoader(below, edge, self.shape(below, fields, target), alone=said["leads_to"] is Cardinality.TO_ONE)
        return PageLoader(below, edge, self.arguments(fields, field), self.connection(below, fields, field), said["needs"])

    def connection(
        self, reader: LevelReader, fields: Fields, field: GraphQLField, node: Row | None = None, **beside: Row
    ) -> ConnectionShape:
        """Write what a page is shaped into: `p` are its rows, of which `n` says whether more follow and `b` whether there are some
        before; `t` is the number of all, and `c` writes a row's cursor.

        `node` writes the record of a row where that is not the level's own, and `beside` what else an edge shows.
        """

        def own(below: Fields) -> str:
            shown: Any = self.selections.schema.type_map[reader.level.record.__name__]
            return self.record(reader, reader.level.table, below, shown)

        kind, edge = object_of(field), {"node": node or own, "cursor": lambda _: "c(r)", **beside}
        selected = self.selections.below(fields, kind)
        names = {node_of(each).name.value for each in selected.values()}
        written = [f"{key!r}: {self._page_field(kind, each, edge)}" for key, each in selected.items()]
        shape = self.function("p, n, b, t, g, c", "{" + ", ".join(written) + "}")
        return ConnectionShape(shape, pages=bool(names - {"totalCount", "__typename"}), counts="totalCount" in names)

    def _page_field(self, kind: GraphQLObjectType, fields: Fields, edge: dict[str, Row]) -> str:
        """Write one field of a connection."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        if name == "totalCount":
            return "t"
        if name == "nodes":
            return f"[{edge['node'](fields)} for r in p]"
        target = object_of(kind.fields[name])
        known: dict[str, Row] = {"__typename": lambda _: repr(target.name), **(edge if name == "edges" else _PAGE_INFO)}
        below = self.selections.below(fields, target)
        shown = "{" + ", ".join(f"{key!r}: {known[node_of(each).name.value](each)}" for key, each in below.items()) + "}"
        return f"[{shown} for r in p]" if name == "edges" else shown


_PAGE_INFO: dict[str, Row] = {
    "hasNextPage": lambda _: "n",
    "hasPreviousPage": lambda _: "b",
    "startCursor": lambda _: "(c(p[0]) if p else None)",
    "endCursor": lambda _: "(c(p[-1]) if p else None)",
}
