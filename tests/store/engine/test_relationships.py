"""An index serves each list of a record in its order, so that a page reads no more rows than it shows."""

import re
from typing import Any
from uuid import UUID

import pytest
import strawberry

from claimkb.actions.work import Desk
from claimkb.graphql.mapping.declarations import ToMany, declaration_of
from claimkb.graphql.schema import types
from claimkb.store.engine.relationships import Relationship, is_one_of
from tests.builders import plan

EDGES = {
    f"{kind.__name__}.{field.python_name}": declaration.relationship
    for kind in vars(types).values()
    if strawberry.types.has_object_definition(kind)
    for field in kind.__strawberry_definition__.fields
    if isinstance(declaration := declaration_of(field), ToMany)
}
DIRECT = {name: relationship for name, relationship in EDGES.items() if relationship.through is None}


def test_seven_lists_lead_through_a_table_in_between() -> None:
    of_collections = {"Claim.collections", "Collection.claims", "Prediction.collections"}
    others = {"Claimant.predictions", "Prediction.dependents", "Source.claims", "Source.predictions"}
    assert EDGES.keys() - DIRECT.keys() == others | of_collections
    assert len(DIRECT) == 44


@pytest.mark.parametrize("relationship", DIRECT.values(), ids=DIRECT.keys())
def test_an_index_serves_each_list_of_a_record_in_its_order(desk: Desk, relationship: Relationship) -> None:
    select, _ = relationship.select(is_one_of([UUID(int=1)]))
    wanted: Any = select.order_by(*relationship.order.by()).limit(20)
    explained = plan(desk, wanted)
    assert "index" in explained.lower()
    assert not re.search(r"SCAN|Seq Scan|(?<!Incremental )Sort  \(|TEMP B-TREE FOR ORDER BY", explained)
