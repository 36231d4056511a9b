"""Words, searches and likeness."""

import html
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.wording import Wanted, asked, fold, likeness, snippet, telling, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Élysée, ÇA!", ["elysee", "ca"]),
        ("Қазақстан Ёлка Й", ["қазақстан", "елка", "и"]),
        ("it's 12,000 well-known D.C.", ["its", "12", "000", "well", "known", "d", "c"]),
        ("Straße Łódź Ærø", ["strasse", "lodz", "aero"]),
        ("_under_score 🦆", ["under", "score"]),
        ("", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("crown prince", [Wanted(("crown",)), Wanted(("prince",))]),
        ('"crown prince" -visit', [Wanted(("crown", "prince"), whole=True), Wanted(("visit",), excluded=True)]),
        ('-"crown prince"', [Wanted(("crown", "prince"), excluded=True, whole=True)]),
        ('"open', [Wanted(("open",), whole=True)]),
        ("well-known", [Wanted(("well", "known"), whole=True)]),
        ("- -- \" *", []),
    ],
)  # fmt: skip
def test_a_search_is_read(query: str, wanted: list[Wanted]) -> None:
    assert asked(query) == wanted


def test_a_snippet_begins_before_the_first_hit_and_is_short() -> None:
    text = " ".join(f"w{number}" for number in range(200))
    assert snippet(text, "w100").startswith("…w88 ")
    assert "<mark>w100</mark>" in snippet(text, "w100")
    assert len(words(re.sub("<.*?>", "", snippet(text, "w100")))) == 40


@given(st.text(max_size=200), st.text(max_size=40))
def test_a_snippet_is_escaped_and_says_nothing_that_is_not_in_the_text(text: str, query: str) -> None:
    bare = snippet(text, query).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert html.unescape(bare).strip("…") in text or "…" in text


def test_folding_twice_is_folding_once_for_every_letter() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isalnum()]
    assert len(letters) > 130_000
    assert [letter for letter in letters if fold(fold(letter)) != fold(letter)] == []


@given(st.text(max_size=60))
def test_the_words_of_words_are_the_same(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text(max_size=60))
def test_words_are_the_same_however_their_accents_are_encoded(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_a_snippet_marks_a_word_whose_accents_are_characters_of_their_own() -> None:
    assert snippet(unicodedata.normalize("NFD", "A naïve café."), "naive") == unicodedata.normalize(
        "NFD", "A <mark>naïve</mark> café."
    )


@given(st.frozensets(st.text(min_size=1)), st.frozensets(st.text(min_size=1)))
def test_likeness_is_the_same_both_ways_and_whole_for_the_same(one: frozenset[str], other: frozenset[str]) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == (1.0 if one else 0.0)


def test_words_that_say_nothing_do_not_count_unless_there_are_no_others() -> None:
    assert telling("The bridge will be in the north") == {"bridge", "north"}
    assert telling("to be or not to be") == {"to", "be", "or", "not"}
