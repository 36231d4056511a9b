"""The list of all changes: what it finds, in which order, and that nobody sees or counts what is private."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions import outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.account import Actor
from claimkb.domain.permissions import PRIVATE, Role
from claimkb.domain.reference import global_id
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.queries import NODES
from claimkb.identity import AnonymousAccess
from claimkb.store import revisions
from claimkb.store.revisions import RevisionFilter
from tests.builders import (
    NOON,
    a_channel,
    a_claim,
    a_claimant,
    a_feed_key,
    a_prediction,
    a_token,
    an_account,
    do,
    plan,
    resolved,
)
from tests.graphql.conftest import Ask

LISTED = """query($filter: RevisionFilter, $first: Int, $after: String) { revisions(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { action recordType recordId recordedBy version } } }"""
ANN = Actor("Ann", Role.REPORTER)


def verbs(answer: Any) -> list[str]:
    """Name the verbs of the changes that were found, and see that as many were counted."""
    found = answer["revisions"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["action"] for each in found["nodes"]]


def test_every_change_is_listed_the_newest_first_with_the_record_that_it_is_of(desk: Desk, data: Ask, executed: Ask) -> None:
    claim = a_claim(desk)
    prediction = a_prediction(desk, claim=claim)
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.5))
    found = data(LISTED)
    assert found == executed(LISTED)
    of = {"recordType": "Prediction", "recordId": global_id("Prediction", prediction.id), "recordedBy": "Edith"}
    assert found["revisions"]["nodes"] == [
        {"action": "updatePrediction", "version": 2, **of},
        {"action": "recordPrediction", "version": 1, **of},
        {
            "action": "recordClaim",
            "version": 1,
            "recordType": "Claim",
            "recordId": global_id("Claim", claim.id),
            "recordedBy": "Edith",
        },
    ]


def test_each_filter_finds_the_changes_that_it_names(desk: Desk) -> None:
    early, late = "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"
    prediction = a_prediction(desk)
    desk = replace(desk, clock=lambda: NOON + timedelta(hours=1))
    a_claimant(desk)
    order = predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.5)
    do(desk, predictions.update_prediction, order, ANN)
    resolved(desk, prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Misread."))
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:

        def found(**wanted: Any) -> list[str]:
            answer = client.post("/graphql", json={"query": LISTED, "variables": {"filter": wanted}}).json()
            return verbs(answer["data"])

        of_prediction = ["reopenPrediction", "resolvePrediction", "updatePrediction", "recordPrediction"]
        assert found(recordId=global_id("Prediction", prediction.id)) == found(recordId=str(prediction.id)) == of_prediction
        assert found(recordType=["Outcome"]) == ["reopenPrediction", "resolvePrediction"]
        assert found(recordType=["Claimant", "Claim"]) == ["recordClaimant", "recordClaim"]
        assert found(recordType=[]) == found(action=["nonsense"]) == []
        assert found(action=["recordClaim", "recordClaimant"]) == ["recordClaimant", "recordClaim"]
        assert found(recordedBy="Ann") == ["updatePrediction"]
        assert found(until=late) == ["recordPrediction", "recordClaim"]
        assert "recordClaim" not in found(since=late)
        assert len(found(since=early, until=late)) + len(found(since=late)) == len(found())
        assert found(corrects=True) == ["reopenPrediction"]
        assert len(found(corrects=False)) == len(found()) - 1
        assert found(recordType=["Outcome"], corrects=True, recordedBy="Edith") == ["reopenPrediction"]


def test_a_kind_that_has_no_history_is_refused(ask: Ask) -> None:
    (error,) = ask(LISTED, filter={"recordType": ["Predictions"]})["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert (
        "filter.recordType.0: There is no history of that kind of record: name one of Account, AnchorProposal, Appearance,"
        in error["message"]
    )


def test_pages_go_on_after_a_cursor(desk: Desk, data: Ask) -> None:
    for _ in range(3):
        a_claim(desk)
    whole = data(LISTED)["revisions"]["nodes"]
    page = data(LISTED, first=2)["revisions"]
    rest = data(LISTED, first=2, after=page["pageInfo"]["endCursor"])["revisions"]
    assert page["nodes"] + rest["nodes"] == whole
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"], page["totalCount"]) == (True, False, 3)


@pytest.mark.parametrize("is_planned", [True, False])
def test_what_is_private_is_neither_listed_nor_counted_but_for_administrators(desk: Desk, is_planned: bool) -> None:
    """The same document is asked by all in turn: what was written for one must not be read for another."""
    admin = an_account(desk)
    tokens = {role: a_token(desk, an_account(desk, role.title(), role)).secret.get_secret_value() for role in Role}
    scoped = a_token(desk, admin, scopes=["READ", "RECORD"]).secret.get_secret_value()
    a_feed_key(desk, admin)
    channel = a_channel(desk, "https://example.org/hook", "WEBHOOK")
    a_claim(desk)
    private = {"filter": {"recordType": ["Account", "Token", "Channel"]}}
    of_channel = {"filter": {"recordId": global_id("Channel", channel.id)}}
    by_terminal = {"filter": {"recordedBy": "command line"}}
    with TestClient(
        app_of(desk, anonymous=AnonymousAccess(public_read=True), plans=Planner(is_on=is_planned)), base_url="http://127.0.0.1"
    ) as client:

        def seen(secret: str | None, variables: dict[str, Any]) -> list[str]:
            headers = {} if secret is None else {"authorization": f"Bearer {secret}"}
            query = {"query": LISTED, "variables": {**variables, "first": 100}}
            return verbs(client.post("/graphql", json=query, headers=headers).json()["data"])

        everything = seen(tokens[Role.ADMIN], {})
        assert everything.count("createAccount") == 5
        assert seen(tokens[Role.ADMIN], of_channel) == ["openChannel"]
        for secret in (None, tokens[Role.READER], tokens[Role.REPORTER], tokens[Role.EDITOR], scoped):
            assert seen(secret, {}) == ["recordClaim"]
            assert seen(secret, private) == seen(secret, of_channel) == seen(secret, by_terminal) == []
        assert seen(tokens[Role.ADMIN], {}) == everything
        assert len(seen(tokens[Role.ADMIN], private)) == len(everything) - 1


def test_what_is_private_is_a_kind_that_node_finds() -> None:
    assert NODES.keys() >= PRIVATE


@pytest.mark.parametrize("narrow", ["nothing", "public", "since", "corrects"])
def test_an_index_serves_the_newest_changes(desk: Desk, narrow: str) -> None:
    since = {"since": "2026-11-23T12:00:00Z"} if narrow == "since" else {}
    select = revisions.matching(RevisionFilter.model_validate({**since, **({"corrects": True} if narrow == "corrects" else {})}))
    if narrow == "public":
        select = revisions.public(select)
    explained = plan(desk, select.order_by(*revisions.ordered(None).by()).limit(21))
    assert ("ix_revision_correction" if narrow == "corrects" else "ix_revision_recorded_at") in explained
    assert "TEMP B-TREE" not in explained
    assert "Sort  (" not in explained
