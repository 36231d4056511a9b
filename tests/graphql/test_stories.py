"""A whole story is recorded by one request: its records name one another by keys, and every mistake is told at once."""

from copy import deepcopy
from typing import Any

import pytest

from claimkb.actions.work import Desk
from tests.builders import everything
from tests.graphql.conftest import Ask

BRIDGE: dict[str, Any] = {
    "key": "bridge",
    "sources": [{"key": "article", "title": "The bridge", "snapshot": {"text": "The minister said that it opens in spring."}}],
    "claimants": [{"key": "minister", "name": "The minister", "kind": "PERSON"}],
    "claims": [
        {
            "key": "opens",
            "statement": "The bridge opens in spring.",
            "kind": "PREDICTION",
            "voice": "REPORTED",
            "claimantKey": "minister",
            "saidOn": "2025-11-07",
            "appearances": [{"sourceKey": "article", "paragraph": 1, "quote": {"exact": "it opens in spring"}}],
            "evidence": [{"sourceKey": "article", "stance": "CONTEXT"}],
            "prediction": {
                "question": "Does it open?",
                "criteria": "Cars cross.",
                "dueOn": "2026-05-31",
                "duePrecision": "SEASON",
                "dueBasis": "STATED",
            },
            "relations": [{"toClaimKey": "money", "type": "DEPENDS_ON"}],
        },
        {"key": "money", "statement": "The money is there.", "kind": "FACT", "voice": "UNATTRIBUTED"},
    ],
}

SHOWN = """story {
  key dryRun recordedCount existingCount
  recorded { place key kind record { id ... on Claim { statement appearances { nodes { quote { start } } } } } }
  existing { key kind record { id } }
  differences { place field ours given record { id } }
  similar { key score why record { ... on Claim { statement } ... on Claimant { name } ... on Source { url } } }
}"""


def story(**changes: Any) -> dict[str, Any]:
    """Copy the story, to change it."""
    return {**deepcopy(BRIDGE), **changes}


def test_a_story_is_recorded_and_sent_again_it_is_there(mutate: Ask, desk: Desk) -> None:
    first = mutate("recordStory", SHOWN, **BRIDGE)
    assert first["userErrors"] == []
    assert (first["story"]["recordedCount"], first["story"]["existingCount"]) == (8, 0)
    assert [each["kind"] for each in first["story"]["recorded"]] == [
        "Source", "Claimant", "Claim", "Appearance", "Evidence", "Prediction", "Claim", "ClaimRelation",
    ]  # fmt: skip
    assert first["story"]["recorded"][5]["place"] == ["input", "claims", "0", "prediction"]
    assert first["story"]["recorded"][2]["record"]["appearances"]["nodes"] == [{"quote": {"start": 23}}]
    before = everything(desk)
    second = mutate("recordStory", SHOWN, **BRIDGE)["story"]
    assert (second["recorded"], second["existingCount"], second["differences"]) == ([], 8, [])
    assert everything(desk) == before


def test_the_history_names_the_verb_of_each_record(mutate: Ask, data: Ask) -> None:
    mutate("recordStory", "story { key }", **BRIDGE)
    actions = {each["action"] for each in data("{ revisions(first: 50) { nodes { action } } }")["revisions"]["nodes"]}
    assert actions == {
        "recordSource", "recordClaimant", "recordClaim", "addAppearance", "addEvidence", "recordPrediction", "relateClaims",
    }  # fmt: skip


def with_a_plan(begin: str) -> dict[str, Any]:
    """Copy the story with a minister's membership, and a tracker that its first claim is in."""
    given = story(collections=[{"key": "plan", "name": "The plan", "kind": "TRACKER"}])
    given["claimants"][0]["memberships"] = [{"ofKey": "state", "from": begin}]
    given["claimants"].append({"key": "state", "name": "The government", "kind": "GOVERNMENT"})
    given["claims"][0]["collections"] = [{"collectionKey": "plan"}]
    return given


def test_a_story_has_memberships_and_collections_and_says_where_they_differ(mutate: Ask) -> None:
    recorded = mutate("recordStory", SHOWN, **with_a_plan("2025-03-04"))["story"]["recorded"]
    assert {"Collection", "CollectedClaim", "Membership"} <= {each["kind"] for each in recorded}
    again = mutate("recordStory", SHOWN, **with_a_plan("2025-03-05"))["story"]
    (difference,) = again["differences"]
    assert (again["recorded"], difference["place"]) == ([], ["input", "claimants", "0", "memberships", "0", "from"])
    assert (difference["field"], difference["ours"], difference["given"]) == ("from", "2025-03-04", "2025-03-05")


def test_a_dry_run_says_the_same_and_records_nothing(mutate: Ask, desk: Desk) -> None:
    before = everything(desk)
    shown = mutate("recordStory", SHOWN, **story(dryRun=True))["story"]
    assert (shown["dryRun"], shown["recordedCount"]) == (True, 8)
    assert {each["record"] for each in shown["recorded"]} == {None}
    assert everything(desk) == before
    assert mutate("recordStory", SHOWN, **BRIDGE)["story"]["recordedCount"] == 8


