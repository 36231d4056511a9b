"""How do selections become levels, and the functions that shape their rows?

The functions are written as the text of Python expressions, one for each level, and compiled: to go through a list of fields
for every row would cost several times as much. The texts hold positions, quoted keys of the answer and names that stand for
functions; nothing of what a client writes becomes a part of them unquoted.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.values import get_argument_values
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments

from claimkb.domain.permissions import Permission
from claimkb.domain.record import Record
from claimkb.graphql.edges import Leads
from claimkb.graphql.plans.reading import Arguments, Belonging, Child, ConnectionShape, Listed, Paged, Reading, Shape
from claimkb.graphql.plans.selections import Fields, Selections, node_of, variables_in
from claimkb.store import levels, values
from claimkb.store.database import Database
from claimkb.store.edges import Edge
from claimkb.store.levels import Keys, Level, Place


def said_of(field: GraphQLField) -> Mapping[str, Any]:
    """Read what a field declares."""
    said: Mapping[str, Any] = field.extensions["strawberry-definition"].metadata
    return said


class Unplanned(Exception):
    """What is left to the executor. The message says why."""


class Builder:
    """Builds the levels of one operation for one engine."""

    def __init__(self, schema: Schema, selections: Selections, database: Database) -> None:
        self.schema, self.selections = schema, selections
        self.dialect, self._keys = database.engine.dialect, Keys(database)
        self.needs: set[Permission] = set()
        self._names: dict[str, Any] = {}
        self._numbers = count()

    def reading(self, record: type[Record]) -> Reading:
        """Begin a level."""
        return Reading(Level(record), self.dialect, self._keys)

    def name(self, value: Any) -> str:
        """Give a value a name in the functions."""
        name = f"v{next(self._numbers)}"
        self._names[name] = value
        return name

    def function(self, parameters: str, text: str) -> Shape:
        """Compile the text of an expression into a function."""
        made: Shape = eval(f"lambda {parameters}: {text}", self._names)  # noqa: S307 - it holds nothing but what is written here
        return made

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
        said, target = said_of(field), _object(field)
        if "edge" in said:
            return self._edge(reading, place, fields, field)
        if "embedded" in said:
            shown = reading.level.column(place, said["embedded"])
            return f"(None if r[{shown}] is None else {self.record(reading, place, fields, target)})"
        if "of_text" in said:
            write = self.name(partial(said["of_text"], kind.name))
            return f"{write}({self._column(reading, reading.level.column(place, said['reads'][0]))})"
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

    def _computed(self, reading: Reading, place: Place, fields: Fields, kind: GraphQLObjectType, field: Any) -> str:
        """Write the value of a field that is computed from columns of its row."""
        definition = field.extensions["strawberry-definition"]
        columns = definition.metadata["reads"]
        row = self.name(namedtuple(kind.name, columns))
        given = ", ".join(self._python(reading, reading.level.column(place, column)) for column in columns)
        resolve = definition.base_resolver.wrapped_func
        info = ", g[0]" if definition.base_resolver.info_parameter is not None else ""
        value = f"{self.name(resolve)}({row}({given}){info})"
        return f"{self.name(self.value(fields, field.type))}({value})"

    def value(self, fields: Fields, type_: Any) -> Callable[[Any], Any]:
        """Make the function that writes a value of Python: a leaf, an object with fields, or a list of them."""
        bare = get_nullable_type(type_)
        if is_list_type(bare):
            each = self.value(fields, bare.of_type)
            return lambda value: None if value is None else [each(one) for one in value]
        if isinstance(bare, GraphQLEnumType):
            names = {None: None} | {each: bare.serialize(each) for each in (each.value for each in bare.values.values())}
            return names.__getitem__
        if bare in (GraphQLInt, GraphQLBoolean, GraphQLString):
            return values.as_is
        if is_leaf_type(bare):
            return lambda value: None if value is None else bare.serialize(value)
        if not isinstance(bare, GraphQLObjectType):
            raise Unplanned(f"{bare} is not known before it is read.")
        parts = {key: self._part(bare, each) for key, each in self.selections.below(fields, bare).items()}
        return lambda value: None if value is None else {key: part(value) for key, part in parts.items()}

    def _part(self, kind: GraphQLObjectType, fields: Fields) -> Callable[[Any], Any]:
        """Make the function that writes one field of an object of Python."""
        name = node_of(fields).name.value
        if name == "__typename":
            return lambda _value: kind.name
        definition = kind.fields[name].extensions["strawberry-definition"]
        if definition.base_resolver is not None or "edge" in definition.metadata:
            raise Unplanned(f"{kind.name}.{name} is resolved by its own function.")
        write, attribute = self.value(fields, kind.fields[name].type), definition.python_name
        return lambda value: write(getattr(value, attribute))

    def _edge(self, reading: Reading, place: Place, fields: Fields, field: GraphQLField) -> str:
        """Write what an edge leads to: joined where there is one row at most, else read by a level of its own."""
        said, target = said_of(field), _object(field)
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
        said, target = said_of(field), _object(field)
        edge: Edge = said["edge"]
        if said["leads_to"] is not Leads.TO_MANY:
            return Listed(below, edge, self.shape(below, fields, target), alone=said["leads_to"] is Leads.TO_ONE)
        self.needs |= {said["needs"]} - {None}
        return Paged(below, edge, self.arguments(fields, field), self.connection(below, fields, field))

    def arguments(self, fields: Fields, field: GraphQLField) -> Arguments:
        """Prepare the arguments of a field, as its resolver takes them."""
        node, schema, wanted = node_of(fields), self.schema, field.extensions["strawberry-definition"].arguments

        def read(given: Any) -> dict[str, Any]:
            coerced = get_argument_values(field, node, given)
            return convert_arguments(coerced, wanted, schema.schema_converter.scalar_registry, schema.config)

        return Arguments(read, is_constant=not any(variables_in(each) for each in node.arguments or ()))

    def connection(self, reading: Reading, fields: Fields, field: GraphQLField) -> ConnectionShape:
        """Write what a page is shaped into: `p` holds its rows, `t` is the number of all, `c` writes a row's cursor."""
        kind = _object(field)
        selected = self.selections.below(fields, kind)
        names = {node_of(each).name.value for each in selected.values()}
        written = [f"{key!r}: {self._page_field(reading, kind, each)}" for key, each in selected.items()]
        shape = self.function("p, t, g, c", "{" + ", ".join(written) + "}")
        return ConnectionShape(shape, pages=bool(names - {"totalCount", "__typename"}), counts="totalCount" in names)

    def _page_field(self, reading: Reading, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write one field of a connection."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        target = _object(kind.fields[name])
        if name == "totalCount":
            return "t"
        if name == "nodes":
            return f"[{self.record(reading, reading.level.table, fields, target)} for r in p.rows]"
        below = self.selections.below(fields, target)
        if name == "edges":
            written = [f"{key!r}: {self._edge_field(reading, target, each)}" for key, each in below.items()]
            return "[{" + ", ".join(written) + "} for r in p.rows]"
        ends = {"hasNextPage": "p.has_next", "hasPreviousPage": "p.has_previous", "__typename": repr(target.name)}
        ends["startCursor"] = "(c(p.rows[0]) if p.rows else None)"
        ends["endCursor"] = "(c(p.rows[-1]) if p.rows else None)"
        return "{" + ", ".join(f"{key!r}: {ends[node_of(each).name.value]}" for key, each in below.items()) + "}"

    def _edge_field(self, reading: Reading, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write one field of a row with its place."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        if name == "cursor":
            return "c(r)"
        target = _object(kind.fields[name])
        return self.record(reading, reading.level.table, fields, target)


def _object(field: GraphQLField) -> Any:
    """Find the type that a field leads to."""
    return get_named_type(field.type)
