"""How is an operation answered by a plan? It is measured and charged as every other; then its plan runs, in one transaction.

Whatever cannot be planned, or does not come to an answer, is left to the executor, which says what is wrong. So a plan makes no
error of its own, but for what no other way would change: that too much was asked in a while, that the time ran out, or that the
database cannot be used.
"""

import logging
from collections import Counter
from functools import partial

from graphql import GraphQLError
from graphql.execution.values import VariableValues
from pydantic import ValidationError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from claimkb.domain.refusals import Refusal
from claimkb.graphql.execution.admission import told
from claimkb.graphql.execution.context import Context, NotShown
from claimkb.graphql.execution.operation_request import OperationRequest
from claimkb.graphql.limits.cost_directives import VALUES, document_cost
from claimkb.graphql.limits.query_cost import beyond
from claimkb.graphql.plans.compile.expressions import NotPlannable
from claimkb.graphql.plans.known import LIBRARY, Answering, PreparedDocument, PreparedOperation
from claimkb.graphql.schema.errors import coded
from claimkb.store.engine.async_reader import NeverConnected
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

LEFT = (NotPlannable, Refusal, GraphQLError, ValidationError, RecursionError, NeverConnected)
"""What is left to the executor to answer, or to say what is wrong."""

STOPPED = (TookTooLong, DatabaseUnavailable)
"""What no other way to answer would change; nor what was too much of what is counted as it is read, or too much in a while."""


REFUSED = 2
"""How many times more a new document costs that comes out as refused."""


def refused(context: Context, *errors: GraphQLError, is_charged: bool = False) -> ExecutionResult:
    """Refuse an operation before anything of it is executed."""
    return coded(PreExecutionError(None, [*errors], told(context) if is_charged else None), context)


def is_too_much(cause: object) -> bool:
    """Tell whether something was refused for its price."""
    return isinstance(cause, GraphQLError) and (cause.extensions or {}).get("code") in ("QUERY_TOO_COMPLEX", "RATE_LIMITED")


class Planner:
    """Answers operations by their plans, unless that is switched off, and counts how many were."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.counted: Counter[str] = Counter()

    async def known(self, text: str, context: Context) -> PreparedDocument | ExecutionResult:
        """Find out what a document says. A new one is charged by its length first, and is read while others go on.

        What comes out as refused costs twice as much more: whoever sends the like again and again comes to an end sooner.
        """
        found = LIBRARY.find(text, context.limits)
        if found is not None:
            return found
        cost = document_cost(text)
        too_much = context.charge(cost)
        if too_much is not None:
            return refused(context, too_much)
        try:
            found = await context.prepare(partial(LIBRARY.read, text, context.limits), len(text))
        except STOPPED as stopped:
            return self._stopped(stopped, context)
        if found.refused is not None or found.mistakes:
            context.rates.add(context.caller.rated, REFUSED * cost)
        return found

    async def answer(
        self, text: str, asked: OperationRequest, context: Context, *, may_write: bool = True
    ) -> ExecutionResult | None:
        """Answer an operation; None where it is left to the executor."""
        found, kind = None, "planned"
        try:
            found = await self._judged(text, asked, context)
            if found is not None:
                kind = "refused"
            elif self.is_on:
                found = await self._answer(asked, context, may_write)
        except Exception as error:  # whatever is wrong with a plan, the executor has the answer
            cause = error.__cause__ if isinstance(error, NotShown) else error
            if isinstance(cause, STOPPED):
                found = self._stopped(cause, context)
            elif isinstance(cause, LEFT):
                log.debug("Left to the executor: %s", cause)
            else:
                self.counted["crashed"] += 1
                log.exception("Request %s: its plan crashed, and the executor answers", context.caller.request_id)
        self.counted["executed" if found is None else kind] += 1
        return found

    async def _judged(self, text: str, asked: OperationRequest, context: Context) -> ExecutionResult | None:
        """Refuse what is no GraphQL, asks for too much, or is not what the schema has; None where it may be answered."""
        document = LIBRARY.find(text, context.limits) or await self.known(text, context)
        if isinstance(document, ExecutionResult):
            return document
        if document.refused is not None:
            return refused(context, document.refused)
        context.document = document
        operation = document.operation(asked.operation_name)
        if operation is not None:
            size, more = operation.size(asked.variables or {}), asked.values // VALUES
            context.size = size._replace(cost=size.cost + more) if more else size
            too_large = beyond(context.size, context.limits)
            if too_large is not None:
                return refused(context, too_large.error)
        if document.mistakes:
            too_much = context.charge(context.cost)
            return refused(context, *([too_much] if too_much else document.mistakes), is_charged=True)
        return None

    async def _answer(self, asked: OperationRequest, context: Context, may_write: bool) -> ExecutionResult | None:
        """Answer an operation that may be answered by its plan."""
        operation = context.document.operation(asked.operation_name)
        if operation is None or not (operation.only_reads or may_write):
            return None
        values = operation.values(asked.variables or {})
        if values is None:
            return None
        plan = await self._plan(operation, values, context)
        too_much = context.charge(context.cost)
        if too_much is not None:
            return coded(ExecutionResult(data=None, errors=[too_much], extensions=told(context)), context)
        try:
            data = await plan.answer(context, values)
        except Exception as error:
            cause = error.__cause__ if isinstance(error, NotShown) else error
            if isinstance(cause, Exception) and (isinstance(cause, STOPPED) or is_too_much(cause)):
                return self._stopped(cause, context)
            if not context.performed:
                context.give_back()  # the executor charges it again
            raise
        return ExecutionResult(data=data, errors=None, extensions=told(context))

    async def _plan(self, operation: PreparedOperation, values: VariableValues, context: Context) -> Answering:
        """Take the plan of an operation, or compile it while others go on."""
        plan = operation.compiled(values, context.desk.database)
        if plan is None:
            plan = await context.prepare(partial(operation.compile, values, context.desk.database), len(context.document.text))
        if isinstance(plan, NotPlannable):
            raise NotPlannable(*plan.args)  # raised again and again, one that is remembered would grow with each trace
        return plan

    def _stopped(self, cause: Exception, context: Context) -> ExecutionResult:
        """Answer where the time ran out or the database cannot be used: the executor would come to the same, later."""
        if isinstance(cause, DatabaseUnavailable):
            self.counted["unavailable"] += 1
        extensions = cause.extensions if isinstance(cause, GraphQLError) else None
        error = GraphQLError(str(cause), path=[context.at] if context.at else None, original_error=cause, extensions=extensions)
        return coded(ExecutionResult(data=None, errors=[error], extensions=told(context)), context)
