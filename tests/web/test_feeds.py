"""Feeds and calendars are read by whoever has a key of their address, validate, and tell what is new."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from claimkb.actions import accounts, claims, searches
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.account import Actor
from claimkb.domain.following import AlreadyForgotten, NoNeedForAKey
from claimkb.domain.permissions import Permission, Role
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Forbidden, NotFound
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import ANONYMOUS, COMMAND_LINE, AnonymousAccess
from tests.builders import (
    TODAY,
    a_claim,
    a_claimant,
    a_collection,
    a_prediction,
    a_source,
    a_token,
    an_account,
    do,
    flagged,
    refused,
    resolved,
)
from tests.graphql.conftest import Ask, ask, data, mutate  # noqa: F401 - fixtures

HERE = "http://127.0.0.1"


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of the whole application, under an address of its own."""
    with TestClient(app_of(desk, Limits(max_guesses=10**6), address="https://claims.example.org"), base_url=HERE) as client:
        yield client


def entries(client: TestClient, address: str) -> list[Any]:
    """Read a feed as a feed reader does, and see that it is one."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.id == read.feed.links[0].href
    return list(read.entries)


def events(client: TestClient, address: str = "/feeds/due.ics") -> list[Any]:
    """Read a calendar as a calendar does, and see that it is one."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    read = Calendar.from_ical(answer.content)
    assert (read["version"], read.errors) == ("2.0", [])
    return list(read.walk("VEVENT"))


def said_by(desk: Desk, name: str, **given: Any) -> Any:
    """Record a prediction of somebody."""
    claimant = a_claimant(desk, name)
    return claimant, a_prediction(desk, claim=a_claim(desk, voice="REPORTED", claimant_id=claimant.id), **given)


def test_a_flag_is_an_entry_with_its_prediction_and_who_made_it(desk: Desk, client: TestClient) -> None:
    _, prediction = said_by(desk, "The minister", question="Is it <open> & safe?")
    assert entries(client, "/feeds/flags.atom") == []
    flagged(desk)
    (entry,) = entries(client, "/feeds/flags.atom")
    assert (entry.title, entry.author, entry.category) == ("Long overdue: Is it <open> & safe?", "The minister", "LONG_OVERDUE")
    assert entry.link == f"https://claims.example.org/predictions/{prediction.id}"
    assert entry.id.startswith("urn:uuid:")
    assert datetime.fromisoformat(entry.updated) == desk.now()
    assert entry.summary == "2025-11-19. It waits for an answer."
    resolved(desk, prediction)
    (again,) = entries(client, "/feeds/flags.atom")
    assert (again.id, again.summary) == (entry.id, "2025-11-19. It no longer applies.")


def test_an_outcome_is_an_entry_and_a_proposal_is_none(desk: Desk, client: TestClient) -> None:
    _, prediction = said_by(desk, "The minister")
    resolved(desk, prediction)
    (entry,) = entries(client, "/feeds/outcomes.atom")
    assert (entry.title, entry.summary, entry.author) == ("YES: Does the bridge open?", "It is open.", "The minister")


@pytest.mark.parametrize("which", ["claimant", "source", "search"])
def test_a_feed_is_about_a_claimant_a_source_or_a_saved_search(desk: Desk, client: TestClient, which: str) -> None:
    minister, wanted = said_by(desk, "The minister", question="Wanted?")
    said_by(desk, "Somebody else", question="Unwanted?")
    source = a_source(desk)
    order = {"claim_id": wanted.claim_id, "source_id": source.id, "speech": "INDIRECT"}
    do(desk, claims.add_appearance, claims.AddAppearance(**order))
    saved = do(desk, searches.save_search, searches.SaveSearch(name="Mine", filter={"text": "wanted?", "claimant_id": minister.id}))
    flagged(desk)
    id_ = {"claimant": global_id("Claimant", minister.id), "source": str(source.id), "search": global_id("SavedSearch", saved.id)}[
        which
    ]
    assert [each.title for each in entries(client, f"/feeds/flags.atom?{which}={id_}")] == ["Long overdue: Wanted?"]
    assert [str(each["summary"]) for each in events(client, f"/feeds/due.ics?{which}={id_}&claimant={minister.id}")] == []
    a_prediction(
        desk, TODAY + timedelta(days=9), claim=a_claim(desk, voice="REPORTED", claimant_id=minister.id), question="Wanted?"
    )
    if which != "source":
        assert [str(each["summary"]) for each in events(client, f"/feeds/due.ics?{which}={id_}")] == ["Wanted?"]


