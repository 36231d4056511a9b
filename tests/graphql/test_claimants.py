"""Claimants over the API: their names, what they belong to, and how two become one."""

from typing import Any

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim, a_claimant, everything
from tests.graphql.conftest import Ask

NAME, CYRILLIC = "Qassym-Jomart Tokayev", "Касым-Жомарт Токаев"
SHOWN = "{ name aliases wikidataId mergedInto { name } claims { totalCount } }"


def test_a_claimant_is_recorded_with_its_names_and_found_by_each(mutate: Ask, data: Ask, executed: Ask) -> None:
    given: dict[str, Any] = {"name": NAME, "kind": "PERSON", "aliases": [CYRILLIC, "K. T."], "wikidataId": "Q380318"}
    made = mutate("recordClaimant", "claimant { id aliases wikidataId }", **given)["claimant"]
    assert (made["aliases"], made["wikidataId"]) == ([CYRILLIC, "K. T."], "Q380318")
    asked = """{ similarClaimants(name: "Tokaev, Kasym-Zhomart") { claimant { id } score why }
                 claimants(filter: {text: "касым", wikidataId: "Q380318"}) { nodes { id aliases } }
                 none: claimants(filter: {wikidataId: "Q1"}) { totalCount } search(query: "токаев") { nodes { ... on Claimant { id } } } }"""
    found = data(asked)
    assert found == executed(asked)
    assert found["similarClaimants"][0]["claimant"]["id"] == made["id"]
    assert found["claimants"]["nodes"] == [{"id": made["id"], "aliases": [CYRILLIC, "K. T."]}]
    assert found["none"]["totalCount"] == 0
    assert found["search"]["nodes"] == [{"id": made["id"]}]


def test_a_new_claimant_comes_with_those_of_a_like_name(mutate: Ask) -> None:
    known = mutate("recordClaimant", "claimant { id } similar { id }", name=NAME, kind="PERSON")
    assert known["similar"] == []
    shown = mutate("recordClaimant", "similar { id }", name="Kassym-Jomart Tokayev", kind="PERSON")
    assert shown["similar"] == [{"id": known["claimant"]["id"]}]


def test_an_alias_of_another_is_refused_with_that_one(mutate: Ask, desk: Desk) -> None:
    other = a_claimant(desk, NAME)
    before = everything(desk)
    wrong = mutate("recordClaimant", "claimant { id }", name="A", kind="PERSON", aliases=["B", NAME])
    assert wrong["claimant"] is None
    (error,) = wrong["userErrors"]
    assert (error["code"], error["field"]) == ("DUPLICATE", ["input", "aliases", "1"])
    assert global_id("Claimant", other.id) in error["message"]
    assert everything(desk) == before


def test_two_claimants_become_one_and_two_again(mutate: Ask, data: Ask, executed: Ask, desk: Desk) -> None:
    one, two = a_claimant(desk, "Tokaev"), a_claimant(desk, NAME)
    ids = {"one": str(one.id), "two": str(two.id)}
    a_claim(desk, voice="REPORTED", claimant_id=one.id)
    merged = mutate("mergeClaimants", f"claimant {SHOWN} into {SHOWN}", claimantId=ids["one"], intoId=ids["two"], reason="r")
    assert merged["claimant"]["mergedInto"] == {"name": NAME}
    assert (merged["into"]["aliases"], merged["into"]["claims"]["totalCount"]) == (["Tokaev"], 1)
    asked = f'query($one: ID!) {{ claimant(id: $one) {SHOWN} claimants {{ nodes {{ name }} }} search(query: "tokaev") {{ totalCount }} }}'
    found = data(asked, one=ids["one"])
    assert found == executed(asked, one=ids["one"])
    assert (found["claimant"], found["claimants"]["nodes"]) == (merged["claimant"], [{"name": NAME}])
    assert found["search"]["totalCount"] == 1
    apart = mutate("unmergeClaimants", f"claimant {SHOWN} stayed {{ id }}", claimantId=ids["one"], reason="r")
    assert (apart["claimant"]["mergedInto"], apart["claimant"]["claims"]["totalCount"], apart["stayed"]) == (None, 1, [])


def test_what_stayed_is_listed(mutate: Ask, desk: Desk) -> None:
    one, two = a_claimant(desk, "Tokaev"), a_claimant(desk, NAME)
    claim = a_claim(desk, voice="REPORTED", claimant_id=one.id)
    mutate("mergeClaimants", "claimant { id }", claimantId=str(one.id), intoId=str(two.id), reason="r")
    other = mutate("recordClaimant", "claimant { id }", name="Another", kind="PERSON")["claimant"]["id"]
    mutate("updateClaim", "claim { id }", claimId=str(claim.id), claimantId=other)
    apart = mutate("unmergeClaimants", "stayed { id ... on Claim { claimant { id } } }", claimantId=str(one.id), reason="r")
    assert apart["stayed"] == [{"id": global_id("Claim", claim.id), "claimant": {"id": other}}]


def test_a_minister_belongs_to_a_government(mutate: Ask, data: Ask, executed: Ask, desk: Desk) -> None:
    house, minister = a_claimant(desk, "The government", "GOVERNMENT"), a_claimant(desk)
    given = {"claimantId": str(minister.id), "ofId": str(house.id), "role": "Minister", "from": "2023-09-04"}
    made = mutate("recordMembership", "membership { id from until of { name } }", **given)["membership"]
    assert (made["from"], made["until"], made["of"]) == ("2023-09-04", None, {"name": "The government"})
    asked = """query($minister: ID!, $house: ID!) { a: claimant(id: $minister) { memberships { role from until of { name } } }
                 b: claimant(id: $house) { members { totalCount nodes { role claimant { name } } } } }"""
    ids = {"minister": str(minister.id), "house": str(house.id)}
    found = data(asked, **ids)
    assert found == executed(asked, **ids)
    assert found["a"]["memberships"] == [
        {"role": "Minister", "from": "2023-09-04", "until": None, "of": {"name": "The government"}}
    ]
    assert found["b"]["members"] == {"totalCount": 1, "nodes": [{"role": "Minister", "claimant": {"name": "The minister"}}]}
    changed = {"until": "2025-01-01", "isRetracted": True, "reason": "Another of that name."}
    mutate("updateMembership", "membership { retractedAt }", membershipId=made["id"], **changed)
    found = data(asked, **ids)
    assert (found["a"]["memberships"], found["b"]["members"]["totalCount"]) == ([], 0)
    node = data("query($id: ID!) { node(id: $id) { ... on Membership { until retractedReason } } }", id=made["id"])["node"]
    assert node == {"until": "2025-01-01", "retractedReason": "Another of that name."}
