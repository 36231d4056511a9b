"""What subscribers are told: over WebSocket and as server-sent events, in order, without a gap, and within bounds."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from tests.builders import a_claim, a_claimant, a_desk, a_prediction, do, resolved
from tests.ghosts import an_outcome_that_was_never_recorded

ADDRESS = "ws://127.0.0.1/graphql"
OUTCOMES = "subscription($claimant: ID, $after: ID) { outcomeRecorded(claimantId: $claimant, after: $after) { id verdict prediction { status } } }"
REVISIONS = "subscription($after: ID) { revisions(after: $after) { id action changes { field } } }"
FLAGS = "subscription { predictionFlagged { level prediction { question timeliness } } }"


@contextmanager
def connected(client: TestClient) -> Iterator[WebSocketTestSession]:
    """Open a WebSocket and have it acknowledged."""
    with client.websocket_connect(ADDRESS, subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        yield socket


def subscribe(socket: WebSocketTestSession, query: str, id_: str = "1", **variables: Any) -> None:
    """Begin an operation."""
    socket.send_json({"type": "subscribe", "id": id_, "payload": {"query": query, "variables": variables}})


def next_of(socket: WebSocketTestSession, id_: str = "1") -> Any:
    """Receive the next answer of an operation, which has no errors."""
    message = socket.receive_json()
    assert (message["type"], message["id"]) == ("next", id_), message
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]


def settle(socket: WebSocketTestSession) -> None:
    """Wait until a subscription listens: its place is read before later questions are answered that are read in the same way.

    With the introspection in them they have no plan, which would be answered without a thread.
    """
    for number in range(3):
        subscribe(socket, "{ __schema { queryType { name } } backlog { lastRun { asOf } } }", f"q{number}")
        assert socket.receive_json()["type"] == "next"
        assert socket.receive_json()["type"] == "complete"


def test_an_outcome_is_told_with_what_it_changed(client: TestClient, desk: Desk) -> None:
    prediction = a_prediction(desk)
    with connected(client) as socket:
        subscribe(socket, OUTCOMES)
        settle(socket)
        outcome = resolved(desk, prediction)
        told = next_of(socket)["outcomeRecorded"]
    assert told == {"id": global_id("Outcome", outcome.id), "verdict": "YES", "prediction": {"status": "RESOLVED"}}


def test_only_the_outcomes_of_a_claimant_are_told_where_one_is_named(client: TestClient, desk: Desk) -> None:
    claimant = a_claimant(desk)
    mine = a_prediction(desk, claim=a_claim(desk, voice="REPORTED", claimant_id=claimant.id))
    other = a_prediction(desk)
    with connected(client) as socket:
        subscribe(socket, OUTCOMES, claimant=global_id("Claimant", claimant.id))
        settle(socket)
        resolved(desk, other)
        outcome = resolved(desk, mine)
        assert next_of(socket)["outcomeRecorded"]["id"] == global_id("Outcome", outcome.id)


def test_an_outcome_that_was_never_recorded_keeps_nobody_from_the_next(client: TestClient, desk: Desk) -> None:
    prediction = a_prediction(desk)
    with connected(client) as socket:
        subscribe(socket, OUTCOMES)
        settle(socket)
        an_outcome_that_was_never_recorded(desk)
        outcome = resolved(desk, prediction)
        assert next_of(socket)["outcomeRecorded"]["id"] == global_id("Outcome", outcome.id)


def test_whatever_goes_wrong_where_news_is_looked_for_it_is_looked_for_again_and_nothing_is_missed(
    client: TestClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken = "CREATE VIEW announcement AS SELECT 'x' AS position, topic, record_id FROM kept"
    with connected(client) as socket:
        subscribe(socket, REVISIONS)
        settle(socket)
        a_claim(desk)
        next_of(socket)
        settle(socket)
        with desk.database.connection() as connection:
            connection.exec_driver_sql("ALTER TABLE announcement RENAME TO kept")
            connection.exec_driver_sql(broken)
        ends = time.monotonic() + 10
        while "Subscribers hear of news late" not in caplog.messages:
            assert time.monotonic() < ends
            time.sleep(0.05)
        with desk.database.connection() as connection:
            connection.exec_driver_sql("DROP VIEW announcement")
            connection.exec_driver_sql("ALTER TABLE kept RENAME TO announcement")
        for _ in range(2):
            a_claim(desk)
            assert next_of(socket)["revisions"]["action"] == "recordClaim"


def test_each_flag_is_told_once(client: TestClient, desk: Desk) -> None:
    for question in ("Does it open?", "Does it close?"):
        a_prediction(desk, question=question)
    with connected(client) as socket:
        subscribe(socket, FLAGS)
        settle(socket)
        for _ in range(2):
            do(desk, flagging.flag_predictions, flagging.FlagPredictions())
        told = [next_of(socket)["predictionFlagged"] for _ in range(2)]
        subscribe(socket, "{ viewer { role } }", "2")
        assert next_of(socket, "2") == {"viewer": {"role": "EDITOR"}}
    assert sorted(each["prediction"]["question"] for each in told) == ["Does it close?", "Does it open?"]
    assert {each["level"] for each in told} == {"LONG_OVERDUE"}


def test_whoever_comes_back_reads_on_after_the_last_that_was_seen(client: TestClient, desk: Desk) -> None:
    with connected(client) as socket:
        subscribe(socket, REVISIONS)
        settle(socket)
        a_claim(desk)
        last = next_of(socket)["revisions"]["id"]
    for _ in range(150):
        a_claim(desk)
    with connected(client) as socket:
        subscribe(socket, REVISIONS, after=last)
        told = [next_of(socket)["revisions"]["id"] for _ in range(150)]
        a_claim(desk)
        told.append(next_of(socket)["revisions"]["id"])
    assert len(set(told)) == 151
    assert last not in told


def test_writers_at_once_are_told_in_one_order_without_a_gap(client: TestClient, desk: Desk) -> None:
    with connected(client) as socket:
        subscribe(socket, REVISIONS)
        settle(socket)
        writers = [threading.Thread(target=lambda: [a_claim(desk) for _ in range(25)]) for _ in range(4)]
        for writer in writers:
            writer.start()
        told = [next_of(socket)["revisions"]["id"] for _ in range(100)]
        for writer in writers:
            writer.join()
    assert len(set(told)) == 100
    with connected(client) as socket:
        subscribe(socket, REVISIONS, after=told[0])
        assert [next_of(socket)["revisions"]["id"] for _ in range(99)] == told[1:]


def test_a_change_through_another_server_is_told_too(url: str, client: TestClient) -> None:
    elsewhere = a_desk(url)
    with connected(client) as socket:
        subscribe(socket, REVISIONS)
        settle(socket)
        a_claim(elsewhere)
        assert next_of(socket)["revisions"]["action"] == "recordClaim"
    elsewhere.database.close()


def test_a_completed_subscription_is_silent(client: TestClient, desk: Desk) -> None:
    with connected(client) as socket:
        subscribe(socket, REVISIONS)
        settle(socket)
        socket.send_json({"type": "complete", "id": "1"})
        a_claim(desk)
        subscribe(socket, "{ viewer { role } }", "2")
        assert next_of(socket, "2") == {"viewer": {"role": "EDITOR"}}


def test_queries_and_mutations_are_answered_over_a_websocket(client: TestClient) -> None:
    with connected(client) as socket:
        subscribe(socket, 'mutation { recordClaimant(input: {name: "N", kind: PERSON}) { claimant { name } } }')
        assert next_of(socket) == {"recordClaimant": {"claimant": {"name": "N"}}}
        assert socket.receive_json() == {"type": "complete", "id": "1"}


@pytest.mark.parametrize(
    ("payload", "code", "message"),
    [
        ({"query": "subscription {"}, "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nope' on type 'Query'. Did you mean 'node' or 'nodes'?"),
        ({"query": 5}, "BAD_USER_INPUT", "query has to be text."),
        ({}, "BAD_USER_INPUT", "The operation has no query."),
        ({"query": "query A { viewer { role } }", "operationName": "B"}, "GRAPHQL_VALIDATION_FAILED", "The document has no operation named 'B'."),
        ({"query": "{ viewer { role } }", "variables": []}, "BAD_USER_INPUT", "variables has to be an object."),
        ({"query": 'subscription { revisions(after: "x") { id } }'}, "BAD_USER_INPUT", "This is not the id of a Revision. Copy the `id` that the API gives."),
        ({"query": 'subscription { revisions(after: "01a20724-4587-74c2-ac48-3da18ddeec7c") { id } }'}, "BAD_USER_INPUT", "There is no Revision with this id to go on from. Leave it out to begin now."),
        ({"query": "{ " + "viewer { role } " * 21 + "}"}, "QUERY_TOO_COMPLEX", "This asks for too much: times the same field 21, of at most 20."),
    ],
)  # fmt: skip
def test_a_mistake_ends_the_operation_and_not_the_connection(
    payload: dict[str, Any], code: str, message: str, client: TestClient
) -> None:
    with connected(client) as socket:
        socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
        answer = socket.receive_json()
        errors = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
        assert (errors[0]["extensions"]["code"], errors[0]["message"]) == (code, message)
        if answer["type"] == "next":
            assert socket.receive_json()["type"] == "complete"
        subscribe(socket, "{ viewer { role } }", "2")
        assert next_of(socket, "2") == {"viewer": {"role": "EDITOR"}}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("not json", 4400),
        ("[]", 4400),
        ("5", 4400),
        ('{"type": 5}', 4400),
        ('{"type": "nope"}', 4400),
        ('{"type": "subscribe", "payload": {"query": "{ viewer { role } }"}}', 4400),
        ('{"type": "subscribe", "id": 7, "payload": {"query": "{ viewer { role } }"}}', 4400),
        ('{"type": "complete", "id": {}}', 4400),
        ('{"type": "connection_init"}', 4429),
        ('{"type": "ping", "payload": NaN}', 4400),
        ("[" * 100_000, 4400),
        ('"' + "x" * 1_000_001 + '"', 4400),
    ],
)  # fmt: skip
def test_a_message_that_is_none_closes_the_connection(sent: str, code: int, client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_text(sent)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == code


def test_an_operation_before_the_welcome_closes_the_connection(client: TestClient) -> None:
    with client.websocket_connect(ADDRESS, subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { role } }"}})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4401


def test_another_protocol_is_told_which_one_is_spoken(client: TestClient) -> None:
    with client.websocket_connect(ADDRESS, subprotocols=["graphql-ws"]) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == 4406


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example"}])
def test_a_page_elsewhere_opens_no_websocket(headers: dict[str, str], client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(ADDRESS, subprotocols=["graphql-transport-ws"], headers=headers),
    ):
        pass


@contextmanager
def limited(desk: Desk, **limits: Any) -> Iterator[TestClient]:
    """Give a client of an application with limits of its own."""
    with TestClient(app_of(desk, Limits(**limits)), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    ("limits", "code"), [({"socket_init_seconds": 0.1}, 4408), ({"socket_init_seconds": 9, "socket_idle_seconds": 0.1}, 4408)]
)
def test_a_connection_that_nobody_uses_is_closed(limits: dict[str, float], code: int, sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, **limits) as client:
        with client.websocket_connect(ADDRESS, subprotocols=["graphql-transport-ws"]) as socket:
            if "socket_idle_seconds" in limits:
                socket.send_json({"type": "connection_init"})
                socket.receive_json()
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
    assert closed.value.code == code


def test_a_connection_with_a_subscription_is_not_idle(sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, socket_idle_seconds=0.05) as client, connected(client) as socket:
        subscribe(socket, REVISIONS)
        threading.Timer(0.3, lambda: a_claim(sqlite_desk)).start()
        assert next_of(socket)["revisions"]["action"] == "recordClaim"


def test_one_operation_too_many_is_refused_and_the_others_go_on(sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, max_socket_operations=2) as client, connected(client) as socket:
        a_claim(sqlite_desk)
        claims = "{ claims { nodes { revisions { nodes { id } } } } }"
        (claim,) = client.post("/graphql", json={"query": claims}).json()["data"]["claims"]["nodes"]
        for id_ in ("1", "2"):
            subscribe(socket, REVISIONS, id_, after=claim["revisions"]["nodes"][0]["id"])
        socket.send_json({"type": "subscribe", "id": "3", "payload": {"query": REVISIONS}})
        answer = socket.receive_json()
        assert answer["payload"][0]["extensions"] == {"code": "RATE_LIMITED", "requested": 3, "maximum": 2}
        a_claim(sqlite_desk)
        assert {socket.receive_json()["id"] for _ in range(2)} == {"1", "2"}


def test_one_connection_too_many_is_refused_until_one_closes(sqlite_desk: Desk) -> None:
    with limited(sqlite_desk, max_sockets_per_address=2) as client:
        with connected(client), connected(client), pytest.raises(WebSocketDisconnect), connected(client):
            pass
        with connected(client) as socket:
            subscribe(socket, "{ viewer { role } }", "2")


def events(client: TestClient, query: str, accept: str = "text/event-stream") -> list[str]:
    """Ask for a stream that ends by itself."""
    answer = client.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    return answer.text.split("\n\n")


def test_a_query_can_be_streamed(client: TestClient) -> None:
    first, complete, rest = events(client, "{ viewer { role } }")
    assert first.startswith("event: next\ndata: ")
    assert json.loads(first.partition("data: ")[2])["data"] == {"viewer": {"role": "EDITOR"}}
    assert (complete, rest) == ("event: complete\ndata:", "")


def test_a_mistake_in_a_stream_is_its_only_event(client: TestClient) -> None:
    first, complete, _ = events(client, "subscription { nope }")
    assert json.loads(first.partition("data: ")[2])["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert complete == "event: complete\ndata:"


def test_a_mutation_by_get_is_not_streamed_either(client: TestClient) -> None:
    query = 'mutation { recordSource(input: {title: "T"}) { source { id } } }'
    answer = client.get("/graphql", params={"query": query}, headers={"accept": "text/event-stream"})
    (error,) = json.loads(answer.text.partition("data: ")[2].partition("\n")[0])["errors"]
    assert error["message"] == "A GET only reads: send a mutation by POST."
    assert client.post("/graphql", json={"query": "{ sources { totalCount } }"}).json()["data"] == {"sources": {"totalCount": 0}}


URQL = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"


def test_a_query_is_answered_as_json_where_events_are_only_accepted_too(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ viewer { role } }"}, headers={"accept": URQL})
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert answer.json()["data"] == {"viewer": {"role": "EDITOR"}}


def test_a_subscription_by_plain_json_is_told_how_to_ask(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": REVISIONS})
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["message"] == (
        "A subscription is streamed: open a WebSocket (graphql-transport-ws) or accept text/event-stream."
    )