def test_a_feed_and_a_calendar_are_about_a_collection(desk: Desk, client: TestClient) -> None:
    inside, outside = a_claim(desk), a_claim(desk)
    for claim, question in ((inside, "Wanted?"), (outside, "Unwanted?")):
        a_prediction(desk, TODAY, claim=claim, question=question)
    flagged(desk)
    address = f"collection={a_collection(desk, inside, name='Ten points').id}"
    assert [each.title for each in entries(client, f"/feeds/flags.atom?{address}")] == ["Due soon: Wanted?"]
    assert [str(each["summary"]) for each in events(client, f"/feeds/due.ics?{address}")] == ["Wanted?"]
    assert "What the job flagged: Ten points" in client.get(f"/feeds/flags.atom?{address}").text


def test_a_due_date_is_on_its_last_day(desk: Desk, client: TestClient) -> None:
    a_prediction(desk, date(2026, 12, 1), question="On a day?")
    last = date(2027, 1, 31)
    prediction = a_prediction(desk, last, due_precision="MONTH", due_text="in January", question="In a month?")
    day, january = events(client)
    assert (day.decoded("dtstart"), day.decoded("dtend"), day["categories"].cats) == (date(2026, 12, 1), date(2026, 12, 2), ["DAY"])
    assert (january.decoded("dtstart"), january.decoded("dtend")) == (last, date(2027, 2, 1))
    assert str(january["uid"]) == f"{prediction.id}@claimkb"
    link = f"https://claims.example.org/predictions/{prediction.id}"
    assert str(january["description"]) == f"Nobody named\nDue: in January\nThe ministry says so.\n{link}"
    assert (january["sequence"], january["transp"], january["url"]) == (0, "TRANSPARENT", link)


@pytest.mark.parametrize(
    ("bound", "first", "last"),
    [
        ("BY", date(2027, 12, 31), date(2027, 12, 31)),
        ("WITHIN", date(2027, 1, 1), date(2027, 12, 31)),
        ("NOT_BEFORE", date(2028, 1, 1), date(2028, 1, 1)),
    ],
)
def test_a_bound_chooses_the_days_in_the_calendar(desk: Desk, client: TestClient, bound: str, first: date, last: date) -> None:
    a_prediction(desk, date(2027, 12, 31), due_precision="YEAR", bound=bound)
    (event,) = events(client)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (first, last + timedelta(days=1))


def test_a_later_answer_day_is_an_event_of_its_own(desk: Desk, client: TestClient) -> None:
    made = a_prediction(desk, date(2027, 6, 30), due_precision="QUARTER", answer_from=date(2027, 8, 29))
    due, answer = events(client)
    assert (due.decoded("dtstart"), answer.decoded("dtstart")) == (date(2027, 6, 30), date(2027, 8, 29))
    assert (str(answer["uid"]), str(answer["summary"])) == (f"{made.id}-answer@claimkb", "Answer: Does the bridge open?")


def test_a_calendar_has_what_waits_and_has_a_due_date(desk: Desk, client: TestClient) -> None:
    a_prediction(desk, None, review_on=TODAY, question="Undated?")
    a_prediction(desk, TODAY - timedelta(days=400), question="Long ago?")
    resolved(desk, a_prediction(desk, TODAY - timedelta(days=1), question="Answered?"))
    a_prediction(desk, TODAY - timedelta(days=1), question="Overdue?")
    assert [str(each["summary"]) for each in events(client)] == ["Overdue?"]


def test_what_no_xml_can_hold_does_not_break_a_feed(desk: Desk, client: TestClient) -> None:
    said_by(desk, "A\x0bB", question="Is it\x1b open\uffff?\nAnd\x85safe? ]]>")
    flagged(desk)
    (entry,) = entries(client, "/feeds/flags.atom")
    assert entry.author == "A\ufffdB"
    assert "Is it\ufffd open\ufffd?" in entry.title
    a_prediction(desk, TODAY, question="One;\r\nEND:VEVENT\r\nBEGIN:VALARM?")
    assert len(events(client)) == 1


