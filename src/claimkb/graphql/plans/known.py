"""What is known of a document that was asked for before? That it is valid and within the limits, what it costs, and its plans."""

from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from claimkb.graphql.execution.admission import chosen, prices_of, remember_valid
from claimkb.graphql.execution.persisted_documents import sha256
from claimkb.graphql.limits.query_cost import Size, counts, excess, given_cost, measure
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.cache import BoundedCache
from claimkb.graphql.plans.compile.expressions import NotPlannable
from claimkb.graphql.plans.compile.operation import Plan, compiled
from claimkb.graphql.plans.compile.selections import Selections, nodes_below, variables_in
from claimkb.graphql.plans.introspection import Introspection, is_introspection
from claimkb.graphql.plans.mutation import MutationPlan, planned
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.database import Database

Answering = Plan | MutationPlan | Introspection
"""What answers an operation without the executor."""

MOST_KNOWN = 1_000
MOST_TEXT = 1_000_000
"""How many documents are remembered, and of how many characters together; those that were not asked for longest are forgotten."""

MOST_TREES = 50
"""Of how many documents it is remembered what they parse to."""

MOST_SIZES = 32
"""For how many values of its variables the size of an operation is remembered."""

PLANS: BoundedCache[Answering | NotPlannable] = BoundedCache(1_000)
"""The plans that were compiled last: of operations, and for what @skip and @include leave of them."""

_ABSENT = object()


def _may_count(type_: TypeNode) -> bool:
    """Tell whether what is given for a variable of a type may count: how many rows are asked for, or are in lists of an input."""
    while isinstance(type_, NonNullTypeNode):
        type_ = type_.type
    return not isinstance(type_, NamedTypeNode) or type_.name.value not in _PLAIN


_PLAIN = {"ID": str, "String": str, "Boolean": bool}
"""The scalars whose values are taken as they are, if they are of this type already."""


def _plain(type_: TypeNode) -> type | None:
    """Tell of which type the values of a variable are to be, to be taken as they are; None where they are read first."""
    if isinstance(type_, NonNullTypeNode):
        type_ = type_.type
    return _PLAIN.get(type_.name.value) if isinstance(type_, NamedTypeNode) else None


def _counted(value: Any) -> Any:
    """Reduce a value to what it says of a cost: lengths of lists, and objects in them. True is not 1, nor is a list of one."""
    if isinstance(value, list):
        return "list", len(value), given_cost(value)
    if isinstance(value, dict):
        return "object", given_cost(value)
    return value if type(value) in (int, float) or value is None or value is _ABSENT else "other"


class PreparedOperation:
    """A query or a mutation of a document, with what was worked out about it."""

    def __init__(self, known: "PreparedDocument", operation: OperationDefinitionNode) -> None:
        self._known, self._name = known, operation.name.value if operation.name else None
        self._definitions = operation.variable_definitions or ()
        self._plain = {each.variable.name.value: _plain(each.type) for each in self._definitions}
        self._counting = [each.variable.name.value for each in self._definitions if _may_count(each.type)]
        directives = [each for each in nodes_below(known.document) if each.kind == "directive"]
        self._switches = sorted({name for each in directives for name in variables_in(each)})
        self._sizes: dict[Any, Size] = {}
        self.only_reads = operation.operation is OperationType.QUERY

    def size(self, variables: Mapping[str, Any]) -> Size:
        """Measure what it asks for: numbers and the lengths of lists may come as variables."""
        about = tuple([_counted(variables.get(name, _ABSENT)) for name in self._counting])
        if about not in self._sizes:
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            self._sizes[about] = measure(prices_of(schema._schema), *self._trees(), variables)
        return self._sizes[about]

    def values(self, variables: dict[str, Any]) -> VariableValues | None:
        """Read the values of the variables; None if they are not as they were declared."""
        given = {name: variables.get(name) for name in self._plain}
        if all(type(given[name]) is wanted for name, wanted in self._plain.items()):
            return VariableValues({}, given)
        values = get_variable_values(schema._schema, self._definitions, variables)
        return None if isinstance(values, list) else values

    def _about(self, values: VariableValues, database: Database) -> tuple[Any, ...]:
        """Tell what a plan depends on: the operation, the engine, and what @skip and @include leave of it."""
        return (self, database.is_sqlite, *[values.coerced.get(name) for name in self._switches])

    def compiled(self, values: VariableValues, database: Database) -> Answering | NotPlannable | None:
        """Find its plan, or why it has none; None if it is not compiled yet."""
        return PLANS.find(self._about(values, database))

    def compile(self, values: VariableValues, database: Database) -> Answering | NotPlannable:
        """Compile it for an engine; or tell why that cannot be done."""
        return PLANS.keep(self._about(values, database), lambda: self._compiled(values, database))

    def plan(self, values: VariableValues, database: Database) -> Answering | NotPlannable:
        """Take its plan, compiled once, or why it has none."""
        return self.compiled(values, database) or self.compile(values, database)

    def _compiled(self, values: VariableValues, database: Database) -> Answering | NotPlannable:
        """Compile it, or tell why that cannot be done."""
        try:
            selections = Selections(schema._schema, *self._trees(), values)
            if self.only_reads and is_introspection(selections):
                return Introspection(self._trees)
            return (compiled if self.only_reads else planned)(selections, database)
        except NotPlannable as unplanned:
            return unplanned.with_traceback(None)

    def _trees(self) -> tuple[DocumentNode, OperationDefinitionNode]:
        """Give the document, and the operation in it."""
        document = self._known.document
        return document, chosen(document, self._name)  # type: ignore[return-value]  # it was found there before


