"""How is a question about the schema alone answered? Worked out once, in a thread, and the same from then on."""

from typing import Any

import orjson
from graphql import GraphQLObjectType, execute_sync
from graphql.execution.values import VariableValues

from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import PreparedOperation
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.plans.compile.expressions import NotPlannable
from claimkb.graphql.plans.compile.selections import Selections, node_of
from claimkb.graphql.schema.assembly import schema

MOST_BYTES = 8_000_000
ANSWERS: BoundedCache[bytes] = BoundedCache(MOST_BYTES, len)
"""The answers that were worked out last. The schema does not change while the program runs."""


def is_introspection(selections: Selections) -> bool:
    """Tell whether a query asks of the schema, and of nothing else."""
    query: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment]
    names = {node_of(fields).name.value for fields in selections.root(query).values()}
    return bool(names & {"__schema", "__type"}) and all(name.startswith("__") for name in names)


class Introspection:
    """Answers an operation that asks of the schema alone: graphql-core executes it, without a resolver of ours."""

    def __init__(self, operation: PreparedOperation) -> None:
        self._operation = operation

    async def answer(self, context: Context, values: VariableValues) -> Any:
        """Give the answer, as JSON: it takes a twentieth of a second to work one out, and nobody else is to wait for that."""
        about = (self, *sorted(values.coerced.items()))
        found = ANSWERS.find(about)
        if found is None:
            length = len(self._operation.document.text)
            found = await context.prepare(lambda: ANSWERS.find(about) or self._worked_out(about, values), length)
        return orjson.Fragment(found)

    def _worked_out(self, about: Any, values: VariableValues) -> bytes:
        """Work the answer out, and remember it."""
        document, operation = self._operation.trees
        name = operation.name.value if operation.name else None
        result = execute_sync(schema._schema, document, variable_values=dict(values.coerced), operation_name=name)
        if result.errors:
            raise NotPlannable(result.errors[0].message)
        return ANSWERS.keep(about, orjson.dumps(result.data))
