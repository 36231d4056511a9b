"""Words give one due date, or are refused with what to write."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain import due_words
from claimkb.domain.dates import EARLIEST, LATEST, DatePrecision, parse_due
from claimkb.domain.deadline import DueBound
from claimkb.domain.due_words import DayOutOfReach, NoDateWords, NoDayInWords, NoWordsOfDates, SeveralDatesInWords
from claimkb.domain.prediction import Due, DueBasis, due
from claimkb.domain.refusals import Refusal

SAID = date(2026, 11, 29)
ENGLISH = ["en"]


def refusal(words: str, said_on: date | None = SAID, country: str | None = None) -> Refusal:
    """See words refused."""
    with pytest.raises(Refusal) as refused:
        due_words.meant(words, said_on, ENGLISH, country)
    return refused.value


def test_words_give_the_fields_of_a_prediction() -> None:
    words = "by the end of next quarter"
    fields = due_words.fields_of(words, due_words.meant(words, SAID, ENGLISH, None))
    assert fields.pop("due_reasoning").startswith("the quarter of 29 November 2026 + 1 quarter = Q1 2027")
    assert fields == {
        "due_on": date(2027, 3, 31),
        "due_precision": DatePrecision.QUARTER,
        "bound": DueBound.BY,
        "due_text": words,
        "due_basis": DueBasis.DERIVED,
    }


def test_a_span_has_its_first_day_too_whatever_its_bound() -> None:
    fields = due_words.fields_of("by mid-2027", due_words.meant("by mid-2027", SAID, ENGLISH, None))
    assert (fields["due_from"], fields["due_on"], fields["due_precision"]) == (date(2027, 5, 1), date(2027, 8, 31), "SPAN")


def test_words_that_may_mean_several_dates_are_refused_with_each_and_how_to_write_it() -> None:
    refused = refusal("11/12/2026")
    assert type(refused) is SeveralDatesInWords
    for said in ("on 2026-12-11 (printed: 11 December 2026; write 2026-12-11)", "write 2026-11-12"):
        assert said in str(refused)
    assert due_words.meant("11/12/2026", SAID, ENGLISH, "US").due_on == date(2026, 11, 12)


def test_vague_words_are_refused_with_a_review_date() -> None:
    refused = refusal("soon")
    assert type(refused) is NoDayInWords
    assert str(refused).endswith("Give a review date, such as 2027-05-28.")


def test_words_that_count_from_a_day_are_refused_without_one() -> None:
    assert type(refusal("by the end of next quarter", None)) is NoDayInWords
    assert due_words.meant("by the end of 2027", None, ENGLISH, None).due_on == date(2027, 12, 31)


@pytest.mark.parametrize("words", ["blah", "", "the bridge", "2030 2030", "x" * 300])
def test_what_is_no_date_is_refused_with_examples(words: str) -> None:
    refused = refusal(words)
    assert type(refused) is NoDateWords
    assert "by the end of next quarter" in str(refused)


def test_each_language_is_tried_and_a_certain_one_first() -> None:
    assert due_words.meant("d'ici fin 2027", SAID, due_words.preferring(None), None).due_on == date(2027, 12, 31)
    assert due_words.preferring("fr")[0] == "fr"
    assert sorted(due_words.preferring("fr")) == due_words.preferring(None)


def test_a_language_without_words_of_dates_is_refused_by_name() -> None:
    assert due_words.language_of("en-GB") == "en"
    assert due_words.language_of(None) is None
    with pytest.raises(NoWordsOfDates, match="in the language tlh yet, only in en, fr"):
        due_words.language_of("tlh")


@pytest.mark.parametrize("day", [date.min, date.max, EARLIEST - timedelta(days=1), LATEST + timedelta(days=1)])
def test_a_day_near_the_end_of_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(DayOutOfReach):
        due_words.check_day("said_on", day)


@pytest.mark.parametrize(
    "text", ["2027-Q2", "2025-11-19", "2024-07-01/2025-06-30", "2020s", "November 2025", "2025-11-31", "2011-12", "7"]
)
def test_a_date_in_numbers_is_never_taken_for_words(text: str) -> None:
    assert due_words.is_written(text)


@pytest.mark.parametrize("text", ["by 2027", "next quarter", "11/12/2026", "Q2 2027", "soon"])
def test_words_are_no_date_in_numbers(text: str) -> None:
    assert not due_words.is_written(text)


WORDS = st.sampled_from(["by the end of", "in", "before", "not before", "early", "mid-", "next", "this", "within", "until"])
UNITS = st.sampled_from(
    ["2027", "quarter", "year", "100 days", "spring 2027", "the decade", "9999 years", "fiscal 2027", "March", "Friday"]
)


@given(WORDS, UNITS, st.dates(EARLIEST, LATEST), st.sampled_from([None, "US", "GB", "AU"]))
def test_what_is_read_can_be_recorded_and_written_again(words: str, unit: str, said_on: date, country: str | None) -> None:
    for reading in due_words.readings(f"{words} {unit}", said_on, ENGLISH, country):
        meant = reading.due
        if meant is not None:
            assert due(meant.due_on, meant.due_from, meant.precision) == meant
            again = parse_due(due_words.written(meant))
            assert Due(again.first, again.last, again.precision) == meant
