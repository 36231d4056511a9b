"""How is an operation answered by a plan? It is measured and charged as every other; then its plan runs, in one transaction.

What is worked out of a document is remembered: that it is valid, what it costs, and its plans. Whatever cannot be planned, or
does not come to an answer, is left to the executor, which says what is wrong. So a plan never makes an error of its own.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType, parse, validate
from graphql.execution.values import VariableValues, get_variable_values
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from strawberry.types import ExecutionResult

from claimkb.domain.refusals import Refusal
from claimkb.graphql.context import Context
from claimkb.graphql.documents import sha256
from claimkb.graphql.guard import chosen, prices_of, remember_valid, told
from claimkb.graphql.measuring import Size, beyond, counts, excess, measure
from claimkb.graphql.plans.compiling import Plan, compiled
from claimkb.graphql.plans.keeping import Kept
from claimkb.graphql.plans.selections import Selections, nodes_below, variables_in
from claimkb.graphql.plans.writing import Unplanned
from claimkb.graphql.requests import Asked
from claimkb.graphql.schema import schema
from claimkb.store.database import Database
from claimkb.store.running import TookTooLong

log = logging.getLogger("claimkb")

MOST_KNOWN = 1_000
MOST_TEXT = 1_000_000
"""How many documents are remembered, and of how many characters together; those that were not asked for longest are forgotten."""

MOST_SIZES = 8
"""For how many values of its variables the size of a document is remembered."""

PLANS: Kept[Plan | Unplanned] = Kept(1_000)
"""The plans that were compiled last: of a document for its operations, and for what @skip and @include leave of them."""

LEFT = (Unplanned, Refusal, GraphQLError, ValidationError, RecursionError, TookTooLong, DBAPIError)
"""What is left to the executor to answer, or to say what is wrong."""


def left_to_the_executor(context: Context) -> tuple[type[Exception], ...]:
    """Name what is left to the executor, with what the database's driver raises."""
    return (*LEFT, *context.desk.database.reading_errors)


class Known:
    """A document, with what was worked out about it."""

    def __init__(self, text: str, document: DocumentNode) -> None:
        self.text, self.document, self.counts = text, document, counts(document)
        directives = [each for each in nodes_below(document) if each.kind == "directive"]
        self._switches = sorted({name for each in directives for name in variables_in(each)})
        self._sizes: dict[Any, Size] = {}

    @cached_property
    def is_valid(self) -> bool:
        """Whether the schema allows it."""
        if validate(schema._schema, self.document):
            return False
        remember_valid(sha256(self.text))
        return True

    def size(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Size:
        """Measure what an operation asks for: its numbers and the lengths of its lists may come as variables."""
        sized = {name: value for name, value in variables.items() if isinstance(value, int | float)}
        if any(isinstance(value, list) for value in variables.values()):
            return measure(prices_of(schema._schema), self.document, operation, variables)
        about = (id(operation), tuple(sized.items()))
        found = self._sizes.get(about)
        if found is None:
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            found = self._sizes[about] = measure(prices_of(schema._schema), self.document, operation, variables)
        return found

    def plan(self, operation: OperationDefinitionNode, values: VariableValues, database: Database) -> Plan:
        """Compile an operation for an engine, once; refuse what cannot be planned."""
        about = (self, id(operation), database.is_sqlite, *(values.coerced.get(name) for name in self._switches))
        found = PLANS.find(about) or PLANS.keep(about, lambda: self._compiled(operation, values, database))
        if isinstance(found, Unplanned):
            raise found
        return found

    def _compiled(self, operation: OperationDefinitionNode, values: VariableValues, database: Database) -> Plan | Unplanned:
        """Compile an operation, or tell why it cannot be."""
        try:
            return compiled(Selections(schema._schema, self.document, operation, values), database)
        except Unplanned as unplanned:
            return unplanned.with_traceback(None)


class Library:
    """The documents that were asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], Known] = OrderedDict()
        self._length = 0

    def find(self, text: str, max_tokens: int) -> Known:
        """Read a document, or take what is known of it; refuse what is no GraphQL, or has too many tokens.

        Where in the text each part stands is not kept: it takes most of the room, and whoever tells a mistake reads it again.
        """
        about = (text, max_tokens)
        found = self._known.get(about)
        if found is None:
            found = self._known[about] = Known(text, parse(text, no_location=True, max_tokens=max_tokens))
            self._length += len(text)
            while len(self._known) > MOST_KNOWN or (self._length > MOST_TEXT and len(self._known) > 1):
                self._length -= len(self._known.popitem(last=False)[1].text)
        else:
            self._known.move_to_end(about)
        return found


LIBRARY = Library()
"""The schema does not change while the program runs, so what is known of a document holds for all."""


class Plans:
    """Answers operations by their plans, unless that is switched off, and counts how many were."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.counted: Counter[str] = Counter()

    async def answer(self, text: str, asked: Asked, context: Context) -> ExecutionResult | None:
        """Answer an operation; None where it is left to the executor."""
        found = None
        try:
            found = await self._answer(text, asked, context) if self.is_on else None
        except left_to_the_executor(context) as left:
            log.debug("Left to the executor: %s", left)
        except Exception:  # whatever is wrong with a plan, the executor has the answer
            self.counted["crashed"] += 1
            log.exception("Request %s: its plan crashed, and the executor answers", context.caller.request_id)
        self.counted["executed" if found is None else "planned"] += 1
        return found

    async def _answer(self, text: str, asked: Asked, context: Context) -> ExecutionResult | None:
        """Take an operation through all that stands before its plan."""
        limits, variables = context.limits, asked.variables or {}
        document = LIBRARY.find(text, limits.max_tokens)
        operation = chosen(document.document, asked.operation_name)
        if operation is None or operation.operation is not OperationType.QUERY or excess(document.counts, limits):
            return None
        size = document.size(operation, variables)
        if beyond(size, limits) or not document.is_valid:
            return None
        values = get_variable_values(schema._schema, operation.variable_definitions or (), variables)
        if isinstance(values, list):
            return None
        plan = document.plan(operation, values, context.desk.database)
        cost = max(1, size.cost)
        if context.charge(cost) is not None:
            return None
        try:
            data = await plan.answer(context, values)
        except Exception:
            context.charge(-cost)  # the executor charges it again
            raise
        return ExecutionResult(data=data, errors=None, extensions=told(cost, context))
