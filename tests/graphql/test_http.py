"""Errors have codes and leak nothing; the other addresses answer."""

import gzip
import logging
from threading import Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.refusals import Forbidden
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import sdl
from claimkb.graphql.transport.files import File
from claimkb.store.engine.async_reader import AsyncReader
from claimkb.store.engine.database import Database
from tests.graphql.conftest import Ask


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ predictions", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query a { __typename } query b { __typename }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($u: URL!) { sourceByUrl(url: $u) { id } }", {"u": "https://a/\x00"}, "BAD_USER_INPUT"),
        ('{ predictions(filter: {dueOn: {from: "2025-02-30"}}) { totalCount } }', {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ predictions(filter: {status: [MAYBE]}) { totalCount } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($d: Date) { predictions(filter: {dueOn: {from: $d}}) { totalCount } }", {"d": "2025-02-30"}, "BAD_USER_INPUT"),
        ("query($d: Date) { predictions(filter: {dueOn: {from: $d}}) { totalCount } }", {"d": "20250203"}, "BAD_USER_INPUT"),
        ("query($s: PredictionStatus!) { predictions(filter: {status: [$s]}) { totalCount } }", {"s": "MAYBE"}, "BAD_USER_INPUT"),
        ("{ predictions(first: 101) { totalCount } }", {}, "BAD_USER_INPUT"),
        ('{ predictions(after: "x") { nodes { id } } }', {}, "BAD_USER_INPUT"),
        ('{ predictions(filter: {claimantId: "x"}) { totalCount } }', {}, "BAD_USER_INPUT"),
    ],
)  # fmt: skip
def test_an_error_has_its_code_and_no_more(ask: Ask, query: str, variables: dict[str, Any], code: str) -> None:
    (error,) = ask(query, **variables)["errors"]
    assert error["extensions"] == {"code": code}


def test_a_crash_is_masked_and_logged_with_the_same_request_id(
    ask: Ask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("{ __typename }")  # from now on the caller is known for a moment
    for kind, way in ((Database, "read"), (Database, "reader"), (Database, "read_inline"), (AsyncReader, "drive")):
        monkeypatch.setattr(kind, way, lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR, "claimkb"):
        (error,) = ask("{ predictions { totalCount } }")["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "ZeroDivision" not in str(error)
    assert error["extensions"]["requestId"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_missing_permission_is_a_coded_error(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: Any) -> None:
        raise Forbidden(actor="Rea", permission="RECORD")

    monkeypatch.setattr("claimkb.domain.account.Actor.need", forbid)
    answer = ask('mutation { recordSource(input: {title: "T"}) { source { id } } }')
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


def test_a_get_reads_and_does_not_write(client: TestClient) -> None:
    assert client.get("/graphql", params={"query": "{ viewer { role } }"}).json()["data"] == {"viewer": {"role": "EDITOR"}}
    written = client.get("/graphql", params={"query": 'mutation { recordSource(input: {title: "T"}) { source { id } } }'})
    assert written.status_code >= 400


def test_the_schema_and_the_states_of_the_server_are_served(client: TestClient) -> None:
    assert client.get("/schema.graphql").text == sdl()
    assert client.get("/schema.json").json()["__schema"]["queryType"]["name"] == "Query"
    assert client.get("/healthz").json() == {"status": "alive"}
    for query in ("{ claims { totalCount } }", "{ viewer { name } }", "mutation { nope }"):
        client.post("/graphql", json={"query": query})
    assert client.get("/readyz").json() == {
        "status": "ready",
        "job": {"isLate": True, "succeededAt": None},
        "operations": {"planned": 2, "executed": 0, "refused": 1, "crashed": 0, "unavailable": 0},
        "outages": {},
    }


def test_a_server_whose_database_is_not_current_is_not_ready(desk: Desk, client: TestClient) -> None:
    with desk.database.connection() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    answer = client.get("/readyz")
    reason = (
        "The database is not one that this claimkb can use, and nothing has changed. Tell whoever runs claimkb: its log says why."
    )
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "code": "DATABASE_UNAVAILABLE", "reason": reason})


def test_a_page_elsewhere_cannot_reach_in_under_another_name(client: TestClient) -> None:
    assert client.get("/readyz", headers={"host": "evil.example"}).status_code == 400


FILES = ["/schema.graphql", "/schema.json", "/graphiql/react-18.3.1.min.js"]


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_sent_once_to_whoever_keeps_it(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "identity"})
    compressed = client.get(path, headers={"accept-encoding": "gzip"})
    assert compressed.content == answer.content
    assert (compressed.headers["content-encoding"], "content-encoding" in answer.headers) == ("gzip", False)
    assert int(compressed.headers["content-length"]) < int(answer.headers["content-length"]) / 2
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


def test_a_file_is_written_once_however_many_ask_for_it() -> None:
    written: list[int] = []
    file = File(lambda: written.append(1) or b"x" * 1000, "text/plain")  # type: ignore[func-returns-value]
    threads = [Thread(target=file.make_ready) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(written), file.body, gzip.decompress(file.compressed)) == (1, b"x" * 1000, b"x" * 1000)


@pytest.mark.usefixtures("standing_rates")
def test_files_are_charged_to_the_address_that_asks(desk: Desk) -> None:
    with TestClient(app_of(desk, Limits(rate_cost=25, rate_cost_per_second=1)), base_url="http://127.0.0.1") as client:
        answers = [client.get(path) for path in (*FILES, *FILES)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429, 429]
    assert (answers[2].headers["retry-after"], answers[2].json()["errors"][0]["extensions"]["code"]) == ("6", "RATE_LIMITED")
