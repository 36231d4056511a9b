"""GraphQL over HTTP: what is sent is read strictly, and whatever is wrong is told in JSON, with a request id."""

import gzip
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role
from tests.builders import everything

ROLE = {"query": "{ viewer { role } }"}
GRAPHQL = "application/graphql-response+json"
AS_JSON = {"content-type": "application/json"}


@pytest.fixture
def client(sqlite_desk: Desk) -> Any:
    """Give a client of the whole application; no dialect matters here."""
    with TestClient(app_of(sqlite_desk), base_url="http://127.0.0.1") as client:
        yield client


def body(**given: Any) -> bytes:
    """Write a request's body."""
    return json.dumps(given).encode()


BAD: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "no body": (b"", AS_JSON, 400, "The request's body is not JSON."),
    "broken JSON": (b'{"query": ', AS_JSON, 400, "The request's body is not JSON."),
    "null": (b"null", AS_JSON, 400, 'A request is a JSON object such as {"query": "{ viewer { role } }"}.'),
    "a number": (b"5", AS_JSON, 400, 'A request is a JSON object such as {"query": "{ viewer { role } }"}.'),
    "a text": (b'"query"', AS_JSON, 400, 'A request is a JSON object such as {"query": "{ viewer { role } }"}.'),
    "NaN": (b'{"query": "{ viewer { role } }", "variables": {"x": NaN}}', AS_JSON, 400, "The request's body is not JSON."),
    "a number of five thousand digits": (b'{"variables": {"x": ' + b"9" * 5000 + b"}}", AS_JSON, 400, "The request's body is not JSON."),
    "not UTF-8": (b'{"query": "\xff"}', AS_JSON, 400, "The request's body is not UTF-8."),
    "UTF-16": ('{"query": "x"}'.encode("utf-16"), AS_JSON, 400, "The request's body is not UTF-8."),
    "deep JSON": (b"[" * 100_000, AS_JSON, 400, "The request's body is nested too deeply."),
    "deep variables": (b'{"variables": {"x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}", AS_JSON, 400, "The request's body is nested too deeply."),
    "NUL": (b'{"query": "{ viewer { role } }", "variables": {"x": "\\u0000"}}', AS_JSON, 400, "The request's body holds a NUL character (U+0000): take it out."),
    "NUL in a name": (b'{"query": "x", "variables": {"\\u0000": 1}}', AS_JSON, 400, "The request's body holds a NUL character (U+0000): take it out."),
    "half a surrogate pair": (b'{"query": "x", "variables": {"x": ["\\ud800"]}}', AS_JSON, 400, "The request's body holds half of a surrogate pair, which is no character."),
    "no query": (body(), AS_JSON, 400, "The request has no query."),
    "an empty query": (body(query=""), AS_JSON, 400, "The request has no query."),
    "a query that is a number": (body(query=5), AS_JSON, 400, "query has to be text."),
    "variables that are a list": (body(query="x", variables=[]), AS_JSON, 400, "variables has to be an object."),
    "extensions that are text": (body(query="x", extensions="x"), AS_JSON, 400, "extensions has to be an object."),
    "an operationName that is a number": (body(query="x", operationName=1), AS_JSON, 400, "operationName has to be text."),
    "an operation that is not there": (body(query="query A { viewer { role } }", operationName="B"), AS_JSON, 400, "The document has no operation named 'B'."),
    "a form": (b"query=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "Send the request as JSON in UTF-8, with the header Content-Type: application/json."),
    "text": (body(**ROLE), {"content-type": "text/plain"}, 415, "Send the request as JSON in UTF-8, with the header Content-Type: application/json."),
    "no content type": (body(**ROLE), {"content-type": ""}, 415, "Send the request as JSON in UTF-8, with the header Content-Type: application/json."),
    "another charset": (body(**ROLE), {"content-type": "application/json; charset=latin-1"}, 415, "Send the request as JSON in UTF-8, with the header Content-Type: application/json."),
    "gzip": (gzip.compress(b" " * 10_000_000), AS_JSON | {"content-encoding": "gzip"}, 415, "Send the body as it is, without Content-Encoding."),
    "an Idempotency-Key of nothing": (body(**ROLE), AS_JSON | {"idempotency-key": ""}, 400, "An Idempotency-Key is 1 to 255 printable ASCII characters."),
    "an Idempotency-Key without end": (body(**ROLE), AS_JSON | {"idempotency-key": "x" * 256}, 400, "An Idempotency-Key is 1 to 255 printable ASCII characters."),
    "an Accept of pictures": (body(**ROLE), AS_JSON | {"accept": "image/png"}, 406, "Accept one of application/json, application/graphql-response+json, or text/event-stream for a stream."),
    "an Origin elsewhere": (body(**ROLE), AS_JSON | {"origin": "https://evil.example"}, 403, "A page of another site may not use this server."),
    "an Origin on another port": (body(**ROLE), AS_JSON | {"origin": "http://127.0.0.1:3000"}, 403, "A page of another site may not use this server."),
    "an Origin that is null": (body(**ROLE), AS_JSON | {"origin": "null"}, 403, "A page of another site may not use this server."),
    "an Origin that is none": (body(**ROLE), AS_JSON | {"origin": "http://[x"}, 403, "A page of another site may not use this server."),
    "a Host elsewhere": (body(**ROLE), AS_JSON | {"host": "evil.example"}, 400, "This server does not answer to that name. Use localhost or 127.0.0.1, or add it to CLAIMKB_HOSTS."),
    "a Host that is none": (body(**ROLE), AS_JSON | {"host": "[x"}, 400, "This server does not answer to that name. Use localhost or 127.0.0.1, or add it to CLAIMKB_HOSTS."),
    "a persistedQuery that is none": (body(extensions={"persistedQuery": 5}), AS_JSON, 400, "The extension persistedQuery holds version: 1 and sha256Hash, the SHA-256 of the document."),
    "a persistedQuery of another version": (body(extensions={"persistedQuery": {"version": 2, "sha256Hash": "x"}}), AS_JSON, 400, "The extension persistedQuery holds version: 1 and sha256Hash, the SHA-256 of the document."),
    "a body of two megabytes": (b" " * 2_000_000, AS_JSON, 413, "This asks for too much: a body of 2000000 bytes or more, of at most 1000000."),
    "a comment of fifty kilobytes": (body(query="#" + "x" * 50_000), AS_JSON, 413, "This asks for too much: a document of 50001 bytes or more, of at most 20000."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_told_why_in_json_and_changes_nothing(name: str, client: TestClient, sqlite_desk: Desk) -> None:
    sent, headers, status, message = BAD[name]
    before = everything(sqlite_desk)
    answer = client.post("/graphql", content=sent, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (status, message)
    assert answer.json()["errors"][0]["extensions"]["code"] in ("BAD_USER_INPUT", "QUERY_TOO_COMPLEX", "FORBIDDEN")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert everything(sqlite_desk) == before
    assert client.post("/graphql", json=ROLE).json()["data"] == {"viewer": {"role": "EDITOR"}}


def test_a_body_that_comes_in_parts_is_read_no_further_than_it_may_be_long(client: TestClient) -> None:
    parts = (b" " * 100_000 for _ in range(1000))
    answer = client.post("/graphql", content=parts, headers=AS_JSON)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["maximum"]) == (413, 1_000_000)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json;q=0, */*", GRAPHQL),
        ("*/*, application/json;q=0", GRAPHQL),
        ("application/json;q=0, application/*", GRAPHQL),
        ("*/*;q=0, application/json", "application/json"),
        ("application/*;q=0.2, application/json;q=0.1", GRAPHQL),
        ("application/json;q=0.1, */*;q=0.2", GRAPHQL),
        ("Application/JSON ; Q=0.5, nonsense, ;;;", "application/json"),
        ("text/html, application/*", "application/json"),
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, application/json;q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, application/json", "application/json"),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (f"image/png, {GRAPHQL}", GRAPHQL),
        ("application/json;q=x, */*", "application/json"),
    ],
)
def test_the_answer_is_of_the_type_that_is_preferred(accept: str | None, media: str, client: TestClient) -> None:
    client.headers.pop("accept")
    answer = client.post("/graphql", json=ROLE, headers={"accept": accept} if accept else {})
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.headers["vary"] == "Accept"


def test_the_newer_type_tells_by_the_status_that_nothing_was_executed(client: TestClient) -> None:
    for query, code in (
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($x: Int!) { claims(first: $x) { totalCount } }", "BAD_USER_INPUT"),
    ):
        old = client.post("/graphql", json={"query": query}, headers={"accept": "application/json"})
        new = client.post("/graphql", json={"query": query}, headers={"accept": GRAPHQL})
        assert (old.status_code, new.status_code) == (200, 400)
        assert "data" not in new.json()
        assert new.json()["errors"][0]["extensions"] == {"code": code}


def test_a_mistake_met_while_answering_is_an_answer(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ claims(first: 101) { nodes { id } } }"}, headers={"accept": GRAPHQL})
    assert answer.status_code == 200
    assert answer.json()["data"] is None


def test_a_get_reads_and_does_not_write(client: TestClient, sqlite_desk: Desk) -> None:
    read = client.get("/graphql", params={"query": "query($n: Int) { claims(first: $n) { totalCount } }", "variables": '{"n": 1}'})
    assert read.json()["data"] == {"claims": {"totalCount": 0}}
    before = everything(sqlite_desk)
    written = client.get("/graphql", params={"query": 'mutation { recordSource(input: {title: "T"}) { source { id } } }'})
    assert (written.status_code, written.headers["allow"]) == (405, "POST")
    assert written.json()["errors"][0]["message"] == "A GET only reads: send a mutation by POST."
    assert everything(sqlite_desk) == before


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"query": "x", "variables": "{"}, "variables is not JSON."),
        ({"query": "x", "variables": "[1]"}, "variables has to be an object."),
        ({"query": "\x00"}, "The query string holds a NUL character (U+0000): take it out."),
        ({}, "The request has no query."),
    ],
)
def test_a_bad_get_is_told_why(params: dict[str, str], message: str, client: TestClient) -> None:
    answer = client.get("/graphql", params=params, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, message)


