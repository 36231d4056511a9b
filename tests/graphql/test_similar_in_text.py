"""Had we this? The sentences of a text that are like recorded claims."""

from typing import Any

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.suggesting import comparing
from tests.builders import a_claim
from tests.graphql.conftest import Ask

IN_TEXT = """query($text: String!, $language: String, $first: Int) { similarClaimsInText(text: $text, language: $language, first: $first) {
    passage { exact start end } similar { score why claim { statement } } } }"""
TEXT = "Good morning. The minister said that the new bridge opens in May. It rains.\n\nBridge and tower will both open in June."


def test_sentences_that_are_like_claims_are_told_in_the_order_of_the_text(desk: Desk, data: Ask) -> None:
    near = a_claim(desk, statement="The new bridge opens in May.")
    far = a_claim(desk, statement="The tower opens in June, and the bridge.")
    a_claim(desk, statement="It rains.")
    bridge, tower = data(IN_TEXT, text=TEXT, language="en")["similarClaimsInText"]
    assert bridge == {
        "passage": {"exact": "The minister said that the new bridge opens in May.", "start": 14, "end": 65},
        "similar": [
            {"score": 8 / 10, "why": ["bridge", "may", "new", "opens"], "claim": {"statement": near.statement}},
            {"score": 4 / 10, "why": ["bridge", "opens"], "claim": {"statement": far.statement}},
        ],
    }
    assert (tower["passage"]["exact"], tower["passage"]["start"]) == ("Bridge and tower will both open in June.", 77)
    assert TEXT[tower["passage"]["start"] : tower["passage"]["end"]] == tower["passage"]["exact"]
    assert [(each["claim"]["statement"], each["why"]) for each in tower["similar"]] == [
        (far.statement, ["bridge", "june", "tower"])
    ]


def test_only_the_first_sentences_are_told_where_so_many_are_asked_for(desk: Desk, data: Ask) -> None:
    a_claim(desk, statement="The new bridge opens in May.")
    first = "The bridge opens. "
    (found,) = data(IN_TEXT, text=first * 3, first=1)["similarClaimsInText"]
    assert found["passage"]["start"] == 0
    assert data(IN_TEXT, text=first, first=0)["similarClaimsInText"] == []


def test_three_claims_are_told_of_a_sentence(desk: Desk, data: Ask) -> None:
    for day in range(1, 5):
        a_claim(desk, statement=f"The bridge opens on {day} May.")
    (found,) = data(IN_TEXT, text="The bridge opens on 4 May.")["similarClaimsInText"]
    assert [each["score"] for each in found["similar"]] == [1.0, 0.75, 0.75]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": "x", "first": 101}, "At most 100 at once: send first from 0 to 100, not 101."),
        ({"text": "x" * 100_001}, "text has 100001 characters; at most 100000 are read. Send the words that matter."),
        ({"text": "It is so. " * 501}, "The text has 501 sentences; at most 500 are compared at once. Send it in parts."),
    ],
)
def test_a_text_that_cannot_be_compared_is_told_why(given: dict[str, Any], message: str, ask: Ask) -> None:
    (error,) = ask(IN_TEXT, **given)["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, "BAD_USER_INPUT")


def test_a_text_without_words_is_like_nothing(data: Ask) -> None:
    assert data(IN_TEXT, text="?! …")["similarClaimsInText"] == []


def test_the_longest_text_is_within_what_an_operation_may_cost(data: Ask) -> None:
    text = " ".join(f"Sentence {number} of {number % 7} says something." for number in range(comparing.MOST_SENTENCES))
    assert data(IN_TEXT, text=text)["similarClaimsInText"] == []


def test_a_text_of_more_different_words_than_that_is_refused(ask: Ask) -> None:
    (error,) = ask(IN_TEXT, text=" ".join(f"w{number}" for number in range(12_000)))["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
