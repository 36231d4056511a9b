"""The codes of a second factor: which are right, when, and how often."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from claimkb.domain import second_factor
from claimkb.domain.access import CodeNotOfThisSecret, CodeRefused, HasSecondFactor, NoSecondFactor, SetUpSecondFactor
from claimkb.domain.account import Account, AccountKind
from claimkb.domain.permissions import Role
from claimkb.domain.policy import USUAL, Policy
from tests.builders import NOON, code_at

OF_THE_RFC = b"12345678901234567890"
"""The secret of RFC 6238, appendix B."""

SECRET = SecretStr(base64.b32encode(OF_THE_RFC).decode())
RANDOM = bytes(range(120))


def an_account(**given: Any) -> Account:
    """Make an account."""
    return Account(name="Ada", role=Role.EDITOR, **{"kind": AccountKind.PERSON, **given})


def ready() -> Account:
    """Make an account that has a second factor, set up an hour before noon."""
    account, before = an_account(), NOON - timedelta(hours=1)
    second_factor.set_up(account, SECRET, SecretStr(code_at(SECRET, before)), RANDOM, before)
    return account


def is_taken(account: Account, code: str, now: datetime = NOON) -> bool:
    """Show a code; tell whether it was taken."""
    try:
        second_factor.take_code(account, SecretStr(code), now)
    except CodeRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    account = an_account()
    second_factor.set_up(account, SECRET, SecretStr(code), RANDOM, datetime.fromtimestamp(seconds, UTC))
    assert account.second_factor_step == seconds // 30


@given(st.integers(-4, 4), st.integers(0, 29))
def test_a_code_counts_for_half_a_minute_and_the_ones_around_it(steps: int, second: int) -> None:
    now = NOON + timedelta(seconds=second)
    assert is_taken(ready(), code_at(SECRET, NOON + timedelta(seconds=30 * steps)), now) == (abs(steps) <= 1)


@given(st.lists(st.integers(-1, 1), min_size=1, max_size=8))
def test_no_code_is_taken_twice_nor_one_before_it(drifts: list[int]) -> None:
    account, taken = ready(), -2
    for drift in drifts:
        code = code_at(SECRET, NOON + timedelta(seconds=30 * drift))
        assert is_taken(account, code) == (drift > taken)
        taken = max(taken, drift)


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "abcdef", "٢٨٧٠٨٢", "-", "0" * 5000])
def test_what_is_no_code_is_refused(code: str) -> None:
    account = ready()
    before = account.model_dump()
    assert not is_taken(account, code)
    assert account.model_dump() == before


def test_a_code_is_taken_with_spaces_in_it() -> None:
    code = code_at(SECRET, NOON)
    assert is_taken(ready(), f" {code[:3]} {code[3:]}")


def test_each_recovery_code_is_good_for_once() -> None:
    account, before = an_account(), NOON - timedelta(hours=1)
    codes = second_factor.set_up(account, SECRET, SecretStr(code_at(SECRET, before)), RANDOM, before)
    assert len({each.get_secret_value() for each in codes}) == second_factor.RECOVERY_CODES == account.recovery_codes_left
    assert codes[0].get_secret_value() == "aaaq-eaye-auda-ocaj-bifq-ydio"
    for left, code in zip(range(7, -1, -1), codes, strict=True):
        assert is_taken(account, code.get_secret_value().upper().replace("-", " "))
        assert not is_taken(account, code.get_secret_value())
        assert account.recovery_codes_left == left == len((account.recovery_hashes or "").split())
    assert not is_taken(account, "")


def test_without_a_second_factor_no_code_is_asked_for() -> None:
    assert is_taken(an_account(), "")


@pytest.mark.parametrize("secret", ["", "A", SECRET.get_secret_value().lower(), SECRET.get_secret_value() * 2, "0" * 32, "é" * 32])
def test_what_is_no_secret_is_not_set_up(secret: str) -> None:
    account = an_account()
    with pytest.raises(CodeNotOfThisSecret):
        second_factor.set_up(account, SecretStr(secret), SecretStr("287082"), RANDOM, NOON)
    assert not second_factor.is_set_up(account)


def test_one_that_is_there_is_taken_away_before_another_is_set_up() -> None:
    account = ready()
    with pytest.raises(HasSecondFactor):
        second_factor.set_up(account, SECRET, SecretStr(code_at(SECRET, NOON)), RANDOM, NOON)
    second_factor.take_away(account)
    assert account.model_dump() == an_account().model_dump()
    with pytest.raises(NoSecondFactor):
        second_factor.take_away(account)


def test_where_the_desk_wants_one_a_person_needs_it_and_a_program_does_not() -> None:
    second_factor.check_is_set_up(an_account(), USUAL)
    second_factor.check_is_set_up(ready(), Policy(second_factor=True))
    second_factor.check_is_set_up(an_account(kind=AccountKind.PROGRAM), Policy(second_factor=True))
    with pytest.raises(SetUpSecondFactor):
        second_factor.check_is_set_up(an_account(), Policy(second_factor=True))


def test_an_app_takes_the_secret_over_from_an_address() -> None:
    address = second_factor.address_of(SECRET, "Ada Lovelace")
    assert address == f"otpauth://totp/claimkb:Ada%20Lovelace?secret={SECRET.get_secret_value()}&issuer=claimkb"