def test_a_browser_gets_the_page_and_a_program_does_not(client: TestClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    page = client.get("/graphql", headers={"accept": browser})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/graphql", params=ROLE, headers={"accept": "*/*"}).json()["data"] == {"viewer": {"role": "EDITOR"}}


def test_head_and_options_say_what_there_is(client: TestClient) -> None:
    head = client.head("/graphql")
    assert (head.status_code, head.content) == (200, b"")
    options = client.options("/graphql")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert "access-control-allow-origin" not in options.headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_any_other_method_is_told_which_there_are(method: str, client: TestClient) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nope", 404), ("POST", "/healthz", 405), ("GET", "/graphql/x", 404)]
)
def test_what_leads_nowhere_is_told_in_json(method: str, path: str, status: int, client: TestClient) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"].endswith(": the API is at /graphql.")


def test_the_request_id_is_in_the_header_in_the_answer_and_the_clients_own_if_it_has_one(client: TestClient) -> None:
    for sent in ({"x-request-id": "newsroom-42"}, {}):
        answer = client.post("/graphql", json=ROLE, headers=sent)
        assert answer.headers["x-request-id"] == answer.json()["extensions"]["requestId"]
        assert answer.headers["x-request-id"] == sent.get("x-request-id", answer.headers["x-request-id"])
    forged = client.post("/graphql", json=ROLE, headers={"x-request-id": "a b\tc"})
    assert forged.headers["x-request-id"] != "a b\tc"


def test_a_long_name_is_not_echoed_whole(client: TestClient) -> None:
    (error,) = client.post("/graphql", json={"query": "{ " + "x" * 10_000 + " }"}).json()["errors"]
    assert len(error["message"]) <= 501


def test_suggestions_are_for_those_who_record(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claimkb.identity.LOCAL_EDITOR", Actor("Rea", Role.READER))
    with TestClient(app_of(sqlite_desk), base_url="http://127.0.0.1") as client:
        for query in (
            "{ claim { id } }",
            "{ clams { id } }",
            "{ claims { nodes { statment } } }",
            "query($x: Strin) { viewer { role } }",
        ):
            for error in client.post("/graphql", json={"query": query}).json()["errors"]:
                assert "Did you mean" not in error["message"]
