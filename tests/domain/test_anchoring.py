"""A quote has one place in its snapshot, or none."""

import time
import unicodedata
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from claimkb.domain import Snapshot
from claimkb.domain.anchoring import Anchor, Anchors, AnchorStatus, Searched
from claimkb.domain.normal_forms import is_mark, quote_form
from claimkb.domain.refusals import NothingToAnchor, QuoteAmbiguous, QuoteNotFound, QuoteOutside
from claimkb.domain.source import fingerprint
from tests.builders import NOON, TEXT


def a_snapshot(text: str = TEXT, *, kept: bool = True) -> Snapshot:
    return Snapshot(
        source_id=UUID(int=1), captured_at=NOON, sha256=fingerprint(text), length=len(text), text=text if kept else None
    )


def anchor(snapshot: Snapshot | None, exact: str, prefix: str | None, suffix: str | None, start: int | None) -> Anchor:
    return Anchors().place(snapshot, exact, prefix, suffix, start)[0]


def test_a_quote_is_found_by_its_words() -> None:
    assert anchor(a_snapshot(), "Critics doubt it", None, None, None) == Anchor(50, 66, AnchorStatus.EXACT)


def test_typographic_quotes_and_spaces_do_not_matter() -> None:
    text = "He said: “the state’s\n aim – peace”."
    found = anchor(a_snapshot(text), "the state's aim - peace", None, None, None)
    assert text[found.start : found.end] == "the state’s\n aim – peace"


def test_a_quote_that_occurs_twice_needs_what_stands_around_it() -> None:
    with pytest.raises(QuoteAmbiguous, match="occurs 2 times in the snapshot, at 22, 72"):
        anchor(a_snapshot(), "bridge", None, None, None)
    assert anchor(a_snapshot(), "bridge", None, "is long", None).start == 72
    assert anchor(a_snapshot(), "bridge", "said the", None, None).start == 22
    assert anchor(a_snapshot(), "bridge", None, None, 72) == Anchor(72, 78, AnchorStatus.EXACT)


def test_a_quote_that_is_not_there_is_refused_and_never_guessed() -> None:
    with pytest.raises(QuoteNotFound, match="does not occur"):
        anchor(a_snapshot(), "Critics doubted it", None, None, None)
    with pytest.raises(QuoteNotFound):
        anchor(a_snapshot(), "Critics", "because", None, None)


def test_a_wrong_position_is_mended_from_the_words() -> None:
    assert anchor(a_snapshot(), "Critics", None, None, 3) == Anchor(50, 57, AnchorStatus.EXACT)


def test_where_only_the_fingerprint_is_kept_a_position_is_taken_and_words_are_not_placed() -> None:
    bare = a_snapshot(kept=False)
    assert anchor(bare, "Critics", None, None, 50) == Anchor(50, 57, AnchorStatus.EXACT)
    assert anchor(bare, "Critics", None, None, None) == Anchor(None, None, AnchorStatus.NONE)
    with pytest.raises(QuoteOutside):
        anchor(bare, "Critics", None, None, len(TEXT) - 3)


def test_without_a_snapshot_a_quote_is_kept_and_a_position_refused() -> None:
    assert anchor(None, "Critics", None, None, None).status is AnchorStatus.NONE
    with pytest.raises(NothingToAnchor):
        anchor(None, "Critics", None, None, 3)


