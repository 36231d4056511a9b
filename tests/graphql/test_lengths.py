"""Texts cost what they are long, and an answer has a most: whoever asks for the same article a hundred times gets it not once."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from tests.builders import a_claim, a_claimant, a_source, everything
from tests.graphql.conftest import Ask

ARTICLE = "The minister said the bridge would open. " * 22_000
TEXT = "query($id: ID!) { source(id: $id) { snapshot { text } } }"


def aliases(many: int) -> str:
    """Ask for one text many times."""
    return "query($id: ID!) { source(id: $id) { snapshot { " + " ".join(f"t{number}: text" for number in range(many)) + " } } }"


@pytest.fixture(params=["planned", "executed"])
def way(request: pytest.FixtureRequest) -> str:
    """Name how operations are answered."""
    return str(request.param)


@pytest.fixture
def any_way(way: str, desk: Desk) -> Iterator[Ask]:
    """Give a function that asks by plans, and one that asks without."""
    with TestClient(
        app_of(desk, Limits(rate_cost_per_second=1), plans=Planner(is_on=way == "planned")), base_url="http://127.0.0.1"
    ) as client:

        def ask(query: str, /, **variables: Any) -> Any:
            return client.post("/graphql", json={"query": query, "variables": variables}).json()

        yield ask


def left(answer: Any) -> int:
    """Tell what is left to who asked."""
    return int(answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"])


def test_an_article_that_is_asked_for_a_hundred_times_is_not_answered(desk: Desk, any_way: Ask) -> None:
    source = global_id("Source", a_source(desk, snapshot={"text": ARTICLE}).id)
    answer = any_way(aliases(97), id=source)
    (error,) = answer["errors"]
    assert error["extensions"] == {
        "code": "QUERY_TOO_COMPLEX",
        "requested": error["extensions"]["requested"],
        "maximum": 10_000_000,
    }
    assert error["extensions"]["requested"] > 10_000_000
    assert error["message"].startswith("This asks for too much: characters of texts ")
    assert any_way(TEXT, id=source)["data"]["source"]["snapshot"]["text"] == ARTICLE


def test_an_article_that_many_records_lead_to_is_counted_each_time(desk: Desk, any_way: Ask) -> None:
    source = a_source(desk, snapshot={"text": ARTICLE})
    for number in range(12):
        a_claim(desk, statement=f"Claim {number}.", appearance={"source_id": source.id})
    asked = "{ claims(first: 12) { nodes { appearances(first: 1) { nodes { source { snapshot { text } } } } } } }"
    assert [each["extensions"]["code"] for each in any_way(asked)["errors"]] == ["QUERY_TOO_COMPLEX"]


@pytest.mark.usefixtures("standing_rates")
def test_a_text_costs_its_length(desk: Desk, any_way: Ask) -> None:
    long, short = (a_source(desk, title=title, snapshot={"text": text}) for title, text in (("A", ARTICLE), ("B", "Short.")))
    ids = [global_id("Source", each.id) for each in (long, short)]
    any_way(TEXT, id=ids[0])
    before = left(any_way(TEXT, id=ids[1]))
    middle, after = (left(any_way(TEXT, id=id_)) for id_ in ids)
    spent = [before - middle, middle - after]
    assert spent[0] - spent[1] == 90  # for nine hundred thousand characters


def test_a_hundred_short_articles_are_answered_at_once(desk: Desk, any_way: Ask) -> None:
    for number in range(100):
        a_source(desk, title=f"Source {number}", snapshot={"text": f"The text of number {number}."})
    answer = any_way("{ sources(first: 100) { nodes { snapshot { text } } } }")
    assert len({each["snapshot"]["text"] for each in answer["data"]["sources"]["nodes"]}) == 100
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 1201


def test_a_change_whose_answer_would_be_too_long_is_not_made_or_said_to_be_done(desk: Desk, way: str, any_way: Ask) -> None:
    source = a_source(desk, snapshot={"text": ARTICLE})
    claim = a_claim(desk, voice="REPORTED", claimant_id=a_claimant(desk).id)
    asked = "source { snapshot { " + " ".join(f"t{number}: text" for number in range(40)) + " } }"
    document = "mutation($i: AddAppearanceInput!) { addAppearance(input: $i) { appearance { " + asked + " } userErrors { code } } }"
    before = everything(desk)
    answer = any_way(document, i={"claimId": global_id("Claim", claim.id), "sourceId": global_id("Source", source.id)})
    codes = [each["extensions"]["code"] for each in answer["errors"]]
    if way == "executed":  # field by field, an answer is written when the verb is done: its client is told so
        assert codes == ["DONE_NOT_SHOWN", "QUERY_TOO_COMPLEX"]
    else:
        assert (codes, everything(desk) == before) == (["QUERY_TOO_COMPLEX"], True)
