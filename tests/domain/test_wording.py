"""Words, searches and likeness."""

import html
import re
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimkb.domain.normal_forms import fold, words
from claimkb.domain.wording import Sought, Wanted, asked, likeness, telling


def snippet(text: str, query: str) -> str:
    """Show where a text answers a search."""
    return Sought(query).snippet(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Élysée, ÇA!", ["elysee", "ca"]),
        ("Қазақстан Ёлка Й", ["қазақстан", "елка", "и"]),
        ("it's 12,000 well-known D.C.", ["its", "12000", "well", "known", "d", "c"]),
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


def first_of(text: str, query: str) -> int | None:
    """Tell at which word of a text its first hit is: word by word, as slowly as it takes."""
    folded, wanted = words(text), [each for each in asked(query) if not each.excluded]
    for place in range(len(folded)):
        for each in wanted:
            there = tuple(folded[place : place + len(each.words)])
            if there == each.words or (each.begins and there[0].startswith(each.words[0])):
                return place
    return None


STATEMENTS = ("le", "pont", "élysée", "Crown", "prince", "y", "—", "STRASSE", "straße", "12,", "d'or", "(x)", "Қасым", "мост")
ASKED = (
    "le",
    "pont",
    '"crown prince"',
    "pri",
    "y",
    "-y",
    "strasse",
    '"12 d\'or"',
    "élys",
    "қас",
    "мост",
    '"le pont"',
    "crownprince",
)


@settings(deadline=None)
@example(315, ["le", "—", "pont"], ['"le pont"'])
@example(315, ["le", *["—"] * 150, "pont"], ['"le pont"'])
@example(320, ["le", *["—"] * 600, "pont"], ['"le pont"'])
@example(300, ["y"] * 80 + ["le", *["—"] * 100, "pont"], ['"le pont"'])
@given(st.integers(0, 1500), st.lists(st.sampled_from(STATEMENTS), max_size=90), st.lists(st.sampled_from(ASKED), max_size=4))
def test_the_first_hit_is_shown_wherever_in_a_long_text_it_stands(many: int, texts: list[str], asked_for: list[str]) -> None:
    text, query = "bridge " * many + " ".join(texts), " ".join(asked_for)
    shown, first = snippet(text, query), first_of(text, query)
    if first is None:
        assert "<mark>" not in shown
    else:
        before, _, after = shown.partition("<mark>")
        assert words(html.unescape(before)) == words(text)[max(0, first - 12) : first]
        assert words(html.unescape(after.partition("</mark>")[0]))[0] == words(text)[first]


def test_a_word_of_a_thousand_letters_is_shown_whole() -> None:
    long = "漢" * 1000
    assert snippet(f"before {long}字 after", f"{long[:200]}") == f"before <mark>{long}字</mark> after"


def test_ten_different_things_are_marked_however_many_are_asked_for() -> None:
    text = " ".join("abcdefghijklmnopqrstuvwxyz")
    assert snippet(text, text + text).count("<mark>") == 1
    assert snippet(text, f"{text} {text}").removeprefix("<mark>").partition("</mark>")[0] == "a b c d e f g h i j"


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
