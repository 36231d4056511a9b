"""Which spellings of a text are erased, what stays, and what is cut anew from a blanked text."""

import pytest

from claimkb.domain.account import Actor
from claimkb.domain.erasure import BLANK, Erasure, OwnName, TooFewSigns, Words, ask, check, cut
from claimkb.domain.permissions import Role

ROOT = Actor("Root", Role.ADMIN)


@pytest.mark.parametrize(
    ("text", "said", "blanked"),
    [
        ("Ada Lovelace", "Ada Lovelace wrote.", f"{BLANK * 12} wrote."),
        ("ada lovelace", "ADA\n LOVELACE’s", f"{BLANK * 13}’s"),
        ("Ada Lovelace", "Ada\u00a0Love\u00adlace", BLANK * 13),
        ("José", "JOSE\u0301, Josef, Jose", f"{BLANK * 5}, Josef, Jose"),
        ("Jose", "Jos\u00e9, Jose\u0301, JOSE", f"Jos\u00e9, Jose\u0301, {BLANK * 4}"),
        ("O'Brien", "O’Brien, O'Brien's", f"{BLANK * 7}, {BLANK * 7}'s"),
        ("Ann", "Anna, Ann-Marie, Joann", f"Anna, {BLANK * 3}-Marie, Joann"),
        ("C++ Dev", "c++ dev", BLANK * 7),
        ("+49 30 1234", "Call +49 30 1234!", f"Call {BLANK * 11}!"),
        ("李小龍", "說李小龍先生", f"說{BLANK * 3}先生"),
        ("ann.lee@example.org", "to ann.lee@example.org.", f"to {BLANK * 19}."),
        (".*x.*y.*", "anything", "anything"),
    ],
)
def test_a_text_is_blanked_in_every_spelling_and_character_by_character(text: str, said: str, blanked: str) -> None:
    assert Words(text).blank(said) == blanked
    assert len(blanked) == len(said)


@pytest.mark.parametrize(
    ("address", "blanked"),
    [
        ("https://example.org/ada-lovelace/1", f"https://example.org/{BLANK * 12}/1"),
        ("https://example.org/?q=Ada%20Lovelace", f"https://example.org/?q={BLANK * 14}"),
        ("https://example.org/about_ada_lovelace", f"https://example.org/about_{BLANK * 12}"),
        ("https://example.org/adalovelaces", "https://example.org/adalovelaces"),
    ],
)
def test_in_an_address_signs_stand_for_spaces(address: str, blanked: str) -> None:
    assert Words("Ada Lovelace").blank(address, is_address=True) == blanked


def test_letters_of_an_address_may_be_percent_encoded() -> None:
    assert Words("José Ruiz").blank("https://e.org/jos%c3%a9-ruiz", is_address=True) == f"https://e.org/{BLANK * 14}"


def test_a_database_looks_for_the_longest_run_of_plain_letters() -> None:
    assert [Words(text).run for text in ("Ada Lovelace", "Öztürk", "Ivo É", "Иван 2020")] == ["Lovelace", None, "Ivo", "2020"]


@pytest.mark.parametrize("text", ["", "  ", "A", "a b", "—…!", "ab."])
def test_a_text_with_fewer_than_three_letters_is_refused(text: str) -> None:
    with pytest.raises(TooFewSigns, match="at least 3 letters or digits"):
        check(Words(text), "r", ROOT)


def test_whoever_issued_the_token_is_not_erased_by_it() -> None:
    with pytest.raises(OwnName, match="let another administrator do it"):
        check(Words("Ada"), "r", Actor("Importer", Role.ADMIN, token_issued_by="Ada"))


def test_a_text_prints_nothing_of_itself() -> None:
    words = Words("Ada Lovelace")
    erasure = ask(words, "r", ROOT, "00")
    assert "Ada" not in repr(words) + str(words) + repr(erasure)


def test_a_waiting_erasure_knows_the_same_text_by_its_salt() -> None:
    erasure = ask(Words("Ada  LOVELACE"), "r", ROOT, "00")
    assert [erasure.is_of(Words(text)) for text in ("ada lovelace", "Ada Lovelac")] == [True, False]
    assert ask(Words("ada lovelace"), "r", ROOT, "01").fingerprint != erasure.fingerprint
    assert not Erasure(reason="r", asked_by="Root", characters=12).is_of(Words("ada lovelace"))


def quote(exact: str | None, prefix: str | None, suffix: str | None, start: int | None) -> dict[str, object]:
    """Write the anchor of a quote."""
    end = None if start is None else start + len(exact or "")
    return {"quote_exact": exact, "quote_prefix": prefix, "quote_suffix": suffix, "quote_start": start, "quote_end": end}


@pytest.mark.parametrize(
    ("anchor", "new"),
    [
        (quote("said so", "lovelace ", ". It", 13), {"quote_prefix": f"{BLANK * 8} "}),
        (quote("lovelace said", "da ", " so", 4), {"quote_exact": f"{BLANK * 8} said", "quote_prefix": f"{BLANK * 2} "}),
        (quote("said so", "Charles ", ". It", 13), {}),
        (quote("Ada", None, None, None), {}),
        (quote("It", None, None, 22), {}),
    ],
)
def test_quotes_are_cut_anew_where_they_stood(anchor: dict[str, object], new: dict[str, str]) -> None:
    text = "Ada lovelace said so. It is."
    blanked = f"{BLANK * 3} {BLANK * 8} said so. It is."
    assert cut(anchor, text, blanked) == new
