"""How is an operation answered by a plan? It is compiled once, and its plan runs in one transaction.

A plan that does not come to an answer falls back to the executor, which says what is wrong. So a plan makes no error of its own,
but for what no other way would change: that too much was asked in a while, that the time ran out, or that the database cannot be
used.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues
from pydantic import ValidationError

from claimkb.domain.refusals import Refusal
from claimkb.graphql.execution.context import Context, PayloadUnreadable
from claimkb.graphql.execution.document_cache import PreparedOperation
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.expressions import NotPlannable
from claimkb.graphql.plans.compile.operation import compile_query
from claimkb.graphql.plans.compile.selections import Selections
from claimkb.graphql.plans.introspection import Introspection, is_introspection
from claimkb.graphql.plans.mutation import MutationPlan, compile_mutation
from claimkb.graphql.plans.run.plan import Plan
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.async_reader import NeverConnected
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

AnyPlan = Plan | MutationPlan | Introspection

MOST_PLANS = 1_000
"""How many plans are kept: one for each operation, and for what @skip and @include leave of it."""

FALLBACK_ERRORS = (NotPlannable, Refusal, GraphQLError, ValidationError, RecursionError, NeverConnected)
"""After these the executor answers, or says what is wrong."""

FINAL_ERRORS = (TookTooLong, DatabaseUnavailable)
"""What the executor would come to as well, later."""


@dataclass(frozen=True)
class Fallback:
    """An operation that no plan answered, and why: the executor answers it, and does no verb again that was performed."""

    reason: str


class Planner:
    """Answers operations by their plans, unless that is switched off, and counts how operations were answered."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.counted: Counter[str] = Counter()
        self.caches = PlanCaches()
        self._plans: BoundedCache[AnyPlan | NotPlannable] = BoundedCache(MOST_PLANS)

    async def answer(self, operation: PreparedOperation, variables: Mapping[str, Any], context: Context) -> Any | Fallback:
        """Answer an admitted operation with its data; or fall back, with what was charged meanwhile given back."""
        if not self.is_on:
            return Fallback("Plans are switched off.")
        values = operation.coerce(variables)
        if isinstance(values, list):
            return Fallback(values[0].message)
        database = context.desk.database
        try:
            plan = self._plans.find(_key(operation, values, database))
            if plan is None:  # others go on while it is compiled
                plan = await context.prepare(partial(self.compile, operation, values, database), len(operation.document.text))
            if isinstance(plan, NotPlannable):
                raise NotPlannable(*plan.args)  # an error that is kept would grow with each trace
            return await plan.execute(context, values)
        except Exception as error:
            cause = error.__cause__ or error if isinstance(error, PayloadUnreadable) else error
            if isinstance(cause, FINAL_ERRORS) or _is_too_much(cause):
                raise cause from None
            context.response_key = None
            if not context.performed:
                context.refund_extra()
            if not isinstance(cause, FALLBACK_ERRORS):
                self.counted["crashed"] += 1
                log.exception("Request %s: its plan crashed, and the executor answers", context.caller.request_id)
            return Fallback(str(cause))

    def compile(self, operation: PreparedOperation, values: VariableValues, database: Database) -> AnyPlan | NotPlannable:
        """Compile an operation for an engine and keep its plan, or why it has none."""
        try:
            plan: AnyPlan | NotPlannable = _compile(operation, values, database, self.caches)
        except NotPlannable as reason:
            plan = reason.with_traceback(None)
        return self._plans.keep(_key(operation, values, database), plan)


def _key(operation: PreparedOperation, values: VariableValues, database: Database) -> tuple[object, ...]:
    """Tell what a plan depends on: the operation, the engine, and what @skip and @include leave of it."""
    return (operation, database.is_sqlite, *[values.coerced.get(name) for name in operation.switches])


def _compile(operation: PreparedOperation, values: VariableValues, database: Database, caches: PlanCaches) -> AnyPlan:
    """Compile an operation; refuse one that has no plan, and say why."""
    selections = Selections(schema._schema, *operation.trees, values)
    if operation.is_query and is_introspection(selections):
        return Introspection(operation, caches)
    return (compile_query if operation.is_query else compile_mutation)(selections, database, caches)


def _is_too_much(cause: object) -> bool:
    """Tell whether something was refused for its cost."""
    return isinstance(cause, GraphQLError) and (cause.extensions or {}).get("code") in ("QUERY_TOO_COMPLEX", "RATE_LIMITED")
