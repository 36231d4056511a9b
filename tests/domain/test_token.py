"""A token is taken apart strictly, and let in only while it is in force."""

import contextlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain import Account, Token, token
from claimkb.domain.access import TokenRefused
from claimkb.domain.permissions import Role
from claimkb.domain.source import fingerprint
from claimkb.domain.token import Shown
from tests.builders import NOON

RANDOM = bytes(range(37))
ADA = Account(id=UUID(int=1), name="Ada", role=Role.EDITOR)


def issued(random: bytes = RANDOM) -> Token:
    """Issue a token that is good until today."""
    told = {"name": "n", "account_id": ADA.id, "scopes": "READ RESOLVE", "expires_on": NOON.date()}
    return token.issue(random, id=UUID(int=2), **told)


def shown(secret: str | None) -> Shown:
    """Read a token."""
    assert secret is not None
    return token.read(secret)


def test_a_token_has_a_mark_a_prefix_and_a_secret() -> None:
    assert issued().secret.get_secret_value() == "ckb_aaaqeayeculqeayeculq"[:12] + "_BQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQ"
    assert issued().secret_hash == fingerprint("BQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQ")


@given(st.binary(min_size=37, max_size=37))
def test_what_was_issued_is_let_in(random: bytes) -> None:
    made = issued(random)
    actor = token.admit(shown(made.secret.get_secret_value()), (made, ADA), NOON)
    assert (actor.name, actor.account_id, actor.token_id) == ("Ada", ADA.id, made.id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ckb",
        "ckb_",
        "ckb__",
        "ckb_aaaaaaaa",
        "ckb_aaaaaaaa_",
        "CKB_aaaaaaaa_x",
        "ghp_aaaaaaaa_x",
        "ckb_é_x",
        "ckb_a_" + "x" * 100,
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        token.read(text)


@given(st.text(max_size=120))
def test_any_text_is_a_token_or_refused(text: str) -> None:
    with contextlib.suppress(TokenRefused):
        assert len(token.read(text).secret_hash) == 64


def test_another_secret_with_the_same_prefix_is_refused_like_an_unknown_prefix() -> None:
    made = issued()
    guessed = Shown(made.prefix, fingerprint("guess"))
    for found in ((made, ADA), None):
        with pytest.raises(TokenRefused):
            token.admit(guessed, found, NOON)
    with pytest.raises(TokenRefused):
        token.admit(Shown("", fingerprint("")), None, NOON)


def test_a_token_works_until_its_last_day_is_over() -> None:
    made = issued()
    midnight = NOON.replace(hour=23, minute=59)
    assert token.admit(shown(made.secret.get_secret_value()), (made, ADA), midnight).name == "Ada"
    with pytest.raises(TokenRefused):
        token.admit(shown(made.secret.get_secret_value()), (made, ADA), midnight + timedelta(minutes=1))


def test_a_year_is_the_usual_time() -> None:
    assert token.last_day(None, date(2026, 11, 23)) == date(2027, 11, 23)
