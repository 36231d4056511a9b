"""Passwords: what is kept of one, and which are refused."""

import unicodedata

import pytest
from pydantic import SecretStr

from claimkb.domain import password
from claimkb.domain.access import PasswordTooLong, PasswordTooPlain, PasswordTooShort

WORDS = "quatre mots à moi"


def hashed(given: str, salt: bytes) -> SecretStr:
    return password.hashed(SecretStr(given), salt)


def is_right(given: str, kept: SecretStr | None) -> bool:
    return password.is_right(SecretStr(given), kept)


@pytest.mark.usefixtures("slow_passwords")
def test_what_is_kept_is_argon2id_as_rfc_9106_advises_where_memory_is_scarce() -> None:
    kept = hashed(WORDS, bytes(16)).get_secret_value()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert WORDS not in kept


def test_the_same_password_is_right_however_its_letters_are_composed_and_no_other_is() -> None:
    kept = hashed(WORDS, b"0123456789abcdef")
    assert is_right(unicodedata.normalize("NFD", WORDS), kept)
    assert not is_right(WORDS.upper(), kept)
    assert not is_right(f"{WORDS} ", kept)
    assert not is_right("", kept)


def test_nothing_is_right_where_none_is_kept_or_it_is_too_long_to_be_one() -> None:
    assert not is_right(WORDS, None)
    assert not is_right("", None)
    assert not is_right("x" * 201, hashed("x" * 201, bytes(16)))


def test_two_salts_give_two_hashes() -> None:
    assert hashed(WORDS, b"0" * 16) != hashed(WORDS, b"1" * 16)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ("", PasswordTooShort),
        ("fourteen signs", PasswordTooShort),
        ("x" * 201, PasswordTooLong),
        ("ababababababababab", PasswordTooPlain),
        ("AbCdEaBcDeAbCdEaBc", PasswordTooPlain),
        ("passwordpassword1", PasswordTooPlain),
        ("123456123456123", PasswordTooPlain),
        ("qwertyuiopasdfgh", PasswordTooPlain),
        ("tulip7tulip7tulip7", PasswordTooPlain),
        ("ada lovelace 2026!", PasswordTooPlain),
    ],
)
def test_what_is_easy_to_guess_is_refused(given: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        password.check_new(SecretStr(given), "Ada Lovelace")


@pytest.mark.parametrize("given", ["fifteen signs!!", "x" * 194 + "ghijkl", "пять слов подряд"])
def test_what_is_long_enough_is_taken(given: str) -> None:
    password.check_new(SecretStr(given), "Ada Lovelace")
