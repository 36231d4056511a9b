"""Every field of the API has a plan, but for what tells of the schema."""

from random import Random
from typing import Any

import pytest
from graphql import FieldNode

from claimkb.actions.work import Desk
from claimkb.graphql.execution.document_cache import DocumentCache, PreparedOperation
from claimkb.graphql.execution.syntax import nodes_below
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.operation import compile_query
from claimkb.graphql.plans.compile.selections import Selections
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.queries import NODES
from tests.builders import IS_LONG
from tests.graphql.plans.documents import Writer

ENOUGH = 150 if IS_LONG else 60
"""So many documents ask for nearly every field that a query can ask for; with CLAIMKB_TEST_LONG=1 for every one."""


def a_plan(operation: PreparedOperation, variables: dict[str, Any], desk: Desk) -> Any:
    """Compile an operation."""
    values: Any = operation.coerce(variables)
    return compile_query(Selections(schema._schema, *operation.trees, values), desk.database, PlanCaches())


@pytest.mark.long
def test_every_field_of_a_query_has_a_plan(desk: Desk) -> None:
    names: set[str] = set()
    for seed in range(ENOUGH):
        writer = Writer(Random(seed), [f"{kind}:1" for kind in NODES], ["c"])
        operation: Any = (
            DocumentCache(
                schema._schema,
                Limits(max_tokens=10**5, max_aliases=10**5, max_directives=10**5, max_repeats=10**5, max_fragments=10**5),
            )
            .prepare(writer.document())
            .operation(None)
        )
        a_plan(operation, writer.values(), desk)
        names |= {each.name.value for each in nodes_below(operation.document.tree) if isinstance(each, FieldNode)}
    assert len(names) > 150