@lru_cache(MOST_TREES)
def _parsed(text: str, max_tokens: int) -> DocumentNode:
    """Read a document. Where in the text each part stands would take most of the room, and is for whoever tells a mistake."""
    return parse(text, no_location=True, max_tokens=max_tokens)


class PreparedDocument:
    """A document, with what was worked out about it under some limits."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text, self.limits = text, limits
        self._operations: dict[str | None, PreparedOperation] = {}
        self.refused = self._read()
        """Why nothing is done about it at all: it is no GraphQL, or it holds too much."""

    def _read(self) -> GraphQLError | None:
        """Read the text, and count what it holds."""
        try:
            excess_ = excess(counts(self.document), self.limits)
        except RecursionError as error:
            return GraphQLError("It is nested too deeply.", original_error=error.with_traceback(None))
        except GraphQLError as error:
            return error.with_traceback(None)  # what is remembered would grow with each trace
        return None if excess_ is None else excess_.error

    @property
    def document(self) -> DocumentNode:
        """What the text says: read again where it is asked for after a while, as of most documents nothing is left to work out."""
        return _parsed(self.text, self.limits.max_tokens)

    @cached_property
    def mistakes(self) -> list[GraphQLError]:
        """What the schema does not allow in it, and where. Only for that is it read with the places of its parts."""
        if validate(schema._schema, self.document):
            located = parse(self.text, max_tokens=self.limits.max_tokens)
            found = validate(schema._schema, located)
            return [GraphQLError(each.message, source=each.source, positions=each.positions) for each in found]
        remember_valid(sha256(self.text))
        return []

    def operation(self, name: str | None) -> PreparedOperation | None:
        """Find the operation that a request means; None where there is none to plan."""
        found = self._operations.get(name)
        if found is None:
            operation = chosen(self.document, name)
            if operation is not None and operation.operation is not OperationType.SUBSCRIPTION:
                found = self._operations[name] = PreparedOperation(self, operation)
        return found

    def is_subscription(self, name: str | None) -> bool:
        """Tell whether the operation that a request means is a subscription."""
        operation = None if self.refused is not None else chosen(self.document, name)
        return operation is not None and operation.operation is OperationType.SUBSCRIPTION


class DocumentCache:
    """The documents that were asked for last. Threads share it."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], PreparedDocument] = OrderedDict()
        self._length = 0
        self._lock = Lock()

    def find(self, text: str, limits: Limits) -> PreparedDocument | None:
        """Find what is known of a document under these limits; None if it was not asked for lately."""
        about = (text, id(limits))  # what is known holds the limits, so that no others can have this id
        with self._lock:
            found = self._known.get(about)
            if found is not None:
                self._known.move_to_end(about)
        return found

    def read(self, text: str, limits: Limits) -> PreparedDocument:
        """Read a document, or take what is known of it; and work out what is wrong with it."""
        found = self.find(text, limits) or PreparedDocument(text, limits)
        if found.refused is None:
            _ = found.mistakes
        about = (text, id(limits))
        with self._lock:
            self._length += 0 if about in self._known else len(text)
            self._known[about] = found
            while len(self._known) > MOST_KNOWN or (self._length > MOST_TEXT and len(self._known) > 1):
                self._length -= len(self._known.popitem(last=False)[1].text)
        return found


LIBRARY = DocumentCache()
"""The schema does not change while the program runs, so what is known of a document holds for all."""
