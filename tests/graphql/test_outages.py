"""Where the database cannot be used, the answer says so and what to do, /readyz tells, and service begins again by itself."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.store import migrations
from claimkb.store.engine.outages import DatabaseLocked, Outages
from tests import outages
from tests.builders import a_claimant, a_desk, a_token, an_account, everything
from tests.proxy import behind

pytestmark = pytest.mark.campaign

HERE = "http://127.0.0.1"
RECORD = 'mutation { recordClaimant(input: {name: "Ann", kind: PERSON}) { claimant { name } userErrors { message } } }'
CAPTURE = f'mutation {{ recordSource(input: {{title: "A", snapshot: {{text: "{"Long. " * 2500}"}}}}) {{ source {{ title }} }} }}'
READ = "{ claimants { totalCount } }"

SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
WITH_AND_WITHOUT_PLANS = pytest.mark.parametrize("plans", [True, False])


@contextmanager
def client_of(desk: Desk, *, plans: bool = True, **limits: Any) -> Iterator[TestClient]:
    """Give a client of a server that is in use."""
    given = Limits(**{"request_seconds": 0.5, **limits})
    with TestClient(app_of(desk, given, plans=Planner(is_on=plans)), base_url=HERE) as client:
        assert asked(client, READ) == (200, {"claimants": {"totalCount": 0}})
        yield client


def asked(client: TestClient, query: str) -> tuple[int, Any]:
    """Ask; give the status, and the data or the code and what it says of sending it again."""
    answer = client.post("/graphql", json={"query": query})
    body = answer.json()
    if "errors" not in body:
        return answer.status_code, body["data"]
    (error,) = body["errors"]
    told = error["extensions"]
    assert answer.headers.get("retry-after") == (str(told["retryAfter"]) if "retryAfter" in told else None)
    assert "nothing has changed" in error["message"]
    assert "/" not in error["message"]
    return answer.status_code, (told["code"], told.get("retryable"))


def ready(client: TestClient) -> tuple[int, str]:
    """Tell whether the server is ready, and why not."""
    answer = client.get("/readyz")
    assert "/" not in answer.json().get("reason", "")
    return answer.status_code, answer.json().get("code", "")


RECORDED = (200, {"recordClaimant": {"claimant": {"name": "Ann"}, "userErrors": []}})


@WITH_AND_WITHOUT_PLANS
def test_a_lock_of_another_program_is_told_in_time_and_reads_and_readiness_go_on(desk: Desk, *, plans: bool) -> None:
    with client_of(desk, plans=plans) as client:
        with outages.locked(desk):
            began = time.monotonic()
            assert asked(client, RECORD) == (503, ("DATABASE_LOCKED", True))
            assert time.monotonic() - began < 2.5
            assert asked(client, READ)[0] == 200
            assert ready(client)[0] == (503 if desk.database.is_sqlite else 200)
        assert asked(client, RECORD) == RECORDED
        assert ready(client) == (200, "")


@SQLITE
def test_readers_wait_for_no_writer_however_many_wait_for_a_lock(desk: Desk) -> None:
    with client_of(desk, request_seconds=1.5) as client, ThreadPoolExecutor(30) as pool:
        with outages.locked(desk):
            waiting = [pool.submit(asked, client, RECORD.replace("Ann", f"Ann {number}")) for number in range(30)]
            time.sleep(0.3)
            for ask in (partial(asked, client, READ), partial(ready, client)):
                began = time.monotonic()
                assert ask()[0] == 200
                assert time.monotonic() - began < 1.0
            assert [each.result() for each in waiting if each.result()[0] != 503] == []
        assert asked(client, RECORD) == RECORDED


@SQLITE
def test_who_waits_for_a_lock_goes_on_when_it_is_free(desk: Desk) -> None:
    with client_of(desk, request_seconds=5.0) as client, ThreadPoolExecutor(1) as pool:
        with outages.locked(desk):
            waiting = pool.submit(asked, client, RECORD)
            time.sleep(0.3)
        assert waiting.result() == RECORDED


def is_read_only_for_a_while(desk: Desk, *, plans: bool) -> None:
    """See what a server says while its database can only be read, and that it is of no consequence afterwards."""
    with client_of(desk, plans=plans) as client:
        with outages.read_only(desk):
            assert asked(client, RECORD) == (503, ("DATABASE_READ_ONLY", True))
            assert ready(client) == (503, "DATABASE_READ_ONLY")
            assert asked(client, READ)[0] == 200
        for number in range(3):
            assert asked(client, RECORD.replace("Ann", f"Ann {number}"))[0] == 200
        assert ready(client) == (200, "")


@WITH_AND_WITHOUT_PLANS
def test_a_file_that_can_only_be_read_is_told_and_written_again_when_it_can_be(sqlite_desk: Desk, *, plans: bool) -> None:
    with client_of(sqlite_desk, plans=plans) as client:  # who may read less can import nothing more
        assert asked(client, RECORD) == RECORDED
    with outages.unprivileged() as folder:
        desk = a_desk(f"sqlite:///{folder}/claimkb.db")
        migrations.upgrade(desk.database)
        is_read_only_for_a_while(desk, plans=plans)


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
def test_a_server_that_can_only_be_read_is_told_and_written_again_when_it_can_be(desk: Desk, *, plans: bool) -> None:
    is_read_only_for_a_while(desk, plans=plans)


@SQLITE
@WITH_AND_WITHOUT_PLANS
@pytest.mark.parametrize(("taken", "readiness"), [(outages.full, (200, "")), (outages.too_large, (503, "STORAGE_FULL"))])
def test_a_full_disk_is_told_and_reads_go_on(desk: Desk, taken: outages.Taken, readiness: Any, *, plans: bool) -> None:
    """A server is ready as long as something can be written: a little may fit where much does not."""
    with client_of(desk, plans=plans) as client:
        before = everything(desk)
        with taken(desk):
            assert asked(client, CAPTURE) == (503, ("STORAGE_FULL", True))
            assert ready(client) == readiness
            assert asked(client, READ)[0] == 200
        assert everything(desk) | {"lease": []} == before  # that it is ready is found out by writing one
        assert ready(client) == (200, "")
        assert asked(client, CAPTURE) == (200, {"recordSource": {"source": {"title": "A"}}})


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
@pytest.mark.parametrize(
    ("state", "code", "retryable"),
    [
        ("53100", "STORAGE_FULL", True),
        ("XX001", "DATABASE_CORRUPT", False),
        ("57P03", "DATABASE_UNAVAILABLE", True),
        ("40P01", "DATABASE_LOCKED", True),
        ("25P03", "DATABASE_UNAVAILABLE", True),
        ("42501", "DATABASE_UNAVAILABLE", False),
        ("42703", "DATABASE_UNAVAILABLE", False),
        ("53300", "DATABASE_UNAVAILABLE", True),
    ],
)
def test_each_state_in_which_postgresql_refuses_has_its_code(
    desk: Desk, state: str, code: str, *, retryable: bool, plans: bool
) -> None:
    with client_of(desk, plans=plans) as client:
        with outages.refusing(desk, state):
            assert asked(client, RECORD) == (503, (code, retryable))
            assert asked(client, READ)[0] == 200
        assert asked(client, RECORD) == RECORDED


@SQLITE
@pytest.mark.parametrize("taken", [outages.moved, outages.replaced])
def test_what_was_put_in_the_place_of_the_file_takes_no_changes(desk: Desk, taken: outages.Taken) -> None:
    with client_of(desk) as client:
        with taken(desk):
            assert asked(client, RECORD) == (503, ("DATABASE_REPLACED", False))
            assert ready(client) == (503, "DATABASE_REPLACED")
            assert outages.path_of(desk).exists() == (taken is outages.replaced)
        assert asked(client, RECORD) == RECORDED
        assert ready(client) == (200, "")


@SQLITE
def test_a_server_whose_index_of_the_log_was_deleted_makes_no_changes_that_others_would_not_see(desk: Desk) -> None:
    with client_of(desk) as client:
        assert asked(client, RECORD) == RECORDED
        with outages.without_index(desk):
            assert asked(client, RECORD.replace("Ann", "Bo")) == (503, ("DATABASE_REPLACED", False))
            assert ready(client) == (503, "DATABASE_REPLACED")
        assert asked(client, RECORD.replace("Ann", "Bo"))[0] == 200
        assert ready(client) == (200, "")


@WITH_AND_WITHOUT_PLANS
def test_a_server_is_not_ready_while_a_table_is_not_as_it_knows_it(desk: Desk, *, plans: bool) -> None:
    with client_of(desk, plans=plans) as client:
        with outages.renamed(desk):
            for _ in range(2):
                assert asked(client, READ) == (503, ("DATABASE_UNAVAILABLE", False))
                assert asked(client, RECORD) == (503, ("DATABASE_UNAVAILABLE", False))
                assert ready(client) == (503, "DATABASE_UNAVAILABLE")
        assert ready(client) == (200, "")
        assert asked(client, RECORD) == RECORDED


@POSTGRESQL
def test_readiness_and_who_is_let_in_wait_for_no_writers_however_many_wait_for_a_lock(desk: Desk) -> None:
    ada = an_account(desk)
    known, new = (a_token(desk, ada).secret.get_secret_value() for _ in range(2))

    def ask(query: str, secret: str | None = known) -> int:
        return client.post("/graphql", json={"query": query}, headers={"authorization": f"Bearer {secret}"}).status_code

    with TestClient(app_of(desk, Limits(request_seconds=1.5)), base_url=HERE) as client, ThreadPoolExecutor(30) as pool:
        with outages.locked(desk):
            assert ask(RECORD) == 503
            waiting = [pool.submit(ask, RECORD.replace("Ann", f"Ann {number}")) for number in range(30)]
            time.sleep(0.3)
            began = time.monotonic()
            assert (ask(READ, new), ready(client)) == (200, (200, ""))
            assert time.monotonic() - began < 1.0
            wait(waiting)
        client.headers["authorization"] = f"Bearer {known}"
        assert asked(client, RECORD) == RECORDED
        assert asked(client, READ) == (200, {"claimants": {"totalCount": 1}})


@POSTGRESQL
def test_connections_that_hear_no_more_are_given_up_and_others_are_opened(desk: Desk) -> None:
    with behind(desk) as (relay, other), client_of(other, request_seconds=0.5) as client:
        assert asked(client, RECORD) == RECORDED
        assert ready(client) == (200, "")
        relay.silences += 1
        again = RECORD.replace("Ann", "Bo")
        assert asked(client, again) == (503, ("DATABASE_UNAVAILABLE", True))
        ends = time.monotonic() + 15
        while (asked(client, again)[0], ready(client)[0]) != (200, 200) and time.monotonic() < ends:
            time.sleep(0.1)
        assert asked(client, RECORD.replace("Ann", "Cy"))[0] == 200
        assert ready(client) == (200, "")


@SQLITE
def test_a_damaged_page_is_told_without_a_trace_and_the_server_is_not_ready(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(200):
        a_claimant(desk, f"Ann {number}")
    path = outages.path_of(desk)
    with sqlite3.connect(path) as other:
        (page,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'claimant'").fetchone()
        (size,) = other.execute("PRAGMA page_size").fetchone()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    desk.database.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x0f" * size)
    every = "{ claimants(first: 100) { nodes { name note kind } } }"
    with caplog.at_level(logging.INFO, "claimkb"), TestClient(app_of(desk), base_url=HERE) as client:
        assert asked(client, every) == (503, ("DATABASE_CORRUPT", False))
        assert asked(client, RECORD) == (503, ("DATABASE_CORRUPT", False))
        assert ready(client) == (503, "DATABASE_CORRUPT")
    assert "Traceback" not in caplog.text
    assert caplog.text.count("DATABASE_CORRUPT") == 1


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
def test_a_server_that_is_gone_takes_a_line_in_the_log_and_is_found_again(
    desk: Desk, caplog: pytest.LogCaptureFixture, *, plans: bool
) -> None:
    with caplog.at_level(logging.INFO, "claimkb"), client_of(desk, plans=plans) as client:
        with outages.shut(desk):
            for _ in range(20):
                assert asked(client, READ) == (503, ("DATABASE_UNAVAILABLE", True))
                assert asked(client, RECORD) == (503, ("DATABASE_UNAVAILABLE", True))
            assert ready(client) == (503, "DATABASE_UNAVAILABLE")
        assert asked(client, READ)[0] == 200
        assert asked(client, RECORD) == RECORDED
        told = client.get("/readyz").json()
    assert (told["status"], told["outages"]) == ("ready", {"DATABASE_UNAVAILABLE": 41})
    assert (told["operations"]["crashed"], told["operations"]["unavailable"] > 0) == (0, plans)
    outage = [each for each in caplog.messages if "DATABASE_UNAVAILABLE" in each]
    assert len(outage) == 1
    assert "The database is used again" in caplog.messages
    assert "Traceback" not in caplog.text


@POSTGRESQL
def test_who_connects_while_the_database_is_gone_is_told_to_come_back(desk: Desk) -> None:
    with client_of(desk) as client:
        with outages.shut(desk):
            with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=["graphql-transport-ws"]) as socket:
                time.sleep(1.1)  # who was known a moment ago is not looked up again
                socket.send_json({"type": "connection_init"})
                with pytest.raises(WebSocketDisconnect) as closed:
                    socket.receive_json()
            assert closed.value.code == 1013
        assert asked(client, READ)[0] == 200


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@SQLITE
def test_an_outage_has_its_status_in_each_media_type_and_behind_the_short_way_too(desk: Desk, accept: str) -> None:
    with client_of(desk) as client, outages.locked(desk):
        for more in ({}, {"idempotency-key": "k"}):
            answer = client.post("/graphql", json={"query": RECORD}, headers={"accept": accept, **more})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
            assert answer.headers["x-request-id"] == answer.json()["extensions"]["requestId"]


def test_the_line_of_an_outage_comes_again_while_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    told = Outages(lambda: now[0])
    with caplog.at_level(logging.INFO, "claimkb"):
        for seconds in range(25):
            now[0] = float(seconds)
            told.report(DatabaseLocked("x.db is locked."))
        told.end()
        told.end()
        told.report(DatabaseLocked("x.db is locked."))
    lines = ["", " (10 requests met this since the line before)", " (10 requests met this since the line before)"]
    expected = [f"DATABASE_LOCKED: x.db is locked.{each}" for each in lines]
    assert caplog.messages == [*expected, "The database is used again"]


def test_an_outage_that_comes_and_goes_has_a_line_in_ten_seconds_too(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    told = Outages(lambda: now[0])
    with caplog.at_level(logging.INFO, "claimkb"):
        for tenths in range(250):
            now[0] = tenths / 10
            told.report(DatabaseLocked("x.db is locked."))
            told.end()
    assert [each[:16] for each in caplog.messages] == ["DATABASE_LOCKED:", "The database is "] * 3
