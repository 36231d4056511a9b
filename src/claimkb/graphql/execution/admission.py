"""What happens to every operation before it is validated? It is measured, and refused if it asks for too much.

The same for all ways in: HTTP, server-sent events and WebSockets.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.extensions import SchemaExtension

from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.persisted_documents import sha256
from claimkb.graphql.limits.field_costs import FieldCosts
from claimkb.graphql.limits.query_cost import NOTHING, beyond, counts, excess, measure

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
"""How much work the one rule of validation that is not linear may do; its own default allows over a second."""

_PRICES: dict[int, FieldCosts] = {}


def prices_of(schema: Any) -> FieldCosts:
    """Look up what the fields of a schema cost."""
    return _PRICES.setdefault(id(schema), FieldCosts(schema))


MOST_VALID = 1_000
_VALID: OrderedDict[str, None] = OrderedDict()
"""The SHA-256 of documents that were valid not long ago. The schema does not change while the program runs."""


def remember_valid(text: str) -> None:
    """Remember that a document was valid, and forget the one that was not sent for longest."""
    _VALID[text] = None
    _VALID.move_to_end(text)
    while len(_VALID) > MOST_VALID:
        _VALID.popitem(last=False)


def chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """Find the operation that a request means; None where there is none, or several and no name."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        return next((each for each in operations if each.name is not None and each.name.value == name), None)
    return operations[0] if len(operations) == 1 else None


def told(context: Context) -> dict[str, Any]:
    """Say what an operation cost, and what is left."""
    return {"cost": {"requestedQueryCost": context.cost, "throttleStatus": context.throttle_status()}}


class Guard(SchemaExtension):
    """Measures every operation before it is validated, and takes its cost from what the address may ask for."""

    is_charged = False

    @property
    def context(self) -> Context:
        """The context of the request."""
        context: Context = self.execution_context.context
        return context

    def on_operation(self) -> Iterator[None]:
        """Stop the parser where a document has too many tokens."""
        self.execution_context.parse_options["max_tokens"] = self.context.limits.max_tokens
        yield

    def on_parse(self) -> Iterator[None]:
        """Take the document that was read before, where that was done: it takes a while, and others go on meanwhile."""
        if self.context.tree is not None:
            self.execution_context.graphql_document = self.context.tree
        yield

    def on_validate(self) -> Iterator[None]:
        """Measure, and refuse what asks for too much; then let the document be validated, unless it was before."""
        asked = self.execution_context
        document, text = asked.graphql_document, sha256(asked.query or "")
        if document is not None:
            error = self._judge(document)
            if error is not None:
                asked.pre_execution_errors = [error]
            elif text in _VALID:
                asked.pre_execution_errors = []
        yield
        if not asked.pre_execution_errors:
            remember_valid(text)

    def _judge(self, document: DocumentNode) -> GraphQLError | None:
        """Find what an operation asks too much of; None if it may be validated."""
        if self.context.size is not NOTHING:
            return self._charge()
        limits = self.context.limits
        too_many = excess(counts(document), limits)
        if too_many is not None:
            return too_many.error
        operation = chosen(document, self.execution_context._provided_operation_name)
        if operation is None:
            return GraphQLError("This document holds several operations: say in operationName which one is meant.")
        size = measure(
            prices_of(self.execution_context.schema._schema), document, operation, self.execution_context.variables or {}
        )
        too_large = beyond(size, limits)
        if too_large is not None:
            return too_large.error
        self.context.size = size
        return self._charge()

    def _charge(self) -> GraphQLError | None:
        """Charge for the operation, unless that was done with what was carried out of it already."""
        self.is_charged = True
        return None if self.context.performed else self.context.charge(self.context.cost)

    def get_results(self) -> dict[str, Any]:
        """Say in the answer what it cost, and what is left."""
        return told(self.context) if self.is_charged else {}
