"""What Prometheus reads, who may read it, and what is in no label."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.cli import serving
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.identity import AnonymousAccess
from claimkb.settings import Settings
from claimkb.store.engine import engines
from tests import outages
from tests.builders import NOON, a_channel, a_prediction, a_token, an_account, flagged
from tests.graphql.test_subscriptions import connected, settle

pytest.importorskip("prometheus_client", reason="the extra metrics is not installed")

OPERATE = Path(__file__).parents[2] / "docs" / "operate.md"
HERE = "http://127.0.0.1"
READ = "query Secret7 { predictions(first: 1) { nodes { question } } }"
RECORD = 'mutation { recordSource(input: {title: "Secret7"}) { source { id } } }'


def client_of(desk: Desk, **given: Any) -> TestClient:
    return TestClient(app_of(desk, has_metrics=True, **given), base_url=HERE)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of a server with metrics, on each engine in turn."""
    with client_of(desk) as client:
        yield client


def read(client: TestClient, **headers: str) -> dict[str, float]:
    """Read the metrics: each with its labels, and its value."""
    answer = client.get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_and_operations_are_counted_by_status_and_way(client: TestClient) -> None:
    for query in (READ, READ, RECORD, "{ __typename viewer { name } }", "{ nope }"):
        client.post("/graphql", json={"query": query})
    client.post("/graphql", content=b"x")
    client.get("/nowhere")
    found = read(client)
    assert {name: value for name, value in found.items() if name.startswith("claimkb_http_requests_total")} == {
        'claimkb_http_requests_total{status="200"}': 5,
        'claimkb_http_requests_total{status="415"}': 1,
        'claimkb_http_requests_total{status="404"}': 1,
    }
    seconds = {kind: found[f'claimkb_operation_seconds_count{{kind="{kind}"}}'] for kind in ("plan", "executor", "mutation")}
    assert seconds == {"plan": 3, "executor": 0, "mutation": 1}
    counted = {how: found[f'claimkb_operations_total{{how="{how}"}}'] for how in ("planned", "executed", "refused")}
    assert counted == {"planned": 4, "executed": 0, "refused": 1}


def test_the_executor_has_its_own_durations(sqlite_desk: Desk) -> None:
    with client_of(sqlite_desk, plans=Planner(is_on=False)) as client:
        client.post("/graphql", json={"query": READ})
        assert read(client)['claimkb_operation_seconds_count{kind="executor"}'] == 1


def test_what_limits_refuse_is_counted_by_code(sqlite_desk: Desk) -> None:
    with client_of(sqlite_desk, limits=Limits(max_cost=5, max_body_bytes=500)) as client:
        client.post("/graphql", json={"query": "{ predictions(first: 100) { nodes { question } } }"})
        client.post("/graphql", json={"query": " " * 600})
        client.post("/graphql", json={"query": "{ nope }"})
        found = read(client)
    assert found['claimkb_refused_total{code="QUERY_TOO_COMPLEX"}'] == 2
    assert found['claimkb_refused_total{code="RATE_LIMITED"}'] == 0


def test_the_job_and_the_outbox_are_told_of(client: TestClient, desk: Desk) -> None:
    before = read(client)
    a_channel(desk, "https://hooks.example.org/1", "WEBHOOK")
    a_prediction(desk)
    flagged(desk)
    after = read(client)
    assert (before["claimkb_job_late"], "claimkb_job_success_timestamp_seconds" in before) == (1, False)
    assert (after["claimkb_job_late"], after["claimkb_job_success_timestamp_seconds"]) == (0, NOON.timestamp())
    assert (before["claimkb_outbox_waiting"], after["claimkb_outbox_waiting"], after["claimkb_outbox_parked"]) == (0, 1, 0)
    assert after["claimkb_outbox_oldest_due_timestamp_seconds"] == NOON.timestamp()


def test_connections_work_and_subscribers_are_told_of(client: TestClient, desk: Desk) -> None:
    with connected(client) as socket:
        settle(socket)
        found = read(client)
    assert (found["claimkb_subscribers"], read(client)["claimkb_subscribers"]) == (1, 0)
    pools = {"reads", "writes", "reserved"} | (set() if desk.database.is_sqlite else {"loop"})
    assert {*re.findall(r'claimkb_connections_used\{pool="(\w+)"\}', "\n".join(found))} == pools
    assert all(
        found[f'claimkb_connections_used{{pool="{pool}"}}'] <= found[f'claimkb_connections_most{{pool="{pool}"}}'] for pool in pools
    )
    assert (found['claimkb_work_running{sort="writes"}'], found['claimkb_work_waiting{sort="writes"}']) == (0, 0)


def test_no_label_has_what_a_client_chose(client: TestClient) -> None:
    for query in (READ, RECORD):
        client.post("/graphql", json={"query": query, "operationName": "Secret7"})
    client.get("/Secret7")
    assert "Secret7" not in client.get("/metrics").text


def test_an_account_reads_them_and_nobody_else_does(sqlite_desk: Desk) -> None:
    reader = a_token(sqlite_desk, an_account(sqlite_desk, "Prometheus", "READER", kind="PROGRAM"), scopes=["READ"])
    with client_of(sqlite_desk, anonymous=AnonymousAccess(public_read=True)) as client:
        assert client.post("/graphql", json={"query": "{ viewer { name } }"}).json()["data"]["viewer"]["name"] == "anonymous"
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"authorization": "Bearer ckb_a_b"}).status_code == 401
        assert read(client, authorization=f"Bearer {reader.secret.get_secret_value()}")["claimkb_database_up"] == 1


def test_who_has_read_them_reads_them_in_an_outage_too(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claimkb.identity.REMEMBERED", -1.0)
    with client_of(sqlite_desk) as client, client_of(sqlite_desk) as other:
        read(client)
        with outages.moved(sqlite_desk):
            for engine in sqlite_desk.database.engines:
                engines.let_go(engine)
            found = read(client)
            assert other.get("/metrics").status_code == 503
    assert (found["claimkb_database_up"], "claimkb_outbox_waiting" in found) == (0, False)
    assert found['claimkb_outages_total{code="DATABASE_REPLACED"}'] >= 1


def test_two_applications_count_apart(sqlite_desk: Desk) -> None:
    with client_of(sqlite_desk) as client, client_of(sqlite_desk) as other:
        client.post("/graphql", json={"query": READ})
        assert read(client)['claimkb_operation_seconds_count{kind="plan"}'] == 1
        assert read(other)['claimkb_operation_seconds_count{kind="plan"}'] == 0


def test_without_the_setting_there_are_none(sqlite_desk: Desk) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        assert client.get("/metrics").status_code == 404


def test_without_the_library_a_server_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    serving.check_metrics(Settings(metrics=False))
    with pytest.raises(serving.CannotServe, match="install claimkb with its extra, metrics"):
        serving.check_metrics(Settings(metrics=True))


def test_the_document_names_every_metric(client: TestClient, desk: Desk) -> None:
    a_channel(desk, "https://hooks.example.org/1", "WEBHOOK")
    a_prediction(desk)
    flagged(desk)
    names = {name.partition("{")[0] for name in read(client)}
    shown = {re.sub(r"_(bucket|count|sum)$", "", name) for name in names if not name.endswith("_created")}
    text = OPERATE.read_text(encoding="utf-8")
    named = {name for row in re.findall(r"^\| (`claimkb_.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert shown <= named
    assert named - shown == {"claimkb_http_requests_total", "claimkb_outages_total"}  # nothing was counted yet
