"""The filters of lists, as clients give them: by variables or in the document, kept in saved searches, and refused by name."""

import json
from typing import Any

import pytest
from graphql import get_introspection_query

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim, a_claimant, a_prediction, a_source, resolved
from tests.graphql.conftest import Ask

LISTED = "query($filter: PredictionFilter) { predictions(filter: $filter) { totalCount nodes { question } } }"


def wanted(desk: Desk) -> dict[str, Any]:
    """Record a prediction that an outcome answers, another that nothing is like, and give a filter that names the first."""
    minister, ministry = a_claimant(desk), a_claimant(desk, "The ministry", "GOVERNMENT")
    claim = a_claim(desk, voice="REPORTED", claimant_id=minister.id, on_behalf_of_id=ministry.id)
    resolved(desk, a_prediction(desk, claim=claim, question="This?", kind="PROMISE", review_on="2026-12-01"))
    a_prediction(desk, question="Another?")
    return {
        "kind": "PROMISE",
        "kinds": ["PROMISE", "FORECAST"],
        "verdict": ["YES", "NO"],
        "claimantIds": [global_id("Claimant", minister.id), str(ministry.id)],
        "onBehalfOfId": global_id("Claimant", ministry.id),
        "isAssigned": False,
        "reviewOn": {"from": "2026-12-01", "to": "2026-12-01"},
        "createdSince": "2026-11-23T12:00:00Z",
        "updatedSince": "2026-11-23T14:00:00.000001+02:00",
    }


def test_predictions_are_filtered_by_all_that_is_given(desk: Desk, data: Ask, executed: Ask) -> None:
    filter_ = wanted(desk)
    nothing = {"predictions": {"totalCount": 0, "nodes": []}}
    assert data(LISTED, filter=filter_) == executed(LISTED, filter=filter_) == nothing
    filter_["updatedSince"] = "2026-11-23T14:00:00+02:00"
    this = {"predictions": {"totalCount": 1, "nodes": [{"question": "This?"}]}}
    assert data(LISTED, filter=filter_) == executed(LISTED, filter=filter_) == this
    for name, other in {"kinds": ["FORECAST"], "verdict": ["NO"], "claimantIds": [], "isAssigned": True}.items():
        assert data(LISTED, filter={**filter_, name: other}) == nothing, name


def test_a_saved_search_keeps_the_filter_and_gives_it_back_as_the_api_takes_it(desk: Desk, data: Ask, mutate: Ask) -> None:
    filter_ = {**wanted(desk), "updatedSince": "2026-11-23T13:00:00+01:00"}
    shown = "savedSearch { filter predictions { nodes { question } } }"
    saved = mutate("saveSearch", shown, name="n", filter=filter_)["savedSearch"]
    assert saved["predictions"]["nodes"] == [{"question": "This?"}]
    again = json.loads(saved["filter"])
    assert again.keys() == filter_.keys()
    assert again["updatedSince"] == "2026-11-23T12:00:00Z"
    assert data(LISTED, filter=again)["predictions"]["totalCount"] == 1


def test_the_single_kind_is_deprecated_and_says_so(data: Ask) -> None:
    schema = data(get_introspection_query(input_value_deprecation=True))["__schema"]
    (given,) = (each for each in schema["types"] if each["name"] == "PredictionFilter")
    deprecated = {each["name"]: each["deprecationReason"] for each in given["inputFields"] if each["isDeprecated"]}
    assert deprecated == {"kind": "Use kinds, which takes several. It may be gone after 2027-12-31."}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"claimantIds": ["nonsense"]}, "filter.claimantIds.0: This is not the id of a Claimant."),
        ({"claimantIds": ["00000000-0000-0000-0000-000000000000"] * 101}, "filter.claimantIds: List should have at most 100 items"),
        ({"createdSince": "0001-01-01T00:00:00+14:00"}, "filter.createdSince: This is no instant that UTC can write"),
    ],
)
def test_what_a_filter_does_not_take_is_refused_by_its_name(ask: Ask, given: dict[str, Any], said: str) -> None:
    (error,) = ask(LISTED, filter=given)["errors"]
    assert (error["extensions"], error["path"]) == ({"code": "BAD_USER_INPUT"}, ["predictions"])
    assert error["message"].startswith(f"Invalid input: {said}")


def test_sources_claims_and_claimants_are_filtered_by_their_days(desk: Desk, data: Ask, executed: Ask) -> None:
    a_source(desk, title="A", published_on="2025-11-10", published_on_precision="DAY")
    a_source(desk, title="B")
    a_claim(desk)
    a_claimant(desk)
    query = """query($since: DateTime, $days: DateRange) {
        sources(filter: {publishedOn: $days, createdSince: $since, updatedSince: $since}) { nodes { title } }
        claims(filter: {createdSince: $since, updatedSince: $since}) { totalCount }
        claimants(filter: {createdSince: $since, updatedSince: $since}) { totalCount } }"""
    found = {"sources": {"nodes": [{"title": "A"}]}, "claims": {"totalCount": 1}, "claimants": {"totalCount": 1}}
    given = {"since": "2026-11-23T12:00:00Z", "days": {"from": "2025-11-10", "to": "2025-11-10"}}
    assert data(query, **given) == executed(query, **given) == found
    none = {"sources": {"nodes": []}, "claims": {"totalCount": 0}, "claimants": {"totalCount": 0}}
    later = {**given, "since": "2026-11-23T12:00:01Z"}
    assert data(query, **later) == executed(query, **later) == none
