"""The question and the criteria of a suggestion say what its due date says."""

from dataclasses import replace
from datetime import date

import pytest

from claimkb.domain.date_phrases import DueReading
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis
from claimkb.domain.suggesting import Passage, Quote, Suggested, SuggestionKind
from claimkb.domain.suggesting.proposal import criteria_of, question_of
from claimkb.domain.target import Comparator, Target

SAID = Passage("the ferry\nwill sail", 0, 19)
SUGGESTED = Suggested(SAID, SAID, Quote("sail", 15, 19, "", ""), SuggestionKind.FORECAST, None, None, None, None, (), 1.0)
LAST, FIRST = date(2027, 5, 31), date(2027, 3, 1)
BY = DueReading(LAST, None, DatePrecision.DAY, DueBound.BY, DueBasis.STATED, "printed")


@pytest.mark.parametrize(
    ("reading", "question", "criteria"),
    [
        (BY, "Does this come true by 31 May 2027", "YES if it has come true by 31 May 2027; NO if it has not."),
        (
            replace(BY, due_from=FIRST, bound=DueBound.WITHIN),
            "Does this come true from 1 March 2027 to 31 May 2027",
            "YES if it comes true from 1 March 2027 to 31 May 2027; NO if it does not.",
        ),
        (
            replace(BY, due_from=LAST, bound=DueBound.WITHIN),
            "Does this come true on 31 May 2027",
            "YES if it comes true on 31 May 2027; NO if it does not.",
        ),
        (
            replace(BY, bound=DueBound.NOT_BEFORE),
            "Does this hold up to 31 May 2027",
            "YES if it has not happened by 31 May 2027; NO if it has.",
        ),
        (
            replace(BY, due_on=None, review_on=LAST),
            "Does this come true",
            "YES once it has come true. No day is named: it is looked at again on 31 May 2027.",
        ),
        (None, "Does this come true", "YES once it has come true. No day is named: it is looked at again on its review date."),
    ],
)
def test_question_and_criteria_say_how_the_due_date_binds(reading: DueReading | None, question: str, criteria: str) -> None:
    assert question_of(SUGGESTED, reading) == f"{question}: “the ferry will sail”?"
    assert criteria_of(reading, None) == criteria


def test_criteria_have_the_number_in_words() -> None:
    target = Target(comparator=Comparator.AT_LEAST, value="400", unit="homes")
    assert criteria_of(BY, target).startswith("The number is at least 400 homes. YES if ")


def test_a_long_statement_is_cut_in_its_question() -> None:
    said = replace(SUGGESTED, statement=Passage("x" * 5000, 0, 5000))
    assert len(question_of(said, BY)) < 1000
    assert question_of(said, None).endswith("x…”?")
