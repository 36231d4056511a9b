"""How do selections become levels, and the functions that shape their rows?"""

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import cache, lru_cache
from typing import Any

from graphql import GraphQLField, GraphQLObjectType
from strawberry.schema import Schema

from claimkb.graphql.edges import Leads
from claimkb.graphql.plans.belonging import Batched, ConnectionShape, Listed, Named, Paged
from claimkb.graphql.plans.questions import List, Questions
from claimkb.graphql.plans.reading import Asking, Belonging, Child, Reading, Shape, Sliced
from claimkb.graphql.plans.selections import Fields, Selections, node_of
from claimkb.graphql.plans.writing import Unplanned, Writing, object_of, said_of
from claimkb.graphql.queries import NODES
from claimkb.store import levels, values
from claimkb.store.database import Database
from claimkb.store.edges import Edge
from claimkb.store.levels import Keys, Level, Place

MOST_WRITTEN = 2_000
"""Of how many values of a kind it is remembered what is written of their text."""


@cache
def _written_once(of_text: Callable[[str, str], str], kind: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make what writes something of a value's text, such as the global id of a UUID: the same rows are read again and again."""
    return lru_cache(MOST_WRITTEN)(lambda value: of_text(kind, write(value)))


Row = Callable[[Fields], str]
"""Writes what a row of a page is shaped into."""


class Builder(Writing):
    """Builds the levels of one operation for one engine."""

    def __init__(self, schema: Schema, selections: Selections, database: Database, *, of_what_was_done: bool = False) -> None:
        super().__init__(schema, selections)
        self.dialect = database.writer.dialect if of_what_was_done else database.reading_dialect
        self._keys, self._of_what_was_done = Keys(database), of_what_was_done

    def reading(self, record: Any, *, id_: str = "id") -> Reading:
        """Begin a level."""
        return Reading(Level(record, id_), self.dialect, self._keys)

    def shown(self, fields: Fields, kind: GraphQLObjectType) -> str | None:
        """Name what makes a place for a record that a value names by its id; None for a type that shows no record."""
        if kind.name not in NODES:
            return None
        return self.name(Named(*self.of_kind(kind.name, fields)).place)

    def node(self, fields: Fields) -> str:
        """Name what makes a place for a record of any kind: what it is, is known when it is there."""
        places: dict[str, Named] = {}

        def place(record: Any, asking: Asking) -> dict[str, Any]:
            kind = type(record).__name__
            return places[kind].place(record.id, asking)

        places.update((kind, Named(*self.of_kind(kind, fields))) for kind in NODES)
        return self.name(place)

    def of_kind(self, kind: str, fields: Fields) -> tuple[Reading, Shape]:
        """Begin a level of records of a kind, with what shapes a row."""
        reading = self.reading(NODES[kind])
        return reading, self.shape(reading, fields, self.selections.schema.type_map[kind])  # type: ignore[arg-type]

    def shape(self, reading: Reading, fields: Fields, kind: GraphQLObjectType) -> Shape:
        """Make the function that shapes a row of a level."""
        return self.function("r, g", self.record(reading, reading.level.table, fields, kind))

    def record(self, reading: Reading, place: Place, fields: Fields, kind: GraphQLObjectType) -> str:
        """Write what a record at a place of a level is shaped into."""
        written = [
            f"{key!r}: {self._field(reading, place, kind, each)}" for key, each in self.selections.below(fields, kind).items()
        ]
        return "{" + ", ".join(written) + "}"

    def _field(self, reading: Reading, place: Place, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write the value of one field."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        field = kind.fields[name]
        definition = field.extensions["strawberry-definition"]
        said, target = said_of(field), object_of(field)
        if "edge" in said:
            return self._edge(reading, place, fields, field)
        if "batch" in said or "asks_by" in said:
            return self._read_by(reading, place, fields, field)
        if "embedded" in said:
            shown = reading.level.column(place, said["embedded"])
            return f"(None if r[{shown}] is None else {self.record(reading, place, fields, target)})"
        if "of_text" in said:
            index = reading.level.column(place, said["reads"][0])
            write = _written_once(said["of_text"], kind.name, values.writer(reading.level.columns[index].type, self.dialect))
            return f"{self.name(write)}(r[{index}])"
        if "reads" in said:
            return self._computed(reading, place, fields, kind, field)
        if definition.base_resolver is None and definition.python_name in place.c:
            return self._column(reading, reading.level.column(place, definition.python_name))
        raise Unplanned(f"{kind.name}.{name} is resolved by its own function.")

    def _column(self, reading: Reading, index: int) -> str:
        """Write the value of a column."""
        type_ = reading.level.columns[index].type
        write = values.writer(type_, self.dialect)
        if write is values.as_is:
            return f"r[{index}]"
        if write is None:
            raise Unplanned(f"{reading.level.columns[index]} is of a type that no plan knows.")
        value = f"{self.name(write)}(r[{index}])"
        return f"(None if r[{index}] is None else {value})" if reading.level.columns[index].nullable else value

    def _python(self, reading: Reading, index: int) -> str:
        """Write the value of a column as Python knows it."""
        read = values.reader(reading.level.columns[index].type, self.dialect)
        return f"r[{index}]" if read is None else f"(None if r[{index}] is None else {self.name(read)}(r[{index}]))"

    def _row(self, reading: Reading, place: Place, kind: str, columns: tuple[str, ...]) -> str:
        """Write some columns of a row as an object with attributes."""
        row = self.name(make_dataclass(kind, columns, slots=True))
        return f"{row}({', '.join(self._python(reading, reading.level.column(place, column)) for column in columns)})"

    def _computed(self, reading: Reading, place: Place, fields: Fields, kind: GraphQLObjectType, field: Any) -> str:
        """Write the value of a field that is computed from columns of its row, and of another beside it."""
        definition, said = field.extensions["strawberry-definition"], said_of(field)
        if self._of_what_was_done and not said["reads"]:
            raise Unplanned(f"{kind.name}.{definition.python_name} is shown once, and never read.")
        row = self._row(reading, place, kind.name, said["reads"])
        if "beside" in said:
            edge: Edge = said["beside"]
            there = reading.level.join(place, edge)
            other = self._row(reading, there, edge.target.__name__, said["theirs"])
            found = reading.level.column(there, "id")
            value = f"{self.name(said['tell'])}({row}, None if r[{found}] is None else {other}, g[0])"
        else:
            info = ", g[0]" if definition.base_resolver.info_parameter is not None else ""
            value = f"{self.name(definition.base_resolver.wrapped_func)}({row}{info})"
        return self.value(fields, field.type, value)

    def _read_by(self, reading: Reading, place: Place, fields: Fields, field: GraphQLField) -> str:
        """Write what is read for the keys in a column by something else than an edge."""
        said, arguments = said_of(field), self.arguments(fields, field)
        near = reading.level.column(place, said.get("by") or said["asks_by"])
        many: Belonging
        if "batch" in said:
            shape = self.function("v, g", self.value(fields, field.type, "v"))
            read_key = values.reader(reading.level.columns[near].type, self.dialect) or values.as_is
            many = Batched(said["batch"], arguments, shape, read_key)
        else:
            below = self.reading(said["record"])
            many = Questions(List(below, Sliced(arguments), said["asks"], self.connection(below, fields, field)), said["asks_by"])
        reading.children.append(Child(near, many))
        return f"g[{len(reading.children)}][r[{near}]]"

    def _edge(self, reading: Reading, place: Place, fields: Fields, field: GraphQLField) -> str:
        """Write what an edge leads to: joined where there is one row at most, else read by a level of its own."""
        said, target = said_of(field), object_of(field)
        edge: Edge = said["edge"]
        if said["leads_to"] is Leads.TO_ONE and levels.leads_to_one(edge):
            there = reading.level.join(place, edge)
            found = reading.level.column(there, "id")
            return f"(None if r[{found}] is None else {self.record(reading, there, fields, target)})"
        near = reading.level.column(place, edge.ours)
        below = self.reading(edge.target)
        reading.children.append(Child(near, self._belonging(below, fields, field)))
        g = f"g[{len(reading.children)}]"
        missing = {Leads.TO_ONE: f"{g}.get(r[{near}])", Leads.TO_LIST: f"{g}.get(r[{near}], [])"}
        return missing.get(said["leads_to"], f"{g}[r[{near}]]")

    def _belonging(self, below: Reading, fields: Fields, field: GraphQLField) -> Belonging:
        """Make what reads the far end of an edge for many records."""
        said, target = said_of(field), object_of(field)
        edge: Edge = said["edge"]
        if said["leads_to"] is not Leads.TO_MANY:
            return Listed(below, edge, self.shape(below, fields, target), alone=said["leads_to"] is Leads.TO_ONE)
        return Paged(below, edge, self.arguments(fields, field), self.connection(below, fields, field), said["needs"])

    def connection(
        self, reading: Reading, fields: Fields, field: GraphQLField, node: Row | None = None, **beside: Row
    ) -> ConnectionShape:
        """Write what a page is shaped into: `p` are its rows, of which `n` says whether more follow and `b` whether there are some
        before; `t` is the number of all, and `c` writes a row's cursor.

        `node` writes the record of a row where that is not the level's own, and `beside` what else an edge shows.
        """

        def own(below: Fields) -> str:
            shown: Any = self.selections.schema.type_map[reading.level.record.__name__]
            return self.record(reading, reading.level.table, below, shown)

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