@pytest.mark.parametrize(
    ("text", "quote", "words"),
    [
        ("Le pape est arrivé.", unicodedata.normalize("NFD", "arrivé"), "arrivé"),
        (unicodedata.normalize("NFD", "Le pape est arrivé."), "arrivé", unicodedata.normalize("NFD", "arrivé")),
        ("The co\u00adop\u00ader\u00ada\u00adtion began.", "cooperation", "co\u00adop\u00ader\u00ada\u00adtion"),
        ("A break\u200bable deal\u200b is near.", "breakable deal", "break\u200bable deal"),
        ("قال \u200fالوزير\u200f نعم", "الوزير", "الوزير"),
        ("He \u202bnamed\u202c it", "He named it", "He \u202bnamed\u202c it"),
        ("The o\ufb03ce \ufb01nds", "office finds", "o\ufb03ce \ufb01nds"),
        ("a well\u2010known fact", "well-known", "well\u2010known"),
        ("it fell to \u22126.5 percent", "-6.5 percent", "\u22126.5 percent"),
        ("Er sagte: „Nein, danke“", '"Nein, danke"', "„Nein, danke“"),
        ("Il a dit «non» hier", "“non”", "«non»"),
        ("O\u02bbzbekiston g\u02bbalaba", "O'zbekiston g’alaba", "O\u02bbzbekiston g\u02bbalaba"),
        ("one\r\ntwo\u00a0three\u2009four", "one two three four", "one\r\ntwo\u00a0three\u2009four"),
        ("and so on…", "so on...", "so on…"),
        ("ＡＢＣ corp", "ABC corp", "ＡＢＣ corp"),
        (unicodedata.normalize("NFD", "한국은 말했다"), "한국은", unicodedata.normalize("NFD", "한국은")),
        ("tiếng Việt", unicodedata.normalize("NFD", "Việt"), "Việt"),
        ("a" * 9000 + " ﬁn " + "b" * 9000, "fin", "ﬁn"),
    ],
)
def test_a_quote_that_a_reader_sees_in_a_text_is_found_in_it(text: str, quote: str, words: str) -> None:
    found = anchor(a_snapshot(text), quote, None, None, None)
    assert text[found.start : found.end] == words
    assert Searched(text).holds(quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (unicodedata.normalize("NFD", "El papá llega"), "El papa"),
        ("El papá llega", "El papa"),
        ("दिल की बात", "दल"),
        ("दाल के दाम", "दा\u0932\u093f"),
        ("दाल के दाम", "द"),
        ("in 10² rooms", "102"),
        ("The Pope", "the Pope"),
        (unicodedata.normalize("NFD", "한국"), "하"),
        ("half a letter e\u0301", "\u0301"),
    ],
)
@pytest.mark.parametrize("start", [None, 0, 3])
def test_another_word_is_not_found(text: str, quote: str, start: int | None) -> None:
    with pytest.raises(QuoteNotFound):
        anchor(a_snapshot(text), quote, None, None, start)
    assert not Searched(text).holds(quote)


def test_half_a_letter_is_not_quoted_wherever_it_is_said_to_stand() -> None:
    text = unicodedata.normalize("NFD", "El papá llega")
    with pytest.raises(QuoteNotFound):
        anchor(a_snapshot(text), "papa", None, None, text.index("papa"))


def test_of_several_places_the_one_nearest_to_the_position_is_meant() -> None:
    text = "the\r\nbridge opens\r\nand the\r\nbridge closes"
    second = text.rindex("bridge")
    sent = text.replace("\r\n", "\n").rindex("bridge")
    assert anchor(a_snapshot(text), "the\nbridge", None, None, sent - 4).start == second - 5
    assert anchor(a_snapshot(text), "the bridge", None, None, 1).start == 0
    assert anchor(a_snapshot(text), "the bridge", None, "opens", second).start == 0


def test_a_position_in_utf_16_names_the_place_that_a_browser_means() -> None:
    text = "\U0001f986" * 8 + " bridge bridge bridge"
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (9, 16, 23)]
    assert units == [17, 24, 31]
    assert [anchor(a_snapshot(text), "bridge", None, None, unit).start for unit in units] == [9, 16, 23]
    assert [anchor(a_snapshot(text), "bridge", None, None, at).start for at in (9, 16, 23)] == [9, 16, 23]
    assert anchor(a_snapshot(text), "bridge", None, None, len(text) + 5).start == 23


def test_a_position_in_the_middle_between_two_places_names_neither() -> None:
    with pytest.raises(QuoteAmbiguous, match="occurs 2 times in the snapshot, at 0, 10"):
        anchor(a_snapshot("up and    up"), "up", None, None, 5)


def test_of_many_places_the_first_five_are_named() -> None:
    with pytest.raises(QuoteAmbiguous, match=r"occurs 7 times in the snapshot, at 0, 2, 4, 6, 8, …\."):
        anchor(a_snapshot("x x x x x x x"), "x", None, None, None)
    assert anchor(a_snapshot("xx " * 5000), "xx", None, None, 7003).start == 7002


Encoding = Literal["NFC", "NFD", "NFKD"]
ENCODINGS: list[Encoding] = ["NFC", "NFD", "NFKD"]


@pytest.mark.parametrize("sign", ["長", "ก", "é", "ﬁ", "\u0915\u093e"])
def test_a_long_text_without_a_space_is_looked_through_like_any_other(sign: str) -> None:
    text = f"{sign * 30_000}\u200bwords{sign * 30_000}"
    found = anchor(a_snapshot(text), f"{sign}words{sign}", None, None, None)
    assert text[found.start : found.end] == f"{sign}\u200bwords{sign}"
    assert anchor(a_snapshot(text), sign, None, None, 30_000 * len(sign) - 1).start == (30_000 - 1) * len(sign)


