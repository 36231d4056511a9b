"""A claimant's track record over the API: its fields, its price, and the address under which it is asked for again."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.domain import Claimant
from claimkb.domain.reference import global_id
from claimkb.graphql.schema.assembly import sdl
from tests.builders import TODAY, a_claim, a_claimant, a_prediction, resolved
from tests.graphql.conftest import Ask
from tests.graphql.test_queries import statements

SCHEMA = build_schema(sdl())


def fields(kind: str = "TrackRecord") -> str:
    """Write the selection of all that a type shows."""
    shown = SCHEMA.type_map[kind]
    assert isinstance(shown, GraphQLObjectType)
    deeper = {name: get_named_type(each.type) for name, each in shown.fields.items()}
    return " ".join(f"{name} {{ {fields(of.name)} }}" if isinstance(of, GraphQLObjectType) else name for name, of in deeper.items())


def a_foreteller(desk: Desk, name: str, verdicts: str = "", **given: Any) -> Claimant:
    """Record a claimant with a prediction for each verdict, all of them due."""
    claimant = a_claimant(desk, name)
    for verdict in verdicts.split():
        claim = a_claim(desk, voice="REPORTED", claimant_id=claimant.id)
        resolved(desk, a_prediction(desk, TODAY - timedelta(days=9), claim=claim, **given), verdict=verdict)
    return claimant


def test_a_track_record_is_shown_whole(desk: Desk, data: Ask) -> None:
    claimant = a_foreteller(desk, "Ann", "YES YES YES NO NO PARTIAL", probability=0.75)
    asked = f"query($id: ID!) {{ claimant(id: $id) {{ trackRecord {{ {fields()} }} }} }}"
    shown = data(asked, id=str(claimant.id))["claimant"]["trackRecord"]
    assert shown.pop("permalink").startswith("/graphql?query=")
    assert [held["count"] for held in shown.pop("calibration")] == [0] * 7 + [5, 0, 0]
    rate = shown.pop("rate")
    assert {name: round(value, 4) for name, value in rate.items()} == {"value": 0.6, "low": 0.2307, "high": 0.8824}
    assert shown == {
        "line": "Of 6 dated predictions now due, 3 YES, 2 NO, 1 PARTIAL, 0 unclear; and 0 past due and unchecked.",
        "due": 6,
        "yes": 3,
        "no": 2,
        "partial": 1,
        "unclear": 0,
        "unchecked": 0,
        "annulled": 0,
        "notYetDue": 0,
        "undated": 0,
        "brier": {"score": 0.2625, "count": 5},
        "errors": [],
        "asOf": "2026-11-23",
    }


def test_the_permalink_asks_for_the_same_again(desk: Desk, client: TestClient, data: Ask) -> None:
    claimant = a_foreteller(desk, "Ann & Bo: 100 %?", "YES YES NO NO NO", probability=0.3)
    asked = f"query($id: ID!) {{ claimant(id: $id) {{ name trackRecord {{ {fields()} }} }} }}"
    shown = data(asked, id=str(claimant.id))["claimant"]
    permalink = shown["trackRecord"].pop("permalink")
    assert client.get(permalink).json()["data"]["claimant"] == shown
    assert set(parse_qs(urlsplit(permalink).query)) == {"query", "variables"}
    assert not set(permalink.partition("?")[2]) & set(' "{}$:/?')
    assert f"%22{global_id('Claimant', claimant.id)}%22" in permalink


def test_the_permalink_of_one_kind_asks_for_that_kind(desk: Desk, client: TestClient, data: Ask) -> None:
    claimant = a_foreteller(desk, "Ann", "YES", kind="PROMISE")
    asked = "query($id: ID!) { claimant(id: $id) { name all: trackRecord { due } trackRecord(kind: FORECAST) { line permalink } } }"
    shown = data(asked, id=str(claimant.id))["claimant"]
    again = client.get(shown["trackRecord"]["permalink"]).json()["data"]["claimant"]["trackRecord"]
    assert (shown["all"]["due"], again["due"], again["line"]) == (1, 0, shown["trackRecord"]["line"])


def test_a_page_of_claimants_takes_two_statements_more(desk: Desk, executed: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        a_foreteller(desk, f"C{number}", "YES" if number < 3 else "")
    given = statements(desk, monkeypatch)
    found = executed(f"{{ claimants(first: 100) {{ nodes {{ name trackRecord {{ {fields()} }} }} }} }}")["claimants"]["nodes"]
    assert (len(given), len(found)) == (3, 12)
    assert {each["name"] for each in found if each["trackRecord"]["yes"]} == {"C0", "C1", "C2"}


def test_claimants_are_ordered_by_name_and_by_no_rate(desk: Desk, data: Ask) -> None:
    for name, verdicts in (("Bo", "YES YES YES YES YES"), ("Ann", "NO NO NO NO NO")):
        a_foreteller(desk, name, verdicts)
    assert [each["name"] for each in data("{ claimants { nodes { name } } }")["claimants"]["nodes"]] == ["Ann", "Bo"]
    orders = data('{ __type(name: "ClaimantOrderField") { enumValues { name } } }')["__type"]["enumValues"]
    assert {each["name"] for each in orders} == {"NAME", "CREATED_AT", "UPDATED_AT"}


def test_the_records_of_a_page_of_claimants_are_within_the_usual_cost(desk: Desk, ask: Ask) -> None:
    assert a_foreteller(desk, "Ann")
    answer = ask("{ claimants(first: 100) { nodes { id trackRecord { line } } } }")
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 1 + 100 * (1 + 10 + 1)


def test_the_permalink_of_a_record_with_what_was_said_on_its_behalf_asks_for_the_same(
    desk: Desk, client: TestClient, data: Ask
) -> None:
    house, minister = a_claimant(desk, "The government", "GOVERNMENT"), a_claimant(desk)
    a_prediction(desk, claim=a_claim(desk, voice="REPORTED", claimant_id=minister.id, on_behalf_of_id=house.id))
    asked = "query($id: ID!) { claimant(id: $id) { trackRecord(includeOnBehalf: true) { line unchecked permalink } } }"
    shown = data(asked, id=str(house.id))["claimant"]["trackRecord"]
    again = client.get(shown["permalink"]).json()["data"]["claimant"]["trackRecord"]
    assert (again["line"], again["unchecked"]) == (shown["line"], 1)
    assert shown["line"].endswith("unchecked, including what was said on its behalf.")
