"""What a browser sees where no page is, and a program in its place."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from tests.builders import a_token, an_account
from tests.graphql.conftest import client

__all__ = ["client"]

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
ELSEWHERE = ["/nothing", "/feeds/nothing.atom", "/graphiql/nothing.js", "/static/nothing.css", "/graphql/x"]


def shown(client: TestClient, path: str, status: int) -> str:
    """Look at a page as a browser does, and see that it is one under its policy, that holds no code."""
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; ")
    assert answer.headers["vary"] == "Accept"
    assert not re.search(r"<script|<style| style=| on\w+=", answer.text)
    return answer.text


def links(page: str) -> list[str]:
    """List where a page leads."""
    return [unescape(each) for each in re.findall(r'<a href="([^"]+)"', page)]


def test_a_browser_is_shown_which_feeds_there_are_and_each_is_there(client: TestClient) -> None:
    leads = links(shown(client, "/feeds/", 200))
    assert leads[:3] == ["/feeds/flags.atom", "/feeds/outcomes.atom", "/feeds/due.ics"]
    assert [client.get(each).status_code for each in leads[:3]] == [200, 200, 200]
    assert client.get("/feeds", headers=BROWSER).text == client.get("/feeds/", headers=BROWSER).text


def test_the_page_of_feeds_leads_to_what_makes_a_key_and_the_key_opens_a_feed(desk: Desk) -> None:
    admin = {"authorization": f"Bearer {a_token(desk, an_account(desk)).secret.get_secret_value()}"}
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
        (make,) = (each for each in links(shown(client, "/feeds/", 200)) if each.startswith("/graphql?"))
        (query,) = parse_qs(urlsplit(make).query)["query"]
        made = client.post("/graphql", json={"query": query}, headers=admin).json()["data"]["createFeedKey"]
        assert made["userErrors"] == []
        assert client.get("/feeds/flags.atom").status_code == 401
        assert client.get("/feeds/flags.atom", params={"key": made["token"]["secret"]}).status_code == 200


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_browser_is_told_that_an_address_leads_nowhere_and_where_to_go(client: TestClient, path: str) -> None:
    page = shown(client, path, 404)
    assert "There is nothing here" in page
    assert links(page) == ["/graphql", "/feeds/", "/sign-in"]
    assert [client.get(each, headers=BROWSER).status_code for each in links(page)] == [200, 200, 200]


@pytest.mark.parametrize("path", ["/feeds/", *ELSEWHERE])
@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}, {"accept": "application/json, text/html;q=0.5"}])
def test_a_program_is_told_in_json(client: TestClient, path: str, headers: Any) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json; charset=utf-8")
    assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert answer.json()["errors"][0]["message"].endswith(": the API is at /graphql.")
