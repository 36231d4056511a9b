"""A text is sent to the assistant where a person who may record asks for it, and nowhere else; nobody else is held up by it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.assisting import Assisted
from claimkb.domain.reference import global_id
from claimkb.domain.suggesting import Suggested
from claimkb.domain.suggesting.asking import Asked
from claimkb.graphql.limits.cost_directives import BRIEF
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.identity import AnonymousAccess
from tests.assistant.models import Model, a_model, proposing, whole
from tests.assistant.test_assistant import an_assistant, used
from tests.builders import a_source, a_token, an_account

TEXT = """Anna Berg, the mayor, said the harbour will open by 30 June 2027.
“We are here to mend the old bridge,” said Tom Reed.
"""
BRIDGE = {"quote": "We are here to mend the old bridge", "kind": "PROMISE", "claimant": "Tom Reed", "likelihood": None, "due": None}
FIELDS = "id kind why statement { exact start end } claimant { name isGuess }"
OF_TEXT = f"""query($text: String!, $with: Boolean!) {{
    suggestions(text: $text, publishedOn: "2026-11-09", language: "en", withAssistant: $with) {{ {FIELDS} }} }}"""
OF_SOURCE = f"""query($id: ID!, $with: Boolean!, $states: [SuggestionState!]) {{
    source(id: $id) {{ suggestions(withAssistant: $with, states: $states) {{ {FIELDS} state }} }} }}"""
TAKE = """mutation($input: TakeSuggestionInput!) { takeSuggestion(input: $input) {
    claim { statement kind } prediction { kind } userErrors { code message field } } }"""
REFUSE = """mutation($input: RefuseSuggestionInput!) { refuseSuggestion(input: $input) { userErrors { code message field } } }"""


@contextmanager
def a_client(desk: Desk, model: Model | None = None, **given: Any) -> Iterator[TestClient]:
    """Give a client of a server, which has an assistant where there is a model."""
    desk = desk if model is None else replace(desk, assistant=an_assistant(desk, model.url))
    with TestClient(app_of(desk, **given), base_url="http://127.0.0.1") as client:
        yield client


def ask(client: TestClient, query: str, /, **variables: Any) -> Any:
    return client.post("/graphql", json={"query": query, "variables": variables}).json()


def statements(found: list[dict[str, Any]]) -> list[str]:
    return [each["statement"]["exact"] for each in found]


def test_the_assistant_adds_to_what_the_rules_suggest_of_a_text_and_nothing_else_is_saved(desk: Desk) -> None:
    with a_model(proposing(BRIDGE)) as model, a_client(desk, model) as client:
        (rules,) = ask(client, OF_TEXT, text=TEXT, **{"with": False})["data"]["suggestions"]
        assert model.asked == []
        answer = ask(client, OF_TEXT, text=TEXT, **{"with": True})
        first, second = answer["data"]["suggestions"]
    assert first == rules
    assert statements([second]) == ["We are here to mend the old bridge"]
    assert (second["kind"], second["why"]) == ("PROMISE", ["model tiny"])
    assert second["claimant"] == {"name": "Tom Reed", "isGuess": False}
    assert "warnings" not in answer["extensions"]
    assert answer["extensions"]["cost"]["requestedQueryCost"] > 1_000


def test_the_assistant_adds_to_the_suggestions_of_a_source_which_are_taken_and_refused_by_their_place(desk: Desk) -> None:
    source = global_id("Source", a_source(desk, snapshot={"text": TEXT}, published_on="2026-11-09", language="en").id)
    with a_model(proposing(BRIDGE)) as model, a_client(desk, model) as client:
        assert len(ask(client, OF_SOURCE, id=source, **{"with": False})["data"]["source"]["suggestions"]) == 1
        _, made = ask(client, OF_SOURCE, id=source, **{"with": True})["data"]["source"]["suggestions"]
        place = {"statementStart": made["statement"]["start"], "statementEnd": made["statement"]["end"]}
        named = {"sourceId": source, "suggestionId": made["id"]}
        nowhere = ask(client, TAKE, input={**named, "claim": {"voice": "UNATTRIBUTED"}})["data"]["takeSuggestion"]
        beside = ask(client, REFUSE, input={**named, **place, "statementEnd": place["statementEnd"] - 7})["data"][
            "refuseSuggestion"
        ]
        for refused in (nowhere, beside):
            assert [each["code"] for each in refused["userErrors"]] == ["NOT_FOUND"]
        assert ask(client, REFUSE, input={**named, **place})["data"]["refuseSuggestion"]["userErrors"] == []
        again = ask(client, OF_SOURCE, id=source, **{"with": True}, states=["REFUSED"])["data"]["source"]["suggestions"]
        assert again == [{**made, "state": "REFUSED"}]
        order = {**named, **place, "claim": {"voice": "UNATTRIBUTED", "kind": "PROMISE"}, "prediction": {"kind": "PROMISE"}}
        taken = ask(client, TAKE, input=order)["data"]["takeSuggestion"]
        assert taken == {
            "claim": {"statement": "We are here to mend the old bridge", "kind": "PROMISE"},
            "prediction": {"kind": "PROMISE"},
            "userErrors": [],
        }


def test_when_the_assistant_fails_the_rules_suggestions_come_with_a_warning(sqlite_desk: Desk) -> None:
    with a_model(whole(b"", 500)) as model, a_client(sqlite_desk, model) as client:
        answer = ask(client, OF_TEXT, text=TEXT, **{"with": True})
    assert statements(answer["data"]["suggestions"]) == statements(ask_without(sqlite_desk))
    assert answer["extensions"]["warnings"] == [
        "The assistant tiny was of no use: it answered 500. The rules alone have suggested this."
    ]


def ask_without(desk: Desk) -> list[dict[str, Any]]:
    with a_client(desk) as client:
        found: list[dict[str, Any]] = ask(client, OF_TEXT, text=TEXT, **{"with": False})["data"]["suggestions"]
    return found


def test_a_desk_without_an_assistant_says_so(sqlite_desk: Desk) -> None:
    with a_client(sqlite_desk) as client:
        answer = ask(client, OF_TEXT, text=TEXT, **{"with": True})
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["message"].startswith("No assistant is set up here, so none can be asked")
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("role", ["READER", None])
def test_readers_do_not_send_a_text_away(role: str | None, sqlite_desk: Desk) -> None:
    account = an_account(sqlite_desk, role=role or "ADMIN")
    source = global_id("Source", a_source(sqlite_desk, snapshot={"text": TEXT}, language="en").id)
    token = a_token(sqlite_desk, account).secret if role else None
    with a_model(proposing(BRIDGE)) as model, a_client(sqlite_desk, model, anonymous=AnonymousAccess(public_read=True)) as client:
        if token is not None:
            client.headers["authorization"] = f"Bearer {token.get_secret_value()}"
        answers = [ask(client, OF_TEXT, text=TEXT, **{"with": True}), ask(client, OF_SOURCE, id=source, **{"with": True})]
    for answer in answers:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert model.asked == []
    assert used(sqlite_desk) == 0


def test_a_source_without_a_text_sends_nothing(sqlite_desk: Desk) -> None:
    source = global_id("Source", a_source(sqlite_desk, snapshot={"sha256": "0" * 64, "length": 5}).id)
    with a_model(proposing(BRIDGE)) as model, a_client(sqlite_desk, model) as client:
        assert ask(client, OF_SOURCE, id=source, **{"with": True})["data"]["source"]["suggestions"] == []
    assert model.asked == []


def test_a_text_in_a_language_without_tables_is_for_the_assistant_alone(sqlite_desk: Desk) -> None:
    document = OF_TEXT.replace('"en"', '"tlh"')
    with a_model(proposing(BRIDGE)) as model, a_client(sqlite_desk, model) as client:
        found = ask(client, document, text=TEXT, **{"with": True})["data"]["suggestions"]
    assert statements(found) == ["We are here to mend the old bridge"]


def test_an_operation_asks_for_few_texts_at_once(sqlite_desk: Desk) -> None:
    fields = " ".join(f'a{number}: suggestions(text: "a", language: "en", withAssistant: true) {{ id }}' for number in range(11))
    with a_model(proposing()) as model, a_client(sqlite_desk, model) as client:
        answer = ask(client, f"{{ {fields} }}")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"QUERY_TOO_COMPLEX"}
    assert len(model.asked) <= 9


class Waiting:
    """An assistant that answers when it is told to."""

    @property
    def model(self) -> str:
        """Its name."""
        return "slow"

    @property
    def host(self) -> str:
        """Where it is."""
        return "127.0.0.1"

    def __init__(self) -> None:
        self.is_asked, self.may_answer = Event(), Event()

    async def __call__(self, asked: Asked, found: Sequence[Suggested]) -> Assisted:
        """Wait for it."""
        assert asked.text == TEXT
        self.is_asked.set()
        while not self.may_answer.is_set():
            await asyncio.sleep(0.01)
        return Assisted(list(found))


def test_while_the_assistant_is_asked_other_expensive_operations_go_on_and_the_request_loses_no_time(sqlite_desk: Desk) -> None:
    waiting = Waiting()
    limits, answers = Limits(request_seconds=1), list[Any]()
    expensive = OF_TEXT.replace("kind why", "kind similar { score }")
    server = app_of(replace(sqlite_desk, assistant=waiting), limits, plans=Planner(is_on=False))
    with TestClient(server, base_url="http://127.0.0.1") as client:
        slow = Thread(target=lambda: answers.append(ask(client, expensive, text=TEXT, **{"with": True})))
        slow.start()
        assert waiting.is_asked.wait(10)
        other = ask(client, expensive, text=TEXT, **{"with": False})
        sleep(limits.request_seconds)
        waiting.may_answer.set()
        slow.join()
    assert other["extensions"]["cost"]["requestedQueryCost"] > BRIEF
    assert len(other["data"]["suggestions"]) == 1
    assert answers[0]["data"] == other["data"]
