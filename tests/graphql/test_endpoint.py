"""Every request to the API takes the steps of one endpoint, in front of the web framework."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.transport.endpoint import Application
from claimkb.graphql.transport.one_shot import EXCHANGE
from claimkb.identity import Credentials
from tests.builders import a_token, an_account

HERE = "http://127.0.0.1"
CLAIMS = {"query": "{ claims { totalCount } }"}


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client who was known a moment ago."""
    with TestClient(app_of(desk), base_url=HERE) as client:
        client.post("/graphql", json={"query": "{ __typename }"})
        yield client


def test_the_framework_sees_what_is_for_others_and_pages_of_other_origins(sqlite_desk: Desk) -> None:
    seen: list[str] = []

    async def framework(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await Response()(scope, receive, send)

    endpoint = app_of(sqlite_desk, cors_origins=["https://a.example"]).endpoint
    for has_cors in (False, True):
        client = TestClient(Application(framework, endpoint, has_cors=has_cors), base_url=HERE)
        client.post("/graphql", json=CLAIMS)
        client.post("/graphql", json=CLAIMS, headers={"origin": "https://a.example"})
        client.get("/elsewhere")
    sqlite_desk.database.close()
    assert seen == ["/elsewhere", "/graphql", "/elsewhere"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"accept": "application/graphql-response+json"}, {"accept": "application/json, */*;q=0.1", "x-request-id": "mine-1"}],
)
def test_both_ways_answer_with_the_same_headers(desk: Desk, client: TestClient, headers: dict[str, str]) -> None:
    with TestClient(app_of(desk, plans=Planner(is_on=False)), base_url=HERE) as other:
        one, two = (each.post("/graphql", json=CLAIMS, headers=headers) for each in (client, other))
    assert (one.status_code, one.json()["data"]) == (two.status_code, two.json()["data"])
    said = [{name: value for name, value in each.headers.items() if name != "content-length"} for each in (one, two)]
    for each in said:
        each["x-request-id"] = each["x-request-id"] if headers.get("x-request-id") else "any"
    assert said[0] == said[1]


def test_two_senders_are_told_apart_by_their_headers_alone(client: TestClient, desk: Desk) -> None:
    secrets = [a_token(desk, an_account(desk, name)).secret.get_secret_value() for name in ("Ada", "Bo")]
    for _ in range(2):
        names = []
        for secret in secrets:
            headers = {"authorization": f"Bearer {secret}"}
            names.append(
                client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=headers).json()["data"]["viewer"]["name"]
            )
        assert names == ["Ada", "Bo"]


def test_headers_may_be_long_or_come_twice(client: TestClient) -> None:
    assert client.post("/graphql", json=CLAIMS, headers={"x-long": "x" * 5000}).status_code == 200
    answer = client.post("/graphql", json=CLAIMS, headers=[("x-request-id", "a"), ("x-request-id", "b")])
    assert answer.headers["x-request-id"] == "a"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"headers": {"accept": "text/event-stream"}}, 200),
        ({"headers": {"accept": "text/css"}}, 406),
        ({"headers": {"idempotency-key": "k"}}, 200),
        ({"headers": {"cookie": "a=b"}}, 200),
        ({"headers": {"origin": "https://evil.example"}}, 403),
        ({"headers": {"host": "evil.example"}}, 400),
        ({"headers": {"content-type": "text/plain"}}, 415),
        ({"headers": {"content-encoding": "gzip"}}, 415),
        ({"headers": {"authorization": "Bearer nonsense"}}, 401),
        ({"params": {"token": "ckb_abc_"}}, 400),
        ({"content": b"[]"}, 400),
        ({"content": b"{"}, 400),
        ({"content": b'{"query": "{ __schema { description } claims { totalCount } }"}'}, 200),
    ],
)
def test_the_steps_refuse_what_they_are_there_for(client: TestClient, given: Any, status: int) -> None:
    given = {"content": json.dumps(CLAIMS).encode(), **given}
    given["headers"] = {"content-type": "application/json", **given.get("headers", {})}
    assert client.post("/graphql", **given).status_code == status


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED"), ("{ a: " * 30 + "}" * 30, "GRAPHQL_PARSE_FAILED"),
     ("{ claims(first: 100) { nodes { appearances(first: 101) { nodes { id } } } } }", "QUERY_TOO_COMPLEX")],
)  # fmt: skip
def test_what_is_refused_before_it_is_executed_is_refused_each_time(client: TestClient, query: str, code: str) -> None:
    answers = [client.post("/graphql", json={"query": query}) for _ in range(2)]
    assert [answer.json()["errors"][0]["extensions"]["code"] for answer in answers] == [code, code]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_another_token_is_another_sender(desk: Desk) -> None:
    secret = str(a_token(desk, an_account(desk)).secret.get_secret_value())
    with TestClient(app_of(desk), base_url=HERE, headers={"authorization": f"Bearer {secret}"}) as client:
        assert [client.post("/graphql", json=CLAIMS).status_code for _ in range(4)] == [200] * 4
        client.headers["authorization"] = f"Bearer {secret[:-1]}_"
        assert client.post("/graphql", json=CLAIMS).status_code == 401


