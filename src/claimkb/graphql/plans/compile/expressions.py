"""How is a value of Python written into the answer? As the text of an expression, which is compiled into a function."""

from collections.abc import Callable
from itertools import count
from typing import Any, assert_never

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    VariableNode,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from sqlmodel import Session
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from claimkb.graphql.execution.syntax import variables_in
from claimkb.graphql.mapping.declarations import PayloadEdge, Question, ToNamed, ValueDeclaration, declaration_of
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.arguments import Arguments
from claimkb.graphql.plans.run.levels import Run

PLAIN_SCALARS = (GraphQLID, GraphQLInt, GraphQLBoolean, GraphQLString)
"""The scalars of variables whose values need no coercion as arguments."""


class NotPlannable(Exception):
    """The executor has to answer an operation. The message says why."""


def definition_of(field: GraphQLField) -> StrawberryField:
    """Return Strawberry's definition of a field."""
    definition: StrawberryField = field.extensions["strawberry-definition"]
    return definition


def object_of(field: GraphQLField) -> GraphQLObjectType:
    """Return the object type of a field's value, or of its elements."""
    return get_named_type(field.type)  # type: ignore[return-value]


class ExpressionWriter:
    """Writes the generated functions of one operation. `compile/__init__.py` explains their parameters."""

    def __init__(self, schema: Schema, selections: Selections) -> None:
        self.schema, self.selections = schema, selections
        self._names: dict[str, object] = {}
        self._numbers = count()

    def name(self, value: object) -> str:
        """Give a Python object a name in the generated functions."""
        name = f"v{next(self._numbers)}"
        self._names[name] = value
        return name

    def function(self, parameters: str, text: str) -> Callable[..., object]:
        """Compile the text of an expression into a function."""
        function: Callable[..., object] = eval(f"lambda {parameters}: {text}", self._names)  # noqa: S307 - only our own text
        return function

    def arguments(self, fields: Fields, field: GraphQLField) -> Arguments:
        """Prepare the arguments of a field, as its resolver takes them."""
        whole, schema, parameters = node_of(fields), self.schema, definition_of(field).arguments
        node = FieldNode(name=whole.name, arguments=whole.arguments)  # without the selections below it, which need no memory

        def coerce(values: VariableValues | None) -> dict[str, Any]:
            coerced = get_argument_values(field, node, values)
            return convert_arguments(coerced, parameters, schema.schema_converter.scalar_registry, schema.config)

        varying = {each.name.value: each.value for each in node.arguments or () if variables_in(each)}
        plain = {name: value.name.value for name, value in varying.items() if isinstance(value, VariableNode)}
        are_plain = len(plain) == len(varying) and all(get_nullable_type(field.args[name].type) in PLAIN_SCALARS for name in plain)
        names = {schema.config.name_converter.get_graphql_name(each): each.python_name for each in parameters}
        return Arguments(coerce, {names[name]: plain[name] for name in plain} if are_plain else None)

    def value(self, fields: Fields, type_: GraphQLOutputType, expression: str) -> str:
        """Write a value: a leaf, an object with fields, a record, or a list of them."""
        bare = get_nullable_type(type_)
        if isinstance(bare, GraphQLList):
            each = self.value(fields, bare.of_type, "x")
            return f"{self.name(self.function('v, g', f'None if v is None else [{each} for x in v]'))}({expression}, g)"
        if isinstance(bare, GraphQLEnumType):
            names = {None: None} | {each: bare.serialize(each) for each in (each.value for each in bare.values.values())}
            return f"{self.name(names)}[{expression}]"
        if bare in (GraphQLInt, GraphQLBoolean, GraphQLString):
            return expression
        if isinstance(bare, GraphQLScalarType):
            return f"{self.name(lambda value: None if value is None else bare.serialize(value))}({expression})"
        if bare is self.schema._schema.type_map["Node"]:
            defer = self.deferred_node(fields)
            return f"{self.name(self.function('v, g', f'None if v is None else {defer}(v, g[0])'))}({expression}, g)"
        if not isinstance(bare, GraphQLObjectType):
            raise NotPlannable(f"{bare} is not known before it is read.")
        written = f"{self.deferred(fields, bare)}(v.id, g[0])" if self.is_record(bare) else self.write_object(bare, fields)
        return f"{self.name(self.function('v, g', f'None if v is None else {written}'))}({expression}, g)"

    def is_record(self, kind: GraphQLObjectType) -> bool:
        """Tell whether a type shows a record that can be found by its id."""
        raise NotImplementedError

    def deferred(self, fields: Fields, kind: GraphQLObjectType) -> str:
        """Name the function that makes the object of a record, given its id and the run; the record is read later."""
        raise NotImplementedError

    def deferred_node(self, fields: Fields) -> str:
        """Name the function that makes the object of a record of any kind, given the record and the run."""
        raise NotImplementedError

    def write_object(self, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write the object of a value `v`: its response keys, each with the value of its field."""
        members = [f"{key!r}: {self.write_field(kind, each)}" for key, each in self.selections.below(fields, kind).items()]
        return "{" + ", ".join(members) + "}"

    def write_field(self, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write one field of a value `v`."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        if name not in kind.fields:
            raise NotPlannable(f"{kind.name}.{name} tells of the schema.")
        field = kind.fields[name]
        declaration = declaration_of(definition_of(field))
        if not isinstance(declaration, ValueDeclaration):
            return self._resolved(kind, name, fields)
        match declaration:
            case ToNamed(attribute):
                return f"[{self.deferred(fields, object_of(field))}(x, g[0]) for x in v.{attribute}]"
            case PayloadEdge(attribute):
                record = f"{self.deferred(fields, object_of(field))}(v.result.{attribute}, g[0])"
                return f"(None if v.result is None or v.result.{attribute} is None else {record})"
            case Question(ask):
                return self.value(fields, field.type, f"{self.name(_asking(ask, self.arguments(fields, field)))}(v, g[0])")
            case never:
                assert_never(never)

    def _resolved(self, kind: GraphQLObjectType, name: str, fields: Fields) -> str:
        """Write a field of a value `v` that is an attribute, or is resolved by a function that reads nothing."""
        field = kind.fields[name]
        definition = definition_of(field)
        resolver = definition.base_resolver
        if resolver is None and declaration_of(definition) is None:
            return self.value(fields, field.type, f"v.{definition.python_name}")
        if resolver is None or resolver.is_async or resolver.arguments:
            raise NotPlannable(f"{kind.name}.{name} is resolved by its own function.")
        info = "" if resolver.info_parameter is None else ", g[0]"
        return self.value(fields, field.type, f"{self.name(resolver.wrapped_func)}(v{info})")


def _asking(ask: Callable[..., Callable[[Session], object]], arguments: Arguments) -> Callable[[object, Run], object]:
    """Make the function that reads the value of a field by a query of its own."""
    return lambda parent, run: run.ask(ask(parent, run, **arguments.read(run.values)))
