"""How is an operation answered by a plan? It is measured and charged as every other; then its plan runs, in one transaction.

Whatever cannot be planned, or does not come to an answer, is left to the executor, which says what is wrong. So a plan never
makes an error of its own.
"""

import logging
from collections import Counter

from graphql import GraphQLError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from strawberry.types import ExecutionResult

from claimkb.domain.refusals import Refusal
from claimkb.graphql.context import Context
from claimkb.graphql.guard import told
from claimkb.graphql.plans.known import LIBRARY
from claimkb.graphql.plans.writing import Unplanned
from claimkb.graphql.requests import Asked
from claimkb.store.running import TookTooLong

log = logging.getLogger("claimkb")

LEFT = (Unplanned, Refusal, GraphQLError, ValidationError, RecursionError, TookTooLong, DBAPIError)
"""What is left to the executor to answer, or to say what is wrong."""


def left_to_the_executor(context: Context) -> tuple[type[Exception], ...]:
    """Name what is left to the executor, with what the database's driver raises."""
    return (*LEFT, *context.desk.database.reading_errors)


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
        except left_to_the_executor(context) as left:
            log.debug("Left to the executor: %s", left)
        except Exception:  # whatever is wrong with a plan, the executor has the answer
            self.counted["crashed"] += 1
            log.exception("Request %s: its plan crashed, and the executor answers", context.caller.request_id)
        self.counted["executed" if found is None else "planned"] += 1
        return found

    async def _answer(self, text: str, asked: Asked, context: Context, may_write: bool) -> ExecutionResult | None:
        """Take an operation through all that stands before its plan."""
        variables = asked.variables or {}
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
        cost = max(1, size.cost)
        if context.charge(cost) is not None:
            return None
        try:
            data = await plan.answer(context, values)
        except Exception:
            if not context.performed:
                context.charge(-cost)  # the executor charges it again
            raise
        return ExecutionResult(data=data, errors=None, extensions=told(cost, context))
