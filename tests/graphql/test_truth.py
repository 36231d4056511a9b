"""What an answer says of a change is so: what it shows, that nothing has changed, that it was done, or that this is not known."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from claimkb.actions import claims, outcomes
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id, parse_global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.store.engine.outages import DatabaseUnavailable
from tests import outages
from tests.builders import a_claim, a_prediction, a_token, an_account, do, everything
from tests.graphql.test_subscriptions import connected, next_of, subscribe
from tests.proxy import behind
from tests.stops import hooked

pytestmark = pytest.mark.long

HERE = "http://127.0.0.1"
RECORD = 'mutation { recordClaimant(input: {name: "Ann", kind: PERSON}) { claimant { name version } userErrors { message } } }'
UPDATE = """mutation($id: ID!) { updateClaim(input: {claimId: $id, statement: "First."}) {
    claim { statement version revisions { totalCount } } } }"""
CAPTURE = 'mutation { recordSource(input: {title: "A", snapshot: {text: "Long."}}) { source { id } userErrors { message } } }'
RESOLVE = """mutation($id: ID!) { resolvePrediction(input: {predictionId: $id, verdict: YES, rationale: "r", noEvidenceReason: "n"}) {
    outcome { verdict review } prediction { status version } } }"""
WITH_AND_WITHOUT_PLANS = pytest.mark.parametrize("plans", [True, False])
POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@contextmanager
def client_of(desk: Desk, *, plans: bool = True, **limits: Any) -> Iterator[TestClient]:
    """Give a client of a server."""
    with TestClient(app_of(desk, Limits(**limits), plans=Planner(is_on=plans)), base_url=HERE) as client:
        yield client


def once_committed(desk: Desk, act: Callable[[], object]) -> None:
    """Do something right after the next commit, before whoever made it hears of it."""

    def hook(_: Set[type]) -> None:
        desk.database.on_commit.remove(hook)
        act()

    desk.database.on_commit.append(hook)


@WITH_AND_WITHOUT_PLANS
def test_an_answer_shows_its_own_change_and_not_the_next_one(desk: Desk, *, plans: bool) -> None:
    claim = a_claim(desk)
    second = claims.UpdateClaim(claim_id=claim.id, statement="Second.")
    with client_of(desk, plans=plans) as client:
        once_committed(desk, lambda: do(desk, claims.update_claim, second))
        answer = client.post("/graphql", json={"query": UPDATE, "variables": {"id": global_id("Claim", claim.id)}}).json()
    shown = answer["data"]["updateClaim"]["claim"]
    assert (shown["statement"], shown["version"]) == ("First.", 2)
    if plans:  # what lies deeper, the executor reads afterwards
        assert shown["revisions"] == {"totalCount": 2}


@WITH_AND_WITHOUT_PLANS
def test_what_a_change_leads_to_is_shown_as_the_change_left_it(desk: Desk, *, plans: bool) -> None:
    prediction = a_prediction(desk)
    order = outcomes.ReopenPrediction(prediction_id=prediction.id, reason="It fell down.")
    with client_of(desk, plans=plans) as client:
        once_committed(desk, lambda: do(desk, outcomes.reopen_prediction, order))
        answer = client.post("/graphql", json={"query": RESOLVE, "variables": {"id": global_id("Prediction", prediction.id)}})
    assert answer.json()["data"]["resolvePrediction"] == {
        "outcome": {"verdict": "YES", "review": "CONFIRMED"},
        "prediction": {"status": "RESOLVED", "version": 2},
    }


def test_a_change_over_a_websocket_and_as_an_event_shows_itself_too(desk: Desk) -> None:
    claim, other = a_claim(desk), a_claim(desk)
    with client_of(desk) as client:
        once_committed(desk, lambda: do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement="2.")))
        with connected(client) as socket:
            subscribe(socket, UPDATE, id=global_id("Claim", claim.id))
            assert next_of(socket)["updateClaim"]["claim"] == {"statement": "First.", "version": 2, "revisions": {"totalCount": 2}}
        once_committed(desk, lambda: do(desk, claims.update_claim, claims.UpdateClaim(claim_id=other.id, statement="2.")))
        body = {"query": UPDATE, "variables": {"id": global_id("Claim", other.id)}}
        events = client.post("/graphql", json=body, headers={"accept": "text/event-stream"}).text
    assert '"statement":"First.","version":2,"revisions":{"totalCount":2}' in events


@WITH_AND_WITHOUT_PLANS
def test_a_change_whose_time_runs_out_has_changed_nothing(desk: Desk, *, plans: bool) -> None:
    with client_of(desk, plans=plans, request_seconds=0.3) as client:
        before = everything(desk)
        with hooked(desk, "after_cursor_execute", lambda _: time.sleep(0.15)):
            (error,) = client.post("/graphql", json={"query": RECORD}).json()["errors"]
        assert (error["path"], error["extensions"]["code"]) == (["recordClaimant"], "QUERY_TOO_COMPLEX")
        assert "nothing has changed" in error["message"]
        assert everything(desk) == before


def test_what_was_done_and_cannot_be_shown_is_said_to_be_done(desk: Desk) -> None:
    deep = RECORD.replace("version }", "version revisions { nodes { id } } }")
    with client_of(desk, plans=False, request_seconds=0.5) as client:
        once_committed(desk, lambda: time.sleep(0.6))
        answer = client.post("/graphql", json={"query": deep})
    (error,) = answer.json()["errors"]
    ((claimant_id, version, *_),) = everything(desk)["claimant"]
    told = error["extensions"]
    assert (answer.status_code, error["path"], told["code"], told["retryable"]) == (
        200,
        ["recordClaimant"],
        "DONE_NOT_SHOWN",
        False,
    )
    assert (parse_global_id(told["id"]), told["version"]) == (("Claimant", claimant_id), version)


@WITH_AND_WITHOUT_PLANS
def test_of_two_verbs_the_first_is_said_to_be_done_where_the_second_meets_an_outage(desk: Desk, *, plans: bool) -> None:
    one, two = (f'recordClaimant(input: {{name: "{name}", kind: PERSON}}) {{ claimant {{ name }} }}' for name in ("Bo", "Cy"))
    lock = outages.locked(desk)
    with client_of(desk, plans=plans, request_seconds=1.0) as client:
        once_committed(desk, lock.__enter__)
        answer = client.post("/graphql", json={"query": f"mutation {{ one: {one} two: {two} }}"})
        lock.__exit__(None, None, None)
    assert answer.status_code == 200  # a proxy or a client that sees 503 would send all of it again
    told = [(each["path"], each["extensions"]["code"]) for each in answer.json()["errors"]]
    assert told == [(["one"], "DONE_NOT_SHOWN"), (["two"], "DATABASE_LOCKED")]
    assert len(everything(desk)["claimant"]) == 1


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
def test_a_connection_that_is_lost_before_its_commit_has_changed_nothing(desk: Desk, *, plans: bool) -> None:
    def lose(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        with desk.database.reserved.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": driver.info.backend_pid})

    with client_of(desk, plans=plans) as client:
        before = everything(desk)
        with hooked(desk, "commit", lose):
            answer = client.post("/graphql", json={"query": RECORD})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert everything(desk) == before
        assert client.post("/graphql", json={"query": RECORD}).json()["data"]["recordClaimant"]["claimant"]["version"] == 1


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
def test_a_commit_whose_answer_is_lost_is_looked_for_and_said_to_be_done(desk: Desk, *, plans: bool) -> None:
    with behind(desk) as (relay, other), client_of(other, plans=plans) as client:
        relay.cuts.set()
        answer = client.post("/graphql", json={"query": RECORD}).json()
        assert relay.is_cut.is_set()
    assert answer["data"] == {"recordClaimant": {"claimant": {"name": "Ann", "version": 1}, "userErrors": []}}
    assert len(everything(desk)["claimant"]) == 1


@POSTGRESQL
@WITH_AND_WITHOUT_PLANS
def test_a_commit_of_which_nothing_can_be_found_out_is_said_not_to_be_known_and_is_done_once_under_its_key(
    desk: Desk, *, plans: bool
) -> None:
    with behind(desk) as (relay, other), client_of(other, plans=plans, request_seconds=1.5) as client:
        client.post("/graphql", json={"query": "{ claimants { totalCount } }"})
        for name, key in (("Ann", {}), ("Bo", {"idempotency-key": "k"})):
            relay.cuts.set()
            relay.refuses.set()
            answer = client.post("/graphql", json={"query": RECORD.replace("Ann", name)}, headers=key)
            (error,) = answer.json()["errors"]
            told = {"code": "COMMIT_UNKNOWN", "retryable": bool(key)}
            assert (answer.status_code, error["path"], error["extensions"]) == (200, ["recordClaimant"], told)
            relay.refuses.clear()
            relay.is_cut.clear()
        again = client.post("/graphql", json={"query": RECORD.replace("Ann", "Bo")}, headers={"idempotency-key": "k"})
    assert again.json()["data"]["recordClaimant"]["claimant"] == {"name": "Bo", "version": 1}
    assert len(everything(desk)["claimant"]) == 2


TWO = """mutation { a: recordClaimant(input: {name: "Ann", kind: PERSON}) { claimant { name } }
    b: recordClaimant(input: {name: "Bo", kind: PERSON}) { claimant { name } } }"""


async def stopped_at(
    desk: Desk, body: Any, accept: str, hook: str, changes: int, *, plans: bool = True, **limits: Any
) -> tuple[int, Any]:
    """Ask, and after so many changes cancel what answers, as a web server does that stops; return the status, and what was answered."""
    app, sent, loop = app_of(desk, Limits(**limits), plans=Planner(is_on=plans)), [], asyncio.get_running_loop()
    content = json.dumps(body).encode()
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    scope = {"type": "http", "asgi": {}, "http_version": "1.1", "method": "POST", "path": "/graphql", "query_string": b""}
    more = {"headers": [*headers, (b"accept", accept.encode())], "scheme": "http", "server": None, "client": ("127.0.0.1", 1)}
    parts = [{"type": "http.request", "body": content, "more_body": False}]
    made: list[Set[type]] = []

    async def receive() -> Any:
        return parts.pop() if parts else await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    asked = loop.create_task(app({**scope, **more}, receive, send))

    def stop(_: Any) -> None:
        if len(made) == changes:
            loop.call_soon_threadsafe(asked.cancel)
            time.sleep(0.2)

    desk.database.on_commit.append(made.append)
    with hooked(desk, hook, stop):
        await asked
    desk.database.on_commit.remove(made.append)
    answer = b"".join(each.get("body", b"") for each in sent[1:]).decode()
    if "event-stream" in accept:
        event, data, *end = answer.splitlines()
        assert (event, end) == ("event: next", ["", "event: complete", "data:", ""])
        answer = data.removeprefix("data: ")
    return sent[0]["status"], json.loads(answer)


def codes_of(answer: Any) -> list[tuple[str, Any]]:
    """List the codes of an answer with their places."""
    return [(each["extensions"]["code"], each.get("path", [None])[0]) for each in answer["errors"]]


@WITH_AND_WITHOUT_PLANS
@pytest.mark.parametrize(("accept", "is_streamed"), [("application/json", False), ("text/event-stream", True)])
def test_what_a_stopping_server_gives_up_is_said_not_to_be_done_or_not_to_be_known(
    desk: Desk, accept: str, caplog: pytest.LogCaptureFixture, *, is_streamed: bool, plans: bool
) -> None:
    before, body = everything(desk), {"query": RECORD}
    status, answer = asyncio.run(stopped_at(desk, body, accept, "after_cursor_execute", 0, plans=plans))
    assert (status, codes_of(answer)) == (200 if is_streamed else 503, [("DATABASE_UNAVAILABLE", "recordClaimant")])
    assert everything(desk) == before
    status, answer = asyncio.run(stopped_at(desk, body, accept, "commit", 0, plans=plans))
    assert (status, codes_of(answer)) == (200, [("COMMIT_UNKNOWN", "recordClaimant")])
    assert everything(desk) != before
    assert [each for each in caplog.messages if "_UN" in each] == []


@WITH_AND_WITHOUT_PLANS
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_was_done_before_the_verb_that_a_stopping_server_gives_up_is_said_to_be_done(
    desk: Desk, accept: str, *, plans: bool
) -> None:
    status, answer = asyncio.run(stopped_at(desk, {"query": TWO}, accept, "after_cursor_execute", 1, plans=plans))
    assert (status, codes_of(answer)) == (200, [("DONE_NOT_SHOWN", "a"), ("DATABASE_UNAVAILABLE", "b")])
    assert len(everything(desk)["claimant"]) == 1


def test_a_stopping_server_begins_nothing_more_of_a_batch(desk: Desk) -> None:
    batch = [{"query": RECORD.replace("Ann", name)} for name in ("Ann", "Bo", "Cy", "Di")]
    status, answers = asyncio.run(stopped_at(desk, batch, "*/*", "after_cursor_execute", 1, max_batch=5))
    assert (status, answers[0]["data"]["recordClaimant"]["claimant"]["name"]) == (200, "Ann")
    assert [codes_of(each)[0][0] for each in answers[1:]] == ["DATABASE_UNAVAILABLE"] * 3
    assert len(everything(desk)["claimant"]) == 1


def test_a_key_is_kept_where_batches_are_allowed_and_refused_for_a_batch(sqlite_desk: Desk) -> None:
    key = {"idempotency-key": "k"}
    with client_of(sqlite_desk, max_batch=5) as client:
        ids = [client.post("/graphql", json={"query": CAPTURE}, headers=key).json()["data"]["recordSource"] for _ in range(2)]
        refused = client.post("/graphql", json=[{"query": CAPTURE}] * 2, headers=key)
    assert ids[0] == ids[1]
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert len(everything(sqlite_desk)["source"]) == 1


def test_who_was_let_in_is_told_what_was_done_though_nobody_can_be_looked_up_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first verb is done by its plan, and the second one, which is refused, is left to the executor."""
    invite = 'b: createAccount(input: {name: "Bo", role: EDITOR}) { account { name } }'
    with client_of(desk) as client:
        client.post("/graphql", json={"query": "{ viewer { role } }"})

        def lose() -> None:
            monkeypatch.setattr("claimkb.graphql.transport.authentication.Authenticator.identify", gone)

        async def gone(*_: Any) -> Any:
            raise DatabaseUnavailable

        once_committed(desk, lose)
        answer = client.post("/graphql", json={"query": TWO.partition("b:")[0] + invite + "}"})
    assert (answer.status_code, codes_of(answer.json())) == (200, [("DONE_NOT_SHOWN", "a"), ("FORBIDDEN", "b")])
    assert len(everything(desk)["claimant"]) == 1


def test_a_secret_is_shown_once_by_whoever_answers_and_its_account_as_it_was(desk: Desk) -> None:
    ada = an_account(desk)
    headers = {"authorization": f"Bearer {a_token(desk, ada).secret.get_secret_value()}"}
    issue = 'mutation($id: ID!) { createToken(input: {accountId: $id, name: "t"}) { token { secret } account { name version } } }'
    with client_of(replace(desk)) as client:
        body = {"query": issue, "variables": {"id": global_id("Account", ada.id)}}
        made = client.post("/graphql", json=body, headers=headers).json()["data"]["createToken"]
    assert made["token"]["secret"].startswith("ckb_")
    assert made["account"] == {"name": "Ada", "version": 1}