def test_a_wrong_token_is_counted_as_one_guess(desk: Desk) -> None:
    with TestClient(app_of(desk, Limits(max_guesses=3, guesses_per_minute=0.1)), base_url=HERE) as client:
        statuses = [client.post("/graphql", json=CLAIMS, headers={"authorization": "Bearer x"}).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_a_line_is_logged_for_each_way(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "claimkb"):
        client.post("/graphql", json=CLAIMS)
        client.post("/graphql", json={"query": "{ __schema { description } claims { totalCount } }"})
    assert [each.getMessage().partition(" in ")[0] for each in caplog.records] == ["POST /graphql 200"] * 2


class InOnePiece:
    """An exchange as a web server has it."""

    def __init__(self, body: bytes, *, is_open: bool) -> None:
        self._body, self._is_open, self.answered = body, is_open, b""

    def body(self) -> bytes:
        return self._body

    def answer(self, head: bytes, body: bytes) -> bool:
        self.answered = head + b"\r\n" + body if self._is_open else b""
        return self._is_open


@pytest.mark.parametrize("is_open", [True, False])
def test_a_request_in_one_piece_is_answered_in_one_unless_that_has_to_wait(sqlite_desk: Desk, is_open: bool) -> None:
    app, sent, body = app_of(sqlite_desk), [], json.dumps(CLAIMS).encode()
    told = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    scope: Any = {"type": "http", "method": "POST", "path": "/graphql", "http_version": "1.1", "query_string": b"", "headers": told}

    async def receive() -> Any:
        raise AssertionError("The body was there already")

    async def send(message: Any) -> None:
        sent.append(message)

    exchange = scope[EXCHANGE] = InOnePiece(body, is_open=is_open)
    app.endpoint.authenticator._identities.identify(Credentials(None, is_from_here=True))
    anyio.run(app, scope, receive, send)
    assert EXCHANGE not in scope
    assert (b'{"data":{"claims":{"totalCount":0}}' in exchange.answered, len(sent)) == ((True, 0) if is_open else (False, 2))


def test_a_head_is_answered_without_a_body(sqlite_desk: Desk) -> None:
    app, sent = app_of(sqlite_desk), []
    scope: Any = {
        "type": "http",
        "method": "HEAD",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "http_version": "1.1",
    }
    scope |= {"query_string": b"query=%7Bclaims%7BtotalCount%7D%7D", "headers": [(b"host", b"127.0.0.1")], "scheme": "http"}

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    exchange = scope[EXCHANGE] = InOnePiece(b"", is_open=True)
    app.endpoint.authenticator._identities.identify(Credentials(None, is_from_here=True))
    anyio.run(app, scope, receive, send)
    assert exchange.answered == b""
    assert [(each.get("status"), each.get("body")) for each in sent] == [(200, None), (None, b"")]
    assert int(dict(sent[0]["headers"])[b"content-length"]) > len(b'{"data":{"claims":{"totalCount":0}}')


def test_what_crashes_is_excused_in_json_with_the_request_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with TestClient(app_of(desk), base_url=HERE, raise_server_exceptions=False) as client:
        client.post("/graphql", json={"query": "{ __typename }"})
        monkeypatch.setattr("claimkb.graphql.transport.endpoint.encode", lambda _: 1 / 0)
        answer = client.post("/graphql", json=CLAIMS, headers={"x-request-id": "mine-1"})
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "mine-1"}


@pytest.mark.parametrize("after", [0, 1])
def test_a_body_that_does_not_come_is_refused_in_the_time_of_a_request(desk: Desk, after: int) -> None:
    app = app_of(desk, Limits(request_seconds=0.2))
    sent: list[Any] = []

    async def ask() -> None:
        parts = [{"type": "http.request", "body": b"{", "more_body": True}][:after]

        async def receive() -> Any:
            return parts.pop() if parts else await anyio.sleep(60)

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", b"30")]
        scope = {"type": "http", "asgi": {}, "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
        with anyio.fail_after(5):
            await app({**scope, "http_version": "1.1", "scheme": "http", "server": None, "client": None}, receive, send)

    anyio.run(ask)
    desk.database.close()
    assert sent[0]["status"] == 408
