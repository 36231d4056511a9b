"""Where date phrases stand in a text, what their sums say, and what is none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.date_phrases import Cue, DatePhrase, due_readings, find_dates
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis

FRIDAY = date(2026, 11, 27)
SEVENTH = date(2025, 11, 7)


def one(text: str, said_on: date | None = FRIDAY, language: str = "en", country: str | None = None) -> DatePhrase:
    """Return the only phrase of a text."""
    (phrase,) = find_dates(text, said_on, language, country)
    return phrase


def texts(text: str, language: str = "en") -> list[str]:
    return [phrase.text for phrase in find_dates(text, FRIDAY, language) if not phrase.is_past and phrase.readings[0].due_on]


def test_a_phrase_stands_where_the_text_has_it() -> None:
    text = "The bridge will open in May 2028, and the road by the end of 2029."
    assert [(text[each.start : each.end], each.cue) for each in find_dates(text, FRIDAY, "en")] == [
        ("in May 2028", Cue.IN),
        ("by the end of 2029", Cue.BY),
    ]


def test_twelve_days_are_added_in_words() -> None:
    reading = one("in twelve days", SEVENTH).readings[0]
    assert (reading.due_on, reading.due_from) == (date(2025, 11, 19), date(2025, 11, 19))
    assert reading.reasoning == "7 November 2025 + 12 days = 19 November 2025"
    assert (reading.bound, reading.basis, reading.precision) == (DueBound.WITHIN, DueBasis.DERIVED, DatePrecision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "It came twelve days before the prince is planned to visit.",
        "The visit follows twelve days after this.",
        "On 7 November the accord was announced; the visit follows twelve days later.",
        "The visit follows twelve days after the 7 November announcement.",
    ],
)
def test_an_event_so_many_days_from_another_has_a_day(text: str) -> None:
    reading = find_dates(text, SEVENTH, "en")[-1].readings[0]
    assert reading.due_on == date(2025, 11, 19)
    assert "7 November 2025 + 12 days = 19 November 2025" in reading.reasoning


def test_a_printed_day_is_stated_and_any_other_is_derived() -> None:
    assert one("by 31 March 2027").readings[0].basis is DueBasis.STATED
    assert one("by 31 March").readings[0].basis is DueBasis.DERIVED
    assert one("in 2030").readings[0].basis is DueBasis.STATED
    assert one("in early 2030").readings[0].basis is DueBasis.DERIVED


def test_not_before_is_due_on_the_day_before() -> None:
    reading = one("not before 2030").readings[0]
    assert (reading.bound, reading.due_on, reading.due_from) == (DueBound.NOT_BEFORE, date(2029, 12, 31), None)


def test_a_date_of_digits_without_a_country_has_no_day_and_says_which_two_it_may_be() -> None:
    first, *others = one("on 11/12/2026").readings
    assert first.due_on is None
    assert "11 December 2026 or 12 November 2026" in first.reasoning
    assert [each.due_on for each in others] == [date(2026, 12, 11), date(2026, 11, 12)]


def test_next_friday_has_two_readings_in_the_week_before() -> None:
    assert [each.due_on for each in one("next Friday", date(2026, 11, 23)).readings] == [date(2026, 12, 4), FRIDAY]
    assert [each.due_on for each in one("next Friday").readings] == [date(2026, 12, 4)]


@pytest.mark.parametrize("text", ["soon", "after the election", "in the coming weeks"])
def test_what_has_no_day_is_looked_at_again_after_180_days(text: str) -> None:
    assert one(text).readings[0].review_on == FRIDAY + timedelta(days=180)
    assert one(text, None).readings[0].review_on is None


@pytest.mark.parametrize("text", ["next week", "in two years", "by May", "this Friday", "tomorrow"])
def test_what_counts_from_the_day_of_speaking_needs_it(text: str) -> None:
    reading = one(text, None).readings[0]
    assert reading.due_on is None
    assert "which is not known" in reading.reasoning
    assert one("by 31 March 2027", None).readings[0].due_on == date(2027, 3, 31)


@pytest.mark.parametrize("text", ["in 2018", "last year", "two years ago", "since 2023", "yesterday", "on 1 May 2020"])
def test_what_is_over_is_past(text: str) -> None:
    assert one(text).is_past


@pytest.mark.parametrize(
    "text",
    [
        "It may close for three months.",
        "A debate of four hours ended.",
        "They will march and it may rain.",
        "It cost $2030 and weighs 2030kg, or 2,030 of them.",
        "The score was 3-1; see page 12.",
        "For the first time in five years it rose.",
        "It rose by 2030 euros.",
        "A 23-year-old won.",
    ],
)
def test_amounts_durations_and_words_that_look_like_dates_are_none(text: str) -> None:
    assert texts(text) == []


def test_a_paragraph_ends_a_phrase() -> None:
    assert texts("It opens in May\n\n2028 was better") == ["in May"]
    assert texts("It opens by the end\nof 2028") == ["by the end\nof 2028"]


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("d’ici le 31 décembre", "fr", date(2026, 12, 31)),
        ("d'ici le 31 decembre", "fr", date(2026, 12, 31)),
        ("d'ici le 31 de\u0301cembre".replace("de\u0301", "de\u0301"), "fr", date(2026, 12, 31)),
        ("by\u00a031\u00a0December\u200f", "en", date(2026, 12, 31)),
        ("by ３１ December", "en", date(2026, 12, 31)),
        ("BY 31 DECEMBER", "en", date(2026, 12, 31)),
        ("by the end of 2026–27", "en", date(2027, 3, 31)),
    ],
)
def test_the_forms_of_letters_digits_and_dashes_do_not_matter(text: str, language: str, day: date) -> None:
    assert one(text, FRIDAY, language, "GB").readings[0].due_on == day


@pytest.mark.parametrize("text", ["by 30 February 2027", "in 3050", "by 0999", "in week 54 of 2027"])
def test_a_day_that_is_none_gives_no_date_and_says_so(text: str) -> None:
    reading = one(text).readings[0]
    assert reading.due_on is None
    assert reading.reasoning.startswith("No date: ")


def test_of_a_language_without_tables_nothing_is_found() -> None:
    assert find_dates("tulevaisuudessa 2030", FRIDAY, "fi") == []
    assert [each.due_on for each in due_readings("2030", FRIDAY, "fi")] == [date(2030, 12, 31)]


@pytest.mark.parametrize(
    ("text", "due_from", "due_on", "bound"),
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31), DueBound.WITHIN),
        ("2027-Q2", date(2027, 4, 1), date(2027, 6, 30), DueBound.WITHIN),
        ("2025-07-01/2026-06-30", date(2025, 7, 1), date(2026, 6, 30), DueBound.WITHIN),
        ("next quarter", date(2027, 1, 1), date(2027, 3, 31), DueBound.WITHIN),
        (" may ", date(2027, 5, 1), date(2027, 5, 31), DueBound.WITHIN),
        ("by the end of next quarter", None, date(2027, 3, 31), DueBound.BY),
        ("in twelve days", date(2026, 12, 9), date(2026, 12, 9), DueBound.WITHIN),
    ],
)
def test_a_typed_phrase_is_read_with_its_cue_or_without(text: str, due_from: date | None, due_on: date, bound: DueBound) -> None:
    reading = due_readings(text, FRIDAY, "en")[0]
    assert (reading.due_from, reading.due_on, reading.bound) == (due_from, due_on, bound)


@pytest.mark.parametrize("text", ["", "hello", "it opens in May", "by May or so", "2030 2030"])
def test_what_is_not_one_phrase_has_no_reading(text: str) -> None:
    assert due_readings(text, FRIDAY, "en") == []


WORDS = """in by of the next last week Friday May 31 2030 2027 - / first half quarter fy 27 d ici fin mars à в году 30 February
before end early century 9999 0000 29 days years ago a twenty five 1er , . T1 Q3 season 12:30 until"""
PIECES = st.sampled_from([*WORDS.split(), "\n\n"])


@given(
    text=st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)),
    said_on=st.none() | st.dates(),
    language=st.sampled_from(["en", "fr", "ru"]),
    country=st.sampled_from([None, "US", "GB", "NP", "AU", "??"]),
)
def test_any_text_is_read_without_a_crash(text: str, said_on: date | None, language: str, country: str | None) -> None:
    for phrase in find_dates(text, said_on, language, country):
        assert text[phrase.start : phrase.end] == phrase.text
        assert phrase.readings
        for reading in phrase.readings:
            assert reading.reasoning
            assert (reading.due_on is None) == (reading.due is None) == (reading.basis is None)
            assert reading.first is None or (reading.last is not None and reading.first <= reading.last)
    due_readings(text, said_on, language, country)


@pytest.mark.parametrize(
    "piece", ["2030 ", "by ", "in ", "next ", "9", "\n", "the ", "in the ", "May ", "in 2031 ", "語", "'", "."]
)
def test_a_megabyte_of_anything_ends(piece: str) -> None:
    assert len(find_dates(piece * (1_000_000 // len(piece)), FRIDAY, "en")) < 5000
