"""An address is captured over the API: fetched before the transaction, beside what others ask."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.capture.bounds import Bounds
from claimkb.capture.reader import read_address
from claimkb.domain.capturing import Extract, PageLocked
from claimkb.graphql.execution.threads import CAPTURES
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.identity import AnonymousAccess
from tests.builders import TEXT, a_token, an_account, as_it_is
from tests.capture.sites import a_site, article
from tests.graphql.conftest import Ask

URL = "https://harbour-post.example/market"
SHOWN = """source { id title url publishedOn publishedOnPrecision language } snapshot { sha256 length text source { title } }
    isNewSource sameText { id title } warnings userErrors { code message field }"""
DOCUMENT = f"mutation($input: CaptureSourceInput!) {{ captureSource(input: $input) {{ {SHOWN} }} }}"
Client = Callable[..., Any]


def found(address: str, _is_stopped: Callable[[], bool]) -> Extract:
    return Extract(TEXT, title="The bridge", language="en", url=address)


@contextmanager
def serving(desk: Desk, fetch: Any, token: str | None = None, **given: Any) -> Iterator[Client]:
    """Give a function that captures on a desk that fetches so."""
    head = {"authorization": f"Bearer {token}"} if token else {}
    with TestClient(app_of(replace(desk, fetch=fetch), **given), base_url="http://127.0.0.1") as client:

        def capture(**order: Any) -> Any:
            answer = client.post("/graphql", json={"query": DOCUMENT, "variables": {"input": order}}, headers=head).json()
            return answer["data"]["captureSource"] if answer.get("data") else answer

        yield capture


def test_an_address_is_fetched_and_recorded_and_the_same_again_changes_nothing(desk: Desk) -> None:
    with serving(desk, found) as capture:
        first = capture(url=URL)
        second = capture(url=URL)
    assert first.pop("isNewSource") is True
    assert second.pop("isNewSource") is False
    assert (first["source"]["title"], first["snapshot"]["text"], first["userErrors"]) == ("The bridge", TEXT, [])
    assert first["snapshot"] == second["snapshot"]
    assert (first["sameText"], second["sameText"]) == ([], [])
    assert second["warnings"] == ["Its text is as in the newest snapshot: there is nothing to add."]


def test_the_same_text_under_another_address_is_shown(desk: Desk) -> None:
    with serving(desk, found) as capture:
        first = capture(url=URL)["source"]
        assert capture(url=URL + "2")["sameText"] == [{"id": first["id"], "title": "The bridge"}]


@pytest.mark.parametrize("order", [{"url": URL}, {"text": TEXT}, {"url": URL, "title": ""}, {"text": " "}])
def test_with_and_without_a_plan_the_answer_is_the_same(desk: Desk, other_desk: Desk, order: Any) -> None:
    with serving(desk, found) as capture, serving(other_desk, found, plans=Planner(is_on=False)) as executed:
        one, other = capture(**order), executed(**order)
    for answer in (one, other):
        if answer["source"]:
            answer["source"].pop("id")
    assert one == other


def test_pasted_words_are_not_fetched(mutate: Ask) -> None:
    payload = mutate("captureSource", SHOWN.partition("userErrors")[0], text=" The bridge opens.\r\n", title=" T ", language="en")
    assert (payload["source"]["title"], payload["snapshot"]["text"]) == ("T", " The bridge opens.\n")
    assert payload["userErrors"] == []


def test_a_refusal_names_its_field_and_nothing_changes(desk: Desk) -> None:
    def locked(_address: str, _is_stopped: Callable[[], bool]) -> Extract:
        raise PageLocked("url", status=402)

    before = as_it_is(desk)
    with serving(desk, locked) as capture:
        refused = [capture(url=URL), capture(url="file:///etc/passwd"), capture(url="gopher://x.example"), capture()]
        refused.append(capture(url="https://x.example/" + "x" * 2000))
    assert [each["userErrors"][0]["field"] for each in refused] == [["input", "url"]] * 5
    assert refused[0]["userErrors"][0]["message"].startswith("The site answers 402: it shows this page to some readers only.")
    assert [each["isNewSource"] for each in refused] == [None] * 5
    assert as_it_is(desk) == before


def test_nobody_without_the_permission_to_record_makes_the_server_fetch(sqlite_desk: Desk) -> None:
    asked: list[str] = []

    def noted(address: str, is_stopped: Callable[[], bool]) -> Extract:
        asked.append(address)
        return found(address, is_stopped)

    reader = a_token(sqlite_desk, an_account(sqlite_desk, "Rea", "READER")).secret
    with serving(sqlite_desk, noted, reader.get_secret_value() if reader else None) as capture:
        assert capture(url=URL)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    with serving(sqlite_desk, noted, anonymous=AnonymousAccess(is_local=False, public_read=True)) as capture:
        assert "errors" in capture(url=URL)
    assert asked == []


def test_captures_run_beside_what_others_ask_and_one_too_many_is_refused(sqlite_desk: Desk) -> None:
    go, waiting = Event(), []

    def slow(address: str, is_stopped: Callable[[], bool]) -> Extract:
        waiting.append(address)
        go.wait(30)
        return replace(found(address, is_stopped), text=address)

    with serving(sqlite_desk, slow) as capture, ThreadPoolExecutor(CAPTURES) as pool:
        running = [pool.submit(capture, url=f"{URL}{number}") for number in range(CAPTURES)]
        while len(waiting) < CAPTURES:
            Event().wait(0.01)
        refused = capture(url=URL)["userErrors"]
        beside = capture(text=TEXT)
        go.set()
        done = [each.result() for each in running]
    assert [(each["code"], each["field"]) for each in refused] == [("WRONG_STATE", ["input", "url"])]
    assert beside["isNewSource"] is True
    assert [each["isNewSource"] for each in done] == [True] * CAPTURES
    assert URL not in waiting


def test_a_capture_may_take_longer_than_a_request_has_time_without_it(sqlite_desk: Desk) -> None:
    def slow(address: str, is_stopped: Callable[[], bool]) -> Extract:
        Event().wait(2.1)
        return found(address, is_stopped)

    with serving(sqlite_desk, slow, limits=Limits(request_seconds=2)) as capture:
        assert capture(url=URL)["isNewSource"] is True


@pytest.mark.usefixtures("standing_rates")
def test_a_capture_costs_its_caller_what_it_takes(sqlite_desk: Desk) -> None:
    with serving(sqlite_desk, found, limits=Limits(rate_cost=2_500)) as capture:
        answers = [capture(url=f"{URL}{number}") for number in range(3)]
    assert [("errors" in each) for each in answers] == [False, False, True]


@pytest.mark.program
def test_a_real_page_is_captured_from_its_site(sqlite_desk: Desk) -> None:
    fetch = partial(read_address, Bounds(private=True, seconds=60))
    with a_site() as site, serving(sqlite_desk, fetch) as capture:
        there = site.put("/2026/11/06/market", article())
        payload = capture(url=there)
        refused = capture(url=site.put("/none", "", status=404))
    assert (payload["source"]["url"], payload["source"]["publishedOn"], payload["source"]["language"]) == (
        there,
        "2026-11-06",
        "en",
    )
    assert refused["userErrors"][0]["message"] == "The site answers 404: there is no such page (any more). Check the address."