def test_without_plans_the_answer_is_the_same(mutate: Ask, executed: Ask) -> None:
    document = f"mutation($input: RecordStoryInput!) {{ recordStory(input: $input) {{ {SHOWN} }} }}"
    shown = mutate("recordStory", SHOWN, **story(dryRun=True))["story"]
    assert executed(document, input=story(dryRun=True))["recordStory"]["story"] == shown
    recorded = executed(document, input=BRIDGE)["recordStory"]["story"]
    assert [each["kind"] for each in recorded["recorded"]] == [each["kind"] for each in shown["recorded"]]
    assert recorded["recorded"][2]["record"]["statement"] == "The bridge opens in spring."


def refused(mutate: Ask, desk: Desk, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Send a story that is refused, see that nothing has changed, and return place and message of each mistake."""
    before = everything(desk)
    payload = mutate("recordStory", SHOWN, **given)
    assert (payload["story"], everything(desk)) == (None, before)
    return [(".".join(each["field"] or []), each["message"]) for each in payload["userErrors"]]


def test_all_mistakes_are_told_at_once_with_their_places(mutate: Ask, sqlite_desk: Desk) -> None:
    given = story()
    opens, money = given["claims"]
    given["claimants"][0]["name"] = ""
    opens["appearances"][0]["quote"]["exact"] = "it shuts"
    opens["evidence"][0]["sourceKey"] = "artikle"
    opens["relations"][0]["type"] = "REPEATS"
    del opens["prediction"]["dueBasis"], opens["claimantKey"]
    opens["voice"], money["voice"] = "UNATTRIBUTED", "OWN"
    assert refused(mutate, sqlite_desk, given) == [
        ("input.claimants.0.name", "This must not be empty."),
        ("input.claims.0.evidence.0.sourceKey", "There is no artikle among the sources; do you mean article?"),
        (
            "input.claims.0.appearances.0.quote.exact",
            "The quote 'it shuts' does not occur in the source's snapshot. Copy it from the text to the letter.",
        ),
        ("input.claims.0.prediction.dueBasis", "Say where the due date comes from: STATED in the source, DERIVED by arithmetic, or EDITORIAL."),
        (
            "input.claims.1.claimantKey",
            "Say who asserts it, the claimant, or choose the voice UNATTRIBUTED where the source names nobody.",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (lambda given: given["claims"][1].update(relations=[{"toClaimKey": "opens", "type": "DEPENDS_ON"}]), "claims.1.relations.0.toClaimKey", "This would make the claim depend on itself, by way of others."),
        (lambda given: given["claims"][1].update(key="opens"), "claims.1.key", "The key opens is given twice among the claims. Give each one a key of its own."),
        (lambda given: given["claims"][0].update(claimantKey="mayor"), "claims.0.claimantKey", "There is no mayor among the claimants."),
        (lambda given: given["claims"][0].update(key=""), "claims.0.key", "A key has 1 to 200 characters."),
        (lambda given: given["claims"][0]["appearances"][0].pop("sourceKey"), "claims.0.appearances.0.sourceKey", "This is missing, and has to be given."),
        (lambda given: given["claims"][0].update(claimantId="x"), "claims.0.claimantKey", "Name it by its key in this story or by its id, and not by both."),
        (lambda given: given["sources"][0].update(derivedFromKey="wire") or given["sources"].append({"key": "wire", "title": "W"}), "sources.0.derivedFromKey", "wire stands further down among the sources. List it first."),
        (lambda given: given["claimants"].append({**given["claimants"][0], "key": "again"}), "claimants.1", "This story has it already: claimant/PERSON/The minister is there twice."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_story_is_told_by_its_place(mutate: Ask, desk: Desk, change: Any, place: str, said: str) -> None:
    given = story()
    change(given)
    assert refused(mutate, desk, given) == [(f"input.{place}", said)]


def test_a_story_of_five_thousand_claims_is_refused_with_the_numbers(ask: Ask, sqlite_desk: Desk) -> None:
    before = everything(sqlite_desk)
    claims = [
        {"key": str(number), **{name: BRIDGE["claims"][1][name] for name in ("statement", "kind", "voice")}}
        for number in range(5000)
    ]
    answer = ask(
        "mutation($i: RecordStoryInput!) { recordStory(input: $i) { story { key } } }", i={"key": "long", "claims": claims}
    )
    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["maximum"]) == ("QUERY_TOO_COMPLEX", 6000)
    assert everything(sqlite_desk) == before


def test_each_claim_that_is_compared_with_others_is_paid_for(ask: Ask) -> None:
    claims = [{**BRIDGE["claims"][1], "key": str(number), "statement": f"Bridge {number}."} for number in range(12)]
    document = "mutation($i: RecordStoryInput!) { recordStory(input: $i) { story { similar(first: %d) { score } } } }"
    costs = [
        ask(document % first, i={"key": "k", "dryRun": True, "claims": claims})["extensions"]["cost"]["requestedQueryCost"]
        for first in (2, 12)
    ]
    assert 10 * 200 <= costs[1] - costs[0] <= 10 * 210
