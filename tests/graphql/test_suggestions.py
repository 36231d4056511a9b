"""Suggestions over the API: of words that are sent, and of the texts of sources, by plan and executor alike."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import AnonymousAccess
from tests.actions.test_suggestions import ARTICLE, HARBOUR, an_article, pick
from tests.builders import a_claim, a_claimant, a_token, an_account, everything
from tests.graphql.conftest import Ask
from tests.graphql.test_queries import statements

ALL = """id kind likelihoodText why score question criteria state sentence { exact start end } statement { exact start end }
    quote { exact prefix suffix start end } claimant { name isGuess known { name } } target { comparator value unit }
    due { text from on precision bound basis reasoning reviewOn readings { from on precision bound basis reasoning reviewOn } }
    claim { statement } similar { score why claim { statement appearances { totalCount } } }"""
OF_TEXT = f'query($text: String!) {{ suggestions(text: $text, publishedOn: "2026-11-20") {{ {ALL} }} }}'
OF_SOURCES = f"{{ sources(first: 4) {{ nodes {{ title suggestionsNote suggestions(first: 8, states: [OPEN, TAKEN, REFUSED]) {{ {ALL} }} }} }} }}"
TAKE = """mutation($input: TakeSuggestionInput!) { takeSuggestion(input: $input) { claim { statement } appearance { paragraph }
    prediction { question dueOn } claimant { name } similar { claim { statement } } clientMutationId
    userErrors { code field message existing { id } } } }"""


def ferry(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the suggestion about the ferry."""
    return next(each for each in found if "ferry" in each["statement"]["exact"])


def test_what_words_say_is_suggested_and_nothing_is_saved(desk: Desk, data: Ask, executed: Ask) -> None:
    a_claimant(desk, HARBOUR)
    a_claim(desk, statement="The ferry will sail again.")
    before = everything(desk)
    found = data(OF_TEXT, text=ARTICLE)["suggestions"]
    assert executed(OF_TEXT, text=ARTICLE)["suggestions"] == found
    assert everything(desk) == before
    one = ferry(found)
    assert one["claimant"] == {"name": HARBOUR, "isGuess": False, "known": {"name": HARBOUR}}
    assert (one["due"]["on"], one["due"]["bound"], one["due"]["text"]) == ("2027-06-30", "BY", "by 30 June 2027")
    assert one["due"]["readings"] == [{name: value for name, value in one["due"].items() if name not in ("text", "readings")}]
    assert one["similar"] == [
        {
            "score": one["similar"][0]["score"],
            "why": ["again", "ferry", "sail"],
            "claim": {"statement": "The ferry will sail again.", "appearances": {"totalCount": 0}},
        }
    ]
    assert (one["state"], one["claim"]) == ("OPEN", None)
    assert all(
        ARTICLE[each[part]["start"] : each[part]["end"]] == each[part]["exact"]
        for each in found
        for part in ("sentence", "statement", "quote")
    )


