"""Every field of the API has a plan, but for what tells of the schema."""

from random import Random
from typing import Any

from graphql import FieldNode
from graphql.execution.values import get_variable_values

from claimkb.actions.work import Desk
from claimkb.graphql.execution.admission import chosen
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.compile.operation import compiled
from claimkb.graphql.plans.compile.selections import Selections, nodes_below
from claimkb.graphql.plans.known import DocumentCache, PreparedDocument
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.queries import NODES
from tests.graphql.plans.documents import Writer

ENOUGH = 150
"""So many documents ask for every field that a query can ask for."""


def a_plan(known: PreparedDocument, values: dict[str, Any], desk: Desk) -> Any:
    """Compile the operation of a document."""
    operation: Any = chosen(known.document, None)
    given: Any = get_variable_values(schema._schema, operation.variable_definitions, values)
    return compiled(Selections(schema._schema, known.document, operation, given), desk.database)


def test_every_field_of_a_query_has_a_plan(desk: Desk) -> None:
    asked: set[str] = set()
    for seed in range(ENOUGH):
        writer = Writer(Random(seed), [f"{kind}:1" for kind in NODES], ["c"])
        known = DocumentCache().read(writer.document(), Limits(max_tokens=100_000))
        a_plan(known, writer.values(), desk)
        asked |= {each.name.value for each in nodes_below(known.document) if isinstance(each, FieldNode)}
    assert len(asked) > 150