@given(st.text(st.sampled_from("a \u200b\n\u0301é長"), max_size=60), st.integers(1, 5))
def test_where_a_text_is_cut_does_not_matter(text: str, piece: int) -> None:
    whole = Searched(text)._flat[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("claimkb.domain.anchoring._PIECE", piece)
        assert Searched(text)._flat[0] == whole == quote_form(text)


SCRIPTS = {
    "Latin": "aeéèíñoöçßśźłfiflæ",
    "Cyrillic": "абвгдеёжзийқғұ",
    "Arabic": "ابتثجحخدذرزسشصأإآةىؤئ\u064b\u064e\u0651",
    "Devanagari": "दलमनकखगआइउ\u093e\u093f\u0940\u0947\u094d\u0902\u093c",
    "Korean": "한국은말했다가나",
    "Vietnamese": "ăâđêôơưấềộợữạảãáà",
}
"""Letters and marks of scripts."""

PRINTED = {"fi": "ﬁ", "fl": "ﬂ", "-": "\u2010", '"': "“", "'": "ʻ", "...": "…", " ": "\u00a0"}
"""How a text prints what people type."""


@st.composite
def printed(draw: st.DrawFn) -> tuple[str, str, str]:
    """A passage as somebody types it, the text that prints it, and the words around it."""
    letters = SCRIPTS[draw(st.sampled_from(sorted(SCRIPTS)))]
    a_word = st.text(st.sampled_from(letters), min_size=1, max_size=6).filter(lambda word: not is_mark(word[0]))
    typed = " ".join(draw(st.lists(a_word | st.sampled_from(['"so"', "x-y", "it's", "office", "so..."]), min_size=1, max_size=5)))
    text = unicodedata.normalize(draw(st.sampled_from(ENCODINGS)), typed)
    for plain, sign in PRINTED.items():
        if draw(st.booleans()):
            text = text.replace(plain, sign)
    for unseen in draw(st.lists(st.sampled_from(["\u00ad", "\u200b", "\u200f", "\u2060"]), max_size=3)):
        at = draw(st.integers(1, len(text)))
        text = text[:at] + unseen + text[at:]
    text = draw(st.sampled_from(["\r\n", "\n", "  ", " "])).join(text.split(" "))
    return typed, text, draw(a_word)


@given(printed(), st.integers(0, 3), st.sampled_from(ENCODINGS))
def test_what_is_printed_is_found_as_it_is_typed(passage: tuple[str, str, str], many: int, form: Encoding) -> None:
    typed, text, around = passage
    whole = f"{f'{around}zz ' * many}{text} {around}zz"
    found = anchor(a_snapshot(whole), unicodedata.normalize(form, typed), f"{around}zz" if many else None, f"{around}zz", None)
    assert quote_form(whole[found.start : found.end]) == quote_form(typed)
    assert quote_form(whole[: found.start]) == quote_form(f"{around}zz " * many)
    assert quote_form(whole[found.end :]) == quote_form(f"{around}zz")


@given(printed(), st.data())
def test_another_letter_makes_another_word(passage: tuple[str, str, str], data: st.DataObject) -> None:
    typed, text, _ = passage
    at = data.draw(st.integers(0, len(typed) - 1))
    other = f"{typed[:at]}q{typed[at + 1 :]}"
    assert not Searched(text).holds(other)
    marked = f"{typed}\u0304"
    assert not Searched(text).holds(marked)


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.text(max_size=60))
@example("0", "\u1161", "")
@example("", "\u1100\u1161\u11a8", "\u1161")
def test_any_passage_is_found_where_it_stands(before: str, exact: str, after: str) -> None:
    assume(exact == exact.strip() and quote_form(exact))
    assume(not is_mark(exact[0]) and not is_mark(after[:1] or " "))
    text = f"{before}{exact}{after}"
    assert anchor(a_snapshot(text), exact, None, None, len(before)) == Anchor(
        len(before), len(before) + len(exact), AnchorStatus.EXACT
    )
    try:
        found = anchor(a_snapshot(text), exact, None, None, None)
    except QuoteAmbiguous:
        return
    assert found.start is not None
    assert quote_form(text[found.start : found.end]) == quote_form(exact)


def test_a_letter_that_stands_in_a_million_places_is_found_without_delay() -> None:
    began = time.perf_counter()
    text = "a " * 440_000
    assert Searched(text).find("a", None, None, 600_000).start == 600_000
    assert time.perf_counter() - began < 5


def test_a_quote_of_a_thousand_words_is_looked_for_in_a_long_text_without_delay() -> None:
    began = time.perf_counter()
    with pytest.raises(QuoteNotFound):
        Searched("a " * 440_000).find("a " * 990 + "b", None, None)
    assert time.perf_counter() - began < 5  # a pattern took far longer: text times quote
