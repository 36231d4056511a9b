"""Collections over the API: what is in them, how it stands, filters by them, and every mistake at its place."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from uuid_utils.compat import uuid7

from claimkb.actions import claims, collections, following
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Collection, Prediction
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.query_cost import input_cost
from tests.builders import (
    TODAY,
    a_claim,
    a_claimant,
    a_collection,
    a_fact,
    a_prediction,
    a_source,
    a_token,
    an_account,
    do,
    resolved,
)
from tests.graphql.conftest import Ask
from tests.graphql.test_queries import statements

SHOWN = """query($id: ID!) { collection(id: $id) { name kind note version
  claims { totalCount nodes { statement collections { nodes { name } } } }
  predictions(orderBy: {field: DUE_ON, direction: DESC}) { nodes { question collections { nodes { kind } } } }
  sources { nodes { title } } members { nodes { addedBy note removedAt claim { statement } collection { name } } }
  summary { line predictions yes no partial unclear annulled unchecked notYetDue undated claimsWithoutPrediction asOf } } }"""


def predicted(desk: Desk, question: str, due_in: int, **given: Any) -> tuple[Claim, Prediction]:
    """Record a prediction and its claim."""
    claim = a_claim(desk, statement=f"{question}!", **given)
    return claim, a_prediction(desk, TODAY + timedelta(days=due_in), claim=claim, question=question)


@pytest.fixture
def plan(desk: Desk) -> Collection:
    """Make a tracker: one pledge that is overdue, one that is not yet due, a fact; a claim that was taken out; and one beside it."""
    source = a_source(desk, title="The plan")
    late, _ = predicted(desk, "Late?", -9, appearance={"source_id": source.id})
    later, _ = predicted(desk, "Later?", 9)
    out, _ = predicted(desk, "Out?", 5)
    predicted(desk, "Beside?", 5, appearance={"source_id": a_source(desk, title="Another").id})
    plan = a_collection(desk, late, later, out, a_fact(desk), name="Ten points", kind="TRACKER")
    order = collections.RemoveFromCollection(collection_id=plan.id, claim_ids=[out.id], reason="r")
    return do(desk, collections.remove_from_collection, order)


def test_a_collection_shows_what_is_in_it_and_how_it_stands(plan: Collection, data: Ask, executed: Ask) -> None:
    shown = data(SHOWN, id=str(plan.id))
    assert executed(SHOWN, id=str(plan.id)) == shown
    found = shown["collection"]
    assert (found["name"], found["kind"], found["claims"]["totalCount"]) == ("Ten points", "TRACKER", 3)
    assert [each["question"] for each in found["predictions"]["nodes"]] == ["Later?", "Late?"]
    assert found["sources"]["nodes"] == [{"title": "The plan"}]
    assert [bool(each["removedAt"]) for each in found["members"]["nodes"]].count(True) == 1
    assert found["summary"] == {
        "line": "Of 2 pledges 0 kept, 0 broken, 0 in part, 0 unclear; 1 past due and unchecked; 1 not yet due.",
        "predictions": 2,
        **dict.fromkeys(("yes", "no", "partial", "unclear", "annulled", "undated"), 0),
        "unchecked": 1,
        "notYetDue": 1,
        "claimsWithoutPrediction": 1,
        "asOf": "2026-11-23",
    }


def test_the_predictions_of_a_collection_can_be_filtered(plan: Collection, data: Ask, executed: Ask) -> None:
    asked = """query($id: ID!, $late: Boolean) { collection(id: $id) {
      predictions(filter: {isOverdue: $late}, first: 1) { totalCount pageInfo { hasNextPage } edges { node { question } } } } }"""
    for late, question in ((True, "Late?"), (False, "Later?")):
        shown = data(asked, id=str(plan.id), late=late)
        assert executed(asked, id=str(plan.id), late=late) == shown
        found = shown["collection"]["predictions"]
        assert (found["totalCount"], found["edges"]) == (1, [{"node": {"question": question}}])


def test_a_filter_for_another_collection_finds_nothing_in_one(desk: Desk, plan: Collection, data: Ask) -> None:
    asked = "query($id: ID!, $other: ID!) { collection(id: $id) { predictions(filter: {collectionId: $other}) { totalCount } } }"
    found = data(asked, id=str(plan.id), other=str(a_collection(desk).id))
    assert found["collection"]["predictions"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("name", "shown", "found"),
    [
        ("claims", "statement", ["Late?!", "Later?!", "The bridge is open."]),
        ("predictions", "question", ["Late?", "Later?"]),
        ("sources", "title", ["The plan"]),
    ],
)
def test_lists_are_filtered_by_collection(plan: Collection, data: Ask, name: str, shown: str, found: list[str]) -> None:
    kind = f"{name[:-1].capitalize()}Filter"
    asked = f"query($filter: {kind}) {{ {name}(filter: $filter) {{ nodes {{ {shown} }} }} }}"
    nodes = data(asked, filter={"collectionId": global_id("Collection", plan.id)})[name]["nodes"]
    assert [each[shown] for each in nodes] == found


def test_changes_are_filtered_by_collection(plan: Collection, data: Ask) -> None:
    asked = "query($id: ID!) { revisions(filter: {collectionId: $id}) { nodes { recordType action } } }"
    found = {(each["recordType"], each["action"]) for each in data(asked, id=str(plan.id))["revisions"]["nodes"]}
    assert found == {
        ("Collection", "createCollection"),
        ("CollectedClaim", "addToCollection"),
        ("CollectedClaim", "removeFromCollection"),
        ("Claim", "recordClaim"),
        ("Prediction", "recordPrediction"),
    }


def test_corrections_are_filtered_by_collection(desk: Desk, data: Ask) -> None:
    asked = "query($id: ID!) { corrections(filter: {collectionId: $id}) { nodes { corrects { question } } } }"
    for question in ("In?", "Out?"):
        claim, prediction = predicted(desk, question, -9)
        resolved(desk, prediction)
        order = claims.UpdateClaim(claim_id=claim.id, statement="Corrected.", reason="A slip.")
        do(desk, claims.update_claim, order)
        if question == "In?":
            collection = a_collection(desk, claim)
    found = data(asked, id=str(collection.id))["corrections"]["nodes"]
    assert found == [{"corrects": {"question": "In?"}}]


def test_a_track_record_of_a_collection_counts_its_claims_alone(desk: Desk, client: TestClient, data: Ask) -> None:
    ann = a_claimant(desk, "Ann")
    inside, one = predicted(desk, "In?", -9, voice="REPORTED", claimant_id=ann.id)
    _, other = predicted(desk, "Out?", -9, voice="REPORTED", claimant_id=ann.id)
    resolved(desk, one)
    resolved(desk, other, verdict="NO")
    asked = "query($id: ID!, $in: ID) { claimant(id: $id) { name trackRecord(collectionId: $in) { yes no permalink } } }"
    shown = data(asked, id=str(ann.id), **{"in": str(a_collection(desk, inside).id)})["claimant"]["trackRecord"]
    assert (shown["yes"], shown["no"]) == (1, 0)
    again = client.get(shown["permalink"]).json()["data"]["claimant"]["trackRecord"]
    assert (again["yes"], again["no"]) == (1, 0)


def test_collections_are_filtered_and_ordered(desk: Desk, data: Ask) -> None:
    for name, kind in (("Hydrogen", "TOPIC"), ("The plan", "TRACKER"), ("Électricité", "TOPIC")):
        a_collection(desk, name=name, kind=kind)
    asked = """query($filter: CollectionFilter) {
      collections(filter: $filter, orderBy: {field: NAME, direction: DESC}) { nodes { name } } }"""
    for wanted, names in (
        ({"kind": ["TOPIC"]}, {"Électricité", "Hydrogen"}),
        ({"text": "electricite"}, {"Électricité"}),
        ({"createdSince": "2030-01-01T00:00:00Z"}, set()),
    ):
        assert {each["name"] for each in data(asked, filter=wanted)["collections"]["nodes"]} == names


def test_every_mistake_is_a_user_error_at_its_place(desk: Desk, mutate: Ask) -> None:
    there, fresh = a_claim(desk), a_claim(desk)
    collection = a_collection(desk, there)
    ids = [str(fresh.id), str(there.id), str(uuid7()), str(fresh.id)]
    payload = mutate("addToCollection", "collection { id }", collectionId=str(collection.id), claimIds=ids)
    assert payload["collection"] is None
    assert [(each["code"], each["field"]) for each in payload["userErrors"]] == [
        ("DUPLICATE", ["input", "claimIds", "1"]),
        ("NOT_FOUND", ["input", "claimIds", "2"]),
        ("DUPLICATE", ["input", "claimIds", "3"]),
    ]


def test_a_claim_that_is_in_already_is_told_with_who_put_it_in(desk: Desk, data: Ask) -> None:
    claim = a_claim(desk)
    asked = """mutation($id: ID!, $claim: ID!) { addToCollection(input: {collectionId: $id, claimIds: [$claim]}) {
      userErrors { existing { ... on CollectedClaim { addedBy } } } } }"""
    payload = data(asked, id=str(a_collection(desk, claim).id), claim=str(claim.id))["addToCollection"]
    assert payload["userErrors"] == [{"existing": {"addedBy": "Edith"}}]


def test_a_track_record_of_what_is_no_collection_is_refused(desk: Desk, ask: Ask) -> None:
    asked = "query($id: ID!) { claimant(id: $id) { trackRecord(collectionId: $id) { line } } }"
    (error,) = ask(asked, id=global_id("Claimant", a_claimant(desk).id))["errors"]
    assert error["message"] == "This is the id of a Claimant; the id of a Collection is wanted."
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_too_many_claims_are_a_user_error(desk: Desk, mutate: Ask) -> None:
    ids = [str(uuid7()) for _ in range(501)]
    payload = mutate("addToCollection", "collection { id }", collectionId=str(a_collection(desk).id), claimIds=ids)
    (error,) = payload["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["input", "claimIds"])


def test_a_name_that_is_there_is_told_with_its_collection(desk: Desk, data: Ask) -> None:
    known = a_collection(desk, name="Ten points")
    asked = """mutation { createCollection(input: {name: "TEN  points", kind: TOPIC}) {
      collection { id } userErrors { code field existing { ... on Collection { uuid } } } } }"""
    payload = data(asked)["createCollection"]
    existing = {"uuid": str(known.id)}
    assert payload == {
        "collection": None,
        "userErrors": [{"code": "DUPLICATE", "field": ["input", "name"], "existing": existing}],
    }


def test_several_predictions_are_assigned_once_under_a_key(desk: Desk, client: TestClient) -> None:
    bea, ids = an_account(desk, "Bea", "EDITOR"), [str(a_prediction(desk).id) for _ in range(2)]
    asked = """mutation($ids: [ID!]!) { assignPredictions(input: {predictionIds: $ids, assignee: "Bea"}) {
      predictions { uuid assignee } userErrors { message } } }"""
    secret = a_token(desk, bea).secret.get_secret_value()
    headers, sent = {"idempotency-key": "k", "authorization": f"Bearer {secret}"}, {"query": asked, "variables": {"ids": ids}}
    first = client.post("/graphql", json=sent, headers=headers).json()["data"]["assignPredictions"]
    assert first == {"predictions": [{"uuid": id_, "assignee": "Bea"} for id_ in ids], "userErrors": []}
    do(desk, following.assign_prediction, following.AssignPrediction(prediction_id=ids[0], assignee=None))
    again = client.post("/graphql", json=sent, headers=headers).json()["data"]["assignPredictions"]
    assert [each["assignee"] for each in again["predictions"]] == [None, "Bea"]


def test_a_page_of_collections_takes_a_constant_number_of_statements(
    desk: Desk, data: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_collection(desk, a_claim(desk))
    asked = "{ collections { nodes { name summary { line } claims { nodes { statement } } members { nodes { addedBy } } } } }"
    data(asked)
    given = statements(desk, monkeypatch)
    data(asked)
    one = len(given)
    for _ in range(4):
        a_collection(desk, a_claim(desk))
    given.clear()
    data(asked)
    assert len(given) == one


def test_each_record_that_a_verb_changes_has_its_price() -> None:
    ids = [str(uuid7()) for _ in range(500)]
    assert input_cost({"claimIds": ids}) == 1_500
    assert input_cost({"claimantIds": ids}) == 0
