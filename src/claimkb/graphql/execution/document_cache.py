"""What is known of a document that was asked for before? That it is valid and within the limits, and how much it asks for."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.validation.rules import overlapping_fields_can_be_merged

from claimkb.graphql.execution.syntax import find_operation, nodes_below, variables_in
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.limits.field_costs import FieldCosts
from claimkb.graphql.limits.query_cost import Size, count_parts, input_cost, measure, parts_exceeded
from claimkb.graphql.limits.settings import Limits

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
"""How much work the one rule of validation that is not linear may do; its own default allows over a second."""

MOST_TEXT = 1_000_000
LEAST_WEIGHT = 1_000
"""How many characters of documents are kept, and as how many a short one counts: so there are a thousand documents at most."""

MOST_TREES = 50
"""Of how many documents the syntax tree is kept: trees take most of the room."""

MOST_SIZES = 32
"""For how many values of its variables the size of an operation is kept."""

_ABSENT = object()

_UNCOERCED = {"ID": str, "String": str, "Boolean": bool}
"""The scalars whose variables need no coercion, if the value is of this type already."""


def _type_name(type_: TypeNode) -> str | None:
    """Name the type of a variable that is no list; None for a list."""
    if isinstance(type_, NonNullTypeNode):
        type_ = type_.type
    return type_.name.value if isinstance(type_, NamedTypeNode) else None


def _cost_key(value: Any) -> Any:
    """Reduce a variable's value to what its cost depends on: lengths of lists, and objects in them. True is not 1, nor is [1]."""
    if isinstance(value, list):
        return "list", len(value), input_cost(value)
    if isinstance(value, dict):
        return "object", input_cost(value)
    return value if type(value) in (int, float) or value is None or value is _ABSENT else "other"


class PreparedOperation:
    """An operation of a document, with what was worked out about it: its sizes, and how its variables are coerced."""

    def __init__(self, document: "PreparedDocument", node: OperationDefinitionNode) -> None:
        self.document, self.type = document, node.operation
        self.name = node.name.value if node.name else None
        self._variables = node.variable_definitions or ()
        self._uncoerced = {each.variable.name.value: _UNCOERCED.get(_type_name(each.type) or "") for each in self._variables}
        self._costly = [each.variable.name.value for each in self._variables if _type_name(each.type) not in _UNCOERCED]
        self._sizes: dict[object, Size] = {}

    @property
    def is_query(self) -> bool:
        """Whether it only reads."""
        return self.type is OperationType.QUERY

    @cached_property
    def switches(self) -> list[str]:
        """The variables of @skip and @include: a plan is compiled for what these leave of the operation."""
        directives = [each for each in nodes_below(self.document.tree) if each.kind == "directive"]
        return sorted({name for each in directives for name in variables_in(each)})

    @property
    def trees(self) -> tuple[DocumentNode, OperationDefinitionNode]:
        """The syntax trees of its document and of itself."""
        document = self.document.tree
        return document, find_operation(document, self.name)  # type: ignore[return-value]  # it was found there before

    def size(self, variables: Mapping[str, Any]) -> Size:
        """Measure what it asks for: numbers and the lengths of lists may come as variables."""
        key = tuple([_cost_key(variables.get(name, _ABSENT)) for name in self._costly])
        if key not in self._sizes:
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            self._sizes[key] = measure(self.document.costs, *self.trees, variables)
        return self._sizes[key]

    def coerce(self, variables: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Coerce the variables; or tell how they are not as they were declared."""
        values = {name: variables.get(name) for name in self._uncoerced}
        if all(type(values[name]) is type_ for name, type_ in self._uncoerced.items()):
            return VariableValues({}, values)
        return get_variable_values(self.document.schema, self._variables, dict(variables))


class PreparedDocument:
    """A document, with what was worked out about it under the limits."""

    def __init__(
        self, text: str, schema: GraphQLSchema, costs: FieldCosts, limits: Limits, trees: BoundedCache[DocumentNode]
    ) -> None:
        self.text, self.schema, self.costs, self.limits = text, schema, costs, limits
        self._trees = trees
        self._operations: dict[str | None, PreparedOperation] = {}
        self.request_error = self._check_parts()
        """Why no operation of it is answered: it is no GraphQL, or it holds too much."""

    def _check_parts(self) -> GraphQLError | None:
        """Parse the text, and count what it holds."""
        try:
            exceeded = parts_exceeded(count_parts(self.tree), self.limits)
        except RecursionError as error:
            return GraphQLError("It is nested too deeply.", original_error=error.with_traceback(None))
        except GraphQLError as error:
            return error.with_traceback(None)  # an error that is kept would grow with each trace
        return None if exceeded is None else exceeded.error

    @property
    def tree(self) -> DocumentNode:
        """The syntax tree, without the places of its nodes: those would take most of the room."""
        return self._parse(with_locations=False)

    @property
    def located_tree(self) -> DocumentNode:
        """The syntax tree with the places of its nodes in the text, for the executor, which tells where an error is."""
        return self._parse(with_locations=True)

    def _parse(self, *, with_locations: bool) -> DocumentNode:
        """Parse the text, or take the tree that is kept: of most documents nothing is left to work out after a while."""
        key = (self.text, with_locations)
        tree = self._trees.find(key)
        if tree is None:
            tree = self._trees.keep(key, parse(self.text, no_location=not with_locations, max_tokens=self.limits.max_tokens))
        return tree

    @cached_property
    def validation_errors(self) -> list[GraphQLError]:
        """What the schema does not allow in it, and where. Only to tell that the document is parsed with locations."""
        if not validate(self.schema, self.tree):
            return []
        errors = validate(self.schema, parse(self.text, max_tokens=self.limits.max_tokens))
        return [GraphQLError(each.message, source=each.source, positions=each.positions) for each in errors]

    def operation(self, name: str | None) -> PreparedOperation | None:
        """Find the operation that a request means; None where there is none, or several and no name."""
        prepared = self._operations.get(name)
        if prepared is None:
            node = None if self.request_error is not None else find_operation(self.tree, name)
            if node is not None:
                prepared = self._operations[name] = PreparedOperation(self, node)
        return prepared


class DocumentCache:
    """The documents that were prepared last, under one schema and its limits. Threads share it."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema, self._limits, self._costs = schema, limits, FieldCosts(schema)
        self._documents: BoundedCache[PreparedDocument] = BoundedCache(MOST_TEXT, lambda each: max(len(each.text), LEAST_WEIGHT))
        self._trees: BoundedCache[DocumentNode] = BoundedCache(MOST_TREES)
        self.find: Callable[[str], PreparedDocument | None] = self._documents.find

    def prepare(self, text: str) -> PreparedDocument:
        """Prepare a document, and work out what is wrong with it; or take the one that is kept."""
        document = self.find(text) or PreparedDocument(text, self._schema, self._costs, self._limits, self._trees)
        if document.request_error is None:
            _ = document.validation_errors
        return self._documents.keep(text, document)
