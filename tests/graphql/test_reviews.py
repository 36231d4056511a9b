"""Reviews of claims that are not about the future, as a client records and asks for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.policy import Policy
from claimkb.domain.review import Rating
from tests.builders import NOON, TODAY, a_fact, a_source, everything, reviewed
from tests.graphql.conftest import Ask


def asking(desk: Desk) -> Callable[..., Any]:
    """Give a function that asks as the local editor of a desk, sees no error, and returns the data."""

    def ask(query: str, **variables: Any) -> Any:
        with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
            answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    return ask


REVIEW = """mutation($i: ReviewClaimInput!) { reviewClaim(input: $i) { review { id state rating deskRating reviewedBy }
    claim { review { id } reviews { nodes { state endedBy endedReason } } } userErrors { code message field } } }"""


def test_a_claim_is_reviewed_and_its_outlets_with_one_wire_story_are_one_origin(desk: Desk, mutate: Ask) -> None:
    claim, wire = str(a_fact(desk).id), str(a_source(desk, title="The wire story").id)
    outlets: list[dict[str, Any]] = [
        {"stance": "SUPPORTS", "source": {"title": f"Outlet {number}", "derivedFromId": wire}} for number in range(3)
    ]
    against = {"stance": "REFUTES", "source": {"title": "Our own report"}}
    made = mutate(
        "reviewClaim",
        """review { rating reviewBy independentOrigins for: independentOrigins(stance: SUPPORTS)
             context: independentOrigins(stance: CONTEXT) evidence { totalCount nodes { review { rating } claim { id } } }
             claim { statement } supersedes { id } revisions { nodes { action } } } claim { review { summary } }""",
        claimId=claim,
        rating="MISLEADING",
        summary="They all repeat one story.",
        reviewBy="2026-12-24",
        evidence=[*outlets, against],
        expectedVersion=1,
    )
    assert made["review"] == {
        "rating": "MISLEADING",
        "reviewBy": "2026-12-24",
        "independentOrigins": 2,
        "for": 1,
        "context": 0,
        "evidence": {"totalCount": 4, "nodes": [{"review": {"rating": "MISLEADING"}, "claim": None}] * 4},
        "claim": {"statement": "The bridge is open."},
        "supersedes": None,
        "revisions": {"nodes": [{"action": "reviewClaim"}]},
    }
    assert made["claim"] == {"review": {"summary": "They all repeat one story."}}


def test_a_newer_review_supersedes_and_is_listed_as_a_correction_until_none_is_left(desk: Desk, mutate: Ask, data: Ask) -> None:
    claim = str(a_fact(desk).id)
    given = {"claimId": claim, "rating": "TRUE", "summary": "It is so.", "noEvidenceReason": "We stood on it."}
    first = mutate("reviewClaim", "review { id }", **given)["review"]
    changed = {**given, "rating": "FALSE", "summary": "It was shut."}
    second = mutate("reviewClaim", "review { id supersedes { id state endedReason } }", **changed)["review"]
    assert second["supersedes"] == {"id": first["id"], "state": "SUPERSEDED", "endedReason": "It was shut."}
    gone = mutate("withdrawReview", "claim { review { id } }", reviewId=second["id"], reason="We misread it.")
    assert gone["claim"] == {"review": None}
    listed = data(
        """query($id: ID!) { corrections(filter: {claimId: $id}) { nodes { action reason corrects { id } correctsClaim { id } } }
           claim(id: $id) { corrections { totalCount } reviews { nodes { state rating } } } }""",
        id=claim,
    )
    by_verb = [(each["action"], each["reason"]) for each in listed["corrections"]["nodes"]]
    assert sorted(by_verb) == [("reviewClaim", "It was shut."), ("withdrawReview", "We misread it.")]
    assert all(each["corrects"] is None and each["correctsClaim"] for each in listed["corrections"]["nodes"])
    reviews = [{"state": "SUPERSEDED", "rating": "TRUE"}, {"state": "WITHDRAWN", "rating": "FALSE"}]
    assert listed["claim"] == {"corrections": {"totalCount": 2}, "reviews": {"nodes": reviews}}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID", ["input", "rating"]),
        ({"rating": "TRUE"}, "INVALID", ["input", "evidence"]),
        ({"deskRating": "Half true"}, "INVALID", ["input", "deskRating"]),
        ({"rating": "TRUE", "noEvidenceReason": "n", "reviewBy": "2026-11-23"}, "INVALID", ["input", "reviewBy"]),
        ({"rating": "TRUE", "summary": ""}, "INVALID", ["input", "summary"]),
        ({"rating": "TRUE", "evidence": [{"stance": "SUPPORTS"}]}, "INVALID", ["input", "evidence", "0", "sourceId"]),
        ({"rating": "TRUE", "noEvidenceReason": "n", "expectedVersion": 7}, "CONFLICT", ["input", "expectedVersion"]),
    ],
)
def test_a_mistake_is_a_user_error_with_its_path_and_nothing_changes(
    desk: Desk, mutate: Ask, given: dict[str, Any], code: str, field: list[str]
) -> None:
    order = {"claimId": str(a_fact(desk).id), "summary": "s", **given}
    before = everything(desk)
    payload = mutate("reviewClaim", "review { id } claim { id }", **order)
    assert (payload["review"], payload["claim"]) == (None, None)
    assert [(each["code"], each["field"]) for each in payload["userErrors"]] == [(code, field)]
    assert everything(desk) == before


def test_under_the_two_person_rule_one_proposes_in_the_desks_own_words(desk: Desk) -> None:
    scale = {"Pants on fire": Rating.FALSE}
    ask = asking(replace(desk, policy=Policy(two_person_rule=True, rating_scale=scale)))
    given = {"claimId": str(a_fact(desk).id), "deskRating": "Pants on fire", "summary": "No.", "noEvidenceReason": "n"}
    made = ask(REVIEW, i=given)["reviewClaim"]
    review = made["review"]
    assert (review["state"], review["rating"], review["deskRating"]) == ("PROPOSED", "FALSE", "Pants on fire")
    assert made["claim"]["review"] is None
    confirm = "mutation($i: ConfirmReviewInput!) { confirmReview(input: $i) { review { id } userErrors { message field } } }"
    message = "You proposed this review, local editor: at this desk another person confirms it."
    own = ask(confirm, i={"reviewId": review["id"]})["confirmReview"]
    assert own == {"review": None, "userErrors": [{"message": message, "field": ["input", "reviewId"]}]}
    reject = "mutation($i: RejectReviewInput!) { rejectReview(input: $i) { review { state rejectedReason } } }"
    back = ask(reject, i={"reviewId": review["id"], "reason": "Too short."})["rejectReview"]
    assert back == {"review": {"state": "REJECTED", "rejectedReason": "Too short."}}


DUE = "{ backlog { reviewsDue } claims(filter: {reviewDue: true}) { nodes { review { reviewBy } } } }"


@pytest.mark.parametrize(("zone", "due"), [("UTC", 0), ("Pacific/Kiritimati", 1)])
def test_a_review_is_due_when_its_day_has_passed_on_the_desks_own_wall(desk: Desk, zone: str, due: int) -> None:
    earlier = replace(desk, clock=lambda: NOON - timedelta(days=9))
    reviewed(earlier, a_fact(desk), review_by=TODAY)
    found = asking(replace(desk, timezone=ZoneInfo(zone)))(DUE)
    assert found["backlog"] == {"reviewsDue": due}
    assert found["claims"] == {"nodes": [{"review": {"reviewBy": "2026-11-23"}}] * due}


def test_the_origins_of_many_reviews_take_one_statement(desk: Desk, data: Ask) -> None:
    given: list[str] = []
    for number in range(8):
        source = a_source(desk, title=f"Source {number}")
        reviewed(desk, a_fact(desk), evidence=[{"source_id": source.id, "stance": "SUPPORTS"}])
    sa.event.listen(desk.database.engine, "before_cursor_execute", lambda *args: given.append(args[2]))
    found = data("{ claims(filter: {reviewed: true}) { nodes { review { independentOrigins supersedes { id } } } } }")
    assert [each["review"]["independentOrigins"] for each in found["claims"]["nodes"]] == [1] * 8
    assert len([each for each in given if each.startswith("WITH RECURSIVE")]) == 1
