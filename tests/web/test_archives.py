"""A reader that missed what is new walks back through the archives of a feed, and sees each entry once (RFC 5005, section 4)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from claimkb.actions import outcomes
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Flag
from claimkb.domain.account import Actor
from claimkb.domain.flag import FlagLevel
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.graphql.limits.settings import Limits
from tests.builders import IS_LONG, NOON, Clock, a_claim, a_claimant, a_feed_key, a_prediction, an_account, do, flagged, resolved

PUBLIC = "https://claims.example.org"
FLAGS = f"{PUBLIC}/feeds/flags.atom"


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of the whole application, under an address of its own."""
    with TestClient(app_of(desk, Limits(), address=PUBLIC), base_url="http://127.0.0.1") as client:
        yield client


def document(client: TestClient, address: str) -> Any:
    """Read a document of a feed as a feed reader does."""
    answer = client.get(address.removeprefix(PUBLIC))
    assert answer.status_code == 200, answer.text
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version) == (False, "atom10")
    return read


def links(read: Any) -> dict[str, str]:
    """List the links of a document by what they lead to."""
    return {link.rel: link.href for link in read.feed.links}


def walk(client: TestClient, address: str = FLAGS, between: Callable[[], object] = lambda: None) -> list[Any]:
    """Read a feed and all of its archives, and see that each says what it is."""
    documents = [document(client, address)]
    while earlier := links(documents[-1]).get("prev-archive"):
        between()
        documents.append(document(client, earlier))
        assert links(documents[-1])["self"] == earlier
        assert links(documents[-1])["current"] == documents[-1].feed.id == documents[0].feed.id
        assert "fh_archive" in documents[-1].feed
        assert len(documents[-1].entries) <= 1_000
    return documents


def ids(documents: list[Any]) -> list[str]:
    """List the entries of documents by their ids."""
    return [entry.id for each in documents for entry in each.entries]


