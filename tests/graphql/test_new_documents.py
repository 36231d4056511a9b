"""A document that was not asked for lately costs by its length, and is read where it holds up nobody."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLError
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.execution import document_cache
from claimkb.graphql.limits.cost_directives import document_cost
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans import planner
from tests.builders import an_account

HERE = "http://127.0.0.1"
LONG = "{ " + " ".join(f"a{number}: viewer {{ name }}" for number in range(90)) + " }"
WRONG = LONG.replace("name", "nope")
BROKEN = LONG.removesuffix("}")


@pytest.fixture
def poor(sqlite_desk: Desk, standing_rates: None) -> Iterator[TestClient]:  # noqa: ARG001
    """Give a client that may run up a cost of a thousand, and gets nothing back."""
    with TestClient(app_of(sqlite_desk, Limits(rate_cost=1000, rate_cost_per_second=1)), base_url=HERE) as client:
        yield client


def left(client: TestClient) -> int:
    """Tell what a client may still run up; to ask costs two."""
    answer = client.post("/graphql", json={"query": "{ __typename }"}).json()
    return int(answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"])


def spent(client: TestClient, query: str) -> int:
    """Tell what a query costs."""
    before = left(client)
    client.post("/graphql", json={"query": query})
    return before - left(client) - 2


def test_a_document_costs_its_length_once(poor: TestClient) -> None:
    left(poor)
    assert [spent(poor, LONG) for _ in range(3)] == [90 + document_cost(LONG), 90, 90]


@pytest.mark.parametrize(("query", "each_time"), [(WRONG, 90), (BROKEN, 0)])
def test_what_is_refused_costs_three_times_as_much(poor: TestClient, query: str, each_time: int) -> None:
    left(poor)
    assert [spent(poor, query) for _ in range(2)] == [3 * document_cost(query) + each_time, each_time]


def test_who_has_run_up_too_much_has_no_document_read(poor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def fail(text: str, **_: Any) -> Any:
        read.append(text)
        raise GraphQLError("No.")

    monkeypatch.setattr(document_cache, "parse", fail)
    for number in range(5):
        poor.post("/graphql", json={"query": f"# {number}\n{BROKEN}" + " " * 2000})
    answer = poor.post("/graphql", json={"query": BROKEN})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert len(read) < 5


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "multipart/mixed, text/event-stream, */*;q=0.1"])
@pytest.mark.parametrize("query", [LONG, WRONG, BROKEN, "subscription { predictionFlagged { nope } }"])
def test_a_document_is_read_and_judged_in_a_thread(desk: Desk, monkeypatch: pytest.MonkeyPatch, accept: str, query: str) -> None:
    threads: list[str] = []

    def noting(work: Any) -> Any:
        def noted(*given: Any, **named: Any) -> Any:
            threads.append(threading.current_thread().name)
            return work(*given, **named)

        return noted

    for module, name in (
        (document_cache, "parse"),
        (document_cache, "validate"),
        (document_cache, "count_parts"),
        (planner, "compile_query"),
    ):
        monkeypatch.setattr(module, name, noting(getattr(module, name)))
    with TestClient(app_of(desk), base_url=HERE) as client:
        client.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert threads
    assert {name.partition("_")[0].partition("-")[0] for name in threads} == {"AnyIO worker thread"}


def test_who_is_not_let_in_registers_no_document(desk: Desk) -> None:
    an_account(desk)
    named = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(LONG.encode()).hexdigest()}}
    app = app_of(desk)
    with TestClient(app, base_url=HERE) as client:
        for headers in ({}, {"idempotency-key": "k"}, {"accept": "text/event-stream"}):
            assert client.post("/graphql", json={"query": LONG, "extensions": named}, headers=headers).status_code == 401
    assert len(app.endpoint.documents._documents) == 0  # type: ignore[union-attr]


@pytest.mark.usefixtures("standing_rates")
def test_a_long_body_is_charged_to_its_address_before_it_is_read(sqlite_desk: Desk) -> None:
    body = b"{" + b" " * 20_000
    with TestClient(app_of(sqlite_desk, Limits(rate_cost=25, rate_cost_per_second=1)), base_url=HERE) as client:
        sent = [client.post("/graphql", content=body, headers={"content-type": "application/json"}) for _ in range(4)]
    assert [(answer.status_code, answer.json()["errors"][0]["message"]) for answer in sent] == [
        (400, "The request's body is not JSON."),
        (400, "The request's body is not JSON."),
        (429, "Too many requests in a short while. Send it again in 6 seconds."),
        (429, "Too many requests in a short while. Send it again in 6 seconds."),
    ]
