"""How is an operation answered, on every transport? It is admitted, then answered by its plan or by the executor.

HTTP, server-sent events and WebSockets share this. Each has its own way to read a request and to write a response.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from claimkb import logs
from claimkb.graphql.execution.admission import Admission, NotAdmitted, cost_extension
from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import PreparedOperation
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError
from claimkb.graphql.plans.planner import FINAL_ERRORS, Fallback, Planner
from claimkb.graphql.schema import executor
from claimkb.graphql.schema.errors import limit_length, result_when_stopping, with_error_codes
from claimkb.store.engine.outages import DatabaseUnavailable


@dataclass(frozen=True)
class Operations:
    """Admits operations, then plans or executes them."""

    admission: Admission
    planner: Planner

    async def answer(self, text: str, request: OperationRequest, context: Context, allowed: set[OperationType]) -> ExecutionResult:
        """Answer an operation. When the web server stops, it cancels this task: that is answered too, and nothing new begins."""
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return result_when_stopping(context)
        try:
            document = self.admission.documents.find(text) or await self.admission.prepare(text, context)
            operation = self.admission.admit(document, request, context, allowed)
            result = await self._plan_or_execute(operation, request, context)
        except NotAdmitted as refused:
            result = self._result_of_refusal(refused, context)
        except FINAL_ERRORS as error:
            result = self._result_of_stop(error, context)
        except asyncio.CancelledError:
            result = result_when_stopping(context)
        _log(context, result)
        return result

    async def stream(
        self, text: str, request: OperationRequest, context: Context, allowed: set[OperationType]
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Yield the results of an operation: one, or one for each event of a subscription."""
        try:
            if not await self.is_subscription(text, request, context):
                yield await self.answer(text, request, context, allowed)
                return
            document = await self.admission.prepare(text, context)
            operation = self.admission.admit(document, request, context, {OperationType.SUBSCRIPTION})
            number = 0
            _log(context, None)
            async with aclosing(executor.subscribe(operation, request.variables or {}, context)) as results:
                async for result in results:
                    number += 1
                    _log(context, result)
                    logs.note(results=number)
                    yield with_error_codes(limit_length(result, context), context)
        except NotAdmitted as refused:
            yield self._result_of_refusal(refused, context)
        except RequestError as refused:
            yield with_error_codes(PreExecutionError(None, [GraphQLError(refused.message)]), context)
        except FINAL_ERRORS as error:
            yield self._result_of_stop(error, context)

    async def is_subscription(self, text: str, request: OperationRequest, context: Context) -> bool:
        """Tell whether an operation is a subscription; False if its document is not admitted."""
        try:
            document = await self.admission.prepare(text, context)
        except (NotAdmitted, *FINAL_ERRORS):
            return False
        operation = document.operation(request.operation_name)
        return operation is not None and operation.type is OperationType.SUBSCRIPTION

    async def _plan_or_execute(self, operation: PreparedOperation, request: OperationRequest, context: Context) -> ExecutionResult:
        """Answer an admitted operation by its plan, or by the executor when the planner falls back."""
        variables, counted = request.variables or {}, self.planner.counted
        try:
            data = await self.planner.answer(operation, variables, context)
            if not isinstance(data, Fallback):
                counted["planned"] += 1
                context.is_planned = True
                return ExecutionResult(data, None, cost_extension(context))
            counted["executed"] += 1
            context.is_planned = False
            result = await executor.execute(operation, variables, context)
        except (*FINAL_ERRORS, GraphQLError) as error:
            return self._result_of_stop(error, context)
        return with_error_codes(limit_length(result, context), context)

    def _result_of_refusal(self, refused: NotAdmitted, context: Context) -> ExecutionResult:
        """Make the result of an operation that was not admitted."""
        self.planner.counted["refused"] += 1
        return with_error_codes(
            PreExecutionError(None, refused.errors, cost_extension(context) if refused.shows_cost else None), context
        )

    def _result_of_stop(self, cause: Exception, context: Context) -> ExecutionResult:
        """Make the result of an operation whose time ran out, or which met an outage of the database."""
        if isinstance(cause, DatabaseUnavailable):
            self.planner.counted["unavailable"] += 1
        extensions = cause.extensions if isinstance(cause, GraphQLError) else None
        error = GraphQLError(
            str(cause), path=[context.response_key] if context.response_key else None, original_error=cause, extensions=extensions
        )
        return with_error_codes(ExecutionResult(None, [error], cost_extension(context)), context)


def _log(context: Context, result: ExecutionResult | None) -> None:
    """Add to the line of the request which operation it is, what it costs, and by which code it failed."""
    request, operation = logs.REQUEST.get(), context.operation
    if request is None:
        return
    fields = request.fields
    if operation is not None:
        fields["operation"], fields["kind"] = operation.logged
    fields["cost"] = context.cost
    if result is not None and result.errors:
        fields["code"] = (result.errors[0].extensions or {}).get("code")
