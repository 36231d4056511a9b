"""How is an operation executed field by field? By graphql-core, with the resolvers that Strawberry makes from the schema.

This is the reference: a plan must give the same result.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, cast

from graphql import DocumentNode, GraphQLError
from graphql import ExecutionResult as CoreResult
from graphql.execution import execute as core_execute
from graphql.execution import subscribe as core_subscribe
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from claimkb.graphql.execution.admission import cost_extension
from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import PreparedDocument, PreparedOperation
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.outages import DatabaseUnavailable


async def execute(operation: PreparedOperation, variables: Mapping[str, object], context: Context) -> ExecutionResult:
    """Execute an admitted query or mutation."""
    try:
        tree = await _tree(operation.document, context)
        async with context.executing():
            result = core_execute(**_arguments(operation, variables, context), document=tree)
            executed = await result if isawaitable(result) else result
    except DatabaseUnavailable as outage:  # raised by `executing` when no turn came in time
        return ExecutionResult(None, [GraphQLError(str(outage), original_error=outage)], cost_extension(context))
    return ExecutionResult(executed.data, executed.errors, cost_extension(context))


async def subscribe(
    operation: PreparedOperation, variables: Mapping[str, object], context: Context
) -> AsyncGenerator[ExecutionResult, None]:
    """Execute an admitted subscription; yield a result for each event."""
    tree = await _tree(operation.document, context)
    source = core_subscribe(**_arguments(operation, variables, context), document=tree)
    stream = await source if isawaitable(source) else source
    if isinstance(stream, CoreResult):
        yield PreExecutionError(None, stream.errors, cost_extension(context))
        return
    try:
        async with aclosing(cast("AsyncGenerator[CoreResult, None]", stream)) as results:
            async for each in results:
                yield ExecutionResult(each.data, each.errors, cost_extension(context))
    except Exception as error:  # noqa: BLE001 - graphql-core lets every error of the event source through
        failure = error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
        yield ExecutionResult(None, [failure], cost_extension(context))


async def _tree(document: PreparedDocument, context: Context) -> DocumentNode:
    """Take the syntax tree with locations from the cache, or parse the document in a thread."""
    tree = document.cached_located_tree
    return await context.prepare(lambda: document.located_tree, len(document.text)) if tree is None else tree


def _arguments(operation: PreparedOperation, variables: Mapping[str, object], context: Context) -> dict[str, Any]:
    """Return the arguments of graphql-core for an operation."""
    return {
        "schema": schema._schema,
        "variable_values": variables,
        "operation_name": operation.name,
        "context_value": context,
        "executor_class": schema.execution_context_class,
    }
