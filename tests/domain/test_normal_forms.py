"""What looks the same is the same: words, names, addresses and quotes in their normal form."""

import re
import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.normal_forms import (
    address_form,
    check_can_be_seen,
    filter_form,
    fold,
    indexable,
    name_form,
    probably_same,
    quote_form,
    words,
)
from claimkb.domain.normal_forms.quotes import PERHAPS_TYPESET, PLAIN

UNSEEN = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u2060", "\ufeff", "\ufe0f")


def words_form(text: str) -> str:
    return " ".join(words(text))


FORMS = [words_form, name_form, filter_form, quote_form]
ALIKE = ((0x3400, 0xA000), (0xAC01, 0xD7A4), (0x17000, 0x18D00), (0x20000, 0x2F800), (0x30000, 0xE0000))
"""From where to where all signs are of one sort: ideographs and syllables."""
SIGNS = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs") and not any(first <= code < end for first, end in ALIKE)
]
WRITING = st.text(
    st.sampled_from("aé'’ʻ-–.,0159 \u00a0\u202flLdDß İıŁﬁ…«„दला\u093f\u094d\u093cةىأابلوو\u0640\u064e٤٢한ㅎệơ²½" + "".join(UNSEEN))
)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_form_is_the_same_for_every_sign(form: Callable[[str], str]) -> None:
    assert [sign for sign in SIGNS if form(form(sign)) != form(sign)] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_the_same_however_a_sign_is_encoded(form: Callable[[str], str]) -> None:
    composed = [sign for sign in SIGNS if unicodedata.decomposition(sign)]
    assert [sign for sign in composed if form(unicodedata.normalize("NFD", sign)) != form(sign)] == []
    assert [sign for sign in composed if form(unicodedata.normalize("NFC", sign)) != form(sign)] == []


@pytest.mark.parametrize("form", FORMS)
@given(text=WRITING | st.text())
def test_a_form_of_a_form_is_the_same_for_every_text(form: Callable[[str], str], text: str) -> None:
    assert form(form(text)) == form(text)


@pytest.mark.parametrize("form", FORMS)
@given(text=WRITING | st.text(), unseen=st.sampled_from(UNSEEN), at=st.integers(0, 40))
def test_a_form_is_the_same_with_what_cannot_be_seen(form: Callable[[str], str], text: str, unseen: str, at: int) -> None:
    assert form(text[:at] + unseen + text[at:]) == form(text)
    assert form(unicodedata.normalize("NFD", text)) == form(unicodedata.normalize("NFC", text)) == form(text)


@pytest.mark.parametrize("form", [words_form, name_form, filter_form])
@given(text=st.text(st.sampled_from("aéßıłæo'-. дğşœжёΣσς한ा\u093f"), max_size=30))
def test_a_form_is_the_same_in_every_case(form: Callable[[str], str], text: str) -> None:
    assert form(text.casefold()) == form(text)
    assert form(text.lower()) == form(text)


def test_folding_a_letter_twice_is_folding_it_once() -> None:
    assert [sign for sign in SIGNS if fold(fold(sign)) != fold(sign)] == []


def test_the_usual_letters_of_alphabets_are_plain() -> None:
    assert [sign for sign in SIGNS if not PERHAPS_TYPESET.match(sign) and PLAIN[ord(sign)] != sign] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("दाल के दाम बढ़े हैं।", ["दाल", "के", "दाम", "बढ़े", "हैं"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("ไม่ ไม้", ["ไม่", "ไม้"]),
        ("カ ガ", ["カ", "カ\u3099"]),
        ("l’électricité dell'acqua d‘or qu'il jusqu'à", ["electricite", "acqua", "or", "il", "a"]),
        ("l'l'eau s'il.d'un", ["eau", "il", "un"]),
        ("it's O'Brien rock'n'roll O\u02bbzbek the dogs' 'tis", ["its", "obrien", "rocknroll", "ozbek", "the", "dogs", "tis"]),
        ("l' d'", ["l", "d"]),
        ("القاهرة القاهره", ["قاهره", "قاهره"]),
        ("على علي", ["علي", "علي"]),
        ("أحمد إحمد آحمد احمد", ["احمد", "احمد", "احمد", "احمد"]),
        ("والسد للسد سد", ["سد", "سد", "سد"]),
        ("الألماني ألماني", ["ماني", "ماني"]),
        ("محـــمد مُحَمَّد محمد", ["محمد", "محمد", "محمد"]),
        ("۴۲ ٤٢ ４２ 42", ["42", "42", "42", "42"]),
        ("کتاب كتاب", ["كتاب", "كتاب"]),
        ("6.5 6,5 ٦٫٥ -6.5%", ["6.5", "6.5", "6.5", "6.5"]),
        ("12,000 12.000 12\u00a0000 12\u202f000 12'000 12000", ["12000"] * 6),
        ("1,234.5 1.234,5 1,234,567.89", ["1234.5", "1234.5", "1234567.89"]),
        ("0.125 12 000 1,2,3 7.11.2024 v1.2.3 6.5kg", "0.125 12 000 1 2 3 7 11 2024 v1 2 3 6 5kg".split()),  # noqa: SIM905
        ("in 2024. 5 people, 3.", ["in", "2024", "5", "people", "3"]),
        ("soft\u00adhyphen zero\u200bwidth می\u200cخواهم", ["softhyphen", "zerowidth", "ميخواهم"]),
        ("ﬁnance ½ m²", ["finance", "1", "2", "m2"]),
        ("U.S. e-mail and/or", ["u", "s", "e", "mail", "and", "or"]),
    ],
)
def test_words_are_those_that_a_reader_takes_for_the_same(text: str, found: list[str]) -> None:
    assert words(text) == [unicodedata.normalize("NFD", each) for each in found]