def test_what_sources_say_is_suggested_with_what_became_of_it_in_a_number_of_statements_that_does_not_grow(
    desk: Desk, data: Ask, executed: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = an_article(desk)
    a_claimant(desk, HARBOUR)
    taken = data(TAKE, input={"sourceId": global_id("Source", source.id), "suggestionId": pick(desk, source, "ferry").id})
    assert taken["takeSuggestion"]["userErrors"] == []
    given = statements(desk, monkeypatch)
    (one,) = executed(OF_SOURCES)["sources"]["nodes"]
    few = len(given)
    assert (ferry(one["suggestions"])["state"], one["suggestionsNote"]) == ("TAKEN", None)
    for number in range(3):
        an_article(desk, ARTICLE + f" The pier will open in {2030 + number}.", title=f"T{number}", published_on=None)
    given.clear()
    nodes = executed(OF_SOURCES)["sources"]["nodes"]
    assert len(given) == few
    assert [len(each["suggestions"]) for each in nodes] == [len(one["suggestions"]) + 1] * 3 + [len(one["suggestions"])]
    assert nodes[0]["suggestionsNote"].startswith("The day of publishing is not known: ")
    assert data(OF_SOURCES)["sources"]["nodes"] == nodes


def test_a_suggestion_is_taken_with_its_appearance_and_prediction(desk: Desk, data: Ask) -> None:
    source = an_article(desk)
    a_claim(desk, statement="The ferry will sail again.")
    given = {
        "sourceId": global_id("Source", source.id),
        "suggestionId": pick(desk, source, "ferry").id,
        "claim": {"statement": "The Saltby ferry will sail again."},
        "claimant": {"name": HARBOUR, "kind": "PERSON"},
        "prediction": {"question": "Does it sail?"},
        "clientMutationId": "1",
    }
    payload = data(TAKE, input=given)["takeSuggestion"]
    assert payload == {
        "claim": {"statement": "The Saltby ferry will sail again."},
        "appearance": {"paragraph": 1},
        "prediction": {"question": "Does it sail?", "dueOn": "2027-06-30"},
        "claimant": {"name": HARBOUR},
        "similar": [{"claim": {"statement": "The ferry will sail again."}}],
        "clientMutationId": "1",
        "userErrors": [],
    }
    again = data(TAKE, input=given)["takeSuggestion"]
    assert [again[name] for name in ("claim", "appearance", "prediction")] == [None, None, None]
    (error,) = again["userErrors"]
    assert (error["code"], error["field"]) == ("DUPLICATE", ["input", "suggestionId"])
    assert error["existing"] is not None


def test_a_speaker_who_is_not_known_is_a_user_error_at_its_place(desk: Desk, data: Ask) -> None:
    source = an_article(desk)
    given = {"sourceId": global_id("Source", source.id), "suggestionId": pick(desk, source, "ferry").id}
    before = everything(desk)
    (error,) = data(TAKE, input=given)["takeSuggestion"]["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["input", "claim", "claimantId"])
    assert everything(desk) == before


REFUSE = """mutation($input: RefuseSuggestionInput!) { refuseSuggestion(input: $input) { refusal { reason snapshot { source { title } } }
    userErrors { code existing { id } } } }"""


def test_a_refusal_takes_a_suggestion_out_of_the_list(desk: Desk, data: Ask) -> None:
    source = an_article(desk)
    given = {"sourceId": global_id("Source", source.id), "suggestionId": pick(desk, source, "ferry").id, "reason": "R."}
    payload = data(REFUSE, input=given)["refuseSuggestion"]
    assert payload == {"refusal": {"reason": "R.", "snapshot": {"source": {"title": source.title}}}, "userErrors": []}
    open_ = data("{ sources { nodes { suggestions { statement { exact } } } } }")["sources"]["nodes"][0]["suggestions"]
    assert not any("ferry" in each["statement"]["exact"] for each in open_)
    (error,) = data(REFUSE, input=given)["refuseSuggestion"]["userErrors"]
    assert (error["code"], error["existing"] is None) == ("DUPLICATE", False)


def test_who_may_not_read_a_text_sees_no_suggestions_of_it(desk: Desk) -> None:
    an_article(desk)
    an_account(desk)
    with TestClient(app_of(desk, anonymous=AnonymousAccess(public_read=True)), base_url="http://127.0.0.1") as anybody:
        for field in ("suggestions { id }", "suggestionsNote"):
            answer = anybody.post("/graphql", json={"query": f"{{ sources {{ nodes {{ title {field} }} }} }}"}).json()
            assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
        own = anybody.post("/graphql", json={"query": OF_TEXT, "variables": {"text": ARTICLE}}).json()
    assert ferry(own["data"]["suggestions"])["due"]["on"] == "2027-06-30"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('language: "kk"', "claimkb has no tables of kk yet, only of "),
        (
            'country: "ZZ"',
            "claimkb has no table of the country ZZ. Leave it out, or write another as ISO 3166-1 does, such as FR or US.",
        ),
        ("first: 501", "At most 500 at once: send first from 0 to 500, not 501."),
        ('language: "' + "x" * 36 + '"', "language has 36 characters; at most 35 are read."),
    ],
)
def test_what_the_rules_cannot_read_is_a_mistake_of_who_asks(ask: Ask, given: str, message: str) -> None:
    (error,) = ask(f'{{ suggestions(text: "It will open.", {given}) {{ id }} }}')["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Көпір көктемде ашылады деп күтілуде, дейді министр.", "claimkb has no tables of kk yet, only of "),
        ("2030 2030 2030", "The language of the text is not clear: say which it is. The rules read "),
    ],
)
def test_a_text_in_a_language_that_is_not_known_is_told(ask: Ask, text: str, message: str) -> None:
    (error,) = ask(f'{{ suggestions(text: "{text}") {{ id }} }}')["errors"]
    assert error["message"].startswith(message)


def test_a_source_in_a_language_without_tables_has_no_suggestions_and_says_so(desk: Desk, data: Ask) -> None:
    an_article(desk, language="kk")
    (source,) = data("{ sources { nodes { suggestionsNote suggestions { id } } } }")["sources"]["nodes"]
    assert source["suggestions"] == []
    assert source["suggestionsNote"].startswith("claimkb has no tables of kk yet, only of ")


@pytest.mark.usefixtures("standing_rates")
def test_a_text_is_charged_by_its_length(ask: Ask) -> None:
    def left(text: str) -> int:
        query = 'query($text: String!) { suggestions(text: $text, language: "en", first: 1) { id } }'
        return int(ask(query, text=text)["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"])

    first, second, third = left("It will open."), left("It will open."), left("It will open." + " " * 1987)
    assert (second - third) - (first - second) == 100 + 1  # two thousand bytes of a body cost one more


def test_a_text_that_is_too_long_is_refused(desk: Desk) -> None:
    with TestClient(app_of(desk, Limits(max_body_bytes=2_000_000)), base_url="http://127.0.0.1") as client:
        query = "query($text: String!) { suggestions(text: $text) { id } }"
        answer = client.post("/graphql", json={"query": query, "variables": {"text": "x" * 1_000_001}}).json()
    (error,) = answer["errors"]
    assert error["message"].startswith("text has 1000001 characters; at most 1000000 are read.")


def test_a_token_for_reading_takes_nothing(desk: Desk) -> None:
    source = an_article(desk)
    given = {"sourceId": global_id("Source", source.id), "suggestionId": pick(desk, source, "bridge").id}
    secret = a_token(desk, an_account(desk, "Rea", "READER")).secret
    assert secret is not None
    before = everything(desk)["claim"]
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
        headers = {"authorization": f"Bearer {secret.get_secret_value()}"}
        answer = client.post("/graphql", json={"query": TAKE, "variables": {"input": given}}, headers=headers).json()
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
    assert everything(desk)["claim"] == before
