"""How due dates bind, and from when on an answer can be known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.dating import AnswerNotLater, AnswerOfNothing, BoundOfNothing
from claimkb.domain.deadline import Deadline, DueBound, check_answer_from, check_bound, later

FIRST, LAST = date(2030, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)
DAYS = st.integers(0, 6).map(lambda number: FIRST + number * DAY)


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    """Draw a deadline within a week."""
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Deadline(last, first, draw(st.sampled_from(DueBound)))


@pytest.mark.parametrize(
    ("bound", "before", "within", "after"),
    [
        (DueBound.BY, "in time", "in time", "late"),
        (DueBound.WITHIN, "early", "in time", "late"),
        (DueBound.NOT_BEFORE, "early", "early", "in time"),
    ],
)
def test_a_bound_says_what_is_early_and_what_is_late(bound: DueBound, before: str, within: str, after: str) -> None:
    held_to = Deadline(LAST, FIRST, bound)
    for day, stands in ((FIRST - DAY, before), (FIRST, within), (LAST, within), (LAST + DAY, after)):
        said = {"early": held_to.is_early(day), "late": held_to.is_late(day), "in time": held_to.is_in_time(day)}
        assert [name for name, holds in said.items() if holds] == [stands]


@given(deadlines(), deadlines())
def test_a_deadline_is_met_by_all_of_another_if_every_day_in_time_by_that_is_in_time_by_it(one: Deadline, other: Deadline) -> None:
    days = [FIRST + number * DAY for number in range(-3, 12)]
    in_time = all(one.is_in_time(day) for day in days if other.is_in_time(day))
    if DueBound.NOT_BEFORE not in (one.bound, other.bound):
        assert one.is_met_by_all_of(other) == in_time
    elif one.bound is other.bound:  # what did not happen up to a day did not happen before it
        assert one.is_met_by_all_of(other) == (one.due_on <= other.due_on)
    else:
        assert not one.is_met_by_all_of(other)


def test_an_answer_is_wanted_after_the_later_day() -> None:
    assert Deadline(LAST, answer_from=LAST + DAY).ends_on == LAST + DAY
    assert Deadline(LAST).ends_on == LAST
    assert (later(LAST, LAST + DAY), later(LAST, None), later(None, None)) == (LAST + DAY, LAST, None)


def test_an_answer_day_is_after_a_due_date() -> None:
    check_answer_from(None, None)
    check_answer_from(LAST + DAY, LAST)
    with pytest.raises(AnswerOfNothing):
        check_answer_from(LAST, None)
    with pytest.raises(AnswerNotLater, match="2030-12-31 is not after the due date 2030-12-31"):
        check_answer_from(LAST, LAST)


def test_without_a_due_date_nothing_is_bound() -> None:
    check_bound(DueBound.BY, None)
    check_bound(DueBound.WITHIN, LAST)
    with pytest.raises(BoundOfNothing):
        check_bound(DueBound.NOT_BEFORE, None)
