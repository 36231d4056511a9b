"""What need not be worked out again for a document? Its syntax tree, its validity, and the sizes of its operations."""

from collections.abc import Callable, Mapping
from functools import cached_property

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

from claimkb import logs
from claimkb.graphql.execution.syntax import find_operation, nodes_below, variables_in
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.limits.field_costs import FieldCosts
from claimkb.graphql.limits.query_cost import Size, count_parts, input_cost, measure, parts_exceeded
from claimkb.graphql.limits.settings import Limits

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
"""The budget of the one validation rule that is not linear; the default of graphql-core allows over a second."""

MOST_TEXT = 1_000_000
LEAST_WEIGHT = 1_000
"""How many characters of documents are cached, and the least that one counts as: so there are at most a thousand documents."""

MOST_TREES = 50
"""How many syntax trees are cached: they take most of the memory."""

MOST_SIZES = 32
"""For how many values of its variables the sizes of an operation are cached."""

_ABSENT = object()

_UNCOERCED = {"ID": str, "String": str, "Boolean": bool}
"""The scalars whose variables need no coercion, if the value is of this type already."""


def _type_name(type_: TypeNode) -> str | None:
    """Return the name of a variable's type; None for a list."""
    if isinstance(type_, NonNullTypeNode):
        type_ = type_.type
    return type_.name.value if isinstance(type_, NamedTypeNode) else None


def _cost_key(value: object) -> object:
    """Reduce a variable's value to the parts that its cost depends on. True must differ from 1, and so must [1]."""
    if isinstance(value, list):
        return "list", len(value), input_cost(value)
    if isinstance(value, dict):
        return "object", input_cost(value)
    return value if type(value) in (int, float) or value is None or value is _ABSENT else "other"


class PreparedOperation:
    """An operation of a document, with its sizes and with the coercion of its variables."""

    def __init__(self, document: "PreparedDocument", node: OperationDefinitionNode) -> None:
        self.document, self.type = document, node.operation
        self.name = node.name.value if node.name else None
        self.logged = (self.name and logs.cut(self.name, logs.LONGEST_NAME), node.operation.value)
        """The name and the kind as the log shows them. The name has letters, digits and _ alone, as the document parses."""
        self._variables = node.variable_definitions or ()
        self._uncoerced = {each.variable.name.value: _UNCOERCED.get(_type_name(each.type) or "") for each in self._variables}
        self._costly = [each.variable.name.value for each in self._variables if _type_name(each.type) not in _UNCOERCED]
        self._sizes: dict[object, Size] = {}

    @property
    def is_query(self) -> bool:
        """Whether this is a query."""
        return self.type is OperationType.QUERY

    @cached_property
    def switches(self) -> list[str]:
        """The variables of @skip and @include: a plan is compiled for each combination of their values."""
        directives = [each for each in nodes_below(self.document.tree) if each.kind == "directive"]
        return sorted({name for each in directives for name in variables_in(each)})

    @property
    def trees(self) -> tuple[DocumentNode, OperationDefinitionNode]:
        """The syntax trees of the document and of the operation."""
        document = self.document.tree
        return document, find_operation(document, self.name)  # type: ignore[return-value]  # it is there: `PreparedDocument.operation` has looked

    def size(self, variables: Mapping[str, object]) -> Size:
        """Measure the operation with these variables, on which the number of rows may depend."""
        key = tuple([_cost_key(variables.get(name, _ABSENT)) for name in self._costly])
        if key not in self._sizes:
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            self._sizes[key] = measure(self.document.costs, *self.trees, variables)
        return self._sizes[key]

    def coerce(self, variables: Mapping[str, object]) -> VariableValues | list[GraphQLError]:
        """Coerce the variables; or return the errors."""
        values = {name: variables.get(name) for name in self._uncoerced}
        if all(type(values[name]) is type_ for name, type_ in self._uncoerced.items()):
            return VariableValues({}, values)
        return get_variable_values(self.document.schema, self._variables, dict(variables))


class PreparedDocument:
    """A document, parsed, checked against the limits, and validated."""

    def __init__(
        self, text: str, schema: GraphQLSchema, costs: FieldCosts, limits: Limits, trees: BoundedCache[DocumentNode]
    ) -> None:
        self.text, self.schema, self.costs, self.limits = text, schema, costs, limits
        self._trees = trees
        self._operations: dict[str | None, PreparedOperation] = {}
        self.request_error = self._check_parts()
        """Why no operation of the document is executed: it does not parse, or it exceeds a limit of its parts."""

    @property
    def tree(self) -> DocumentNode:
        """The syntax tree without locations, which would take most of the memory."""
        return self._parse(with_locations=False)

    @property
    def cached_located_tree(self) -> DocumentNode | None:
        """The syntax tree with locations, if it is in the cache."""
        return self._trees.find((self.text, True))

    @property
    def located_tree(self) -> DocumentNode:
        """The syntax tree with locations, for the executor, whose errors have them."""
        return self._parse(with_locations=True)

    @cached_property
    def validation_errors(self) -> list[GraphQLError]:
        """The errors of validation. Only if there are any the document is parsed with locations, for them."""
        if not validate(self.schema, self.tree):
            return []
        errors = validate(self.schema, parse(self.text, max_tokens=self.limits.max_tokens))
        return [GraphQLError(each.message, source=each.source, positions=each.positions) for each in errors]

    def operation(self, name: str | None) -> PreparedOperation | None:
        """Find the operation that a request means; None if there is none, or several and no name."""
        prepared = self._operations.get(name)
        if prepared is None:
            node = None if self.request_error is not None else find_operation(self.tree, name)
            if node is not None:
                prepared = self._operations[name] = PreparedOperation(self, node)
        return prepared

    def _check_parts(self) -> GraphQLError | None:
        """Parse the text, and check the number of its parts."""
        try:
            exceeded = parts_exceeded(count_parts(self.tree), self.limits)
        except RecursionError as error:
            return GraphQLError("It is nested too deeply.", original_error=error.with_traceback(None))
        except GraphQLError as error:
            return error.with_traceback(None)  # else a cached error would grow by a traceback each time
        return None if exceeded is None else exceeded.error

    def _parse(self, *, with_locations: bool) -> DocumentNode:
        """Parse the text, or take the tree from the cache. A document whose operations have plans soon needs its tree no more."""
        key = (self.text, with_locations)
        tree = self._trees.find(key)
        if tree is None:
            tree = self._trees.keep(key, parse(self.text, no_location=not with_locations, max_tokens=self.limits.max_tokens))
        return tree


class DocumentCache:
    """The documents that were used last, for one schema and its limits. It is shared by threads."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema, self._limits, self._costs = schema, limits, FieldCosts(schema)
        self._documents: BoundedCache[PreparedDocument] = BoundedCache(MOST_TEXT, lambda each: max(len(each.text), LEAST_WEIGHT))
        self._trees: BoundedCache[DocumentNode] = BoundedCache(MOST_TREES)
        self.find: Callable[[str], PreparedDocument | None] = self._documents.find

    def prepare(self, text: str) -> PreparedDocument:
        """Prepare and validate a document, or take it from the cache."""
        document = self.find(text) or PreparedDocument(text, self._schema, self._costs, self._limits, self._trees)
        if document.request_error is None:
            _ = document.validation_errors
        return self._documents.keep(text, document)
