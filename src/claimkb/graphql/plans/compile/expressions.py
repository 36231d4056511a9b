"""How is a value of Python written as JSON? What a rule computed, or a question of its own found, becomes part of an answer.

Functions are written as the text of Python expressions, and compiled: to go through a list of fields for every row would cost
several times as much. The texts hold positions, quoted keys of the answer and names that stand for functions; nothing of what a
client writes becomes a part of them unquoted.
"""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.values import get_argument_values
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments

from claimkb.graphql.execution.syntax import variables_in
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.levels import Arguments, Run, Shape

_AS_THEY_ARE = (GraphQLID, GraphQLInt, GraphQLBoolean, GraphQLString)
"""The scalars whose values a resolver is given as they were read from a variable."""


class NotPlannable(Exception):
    """What is left to the executor. The message says why."""


def said_of(field: GraphQLField) -> Mapping[str, Any]:
    """Read what a field declares."""
    said: Mapping[str, Any] = field.extensions["strawberry-definition"].metadata
    return said


def object_of(field: GraphQLField) -> Any:
    """Find the type that a field leads to."""
    return get_named_type(field.type)


class ExpressionWriter:
    """Writes the functions of one operation. They are given `v`, a value, and `g`: who asks, and what children found."""

    def __init__(self, schema: Schema, selections: Selections) -> None:
        self.schema, self.selections = schema, selections
        self._names: dict[str, Any] = {}
        self._numbers = count()

    def name(self, value: Any) -> str:
        """Give a value a name in the functions."""
        name = f"v{next(self._numbers)}"
        self._names[name] = value
        return name

    def function(self, parameters: str, text: str) -> Shape:
        """Compile the text of an expression into a function."""
        made: Shape = eval(f"lambda {parameters}: {text}", self._names)  # noqa: S307 - it holds nothing but what is written here
        return made

    def arguments(self, fields: Fields, field: GraphQLField) -> Arguments:
        """Prepare the arguments of a field, as its resolver takes them."""
        whole, schema, wanted = node_of(fields), self.schema, field.extensions["strawberry-definition"].arguments
        node = FieldNode(name=whole.name, arguments=whole.arguments)  # what is selected below it is not to be remembered with it

        def read(given: Any) -> dict[str, Any]:
            coerced = get_argument_values(field, node, given)
            return convert_arguments(coerced, wanted, schema.schema_converter.scalar_registry, schema.config)

        varying = {each.name.value: each.value for each in node.arguments or () if variables_in(each)}
        plain = {name: value.name.value for name, value in varying.items() if isinstance(value, VariableNode)}
        are_plain = len(plain) == len(varying) and all(get_nullable_type(field.args[name].type) in _AS_THEY_ARE for name in plain)
        names = {schema.config.name_converter.get_graphql_name(each): each.python_name for each in wanted}
        return Arguments(read, {names[name]: plain[name] for name in plain} if are_plain else None)

    def value(self, fields: Fields, type_: Any, expression: str) -> str:
        """Write a value: a leaf, an object with fields, a record, or a list of them."""
        bare = get_nullable_type(type_)
        if is_list_type(bare):
            each = self.value(fields, bare.of_type, "x")
            return f"{self.name(self.function('v, g', f'None if v is None else [{each} for x in v]'))}({expression}, g)"
        if isinstance(bare, GraphQLEnumType):
            names = {None: None} | {each: bare.serialize(each) for each in (each.value for each in bare.values.values())}
            return f"{self.name(names)}[{expression}]"
        if bare in (GraphQLInt, GraphQLBoolean, GraphQLString):
            return expression
        if is_leaf_type(bare):
            return f"{self.name(lambda value: None if value is None else bare.serialize(value))}({expression})"
        if bare is self.schema._schema.type_map["Node"]:
            of_kind = self.node(fields)
            return f"{self.name(self.function('v, g', f'None if v is None else {of_kind}(v, g[0])'))}({expression}, g)"
        if not isinstance(bare, GraphQLObjectType):
            raise NotPlannable(f"{bare} is not known before it is read.")
        shown = self.shown(fields, bare)
        shown = self.parts(bare, fields) if shown is None else f"{shown}(v.id, g[0])"
        return f"{self.name(self.function('v, g', f'None if v is None else {shown}'))}({expression}, g)"

    def shown(self, fields: Fields, kind: GraphQLObjectType) -> str | None:
        """Name what makes a place for a record that a value names by its id; None for a type that shows no record."""
        raise NotImplementedError

    def node(self, fields: Fields) -> str:
        """Name what makes a place for a record of any kind."""
        raise NotImplementedError

    def parts(self, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write what is selected of the object `v`."""
        written = [f"{key!r}: {self.part(kind, each)}" for key, each in self.selections.below(fields, kind).items()]
        return "{" + ", ".join(written) + "}"

    def part(self, kind: GraphQLObjectType, fields: Fields) -> str:
        """Write one field of the object `v`."""
        name = node_of(fields).name.value
        if name == "__typename":
            return repr(kind.name)
        if name not in kind.fields:
            raise NotPlannable(f"{kind.name}.{name} tells of the schema.")
        field = kind.fields[name]
        said, definition = said_of(field), field.extensions["strawberry-definition"]
        if "named" in said:
            return f"[{self.shown(fields, object_of(field))}(x, g[0]) for x in v.{said['named']}]"
        if "leads_by" in said:
            place = f"{self.shown(fields, object_of(field))}(v.result.{said['leads_by']}, g[0])"
            return f"(None if v.result is None or v.result.{said['leads_by']} is None else {place})"
        if "ask" in said:
            ask = self.name(_asked(said["ask"], self.arguments(fields, field)))
            return self.value(fields, field.type, f"{ask}(v, g[0])")
        resolver = definition.base_resolver
        if resolver is None and not said:
            return self.value(fields, field.type, f"v.{definition.python_name}")
        if resolver is None or resolver.is_async or resolver.arguments:
            raise NotPlannable(f"{kind.name}.{name} is resolved by its own function.")
        info = ", g[0]" if resolver.info_parameter is not None else ""
        return self.value(fields, field.type, f"{self.name(resolver.wrapped_func)}(v{info})")


def _asked(ask: Callable[..., Any], arguments: Arguments) -> Callable[[Any, Run], Any]:
    """Make what asks a question of its own."""
    return lambda value, run: run.ask(ask(value, run, **arguments.of(run)))