def test_what_no_calendar_can_hold_does_not_break_one(desk: Desk, client: TestClient) -> None:
    a_prediction(desk, TODAY, question="Is\x0b it\x1b\x7f so?", criteria="One line,\nanother; a\ttab.\x01", due_text="in\x0cspring")
    body = client.get("/feeds/due.ics").content
    assert [each for each in body if each < 32 and each not in b"\t\r\n"] == []
    assert b"\x7f" not in body
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["summary"]) == "Is\ufffd it\ufffd\ufffd so?"
    assert str(event["description"]).startswith("Nobody named\nDue: in\ufffdspring\nOne line,\nanother; a\ttab.\ufffd\n")


def test_a_reader_that_has_the_same_already_gets_nothing(desk: Desk, client: TestClient) -> None:
    first = client.get("/feeds/due.ics")
    again = {"if-none-match": first.headers["etag"]}
    assert client.get("/feeds/due.ics", headers=again).status_code == 304
    a_prediction(desk, TODAY)
    assert client.get("/feeds/due.ics", headers=again).status_code == 200


def test_with_accounts_a_feed_wants_a_key_and_the_key_opens_nothing_else(desk: Desk, client: TestClient) -> None:
    bob = an_account(desk, "Bob", "READER")
    access = a_token(desk, bob).secret.get_secret_value()
    bearer = {"authorization": f"Bearer {access}"}
    assert client.get("/feeds/due.ics").status_code == 401
    assert client.get("/feeds/due.ics", headers=bearer).status_code == 200
    make = 'mutation { createFeedKey(input: {name: "phone"}) { token { id kind secret account { name } } userErrors { message } } }'
    made = client.post("/graphql", json={"query": make}, headers=bearer).json()["data"]["createFeedKey"]["token"]
    assert (made["kind"], made["account"]) == ("FEED", {"name": "Bob"})
    assert client.get(f"/feeds/due.ics?key={made['secret']}").status_code == 200
    assert client.get(f"/feeds/due.ics?key={access}").status_code == 401
    asked = client.post("/graphql", json={"query": "{ viewer { name } }"}, headers={"authorization": f"Bearer {made['secret']}"})
    assert asked.status_code == 401
    revoke = 'mutation($id: ID!) { revokeFeedKey(input: {tokenId: $id, reason: "Lost."}) { userErrors { message } } }'
    client.post("/graphql", json={"query": revoke, "variables": {"id": made["id"]}}, headers=bearer)
    refusal = client.get(f"/feeds/due.ics?key={made['secret']}")
    assert (refusal.status_code, "createFeedKey" in refusal.text, made["secret"] in refusal.text) == (401, True, False)


def test_a_key_dies_with_its_account(desk: Desk, client: TestClient) -> None:
    bob, actor = _bob(desk)
    key = do(desk, searches.create_feed_key, searches.CreateFeedKey(name="phone"), actor).secret.get_secret_value()
    assert client.get(f"/feeds/flags.atom?key={key}").status_code == 200
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=bob.id, reason="Left."), COMMAND_LINE)
    assert client.get(f"/feeds/flags.atom?key={key}").status_code == 401


def _bob(desk: Desk) -> tuple[Any, Actor]:
    """Make an account of a reader, and act as they do."""
    bob = an_account(desk, "Bob", "READER")
    return bob, Actor("Bob", Role.READER, account_id=bob.id)


def test_nobody_revokes_a_key_of_somebody_else_or_what_is_no_key(sqlite_desk: Desk) -> None:
    bob, actor = _bob(sqlite_desk)
    key = do(sqlite_desk, searches.create_feed_key, searches.CreateFeedKey(name="phone"), actor)
    ada = an_account(sqlite_desk)
    other = Actor("Ada", Role.ADMIN, account_id=ada.id)
    refused(sqlite_desk, NotFound, searches.revoke_feed_key, searches.RevokeFeedKey(token_id=key.id, reason="r"), other)
    own = searches.RevokeFeedKey(token_id=a_token(sqlite_desk, bob).id, reason="r")
    refused(sqlite_desk, NotFound, searches.revoke_feed_key, own, actor)


