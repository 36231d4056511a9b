"""The marks stand where they say, the measures count what they say, and the rules keep what they have reached."""

from functools import cache
from itertools import pairwise

import pytest

from claimkb.domain.suggesting import Passage, Quote, Suggested, SuggestionKind
from tests.text.marks import SETS, Marked, Statement, Trap, texts
from tests.text.scoring import (
    ANCHORS,
    CLAIMANT,
    FISCAL,
    INVENTED,
    LAST_DAY,
    LIES_ON,
    MEASURES,
    NAMED,
    ONE_EACH,
    PHRASES,
    PRECISION,
    TRAPS,
    Measure,
    Score,
    score_of,
    score_text,
    sentence_around,
)

REACHED: dict[str, dict[Measure, float]] = {
    "development": {measure: float(not measure.is_most) for measure in MEASURES},
    "own": {
        LIES_ON: 1.0,
        ONE_EACH: 0.97,
        PRECISION: 1.0,
        TRAPS: 0.0,
        LAST_DAY: 0.98,
        FISCAL: 1.0,
        PHRASES: 1.0,
        INVENTED: 0.0,
        NAMED: 0.96,
        CLAIMANT: 0.93,
        ANCHORS: 1.0,
    },
    "fresh": {
        LIES_ON: 1.0,
        ONE_EACH: 0.98,
        PRECISION: 1.0,
        TRAPS: 0.0,
        LAST_DAY: 1.0,
        FISCAL: 1.0,
        PHRASES: 1.0,
        INVENTED: 0.0,
        NAMED: 0.97,
        CLAIMANT: 0.98,
        ANCHORS: 1.0,
    },
}
"""What the rules have reached on each set.

Where they get better, a number here goes up; where it would go down, a rule broke something.
"""


def marks_of(marked: Marked) -> list[Statement | Trap]:
    return [*marked.statements, *marked.traps]


@cache
def measured(of_set: str) -> Score:
    return score_of(of_set)


@pytest.mark.parametrize("of_set", SETS)
@pytest.mark.parametrize("measure", [each for each in MEASURES if each.must is not None], ids=lambda each: each.name)
def test_the_rules_keep_what_they_have_reached(of_set: str, measure: Measure) -> None:
    """`make measure-text` prints what was missed."""
    share, reached = measured(of_set).share(measure), REACHED[of_set][measure]
    assert share <= reached if measure.is_most else share >= reached


@pytest.mark.parametrize("of_set", SETS)
def test_every_mark_stands_where_it_says(of_set: str) -> None:
    for marked in texts(of_set):
        for mark in marks_of(marked):
            assert marked.text[mark.start : mark.end] == mark.quote, marked.name
        for statement in marked.statements:
            assert (statement.due_words or "") in statement.quote, marked.name
            assert statement.days.last is None or statement.days.last >= marked.said_on, marked.name


@pytest.mark.parametrize("of_set", SETS)
def test_no_trap_lies_on_a_statement(of_set: str) -> None:
    for marked in texts(of_set):
        places = sorted((mark.start, mark.end) for mark in marks_of(marked))
        assert all(end <= start for (_, end), (start, _) in pairwise(places)), marked.name


def suggested(marked: Marked, start: int, end: int) -> Suggested:
    """Make a suggestion that lies on a place of a text, and says no more."""
    passage = Passage(marked.text[start:end], start, end)
    words = passage.exact[:20]
    quote = Quote(words, start, start + len(words), marked.text[:start][-40:], marked.text[start + len(words) :][:40])
    return Suggested(passage, passage, quote, SuggestionKind.FORECAST, None, None, None, None, ("test",), 1.0)


def counts(marked: Marked, *places: tuple[int, int]) -> dict[Measure, tuple[int, int]]:
    """Score suggestions on these places of a text."""
    score = Score()
    score_text(score, marked, [suggested(marked, *place) for place in places])
    return {measure: (score.true[measure], score.of[measure]) for measure in MEASURES}


@pytest.fixture(name="council")
def a_text() -> Marked:
    return next(marked for marked in texts("development") if marked.name == "council")


def test_suggestions_on_all_statements_find_all_of_them(council: Marked) -> None:
    found = counts(council, *((each.start, each.end) for each in council.statements))
    assert found[LIES_ON] == found[ONE_EACH] == found[PRECISION] == found[ANCHORS] == (9, 9)
    assert found[TRAPS] == (0, 8)


def test_what_names_no_day_and_nobody_is_wrong_where_there_is_one(council: Marked) -> None:
    found = counts(council, *((each.start, each.end) for each in council.statements))
    assert found[LAST_DAY] == (0, 7)
    assert found[INVENTED] == (0, 2)
    assert found[CLAIMANT] == (0, 6)
    assert found[NAMED] == (0, 4)


def test_one_suggestion_for_two_statements_lies_on_both_and_is_one(council: Marked) -> None:
    one, other = council.statements[:2]
    found = counts(council, (one.start, other.end))
    assert (found[LIES_ON], found[ONE_EACH]) == ((2, 9), (1, 9))


def test_a_suggestion_on_a_trap_takes_it_and_is_a_false_one(council: Marked) -> None:
    trap = council.traps[0]
    found = counts(council, (trap.start, trap.end))
    assert (found[TRAPS], found[PRECISION], found[LIES_ON]) == ((1, 8), (0, 1), (0, 9))


def test_a_quote_that_stands_elsewhere_is_counted(council: Marked) -> None:
    wrong = suggested(council, 0, 20)
    score = Score()
    moved = Quote(wrong.quote.exact, 1, 21, wrong.quote.prefix, wrong.quote.suffix)
    score_text(score, council, [Suggested(**(vars(wrong) | {"quote": moved}))])
    assert [miss.reason for miss in score.misses if miss.measure == ANCHORS] == [
        "verbatim False, once True, of seven words at most True"
    ]


def test_a_sentence_is_cut_out_without_asking_the_rules(council: Marked) -> None:
    assert sentence_around(council.text, council.statements[4]).strip() == council.statements[4].quote + "."


def test_phrases_and_fiscal_years_are_measured() -> None:
    score = measured("development")
    assert (score.of[PHRASES], score.of[FISCAL]) == (171, 8)
