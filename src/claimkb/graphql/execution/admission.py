"""May an operation be executed? It is prepared, measured against the limits, and charged, before anything of it is executed.

All transports share this, and plans and the executor do.
"""

from functools import partial

from graphql import GraphQLError, GraphQLSchema, OperationType

from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import DocumentCache, PreparedDocument, PreparedOperation
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError
from claimkb.graphql.execution.syntax import operations_in
from claimkb.graphql.limits.cost_directives import VALUES, document_cost
from claimkb.graphql.limits.settings import Limits

REFUSED_FACTOR = 2
"""A new document that turns out to be refused costs this many times its cost in addition."""

READS = {OperationType.QUERY}
"""What a GET may do: a page of another site can make a browser send one."""

READS_AND_WRITES = {OperationType.QUERY, OperationType.MUTATION}


class NotAdmitted(Exception):
    """An operation that is refused before anything of it is executed; the result may show its cost."""

    def __init__(self, *errors: GraphQLError, shows_cost: bool = False) -> None:
        super().__init__(*errors)
        self.errors, self.shows_cost = [*errors], shows_cost


def cost_extension(context: Context) -> dict[str, object]:
    """Return the extension that shows the cost of an operation and the state of the rate limit; and warnings, if there are any."""
    cost = {"requestedQueryCost": context.cost, "throttleStatus": context.throttle_status()}
    return {"cost": cost, "warnings": context.warnings} if context.warnings else {"cost": cost}


class Admission:
    """Admits operations, or refuses them by the limits of one server."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.documents = DocumentCache(schema, limits)

    async def prepare(self, text: str, context: Context) -> PreparedDocument:
        """Prepare a document, or take it from the cache. A new document is charged by its length first; it is prepared in a thread.

        A document that turns out to be refused is charged twice its cost more: a client that sends many reaches its limit sooner.
        """
        document = self.documents.find(text)
        if document is None:
            cost = document_cost(text)
            self._charge(cost, context, shows_cost=False)
            document = await context.prepare(partial(self.documents.prepare, text), len(text))
            if document.request_error is not None or document.validation_errors:
                context.rates.take_regardless(context.caller.rate_key, REFUSED_FACTOR * cost)
        return document

    def admit(
        self, document: PreparedDocument, request: OperationRequest, context: Context, allowed: set[OperationType]
    ) -> PreparedOperation:
        """Admit an operation of a document, or refuse it for, in this order, its document, size, validity, type, or cost."""
        if document.request_error is not None:
            raise NotAdmitted(document.request_error)
        operation = document.operation(request.operation_name)
        if operation is not None:
            context.operation = operation
            size, extra = operation.size(request.variables or {}), request.values // VALUES
            context.size = size._replace(cost=size.cost + extra) if extra else size
            exceeded = context.exceeded()
            if exceeded is not None:
                raise NotAdmitted(exceeded.error)
        if document.validation_errors:
            self._charge(context.cost, context)
            raise NotAdmitted(*document.validation_errors, shows_cost=True)
        if operation is None:
            raise _no_operation(document, request.operation_name)
        if operation.type not in allowed:
            raise _not_allowed(operation.type)
        self._charge(context.cost, context)
        return operation

    def _charge(self, cost: int, context: Context, *, shows_cost: bool = True) -> None:
        """Charge the caller; refuse the operation when the bucket holds too little."""
        error = context.charge(cost)
        if error is not None:
            raise NotAdmitted(error, shows_cost=shows_cost)


def _no_operation(document: PreparedDocument, name: str | None) -> Exception:
    """Make the refusal of a request that does not say which operation it means."""
    if name is None and len(operations_in(document.tree)) > 1:
        return NotAdmitted(GraphQLError("This document holds several operations: say in operationName which one is meant."))
    return RequestError(400, f"The document has no operation{'' if name is None else f' named {name[:100]!r}'}.")


def _not_allowed(type_: OperationType) -> RequestError:
    """Make the refusal of an operation whose type this transport or method does not allow."""
    if type_ is OperationType.SUBSCRIPTION:
        return RequestError(406, "A subscription is streamed: open a WebSocket (graphql-transport-ws) or accept text/event-stream.")
    return RequestError(405, "A GET only reads: send a mutation by POST.").with_headers(allow="POST")
