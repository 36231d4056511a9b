"""How is a query about the schema alone answered? graphql-core executes it once, in a thread; the answer is cached."""

from collections.abc import Hashable
from typing import Any

import orjson
from graphql import GraphQLObjectType, execute_sync
from graphql.execution.values import VariableValues

from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import PreparedOperation
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.expressions import NotPlannable
from claimkb.graphql.plans.compile.selections import Selections, node_of
from claimkb.graphql.schema.assembly import schema


def is_introspection(selections: Selections) -> bool:
    """Tell whether a query selects fields of the schema, and no others."""
    query: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment]
    names = {node_of(fields).name.value for fields in selections.root(query).values()}
    return bool(names & {"__schema", "__type"}) and all(name.startswith("__") for name in names)


class Introspection:
    """The plan of a query about the schema alone: it calls no resolver of ours."""

    def __init__(self, operation: PreparedOperation, caches: PlanCaches) -> None:
        self._operation, self._answers = operation, caches.answers

    async def execute(self, context: Context, values: VariableValues) -> Any:
        """Return the data as JSON. To make it takes 50 ms, so a thread does that."""
        key = (self, *sorted(values.coerced.items()))
        answer = self._answers.find(key)
        if answer is None:
            length = len(self._operation.document.text)
            answer = await context.prepare(lambda: self._answers.find(key) or self._make(key, values), length)
        return orjson.Fragment(answer)

    def _make(self, key: Hashable, values: VariableValues) -> bytes:
        """Make the answer, and cache it."""
        document, operation = self._operation.trees
        name = operation.name.value if operation.name else None
        result = execute_sync(schema._schema, document, variable_values=dict(values.coerced), operation_name=name)
        if result.errors:
            raise NotPlannable(result.errors[0].message)
        return self._answers.keep(key, orjson.dumps(result.data))
