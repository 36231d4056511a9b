"""How is an operation answered by a plan? It is measured and charged as every other; then its plan runs, in one transaction.

Whatever cannot be planned, or does not come to an answer, is left to the executor, which says what is wrong. So a plan makes no
error of its own, but for what no other way would change: that too much was asked in a while, that the time ran out, or that the
database cannot be used.
"""

import logging
from collections import Counter

from graphql import GraphQLError
from pydantic import ValidationError
from strawberry.types import ExecutionResult

from claimkb.domain.refusals import Refusal
from claimkb.graphql.context import Context, NotShown
from claimkb.graphql.guard import told
from claimkb.graphql.plans.known import LIBRARY
from claimkb.graphql.plans.writing import Unplanned
from claimkb.graphql.refusals import coded
from claimkb.graphql.requests import Asked
from claimkb.store.flowing import NeverConnected
from claimkb.store.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

LEFT = (Unplanned, Refusal, GraphQLError, ValidationError, RecursionError, NeverConnected)
"""What is left to the executor to answer, or to say what is wrong."""

STOPPED = (TookTooLong, DatabaseUnavailable)
"""What no other way to answer would change; nor what was too much of what is counted as it is read, or too much in a while."""


def is_too_much(cause: object) -> bool:
    """Tell whether something was refused for its price."""
    return isinstance(cause, GraphQLError) and (cause.extensions or {}).get("code") in ("QUERY_TOO_COMPLEX", "RATE_LIMITED")


class Plans:
    """Answers operations by their plans, unless that is switched off, and counts how many were."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.counted: Counter[str] = Counter()

    async def answer(self, text: str, asked: Asked, context: Context, *, may_write: bool = True) -> ExecutionResult | None:
        """Answer an operation; None where it is left to the executor."""
        found = None
        try:
            found = await self._answer(text, asked, context, may_write) if self.is_on else None
        except Exception as error:  # whatever is wrong with a plan, the executor has the answer
            cause = error.__cause__ if isinstance(error, NotShown) else error
            if isinstance(cause, LEFT):
                log.debug("Left to the executor: %s", cause)
            else:
                self.counted["crashed"] += 1
                log.exception("Request %s: its plan crashed, and the executor answers", context.caller.request_id)
        self.counted["executed" if found is None else "planned"] += 1
        return found

    async def _answer(self, text: str, asked: Asked, context: Context, may_write: bool) -> ExecutionResult | None:
        """Take an operation through all that stands before its plan."""
        variables = asked.variables or {}
        if not LIBRARY.has(text, context.limits):
            await context.pace.turn()  # to compile takes milliseconds
        document = LIBRARY.find(text, context.limits)
        operation = document.operation(asked.operation_name)
        if operation is None or not (operation.only_reads or may_write):
            return None
        size = operation.size(variables)
        if size is None or not document.is_valid:
            return None
        values = operation.values(variables)
        if values is None:
            return None
        plan = operation.plan(values, context.desk.database)
        cost, context.size = max(1, size.cost), size
        too_much = context.charge(cost)
        if too_much is not None:
            return coded(ExecutionResult(data=None, errors=[too_much], extensions=told(cost, context)), context)
        try:
            data = await plan.answer(context, values)
        except Exception as error:
            cause = error.__cause__ if isinstance(error, NotShown) else error
            if isinstance(cause, Exception) and (isinstance(cause, STOPPED) or is_too_much(cause)):
                return self._stopped(cause, cost, context)
            if not context.performed:
                context.charge(-cost)  # the executor charges it again
            raise
        return ExecutionResult(data=data, errors=None, extensions=told(cost, context))

    def _stopped(self, cause: Exception, cost: int, context: Context) -> ExecutionResult:
        """Answer where the time ran out or the database cannot be used: the executor would come to the same, later."""
        if isinstance(cause, DatabaseUnavailable):
            self.counted["unavailable"] += 1
        extensions = cause.extensions if isinstance(cause, GraphQLError) else None
        error = GraphQLError(str(cause), path=[context.at] if context.at else None, original_error=cause, extensions=extensions)
        return coded(ExecutionResult(data=None, errors=[error], extensions=told(cost, context)), context)
