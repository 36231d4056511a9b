"""The page for browsers works without any other server, under its policy, and its examples answer."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.graphql.transport import graphiql
from tests.builders import everything
from tests.cli.test_serving import serving
from tests.graphql.conftest import Ask

TABS = ["Overdue", "DueForReview", "RestsOnOnePublisher", "WhatTrumpSays", "OnePrediction", "ResolvePrediction", "RecordAnArticle"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LEFT = "net::ERR_ABORTED"  # how a browser says that the page was left before the answer came
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.mark.usefixtures("story")
def test_every_example_answers_and_changes_nothing(desk: Desk, data: Ask) -> None:
    before = everything(desk)
    answers = [data(example) for example in graphiql.examples()]
    assert everything(desk) == before
    overdue, review, one_publisher, said, prediction, resolved, recorded = answers
    assert [node["dueOn"] for node in overdue["predictions"]["nodes"]] == ["2025-11-19"]
    assert review["predictions"]["totalCount"] == 13
    assert one_publisher["claims"]["totalCount"] == 2
    assert [node["name"] for node in said["claimants"]["nodes"]] == ["Donald Trump"]
    assert said["claimants"]["nodes"][0]["predictions"]["totalCount"] > 0
    assert [flag["level"] for flag in prediction["prediction"]["flags"]["nodes"]] == ["LONG_OVERDUE"]
    assert [change["action"] for change in prediction["prediction"]["revisions"]["nodes"]]
    assert [error["code"] for error in resolved["resolvePrediction"]["userErrors"]] == ["INVALID"]
    assert resolved["resolvePrediction"]["outcome"] is None
    assert [bool(each["userErrors"]) for each in recorded.values()] == [True] * 4


def test_an_example_says_what_it_answers_and_names_its_tab() -> None:
    for example, tab in zip(graphiql.examples(), TABS, strict=True):
        assert re.match(rf"# [^\n]+[?.]\n(query|mutation) {tab}\(", example)


def test_a_browser_gets_the_page_with_its_policy(client: TestClient) -> None:
    answer = client.get("/graphql", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (answer.headers["referrer-policy"], answer.headers["vary"]) == ("no-referrer", "Accept")
    assert not re.search(r"<script(?! src=\"/graphiql/)|<style|style=|https?:", answer.text)


def test_every_file_of_the_page_is_served_as_what_it_is(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": "text/html"}).text
    names = re.findall(r"(?:src|href)=\"(/graphiql/[^\"]+)\"", page)
    assert len(names) == 8
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200, name
        assert answer.headers["content-type"] == f"text/{'css' if name.endswith('css') else 'javascript'}; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert ("immutable" in answer.headers["cache-control"]) == bool(re.search(r"-\d+\.\d+\.\d+\.min\.", name)), name
        assert "sourceMappingURL" not in answer.text


@pytest.mark.parametrize("name", ["", "nothing.js", "examples", "%2e%2e/graphiql.py", "..%2fgraphiql.py", "%2fetc%2fpasswd"])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/graphiql/{name}").status_code == 404


@contextmanager
def browsing(address: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Open a page in a browser; give it, what it has asked for elsewhere, and what it has complained about."""
    elsewhere: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET) as browser:
        page = browser.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: None if request.url.startswith(f"{address}/") else elsewhere.append(request.url))
        page.on("requestfailed", lambda request: None if request.failure == LEFT else complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(f"{address}/graphql")
        yield page, elsewhere, complaints


def press(page: Page, *names: str) -> None:
    """Press buttons, each by its name."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def tabs(page: Page) -> list[str]:
    """Name the tabs."""
    page.wait_for_selector(".graphiql-tab")
    return [name.strip() for name in page.locator(".graphiql-tab").all_inner_texts()]


def turn_to(page: Page, tab: str) -> None:
    """Turn to a tab, and wait until the editor has read its operation."""
    page.get_by_role("tab", name=tab).click()
    editor = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
    page.wait_for_function(f"name => {editor}.operationName === name", arg=tab)


def execute(page: Page, answer: str) -> None:
    """Ask what the tab asks, and see a part of the answer."""
    page.locator(".graphiql-execute-button").click()
    page.locator(".result-window", has_text=answer).wait_for()


@pytest.mark.program
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
@pytest.mark.long
def test_a_browser_asks_looks_up_and_remembers_and_needs_no_other_server(executable: Path, tmp_path: Path) -> None:
    with serving(executable, tmp_path, "--seed") as (address, _), browsing(address) as (page, elsewhere, complaints):
        assert tabs(page) == TABS
        execute(page, "Does Mohammed bin Salman visit Washington")

        press(page, "Show History")
        assert page.locator(".graphiql-history-item").all_inner_texts() == ["Overdue"]
        press(page, "Show GraphiQL Explorer")
        page.locator(".graphiql-explorer-root", has_text="daysOverdue").wait_for()
        press(page, "Show Documentation Explorer")
        page.locator(".graphiql-doc-explorer-type-name", has_text="Query").click()
        page.get_by_text("Predictions, those that have waited longest first unless ordered otherwise.").wait_for()

        press(page, "Open short keys dialog")
        page.keyboard.press("Escape")
        press(page, "Open settings dialog", "Dark")
        page.locator("body.graphiql-dark").wait_for()
        page.keyboard.press("Escape")
        page.locator(".graphiql-query-editor .CodeMirror-lines").click()
        page.keyboard.press("Alt+g")
        page.get_by_text("Jump to line:").wait_for()
        page.keyboard.press("Escape")

        turn_to(page, "ResolvePrediction")
        execute(page, "It happened on 2025-12-01, after the due date 2025-11-19.")
        turn_to(page, "Overdue")
        press(page, "Close Tab")
        page.wait_for_function("() => JSON.parse(localStorage.getItem('graphiql:tabState')).tabs.length === 6")
        page.reload()
        assert tabs(page) == TABS[1:]
        press(page, "Show History")
        assert page.locator(".graphiql-history-item").all_inner_texts() == ["ResolvePrediction", "Overdue"]
        assert (elsewhere, complaints) == ([], [])
