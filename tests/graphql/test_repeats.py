"""A request with an Idempotency-Key is done once, however often it is sent."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from tests.builders import a_claim, a_prediction, everything
from tests.graphql.conftest import Ask

RECORD = """mutation($name: String!) { recordClaimant(input: {name: $name, kind: PERSON, clientMutationId: "7"}) {
    claimant { id version name } userErrors { code message field } clientMutationId } }"""


def send(client: TestClient, query: str, key: str | None = "k-1", **variables: Any) -> Any:
    """Send a mutation under a key."""
    headers = {"idempotency-key": key} if key else {}
    return client.post("/graphql", json={"query": query, "variables": variables}, headers=headers).json()["data"]


def test_a_repeat_is_answered_and_not_done_again(client: TestClient, desk: Desk) -> None:
    first = send(client, RECORD, name="Ann")["recordClaimant"]
    before = everything(desk)
    assert send(client, RECORD, name="Ann")["recordClaimant"] == first
    assert first["userErrors"] == []
    assert everything(desk) == before


def test_without_a_key_the_same_is_done_again(client: TestClient) -> None:
    send(client, RECORD, None, name="Ann")
    assert send(client, RECORD, None, name="Ann")["recordClaimant"]["userErrors"][0]["code"] == "DUPLICATE"


def test_a_key_of_another_request_is_refused(client: TestClient, desk: Desk) -> None:
    send(client, RECORD, name="Ann")
    before = everything(desk)
    refused = send(client, RECORD, name="Ben")["recordClaimant"]
    assert refused["claimant"] is None
    assert refused["userErrors"] == [
        {
            "code": "CONFLICT",
            "message": "The Idempotency-Key k-1 was used for another request. Send a new key with a new request.",
            "field": None,
        }
    ]
    assert everything(desk) == before


def test_repeats_at_once_are_done_once(client: TestClient, desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(client, RECORD, "at-once", name="Ann")["recordClaimant"], range(8)))
    assert len({answer["claimant"]["id"] for answer in answers}) == 1
    assert all(answer["userErrors"] == [] for answer in answers)
    assert len(everything(desk)["claimant"]) == 1


def test_each_part_of_a_request_is_done_once(client: TestClient, desk: Desk) -> None:
    two = """mutation { a: recordSource(input: {title: "A"}) { source { id } } b: recordSource(input: {title: "B"}) { source { id } } }"""
    first = send(client, two)
    assert send(client, two) == first
    assert len(everything(desk)["source"]) == 2


def test_what_was_refused_can_be_sent_again_under_its_key(client: TestClient, desk: Desk) -> None:
    prediction = a_prediction(desk)
    query = """mutation($id: ID!, $reason: String!) { withdrawPrediction(input: {predictionId: $id, reason: $reason}) {
        prediction { status } userErrors { code } } }"""
    assert send(client, query, id=str(prediction.id), reason="")["withdrawPrediction"]["userErrors"] == [{"code": "INVALID"}]
    assert send(client, query, id=str(prediction.id), reason="A duplicate.")["withdrawPrediction"]["prediction"] == {
        "status": "WITHDRAWN"
    }


def test_a_repeat_shows_the_record_as_it_stands_now(client: TestClient, mutate: Ask) -> None:
    first = send(client, RECORD, name="Ann")["recordClaimant"]["claimant"]
    mutate("updateClaimant", "claimant { id }", claimantId=first["id"], name="Anna")
    again = send(client, RECORD, name="Ann")["recordClaimant"]["claimant"]
    assert again == {"id": first["id"], "version": 2, "name": "Anna"}


def test_the_job_can_be_repeated_as_it_is(client: TestClient, desk: Desk) -> None:
    a_prediction(desk)
    run = "mutation { flagPredictions(input: {}) { run { flagged } userErrors { code } } }"
    assert send(client, run)["flagPredictions"] == {"run": {"flagged": 1}, "userErrors": []}
    assert send(client, run)["flagPredictions"] == {"run": {"flagged": 0}, "userErrors": []}


def test_a_document_that_is_named_by_its_fingerprint_is_told_from_another(client: TestClient, desk: Desk) -> None:
    one = 'mutation { x: recordSource(input: {title: "A"}) { source { id } userErrors { code } } }'
    other = 'mutation { x: recordSource(input: {title: "B"}) { source { id } userErrors { code } } }'
    named = [
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}}
        for text in (one, other)
    ]
    headers = {"idempotency-key": "apq"}
    first = client.post("/graphql", json={"query": one, **named[0]}, headers=headers).json()["data"]["x"]
    assert client.post("/graphql", json=named[0], headers=headers).json()["data"]["x"] == first
    refused = client.post("/graphql", json={"query": other, **named[1]}, headers=headers).json()["data"]["x"]
    assert refused == {"source": None, "userErrors": [{"code": "CONFLICT"}]}
    assert len(everything(desk)["source"]) == 1


def test_a_query_needs_no_key(client: TestClient) -> None:
    assert send(client, "{ viewer { role } }") == {"viewer": {"role": "EDITOR"}}


@pytest.mark.parametrize("verb", ["updateClaim", "retractClaim"])
def test_a_stale_version_is_a_conflict_with_the_version_there_is(verb: str, desk: Desk, mutate: Ask) -> None:
    claim = a_claim(desk)
    given = {"claimId": str(claim.id), "expectedVersion": 9, "reason": "r"}
    (error,) = mutate(verb, "claim { id }", **given)["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", ["input", "expectedVersion"])
    assert "is at version 1" in error["message"]