def noticed(desk: Desk, *days: int) -> set[str]:
    """Write flags, as many on each day as given, the first on the day of the desk's clock; give their ids."""
    prediction = a_prediction(desk)
    flags = [
        Flag(
            id=desk.new_id(),
            prediction_id=prediction.id,
            level=FlagLevel.OVERDUE,
            due_on=desk.today() - timedelta(days=7 + back + 20 * index),
            noticed_at=desk.now() - timedelta(days=back, seconds=index // 3),
        )
        for back, count in enumerate(days)
        for index in range(count)
    ]
    with desk.database.write() as session:
        rows = [{name: getattr(flag, name) for name in Flag.model_fields} for flag in flags]
        session.execute(sa.insert(Flag), rows)
    return {flag.id.urn for flag in flags}


def test_sixty_flags_of_one_run_are_all_in_the_feed(desk: Desk, client: TestClient) -> None:
    for _ in range(60):
        a_prediction(desk)
    assert flagged(desk) == 60
    (only,) = walk(client)
    assert len(set(ids([only]))) == 60
    assert links(only) == {"self": FLAGS}
    assert "fh_archive" not in only.feed


@pytest.mark.campaign
def test_each_of_thousands_of_flags_is_seen_once(desk: Desk, client: TestClient) -> None:
    written = noticed(desk, 3, 20, 60, 0, 2_345, 1, 49, 1_000, 7)
    documents = walk(client)
    assert Counter(ids(documents)) == Counter(written)
    assert [len(each.entries) for each in documents] == [83, 1_000, 1_000, 345, 50, 1_000, 7]
    ends = [links(each).get("prev-archive", "").removeprefix(f"{FLAGS}?before=") for each in documents]
    assert [ends[0], *ends[3:]] == ["2026-11-21", "2026-11-19", "2026-11-17", "2026-11-16", ""]
    assert ends[1:3] == [
        documents[1].entries[-1].id.removeprefix("urn:uuid:"),
        documents[2].entries[-1].id.removeprefix("urn:uuid:"),
    ]


@pytest.mark.campaign
def test_what_is_new_meanwhile_changes_no_archive(desk: Desk, client: TestClient) -> None:
    written = noticed(desk, 1_200 if IS_LONG else 60, 80, 80)
    before = walk(client)
    seen = walk(client, between=lambda: noticed(desk, 5))
    assert Counter(ids(seen)) == Counter(written)
    assert [each.entries for each in before] == [each.entries for each in seen]
    after = ids(walk(client))
    assert len(after) == len(set(after)) > len(written)


def test_an_archive_stays_the_same_to_the_letter(desk: Desk, client: TestClient) -> None:
    noticed(desk, 30, 30, 30)
    earlier = links(document(client, FLAGS))["prev-archive"]
    assert earlier == f"{FLAGS}?before=2026-11-22"
    first = client.get(earlier.removeprefix(PUBLIC))
    noticed(desk, 40)
    again = client.get(earlier.removeprefix(PUBLIC), headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_an_archive_is_about_what_its_feed_is_about(desk: Desk, client: TestClient) -> None:
    minister = a_claimant(desk)
    for day in range(3):
        desk_on = replace(desk, clock=Clock(NOON - timedelta(days=day)))
        for _ in range(30):
            a_prediction(desk_on, claim=a_claim(desk_on, voice="REPORTED", claimant_id=minister.id))
            a_prediction(desk_on)
        flagged(desk_on)
    documents = walk(client, f"{FLAGS}?claimant={minister.id}")
    assert [len(each.entries) for each in documents] == [60, 30]
    assert {entry.author for each in documents for entry in each.entries} == {"The minister"}
    assert links(documents[1])["self"] == f"{FLAGS}?claimant={minister.id}&before=2026-11-22"


def test_no_link_of_an_archive_holds_the_key(desk: Desk, client: TestClient) -> None:
    noticed(desk, 30, 30)
    key = a_feed_key(desk, an_account(desk, "Bob", "READER")).secret.get_secret_value()
    noticed(desk, 0, 0, 30)
    newest = document(client, f"{FLAGS}?key={key}")
    earlier = links(newest)["prev-archive"]
    assert earlier == f"{FLAGS}?before=2026-11-22"
    assert client.get(earlier.removeprefix(PUBLIC)).status_code == 401
    answer = client.get(f"{earlier}&key={key}".removeprefix(PUBLIC))
    assert (answer.status_code, key in answer.text) == (200, False)
    assert len(document(client, f"{earlier}&key={key}").entries) == 30


def test_an_empty_feed_is_of_today(client: TestClient) -> None:
    assert document(client, FLAGS).feed.updated == "2026-11-23T00:00:00+00:00"
    assert document(client, f"{FLAGS}?before=2020-02-02").feed.updated == "2020-02-02T00:00:00+00:00"


def test_an_outcome_is_told_when_it_comes_to_stand_and_again_when_it_is_superseded(sqlite_desk: Desk) -> None:
    clock = Clock()
    desk = replace(sqlite_desk, clock=clock, policy=Policy(two_person_rule=True))
    address = "/feeds/outcomes.atom"
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
        prediction = a_prediction(desk, actor=Actor("Ada", Role.EDITOR))
        outcome = resolved(desk, prediction)
        assert document(client, address).entries == []
        clock.go(days=9)
        do(desk, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=outcome.id), Actor("Bob", Role.EDITOR))
        (entry,) = document(client, address).entries
        assert (entry.id, entry.updated, entry.summary) == (outcome.id.urn, "2026-12-02T12:00:00+00:00", "It is open.")
        clock.go(days=1)
        order = outcomes.ReopenPrediction(prediction_id=prediction.id, reason="It shut again.")
        do(desk, outcomes.reopen_prediction, order)
        (entry,) = document(client, address).entries
        assert (entry.id, entry.updated) == (outcome.id.urn, "2026-12-03T12:00:00+00:00")
        assert entry.summary == "It is open. Superseded: It shut again."
