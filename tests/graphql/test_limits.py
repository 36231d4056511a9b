"""What asks for too much is refused before anything is executed, with its code and the numbers; what is usual is not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.limits.field_costs import FieldCosts
from claimkb.graphql.limits.query_cost import ENOUGH, measure
from claimkb.graphql.limits.rate_limits import MOST_KEPT, RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.transport.graphiql import examples
from tests.builders import a_prediction, everything
from tests.graphql.conftest import Ask

PRICES = FieldCosts(schema._schema)


def size(query: str, **variables: Any) -> tuple[int, int, int]:
    """Measure the first operation of a document: depth, fields, cost."""
    document = parse(query)
    operation: Any = document.definitions[0]
    return measure(PRICES, document, operation, variables)


@pytest.mark.parametrize(
    ("query", "measured"),
    [
        ("{ viewer { role } }", (2, 2, 1)),
        ("{ claims { totalCount } }", (2, 2, 6)),
        ("{ claims { nodes { statement } } }", (3, 1 + 20 * 2, 1 + 20)),
        ("{ claims(first: 3) { nodes { statement } } }", (3, 1 + 3 * 2, 1 + 3)),
        ("{ claims(first: 3, last: 5) { edges { cursor node { id } } } }", (4, 1 + 5 * 4, 1 + 5)),
        ("{ a: claims(first: 3) { nodes { id } } b: claims(first: 2) { nodes { id } } }", (3, 2 + 10, 2 + 5)),
        ("{ claims(first: 10) { nodes { claimant { name } appearances(first: 2) { nodes { source { title } } } } } }",
         (6, 1 + 10 * (1 + 2 + 1 + 2 * 3), 1 + 10 * (1 + 1 + 1 + 2 * 2))),
        ("{ claims(first: 2) { ...F } } fragment F on ClaimConnection { nodes { id } }", (3, 5, 3)),
        ("{ claims(first: 2) { ... on ClaimConnection { ...F } } } fragment F on ClaimConnection { nodes { id } }", (3, 5, 3)),
        ("{ node(id: 1) { ... on Claim { id } ... on Source { id title } } }", (2, 4, 1)),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', (2, 4, 3)),
        ("{ nope { x { y } } }", (3, 3, 0)),
        ("{ ...F } fragment F on Query { ...F viewer { role } }", (2, 2, 1)),
        ("{ ...Nope }", (0, 0, 0)),
        ("mutation { snoozePrediction(input: {}) { prediction { id } } }", (3, 3, 12)),
        ("mutation { reviewClaim(input: {evidence: [{source: {title: \"A\"}}, {quote: \"B\"}]}) { review { id } } }", (3, 3, 32)),
        ("mutation($e: [EvidenceInput!]) { reviewClaim(input: {evidence: $e}) { review { id } } }", (3, 3, 12)),
        ("{ search(query: \"a\", first: 5) { edges { snippet } } }", (3, 11, 31)),
        ("{ claims(first: -5) { nodes { id } } }", (3, 1, 1)),
        ("{ claims(first: 99999999999999999999999999) { nodes { id } } }", (3, ENOUGH, ENOUGH)),
    ],
)  # fmt: skip
def test_an_operation_costs_the_rows_it_asks_for(query: str, measured: tuple[int, int, int]) -> None:
    assert size(query) == measured


def test_a_variable_tells_the_rows_as_its_value_does() -> None:
    query = "query($n: Int = 7, $ids: [ID!]!) { claims(first: $n) { nodes { id } } nodes(ids: $ids) { id } }"
    assert size(query, ids=["a"])[2] == 1 + 7 + 1
    assert size(query, n=3, ids=["a", "b"])[2] == 1 + 3 + 2
    assert size(query, n="x", ids=5)[2] == 1 + 100 + 5
    assert size(query, n=100.0, ids=[])[2] == 1 + 100
    assert size(query, n=None, ids=[])[2] == 1 + 20


@given(st.integers(0, 200), st.integers(0, 200))
def test_cost_grows_with_the_rows_along_the_path(outer: int, inner: int) -> None:
    query = f"{{ claims(first: {outer}) {{ nodes {{ appearances(first: {inner}) {{ nodes {{ id }} }} }} }} }}"
    assert size(query)[2] == min(ENOUGH, 1 + outer * (1 + 1 + inner))


def doubled(levels: int) -> str:
    """Write a document whose fragments double one another."""
    chain = " ".join(f"fragment F{level} on Claim {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels))
    return f"{{ claims {{ nodes {{ ...F0 }} }} }} {chain} fragment F{levels} on Claim {{ id }}"


ROUND = "{ claims(first:100){nodes{appearances(first:100){nodes{source{claims(first:100){nodes{id}}}}}}} }"
TOO_MUCH = {
    "round and round": (ROUND, "cost", 1030201, 10000),
    "doubled fragments": (doubled(60), "fields more than", ENOUGH, 50_000),
    "a few doubled fragments": (doubled(20), "fields", 20 * 2**20 + 21, 50_000),
    "many aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(101)) + "}", "aliases", 101, 100),
    "one field again and again": ("{" + "__typename " * 1000 + "}", "times the same field", 1000, 20),
    "one alias again and again": ("{" + 'a: node(id: "1") { id } ' * 21 + "}", "times the same field", 21, 20),
    "many directives": ("{ viewer { role " + "@skip(if: false) " * 51 + "} }", "directives", 51, 50),
    "many operations": (" ".join(f"query Q{n} {{ viewer {{ role }} }}" for n in range(21)), "operations", 21, 20),
    "many fragments": ("{ viewer { role } }" + " ".join(f"fragment F{n} on Viewer {{ role }}" for n in range(101)), "fragments", 101, 100),
    "many spreads": ("{ viewer { " + "...F " * 501 + "} } fragment F on Viewer { role }", "fragment spreads", 501, 500),
    "many variables": ("query(" + " ".join(f"$v{n}: Int" for n in range(101)) + ") { viewer { role } }", "variables", 101, 100),
    "deep": ("{ claims { nodes { " + "prediction { claim { " * 9 + "id" + " }" * 21, "depth", 21, 20),
    "introspection many times": ("{" + " ".join(f"s{n}: __schema {{ types {{ name }} }}" for n in range(21)) + "}", "cost", 10500, 10000),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_asks_for_too_much_is_told_the_numbers_and_reads_nothing(name: str, sqlite_desk: Desk) -> None:
    query, what, asked, most = TOO_MUCH[name]
    with TestClient(app_of(sqlite_desk), base_url="http://127.0.0.1") as client:
        (error,) = client.post("/graphql", json={"query": query, "operationName": "Q0" if "Q0" in query else None}).json()["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX", "requested": asked, "maximum": most}
    assert error["message"].startswith(f"This asks for too much: {what} ")


@pytest.mark.parametrize("query", ["{" * 5_000, "{ a(x: " + "[" * 3_000, "query(" * 10, "{ a " * 400 + "}" * 400])
def test_a_document_nested_beyond_reason_is_a_mistake_and_not_a_crash(query: str, ask: Ask) -> None:
    (error,) = ask(query)["errors"]
    assert error["extensions"]["code"] in ("QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED")


def test_too_many_tokens_stop_the_parser(ask: Ask) -> None:
    (error,) = ask("{ " + "a " * 4_001 + "}")["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert "4000 tokens" in error["message"]


def test_conflicting_fields_do_not_keep_the_validation_busy(ask: Ask) -> None:
    sets = " ".join(
        "... on Claim { " + " ".join(f"f{n}: note" for n in range(9)) + f" x: statement y{m}: note }}" for m in range(10)
    )
    began = time.perf_counter()
    ask("{ claims { nodes { " + sets + " " + sets + " } } }")
    assert time.perf_counter() - began < 5  # without a bound this takes far longer


def usual() -> Iterator[tuple[str, str]]:
    """List operations that people send every day."""
    yield (
        "introspection",
        get_introspection_query(specified_by_url=True, input_value_deprecation=True, directive_is_repeatable=True),
    )
    for example in examples():
        yield example.split("{")[0][:60].strip(), example
    yield (
        "a hundred predictions whole",
        "{ predictions(first: 100) { nodes { question claim { statement appearances(first: 5) { nodes { paragraph source { title } } } } flags(first: 5) { nodes { level } } outcome { verdict } } } }",
    )


@pytest.mark.parametrize(("name", "query"), list(usual()))
def test_what_is_usual_is_within_the_limits(name: str, query: str, ask: Ask) -> None:
    assert "errors" not in ask(query), name


@contextmanager
def limited(desk: Desk, **limits: Any) -> Iterator[TestClient]:
    """Give a client of an application with limits of its own."""
    with TestClient(app_of(desk, Limits(**limits)), base_url="http://127.0.0.1") as client:
        yield client


QUESTION = {"query": "{ claims(first: 50) { nodes { id } } }"}


@pytest.mark.usefixtures("standing_rates")
def test_an_address_that_asks_too_much_in_a_while_is_told_when_to_come_back(sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, rate_cost=100, rate_cost_per_second=1) as client:
        first, second = (client.post("/graphql", json=QUESTION) for _ in range(2))
        assert first.json()["extensions"]["cost"] == {
            "requestedQueryCost": 51,
            "throttleStatus": {"maximumAvailable": 100, "currentlyAvailable": 26, "restoreRate": 1},
        }  # 23 of them for a new document
    assert (second.status_code, second.headers["retry-after"]) == (429, "26")
    (error,) = second.json()["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 26}
    assert "data" not in second.json()


def test_a_bucket_fills_again_and_holds_no_more_than_it_may() -> None:
    now = [0.0]
    rates = RateLimits(100, 10, lambda: now[0])
    assert rates.take("a", 100) is None
    assert rates.take("a", 20) == pytest.approx(2.0)
    assert rates.take("b", 20) is None
    now[0] = 2.0
    assert rates.take("a", 20) is None
    now[0] = 1000.0
    assert rates.left("a") == 100
    assert rates.take("a", 5000) is None, "what costs more than a full bucket waits for one"


def test_buckets_that_are_full_again_are_forgotten_before_those_that_are_not() -> None:
    now = [0.0]
    rates = RateLimits(10, 1, lambda: now[0])
    for number in range(MOST_KEPT):
        rates.take(f"quiet {number}", 1)
    now[0] = 2.0
    rates.take("a", 10)
    rates.take("b", 1)
    assert (rates.left("a"), len(rates._buckets)) == (0, 2)


def test_where_too_many_buckets_are_in_use_the_older_half_is_forgotten() -> None:
    rates = RateLimits(10, 1, lambda: 0.0)
    for number in range(MOST_KEPT + 1):
        rates.take(str(number), 1)
    assert (rates.left(str(MOST_KEPT)), rates.left("0"), len(rates._buckets)) == (9, 10, MOST_KEPT // 2 + 2)


FOR_EVER = {
    True: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    False: "SELECT pg_sleep(60)",
}


def test_what_takes_too_long_is_stopped_in_the_database(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = FOR_EVER[desk.database.is_sqlite]

    monkeypatch.setattr("claimkb.store.engine.paging.count_statement", lambda _select: sa.text(slow))
    began = time.perf_counter()
    with limited(desk, statement_seconds=0.2) as client:
        (error,) = client.post("/graphql", json={"query": "{ slow: claims { totalCount } }"}).json()["errors"]
        assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX"}
        assert error["message"] == "This took too long and was stopped in the database; nothing has changed. Ask for less at once."
        assert time.perf_counter() - began < 10
        assert client.post("/graphql", json={"query": "{ claims { nodes { id } } }"}).json()["data"] == {"claims": {"nodes": []}}
    if not desk.database.is_sqlite:
        with desk.database.connection() as connection:
            running = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%%' AND state = 'active'"
            )
            assert running.scalar_one() == 0


def test_a_change_that_takes_too_long_is_undone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    prediction = a_prediction(desk)
    before = everything(desk)
    slow = FOR_EVER[desk.database.is_sqlite]
    monkeypatch.setattr(
        "claimkb.store.flags.reconcile_prediction",
        lambda session, *_, **__: session.connection().exec_driver_sql(slow).scalar_one(),
    )
    withdraw = f'withdrawPrediction(input: {{predictionId: "{prediction.id}", reason: "r"}}) {{ prediction {{ id }} }}'
    with limited(desk, request_seconds=0.3) as client:
        (error,) = client.post("/graphql", json={"query": f"mutation {{ {withdraw} }}"}).json()["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX"}
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("limits", "body", "message"),
    [
        ({"max_body_bytes": 100}, {"query": "{ viewer { role } }", "variables": {"x": "y" * 100}}, "This asks for too much: a body of 152 bytes or more, of at most 100."),
        ({"max_document_bytes": 10}, {"query": "{ viewer { role } }"}, "This asks for too much: a document of 19 bytes or more, of at most 10."),
        ({}, [{"query": "{ viewer { role } }"}], "This asks for too much: a batch of 1 operations, of at most 0. Send them one by one."),
        ({"max_batch": 2}, [{"query": "{ viewer { role } }"}] * 3, "This asks for too much: a batch of 3 operations, of at most 2. Send them one by one."),
    ],
)  # fmt: skip
def test_a_request_that_is_too_long_is_refused_before_it_is_parsed(
    limits: dict[str, int], body: Any, message: str, sqlite_desk: Desk
) -> None:
    with limited(sqlite_desk, **limits) as client:
        answer = client.post("/graphql", json=body)
    (error,) = answer.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, "QUERY_TOO_COMPLEX")
    assert answer.status_code in (400, 413)


def test_a_batch_is_answered_where_it_is_allowed(sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, max_batch=3) as client:
        answers = client.post("/graphql", json=[{"query": "{ viewer { role } }"}, {"query": "{ nope }"}, {}]).json()
    assert answers[0]["data"] == {"viewer": {"role": "EDITOR"}}
    assert [each["errors"][0]["extensions"]["code"] for each in answers[1:]] == ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]


def test_a_document_that_was_valid_before_is_still_measured_and_an_invalid_one_still_refused(sqlite_desk: Desk) -> None:
    limits = Limits(max_cost=50)
    with TestClient(app_of(sqlite_desk, limits), base_url="http://127.0.0.1") as client:

        def codes(query: str, **variables: Any) -> list[str]:
            answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
            return [each["extensions"]["code"] for each in answer.get("errors", [])]

        valid = "query($first: Int) { claims(first: $first) { nodes { id } } }"
        assert [codes(valid, first=number) for number in (10, 100, 10)] == [[], ["QUERY_TOO_COMPLEX"], []]
        assert [codes("{ nothing }") for _ in range(2)] == [["GRAPHQL_VALIDATION_FAILED"]] * 2


def test_what_a_variable_lists_costs_as_much_as_verbs_each_time(ask: Ask) -> None:
    document = "mutation($i: ReviewClaimInput!) { reviewClaim(input: $i) { review { id } userErrors { code } } }"

    def cost(many: int) -> Any:
        given = {"claimId": "Q2xhaW06", "summary": "So.", "evidence": [{"stance": "SUPPORTS"}] * many}
        return ask(document, i=given)["extensions"]["cost"]["requestedQueryCost"]

    assert [cost(many) for many in (0, 1, 50, 1)] == [13, 23, 518, 23]  # a hundred values cost five


def test_more_values_than_anybody_sends_are_refused_before_they_are_read(ask: Ask) -> None:
    answer = ask("query($f: ClaimFilter) { claims(filter: $f) { totalCount } }", f={"kind": [["FACT"] * 100] * 200})
    assert [(each["message"], each["extensions"]["code"]) for each in answer["errors"]] == [
        ("This asks for too much: variables with more than 6000 values. Send them in several requests.", "QUERY_TOO_COMPLEX")
    ]
