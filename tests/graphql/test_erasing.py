"""Words are erased over the API: the history says when and why, nothing of the words is in an answer, the log or a cache."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Token
from tests.builders import a_claim, a_token, an_account, as_it_is, everything

NAME = "Zoe Quill"
ERASE = """mutation($text: String!, $reason: String!) { eraseText(input: {text: $text, reason: $reason}) {
    erasure { number reason askedBy erasedBy isWaiting characters places erasedRevisions revisions { nodes { action recordType } } }
    userErrors { code field message } } }"""
HISTORY = (
    '{ revisions(filter: {recordType: ["Claim"]}) { nodes { erasure { erasedAt reason erasedBy } changes { field after } } } }'
)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of the whole application."""
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
        yield client


def asked(client: TestClient, token: Token, query: str, key: str = "k", **variables: object) -> Any:
    """Ask with a token, and return the whole answer but for what it cost."""
    headers = {"authorization": f"Bearer {token.secret.get_secret_value()}", "idempotency-key": key}
    answer = client.post("/graphql", json={"query": query, "variables": variables}, headers=headers).json()
    answer.pop("extensions", None)
    return answer


def test_words_are_erased_and_the_history_says_when_and_for_what(
    client: TestClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ada, zoe = (a_token(desk, an_account(desk, name)) for name in ("Ada", NAME))
    a_claim(desk, statement=f"{NAME} opens it.")
    assert asked(client, zoe, "{ viewer { name } }") == {"data": {"viewer": {"name": NAME}}}
    with caplog.at_level(logging.DEBUG):
        answer = asked(client, ada, ERASE, text=NAME, reason="Court order.")
    assert answer == {
        "data": {
            "eraseText": {
                "erasure": {
                    "number": 1,
                    "reason": "Court order.",
                    "askedBy": "Ada",
                    "erasedBy": "Ada",
                    "isWaiting": False,
                    "characters": 9,
                    "places": 2,
                    "erasedRevisions": 2,
                    "revisions": {"nodes": [{"action": "eraseText", "recordType": "Erasure"}]},
                },
                "userErrors": [],
            }
        }
    }
    assert NAME not in caplog.text
    assert NAME not in repr(everything(desk))
    assert asked(client, zoe, "{ viewer { name } }") == {"data": {"viewer": {"name": "█████████"}}}
    (told,) = asked(client, ada, HISTORY)["data"]["revisions"]["nodes"]
    assert told["erasure"] == {"erasedAt": "2026-11-23T12:00:00Z", "reason": "Court order.", "erasedBy": "Ada"}
    assert {"field": "statement", "after": "█████████ opens it."} in told["changes"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"text": "a", "reason": "r"}, "INVALID", ["text"]),
        ({"text": NAME, "reason": f"For {NAME}."}, "INVALID", ["reason"]),
        ({"text": "Nobody", "reason": "r"}, "WRONG_STATE", ["text"]),
        ({"text": "", "reason": "r"}, "INVALID", ["text"]),
        ({"text": NAME + "x" * 1000, "reason": "r"}, "INVALID", ["text"]),
        ({"text": NAME, "reason": ""}, "INVALID", ["reason"]),
    ],
)
def test_what_is_refused_changes_nothing_and_repeats_nothing_of_the_words(
    client: TestClient, desk: Desk, given: dict[str, str], code: str, field: list[str]
) -> None:
    ada = a_token(desk, an_account(desk, "Ada"))
    a_claim(desk, statement=f"{NAME} opens it.")
    asked(client, ada, "{ viewer { name } }")
    before = as_it_is(desk)
    done = asked(client, ada, ERASE, **given)["data"]["eraseText"]
    assert (done["erasure"], [(each["code"], each["field"]) for each in done["userErrors"]]) == (None, [(code, ["input", *field])])
    assert NAME not in repr(done)
    assert as_it_is(desk) == before


def test_a_request_under_a_key_that_holds_the_words_is_refused(client: TestClient, desk: Desk) -> None:
    ada = a_token(desk, an_account(desk, "Ada"))
    a_claim(desk, statement=f"{NAME} opens it.")
    done = asked(client, ada, ERASE, f"erase {NAME}", text=NAME, reason="r")["data"]["eraseText"]
    assert (done["erasure"], "send another" in done["userErrors"][0]["message"]) == (None, True)
    assert NAME in repr(everything(desk))


def test_what_waits_for_a_second_administrator_is_listed(desk: Desk) -> None:
    two = replace(desk, policy=replace(desk.policy, two_person_rule=True))
    ada, bea = (a_token(desk, an_account(desk, name)) for name in ("Ada", "Bea"))
    a_claim(desk, statement=f"{NAME} opens it.")
    listed = "query($open: Boolean) { erasures(filter: {isWaiting: $open}) { nodes { askedBy erasedBy isWaiting reason } } }"
    with TestClient(app_of(two), base_url="http://127.0.0.1") as client:
        asked(client, ada, ERASE, text=NAME, reason="Court order.")
        waits = {"askedBy": "Ada", "erasedBy": None, "isWaiting": True, "reason": "Court order."}
        assert asked(client, bea, listed, open=True)["data"]["erasures"]["nodes"] == [waits]
        asked(client, bea, ERASE, text=NAME.lower(), reason="I have read the order.")
        done = {**waits, "erasedBy": "Bea", "isWaiting": False}
        assert [asked(client, bea, listed, open=each)["data"]["erasures"]["nodes"] for each in (True, False)] == [[], [done]]
    assert NAME not in repr(everything(desk))