def test_who_has_no_account_makes_no_key(sqlite_desk: Desk) -> None:
    order = searches.CreateFeedKey(name="phone")
    refused(sqlite_desk, NoNeedForAKey, searches.create_feed_key, order, Actor("local editor", Role.EDITOR))
    refused(sqlite_desk, Forbidden, searches.create_feed_key, order, ANONYMOUS)
    assert not ANONYMOUS.may(Permission.FOLLOW)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        (
            "before=2026-11-24",
            400,
            "An archive ends before a day that has begun in UTC, such as 2026-11-23, or before an entry, by its UUID; not before '2026-11-24'.",
        ),
        ("before=20261101", 400, "not before '20261101'"),
        ("before=", 400, "not before ''"),
        ("before=01A209A4-585C-7C06-81AC-184A37A4301F", 400, "not before '01A209A4"),
        ("before=01a209a4-585c-7c06-81ac-184a37a4301f", 404, "There is no Flag"),
        ("claimant=nobody", 400, "This is not the id of a Claimant"),
        ("colour=red", 400, "A feed is about a claimant, a source, a collection or a search, not about 'colour'."),
        ("search=01a209a4-585c-7c06-81ac-184a37a4301f", 404, "SavedSearch"),
        ("key=nonsense", 401, "The key in this address is not accepted"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(client: TestClient, query: str, status: int, said: str) -> None:
    answer = client.get(f"/feeds/flags.atom?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in answer.text


def test_readers_without_an_account_follow_feeds_where_everybody_may_read(desk: Desk) -> None:
    an_account(desk)
    with TestClient(app_of(desk, anonymous=AnonymousAccess(public_read=True)), base_url=HERE) as client:
        assert client.get("/feeds/flags.atom").status_code == 200


def test_a_search_is_saved_listed_asked_again_and_forgotten(desk: Desk, mutate: Ask, data: Ask) -> None:  # noqa: F811
    a_prediction(desk, TODAY - timedelta(days=1), question="Overdue?")
    a_prediction(desk, TODAY + timedelta(days=100), question="Not yet?")
    given = {"name": "Late", "filter": {"timeliness": ["OVERDUE"], "dueOn": {"from": "2020-01-01"}}}
    saved = mutate("saveSearch", "savedSearch { id name filter savedBy predictions { totalCount nodes { question } } }", **given)[
        "savedSearch"
    ]
    assert (saved["name"], saved["savedBy"]) == ("Late", "local editor")
    assert saved["filter"] == '{"timeliness":["OVERDUE"],"dueOn":{"from":"2020-01-01"}}'
    assert saved["predictions"] == {"totalCount": 1, "nodes": [{"question": "Overdue?"}]}
    again = data(
        "query($filter: PredictionFilter) { predictions(filter: $filter) { totalCount } }", filter=json.loads(saved["filter"])
    )
    assert again["predictions"]["totalCount"] == 1
    listed = "{ savedSearches { nodes { name } } }"
    assert data(listed)["savedSearches"]["nodes"] == [{"name": "Late"}]
    mutate("forgetSearch", "savedSearch { forgottenAt }", savedSearchId=saved["id"], reason="Done.")
    assert data(listed)["savedSearches"]["nodes"] == []
    order = searches.ForgetSearch(saved_search_id=saved["id"], reason="Again.")
    refused(desk, AlreadyForgotten, searches.forget_search, order)


def test_a_filter_that_the_api_refuses_is_not_saved(mutate: Ask, ask: Ask) -> None:  # noqa: F811
    (error,) = mutate("saveSearch", "savedSearch { id }", name="x", filter={"text": "x" * 301})["userErrors"]
    assert error["field"] == ["input", "filter", "text"]
    wrong = 'mutation { saveSearch(input: {name: "x", filter: {colour: "red"}}) { savedSearch { id } } }'
    assert ask(wrong)["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_reader_that_asks_again_and_again_is_slowed_down(desk: Desk) -> None:
    with TestClient(app_of(desk, Limits(rate_cost=200, rate_cost_per_second=1)), base_url=HERE) as client:
        assert [client.get("/feeds/due.ics").status_code for _ in range(3)] == [200, 200, 429]
        assert int(client.get("/feeds/due.ics").headers["retry-after"]) > 90
