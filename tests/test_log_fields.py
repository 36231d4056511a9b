"""What the line of a request says, whichever way it came: who asked, which operation, what it cost. And no value of anybody."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from claimkb import logs
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import password
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.store import search
from tests import outages
from tests.builders import a_prediction, a_session, a_token, an_account
from tests.graphql.test_subscriptions import ADDRESS, connected, settle, subscribe
from tests.test_secrets import HERE, crash, form, logging_as

__all__ = ["form"]

MARK = "hunter7canary"
RECORD = "mutation Record($i: RecordSourceInput!) { recordSource(input: $i) { source { title } } }"
GIVEN = {"i": {"title": MARK, "url": f"https://{MARK}.example.org/?key={MARK}", "snapshot": {"text": f"{MARK} said so."}}}
FILTERED = "query Find($t: String) { predictions(first: 1, filter: {text: $t}) { nodes { question } } }"
MUCH = "{ predictions(first: 100) { nodes { outcomes(first: 100) { nodes { verdict } } } } }"
EVENTS = {"accept": "text/event-stream"}


@contextmanager
def lines_of(desk: Desk, **given: Any) -> Iterator[tuple[TestClient, list[dict[str, Any]]]]:
    """Give a client, and the lines in JSON that the log has when the block ends."""
    lines: list[dict[str, Any]] = []
    with logging_as("json") as log:
        with TestClient(app_of(desk, **given), base_url=HERE, follow_redirects=False) as client:
            yield client, lines
        lines += map(json.loads, log.getvalue().splitlines())


def said(line: dict[str, Any], *names: str) -> list[Any]:
    return [line.get(name) for name in names]


def test_a_line_has_who_asked_which_operation_and_what_it_cost(desk: Desk) -> None:
    shown = a_token(desk, an_account(desk)).secret.get_secret_value()
    with lines_of(desk) as (client, lines):
        answer = client.post(
            "/graphql", json={"query": FILTERED}, headers={"authorization": f"Bearer {shown}", "x-request-id": "r-1"}
        )
    cost = answer.json()["extensions"]["cost"]["requestedQueryCost"]
    (line,) = lines
    assert list(line) == [
        *("event", "method", "path", "status", "milliseconds", "address", "account"),
        *("operation", "kind", "cost", "request_id", "level", "timestamp"),
    ]
    assert re.fullmatch(r"POST /graphql 200 in \d+ ms", line["event"])
    assert line["milliseconds"] > 0
    assert said(line, "method", "path", "status", "request_id") == ["POST", "/graphql", 200, "r-1"]
    assert said(line, "address", "account") == ["testclient", "Ada"]
    assert said(line, "operation", "kind", "cost") == ["Find", "query", cost]


def test_the_line_for_people_has_the_same(sqlite_desk: Desk) -> None:
    with logging_as("text") as log, TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        client.post("/graphql", json={"query": FILTERED}, headers={"x-request-id": "r-1"})
    told = log.getvalue().partition(" ms ")[2]
    assert told.startswith('address=testclient account="local editor" operation=Find kind=query cost=')
    assert told.endswith(" request_id=r-1\n")


def test_what_is_refused_has_its_code(sqlite_desk: Desk) -> None:
    an_account(sqlite_desk)
    rea = a_token(sqlite_desk, an_account(sqlite_desk, "Rea", "READER")).secret.get_secret_value()
    reader = {"authorization": f"Bearer {rea}"}
    with lines_of(sqlite_desk, limits=Limits(max_cost=500)) as (client, lines):
        client.post("/graphql", json={"query": FILTERED})
        client.post("/graphql", json={"query": RECORD, "variables": GIVEN}, headers=reader)
        client.post("/graphql", json={"query": MUCH}, headers=reader)
        client.post("/graphql", content=b"x", headers={"content-type": "text/plain"})
        client.post("/graphql", json={"query": FILTERED}, headers={"origin": "https://elsewhere.example"})
    assert [said(line, "status", "code", "account", "operation", "kind") for line in lines] == [
        [401, "UNAUTHENTICATED", None, None, None],
        [200, "FORBIDDEN", "Rea", "Record", "mutation"],
        [200, "QUERY_TOO_COMPLEX", "Rea", None, "query"],
        [415, "BAD_USER_INPUT", None, None, None],
        [403, "FORBIDDEN", None, None, None],
    ]


def test_each_operation_of_a_websocket_has_a_line(sqlite_desk: Desk) -> None:
    a_prediction(sqlite_desk)
    with lines_of(sqlite_desk) as (client, lines), connected(client) as socket:
        for query in (FILTERED, "{ nope }", "subscription Follow { revisions { id } }"):
            subscribe(socket, query)
            if "Follow" not in query:
                while socket.receive_json()["type"] == "next":
                    pass
        settle(socket)
    asked = [line for line in lines if line["operation"] or line["status"] != 200]
    assert [said(line, "method", "path", "status", "operation", "kind", "account") for line in asked] == [
        ["WEBSOCKET", "/graphql", 200, "Find", "query", "local editor"],
        ["WEBSOCKET", "/graphql", 400, None, "query", "local editor"],
        ["WEBSOCKET", "/graphql", 200, "Follow", "subscription", "local editor"],
    ]
    assert all(line["cost"] >= 1 and line["address"] == "testclient" for line in lines)


def test_a_stream_has_its_line_when_it_ends(sqlite_desk: Desk) -> None:
    with lines_of(sqlite_desk) as (client, lines):
        client.post("/graphql", json={"query": FILTERED}, headers=EVENTS)
    assert [said(line, "method", "status", "operation", "kind", "account") for line in lines] == [
        ["POST", 200, "Find", "query", "local editor"]
    ]


def test_a_batch_has_one_line_with_its_whole_cost(sqlite_desk: Desk) -> None:
    with lines_of(sqlite_desk, limits=Limits(max_batch=2)) as (client, lines):
        one = client.post("/graphql", json={"query": FILTERED}).json()["extensions"]["cost"]["requestedQueryCost"]
        client.post("/graphql", json=[{"query": FILTERED}, {"query": FILTERED}])
    assert [said(line, "operation", "kind", "cost") for line in lines] == [["Find", "query", one], [None, "batch", 2 * one]]


def test_pages_files_and_what_is_nowhere_have_a_line_and_probes_have_none(sqlite_desk: Desk) -> None:
    with lines_of(sqlite_desk) as (client, lines):
        for path in ("/sign-in", "/schema.graphql", "/nowhere", "/healthz", "/readyz"):
            answer = client.get(path, headers={"x-request-id": "r-1"})
            assert answer.headers.get("x-request-id", "r-1") == "r-1"
        client.get("/sign-in", headers={"host": "evil.example"})
    assert [said(line, "method", "path", "status", "address", "request_id") for line in lines[:3]] == [
        ["GET", "/sign-in", 200, "testclient", "r-1"],
        ["GET", "/schema.graphql", 200, "testclient", "r-1"],
        ["GET", "/nowhere", 404, "testclient", "r-1"],
    ]
    assert said(lines[3], "path", "status") == ["/sign-in", 400]
    assert len(lines) == 4


def test_a_long_name_of_an_operation_or_a_path_is_cut(sqlite_desk: Desk) -> None:
    with lines_of(sqlite_desk) as (client, lines):
        client.post("/graphql", json={"query": f"query {'n' * 5000} {{ viewer {{ name }} }}"})
        client.get(f"/{'p' * 5000}")
        client.post("/graphql", json={"query": "query ckb_abcde_0123456789 { viewer { name } }"})
        client.post("/graphql", json={"query": "{ viewer { name } }", "operationName": MARK})
    assert lines[0]["operation"] == "n" * logs.LONGEST_NAME + "…"
    assert lines[1]["path"] == "/" + "p" * (logs.LONGEST_PATH - 1) + "…"
    assert lines[2]["operation"] == "ckb_abcde_…"
    assert MARK not in json.dumps(lines)


def everywhere(client: TestClient, **headers: str) -> None:
    """Send a marked variable, and a marked literal, over each transport."""
    literal = f'{{ predictions(first: 1, filter: {{text: "{MARK}"}}) {{ nodes {{ question }} }} }}'
    for query, variables in ((RECORD, GIVEN), (FILTERED, {"t": MARK}), (literal, {}), (RECORD, {"i": {"title": 5, "x": MARK}})):
        payload = {"query": query, "variables": variables}
        client.post("/graphql", json=payload, headers=headers)
        client.post("/graphql", json=payload, headers={**headers, **EVENTS})
        client.post("/graphql", json=[payload, payload], headers=headers)
        client.get(f"/graphql?query={quote(query)}&variables={quote(json.dumps(variables))}", headers=headers)
    client.post("/graphql", json={"query": RECORD, "variables": GIVEN}, headers={**headers, "idempotency-key": MARK})
    client.post("/graphql", content=f'{{"query": {MARK}', headers={**headers, "content-type": "application/json"})
    client.get(f"/feeds/due.ics?key=ckb_abcde_{MARK}")
    client.post("/sign-in", data={"name": MARK, "password": MARK}, headers={"origin": HERE})


def over_a_websocket(client: TestClient) -> None:
    with connected(client) as socket:
        for query, variables in ((RECORD, GIVEN), (FILTERED, {"t": MARK}), (f'{{ claim(id: "{MARK}") {{ id }} }}', {})):
            subscribe(socket, query, **variables)
            while socket.receive_json()["type"] == "next":
                pass


@pytest.mark.parametrize("plans", [True, False])
@pytest.mark.parametrize("trouble", ["none", "crash", "refusal"])
def test_no_value_is_in_any_line(
    sqlite_desk: Desk, form: str, trouble: str, monkeypatch: pytest.MonkeyPatch, *, plans: bool
) -> None:
    limits = Limits(max_batch=2, max_cost=1 if trouble == "refusal" else 10_000)
    if trouble == "crash":
        monkeypatch.setattr(search, "watch", crash(MARK))
        monkeypatch.setattr("claimkb.store.predictions.matching", crash(MARK))
    with logging_as(form) as log, TestClient(app_of(sqlite_desk, limits, plans=Planner(is_on=plans)), base_url=HERE) as client:
        everywhere(client)
        over_a_websocket(client)
    told = log.getvalue()
    assert told.count("/graphql") >= 20
    assert MARK not in told
    assert ("Traceback" in told or "exc_type" in told) == (trouble == "crash")


def test_no_value_is_in_any_line_of_an_outage(desk: Desk, form: str) -> None:
    with logging_as(form) as log, TestClient(app_of(desk, Limits(max_batch=2)), base_url=HERE) as client:
        client.get("/readyz")
        with outages.moved(desk) if desk.database.is_sqlite else outages.shut(desk):
            everywhere(client)
    told = log.getvalue()
    assert ("DATABASE_" in told, MARK in told) == (True, False)


def test_a_person_who_signs_in_is_named_and_one_who_guesses_is_not(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(sqlite_desk, an_account(sqlite_desk, "Bea")).secret.get_secret_value()
    form, here = {"name": "Bea", "password": MARK}, {"origin": HERE}
    with lines_of(sqlite_desk) as (client, lines):
        client.post("/sign-in", data=form, headers=here)
        monkeypatch.setattr(password, "is_right", lambda *_: True)
        client.post("/sign-in", data=form, headers=here)
        client.post("/graphql", json={"query": "{ viewer { name } }"}, headers={**here, "cookie": f"claimkb-80={session}"})
    assert [said(line, "path", "status", "account") for line in lines] == [
        ["/sign-in", 401, None],
        ["/sign-in", 303, "Bea"],
        ["/graphql", 200, "Bea"],
    ]
    assert session not in json.dumps(lines)


def test_a_websocket_that_is_refused_has_a_line(sqlite_desk: Desk) -> None:
    with lines_of(sqlite_desk, limits=Limits(max_sockets=0)) as (client, lines):
        for headers in ({"origin": "https://elsewhere.example"}, {}):
            with pytest.raises(WebSocketDenialResponse), client.websocket_connect(ADDRESS, headers=headers):
                pass
    an_account(sqlite_desk)
    with lines_of(sqlite_desk) as (client, more), pytest.raises(WebSocketDisconnect), connected(client):
        pass
    assert [said(line, "method", "path", "status", "code") for line in lines + more] == [
        ["WEBSOCKET", "/graphql", 403, "FORBIDDEN"],
        ["WEBSOCKET", "/graphql", 429, "RATE_LIMITED"],
        ["WEBSOCKET", "/graphql", 401, "UNAUTHENTICATED"],
    ]
