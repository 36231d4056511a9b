"""Where do sentences begin and end?"""

import pytest

from claimkb.domain.suggesting.sentences import sentences


def split(text: str, language: str = "en") -> list[str]:
    return [each.exact for each in sentences(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Hale met J. R. Stone of the U.S. Senate at 5 p.m. in St. Ives.",
        "It rose by 3.5 points, see No. 5 of the report.",
        "It will open … soon, they say.",
        "Is it over? asked nobody.",
    ],
)
def test_a_sentence_is_not_cut_where_a_stop_ends_none(text: str) -> None:
    assert split(text) == [text]


def test_a_stop_ends_a_sentence_with_the_quotes_and_brackets_that_it_closes() -> None:
    assert split('He said: "We will." (So did she.) Nobody came.') == ['He said: "We will."', "(So did she.)", "Nobody came."]


def test_an_abbreviation_may_end_a_sentence_before_a_word_that_begins_one() -> None:
    assert split("It closed at 5 p.m. The market fell.") == ["It closed at 5 p.m.", "The market fell."]


def test_no_before_a_word_is_an_answer_and_before_a_number_is_none() -> None:
    assert split("No. There is none. It is No. 5.") == ["No.", "There is none.", "It is No. 5."]


def test_french_quotation_marks_close_a_sentence() -> None:
    assert split("« Rien ne changera. » M. Roche a souri.", "fr") == ["« Rien ne changera. »", "M. Roche a souri."]


def test_headings_and_items_end_with_their_line() -> None:
    assert split("Plans for 2027\n\n- a bridge\n- a school\nBoth will open.") == [
        "Plans for 2027",
        "- a bridge",
        "- a school",
        "Both will open.",
    ]


def test_a_line_that_is_broken_because_it_is_full_goes_on() -> None:
    text = "The minister said on Friday that the bridge over the river will be\nopened in June, and that nobody has to pay."
    assert split(text) == [text]


def test_the_full_stops_of_other_scripts_end_sentences() -> None:
    assert split("将来会。好的。") == ["将来会。", "好的。"]
    assert split("هل هذا صحيح؟ نعم.", "ar") == ["هل هذا صحيح؟", "نعم."]


def test_signs_alone_are_no_sentence() -> None:
    assert split("… ! *** \n\n — \n") == []


def test_a_sentence_that_does_not_end_is_cut_at_a_space() -> None:
    found = split("word " * 2000)
    assert max(map(len, found)) < 1600
    assert sum(map(len, found)) > 9900
