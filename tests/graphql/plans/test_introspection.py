"""What is asked of the schema alone is worked out once, and answered as the executor answers it."""

import gc
import sys
from itertools import pairwise
from typing import Any

import pytest
from graphql import get_introspection_query
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.plans.planner import Planner

ROUND = 30
HERE = "http://127.0.0.1"
DEEP = "{ __schema { types { name fields { name args { name } type { name fields { name type { name } } } } } } }"
DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    (DEEP, {}),
    (get_introspection_query(), {}),
    ('{ __type(name: "Claim") { name ...F } a: __typename } fragment F on __Type { kind fields { name } }', {}),
    ('{ __type(name: "Nothing") { name } }', {}),
    ("query($name: String!) { __type(name: $name) { name } }", {"name": "Source"}),
    ("query($name: String!) { __type(name: $name) { name } }", {"name": "Flag"}),
    ("query($with: Boolean = true) { __schema { description queryType @include(if: $with) { name } } }", {}),
    ("query($with: Boolean = true) { __schema { description queryType @include(if: $with) { name } } }", {"with": False}),
]


def test_the_schema_is_told_of_as_the_executor_tells_of_it(sqlite_desk: Desk) -> None:
    plans = Planner()
    with TestClient(app_of(sqlite_desk, plans=plans), base_url=HERE) as planning:
        with TestClient(app_of(sqlite_desk, plans=Planner(is_on=False)), base_url=HERE) as executing:
            for query, variables in DOCUMENTS:
                body = {"query": query, "variables": variables}
                one, two, again = (each.post("/graphql", json=body) for each in (planning, executing, planning))
                assert one.json()["data"] == two.json()["data"] == again.json()["data"]
                assert one.content.partition(b'"extensions"')[0] == again.content.partition(b'"extensions"')[0]
    assert plans.counted == {"planned": 2 * len(DOCUMENTS)}
    assert len(plans.caches.answers) == len(DOCUMENTS)


def test_answers_are_remembered_up_to_a_number_of_bytes() -> None:
    kept: BoundedCache[bytes] = BoundedCache(10, len)
    for name, answer in (("a", b"1234"), ("b", b"1234"), ("a", b"12"), ("c", b"123"), ("d", b"12")):
        kept.keep(name, answer)
    assert [kept.find(name) for name in "abcd"] == [b"12", None, b"123", b"12"]
    assert kept.keep("e", b"12345678901") == b"12345678901"
    assert len(kept) == 0


UNPLANNED = {
    "the schema and a record": "{ __schema { description } claims { totalCount } }",
    "the schema alone": '{ __type(name: "Claim") { name } }',
    "what is not valid": "{ nope }",
    "what is no document": "{",
    "too much": "{ claims(first: 100) { nodes { appearances(first: 100) { nodes { claim { appearances(first: 100) { totalCount } } } } } } }",
    "a mistake": "{ claims(first: 101) { totalCount } }",
    "what may not be done": 'mutation { createAccount(input: {name: "Cy", role: READER}) { account { name } } }',
    "a subscription": "subscription { revisions { id } }",
}


@pytest.mark.long
def test_operations_without_a_plan_leave_nothing_in_memory(sqlite_desk: Desk) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:

        def blocks() -> int:
            for query in UNPLANNED.values():
                for _ in range(ROUND):
                    client.post("/graphql", json={"query": query})
            gc.collect()
            return sys.getallocatedblocks()

        found = [blocks() for _ in range(4)]
    assert min(after - before for before, after in pairwise(found)) < 2 * ROUND * len(
        UNPLANNED
    )  # pytest keeps the line of each in the log
