"""The claims that are like each statement of a text: the same on both engines, in a number of statements that does not grow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.actions.work import Desk
from claimkb.domain import Claim
from claimkb.store import search
from claimkb.store.search import alike
from tests.builders import a_claim

Told = list[tuple[str, float, list[str]]]


def told(found: Sequence[search.Alike]) -> Told:
    """Write down claims that are alike."""
    return [(each.claim.statement, each.score, each.why) for each in found]


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """Note the statements that a session sends."""
    sent: list[str] = []
    engine = session.get_bind()

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("story")
def test_many_statements_are_compared_as_each_alone_is(desk: Desk) -> None:
    with desk.database.read() as session:
        statements = [*session.scalars(sa.select(Claim.statement).order_by(col(Claim.id))), "?!", "No such zeppelin.", "Astana"]  # type: ignore[call-overload]
        together = search.similar_to_all(session, statements, 5)
        alone = [search.similar(session, each, None, 5) for each in statements]
    assert [told(each) for each in together] == [told(each) for each in alone]
    assert [each[0].claim.statement for each in together[:-3]] == statements[:-3]
    assert together[-3:-1] == [[], []]


@pytest.mark.usefixtures("story")
def test_many_statements_take_no_more_statements_of_sql_than_few(desk: Desk) -> None:
    with desk.database.read() as session:
        statements = list(session.scalars(sa.select(Claim.statement)))  # type: ignore[call-overload]
        session.execute(sa.text("SELECT 1"))
        with counting(session) as of_two:
            search.similar_to_all(session, statements[:2], 5)
        with counting(session) as of_all:
            search.similar_to_all(session, statements * 5, 5)
    assert len(statements) > 50
    assert len(of_two) == len(of_all) == 3


def test_nothing_is_asked_of_no_statements(desk: Desk) -> None:
    with desk.database.read() as session, counting(session) as sent:
        assert search.similar_to_all(session, [], 5) == []
        assert search.similar_to_all(session, ["?!"], 5) == [[]]
    assert sent == []


def test_the_same_words_are_found_however_frequent_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "CANDIDATES", 2)
    first = a_claim(desk, statement="The bridge of the ministry will open in spring.")
    for number in range(4):
        for statement in ("A bridge opens.", "It is open.", "The ministry in spring."):
            a_claim(desk, statement=f"{statement} {number}")
    with desk.database.read() as session:
        (found,) = search.similar_to_all(session, ["In spring the bridge of the ministry will open."], 3)
    assert told(found[:1]) == [(first.statement, 1.0, ["bridge", "ministry", "open", "spring"])]
    assert [each.score for each in found[1:]] == [4 / 7, 4 / 7]


def test_of_what_only_one_frequent_word_finds_the_newest_are_compared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "CANDIDATES", 2)
    made = [a_claim(desk, statement=f"The bridge is {size}.") for size in ("long", "high", "wide")]
    with desk.database.read() as session:
        found = search.similar(session, "Which bridge?", None, 5)
    assert {each.claim.id for each in found} == {each.id for each in made[1:]}


def test_a_claim_is_not_like_itself(desk: Desk) -> None:
    one, other = (a_claim(desk, statement=f"The bridge opens in {when}.") for when in ("May", "June"))
    with desk.database.read() as session:
        assert [each.claim.id for each in search.similar(session, one.statement, one.id, 5)] == [other.id]