@pytest.mark.parametrize(
    "same",
    [
        ("Müller", "MÜLLER", "Mu\u0308ller", "Mül\u00adler", " Müller ", "Müller\u200b", "ＭÜLLER"),
        ("Kassym-Jomart Tokayev", "Kassym\u2011Jomart\u00a0Tokayev", "Kassym‑Jomart  Tokayev"),
        ("O'Brien", "O’Brien", "O\u02bcBrien", "O´Brien"),
        ("Straße", "STRASSE"),
        ("Ministry “Water”", 'Ministry "Water"', "ministry «water»"),
        ("محمد", "محـمد", "\u200fمحمد"),
    ],
)  # fmt: skip
def test_names_that_look_the_same_are_the_same(same: tuple[str, ...]) -> None:
    assert {name_form(each) for each in same} == {name_form(same[0])}


@pytest.mark.parametrize(
    ("one", "other"), [("José", "Jose"), ("Müller", "Mueller"), ("दाल", "दिल"), ("Ann Lee", "Annlee"), ("10²", "10")]
)
def test_names_that_look_otherwise_are_others(one: str, other: str) -> None:
    assert name_form(one) != name_form(other)


@pytest.mark.parametrize("same", [("Étienne", "etienne", "ETIENNE"), ("Қасым", "қасым"), ("İsmail", "ismail", "ISMAIL"), ("O’Brien", "o'brien")])  # fmt: skip
def test_a_filter_looks_for_letters_without_accents_and_case(same: tuple[str, ...]) -> None:
    assert {filter_form(each) for each in same} == {filter_form(same[0])}


@pytest.mark.parametrize("name", ["\u200b", "\u00ad\u2060", "\u3164", " \u2800 "])
def test_a_name_of_which_nothing_can_be_seen_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Nothing of this can be seen"):
        check_can_be_seen(name)


@pytest.mark.parametrize("sign", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"])
def test_a_name_that_turns_what_follows_is_refused(sign: str) -> None:
    with pytest.raises(ValueError, match=rf"holds U\+{ord(sign):04X}, which turns"):
        check_can_be_seen(f"{sign}Ann")


@pytest.mark.parametrize("name", ["Ann", "محمد\u200f", "می\u200cخواهم", "José"])
def test_a_name_that_can_be_seen_is_as_it_was_given(name: str) -> None:
    assert check_can_be_seen(name) == name


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("HTTPS://News.Example:443/a", "https://news.example/a"),
        ("http://news.example:80", "http://news.example/"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example/%34%7euser/%e9", "https://news.example/4~user/%E9"),
        ("https://news.example/x/../a/./b", "https://news.example/a/b"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://xn--bcher-kva.example/%C3%A4", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a#:~:text=visit", "https://news.example/a"),
        ("https://news.example/#!/a", "https://news.example/#!/a"),
        ("https://news.example/a?utm_source=x&id=7&fbclid=y", "https://news.example/a?id=7"),
        ("https://news.example/a?UTM_Medium=x&&", "https://news.example/a"),
        ("https://news.example/a?source=wire&eid=3&session=2", "https://news.example/a?source=wire&eid=3&session=2"),
        ("https://news.example/a?b=%20c&a=1", "https://news.example/a?b=%20c&a=1"),
        ("http://[::FFFF]/", "http://[::ffff]/"),
        ("https://999.999.999.999/", "https://999.999.999.999/"),
    ],
)
def test_addresses_of_one_page_are_one(address: str, form: str) -> None:
    assert address_form(address) == form
    assert address_form(form) == form


def test_with_another_scheme_or_a_slash_at_the_end_it_is_probably_the_same() -> None:
    assert probably_same("https://news.example/a?id=7") == [
        "http://news.example/a/?id=7",
        "http://news.example/a?id=7",
        "https://news.example/a/?id=7",
    ]
    assert probably_same("https://news.example") == ["http://news.example", "http://news.example/", "https://news.example"]


HOSTS = st.sampled_from(["news.example", "NEWS.example", "bücher.example"])


@given(HOSTS, st.text(st.sampled_from("ab/.%é~-_ ?&=+"), max_size=20))
def test_the_form_of_an_address_is_an_address_of_that_form(host: str, rest: str) -> None:
    form = address_form(f"https://{host}/{rest}")
    assert address_form(form) == form
    assert form not in probably_same(form)


@given(st.text())
def test_a_form_fits_an_index_however_long_the_text_is(text: str) -> None:
    assert indexable(text) == text
    assert re.fullmatch("[0-9a-f]{64}", indexable(f"{text}{'é' * 501}"))
    assert len(name_form("\ufdfa" * 300).encode()) == 64
