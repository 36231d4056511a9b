"""A change that is stopped, at whatever place, is whole or not at all, and whoever asked for it is told which."""

import logging
from collections.abc import Set
from dataclasses import replace
from itertools import count

import pytest

from claimkb.actions.work import Desk
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import TookTooLong
from tests.builders import IS_LONG, as_it_is
from tests.stops import STOPPED, Crashed, after, crash, hooked, stop, stops_of
from tests.verbs import ACTIONS, COMMANDS, TWO_PEOPLE, carry_out, given


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Give a desk at which one person proposes and another confirms."""
    return replace(desk, policy=TWO_PEOPLE)


def last_stopped(desk: Desk, verb: str) -> int:
    """Stop a verb after one of its statements at a time, until it has no more; tell after which the last stop was.

    After each statement; of PostgreSQL's, without CLAIMKB_TEST_LONG=1, after the second and every fourth from there.
    """
    order, before = given(desk, verb), as_it_is(desk)
    numbers = count(1) if IS_LONG or desk.database.is_sqlite else count(2, 4)
    last = 0
    for number in numbers:
        cancellation = Cancellation()
        with after(desk, number, stops_of(desk, cancellation)["stop"]) as was_stopped:
            try:
                carry_out(desk, verb, order, cancellation)
            except TookTooLong:
                assert as_it_is(desk) == before, f"{verb} is half done where it is stopped after statement {number}"
                last = number
                continue
        assert not was_stopped(), f"{verb} is said to be done where it is stopped after statement {number}"
        assert as_it_is(desk) != before, f"{verb} is said to be done, and nothing has changed"
        return last
    raise AssertionError


def test_there_is_an_order_for_every_verb() -> None:
    assert set(COMMANDS) == set(ACTIONS)


@pytest.mark.campaign
def test_a_verb_that_is_stopped_after_any_of_its_statements_leaves_everything_as_it_was(two: Desk) -> None:
    found = {verb: last_stopped(two, verb) for verb in COMMANDS}
    assert min(found.values()) >= 2  # the record and its revision


def test_a_change_that_crashes_or_loses_its_connection_after_any_statement_leaves_everything_as_it_was(two: Desk) -> None:
    order, before = given(two, "move_due_date"), as_it_is(two)
    for way in ("crash", "lose")[: 1 if two.database.is_sqlite else 2]:
        for number in range(1, 9):
            stop = stops_of(two, Cancellation())[way]
            with after(two, number, stop) as was_stopped, pytest.raises(STOPPED):
                carry_out(two, "move_due_date", order)
            assert was_stopped()
            assert as_it_is(two) == before
    carry_out(two, "move_due_date", order)


@pytest.mark.campaign
def test_a_verb_that_is_stopped_in_its_commit_is_what_it_is_said_to_be(two: Desk) -> None:
    """SQLite's commit is let be. PostgreSQL's can still be cancelled, and then it says so."""
    for verb in COMMANDS:
        order, cancellation, before = given(two, verb), Cancellation(), as_it_is(two)
        with hooked(two, "commit", stops_of(two, cancellation)["stop"]):
            try:
                carry_out(two, verb, order, cancellation)
            except TookTooLong:
                assert not two.database.is_sqlite
                assert as_it_is(two) == before
            else:
                assert as_it_is(two) != before


def test_a_verb_that_is_stopped_after_its_commit_is_said_to_be_done(two: Desk) -> None:
    order, cancellation, before = given(two, "record_claimant"), Cancellation(), as_it_is(two)
    two.database.on_commit.append(lambda _: stop(cancellation))
    carry_out(two, "record_claimant", order, cancellation)
    assert as_it_is(two) != before


def test_a_change_that_crashes_as_its_commit_begins_leaves_everything_as_it_was_and_the_next_one_is_made(two: Desk) -> None:
    order, before = given(two, "record_claimant"), as_it_is(two)
    with hooked(two, "commit", crash), pytest.raises(Crashed):
        carry_out(two, "record_claimant", order)
    assert as_it_is(two) == before
    assert carry_out(two, "record_claimant", order).version == 1


def test_what_crashes_where_a_commit_is_told_of_does_not_make_the_change_undone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Set[type]] = []

    def fail(_: Set[type]) -> None:
        raise ZeroDivisionError

    desk.database.on_commit += [fail, told.append]
    order, before = given(desk, "record_claimant"), as_it_is(desk)
    with caplog.at_level(logging.ERROR, "claimkb"):
        assert carry_out(desk, "record_claimant", order).version == 1
    assert as_it_is(desk) != before
    assert len(told) == 1
    assert "ZeroDivisionError" in caplog.text
