"""What is asked for beside a password: a code of six digits that an app computes anew each half minute (TOTP, RFC 6238).

Who has lost the app shows a recovery code instead: each of 120 random bits, of which the SHA-256 is kept, and good for once.
"""

import base64
import hmac
import re
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from claimkb.domain.access import CodeNotOfThisSecret, CodeRefused, HasSecondFactor, NoSecondFactor, SetUpSecondFactor
from claimkb.domain.account import Account, AccountKind
from claimkb.domain.policy import Policy
from claimkb.domain.source import fingerprint

if TYPE_CHECKING:
    from pyotp import TOTP

ISSUER = "claimkb"
"""The issuer that an app shows beside the code."""

SECRET_BYTES = 20
"""As long as what HMAC-SHA-1 gives (RFC 4226, 4, R6)."""

STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""Which half minutes count, beside the one that it is: clocks of telephones are not exact, and typing takes a while."""

RECOVERY_CODES = 8
RECOVERY_BYTES = 15
GROUP = 4


def written(secret: bytes) -> SecretStr:
    """Write a new secret as apps take it, in Base32."""
    return SecretStr(base64.b32encode(secret).decode())


_SECRET = re.compile(r"[A-Z2-7]{32}")
"""A secret of that length in Base32."""


def is_secret(text: SecretStr) -> bool:
    """Tell whether a text is written as a new secret is."""
    return _SECRET.fullmatch(text.get_secret_value()) is not None


def _codes(secret: SecretStr) -> "TOTP":
    """Make the generator of a secret's codes."""
    from pyotp import TOTP

    return TOTP(secret.get_secret_value(), interval=STEP_SECONDS)


def address_of(secret: SecretStr, name: str) -> str:
    """Write the address by which an app takes a secret over, from a QR code."""
    address: str = _codes(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    return address


def _step_of(secret: SecretStr, code: str, now: datetime, taken: int | None) -> int | None:
    """Find the half minute of which a code is, later than the one of the last code that was taken; None if it is of none."""
    codes, this = _codes(secret), int(now.timestamp()) // STEP_SECONDS
    steps = [step for step in (this + drift for drift in DRIFT) if taken is None or step > taken]
    return next((step for step in steps if hmac.compare_digest(code, codes.at(step * STEP_SECONDS))), None)


def recovery_codes(random: bytes) -> list[SecretStr]:
    """Write recovery codes for a person to keep, in groups of letters and digits that cannot be taken for one another."""
    parts = [random[at : at + RECOVERY_BYTES] for at in range(0, RECOVERY_CODES * RECOVERY_BYTES, RECOVERY_BYTES)]
    codes = [base64.b32encode(part).decode().lower() for part in parts]
    return [SecretStr("-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))) for code in codes]


def _bare(code: SecretStr) -> str:
    """Take away what people put between the signs of a code."""
    return "".join(sign for sign in code.get_secret_value().lower() if sign.isascii() and sign.isalnum())


def _take_recovery_code(account: Account, code: str) -> bool:
    """Take a recovery code, which is good for no second time; tell whether it was one."""
    kept, wanted = (account.recovery_hashes or "").split(), fingerprint(code)
    if wanted not in kept:
        return False
    left = [each for each in kept if each != wanted]
    account.recovery_hashes, account.recovery_codes_left = " ".join(left), len(left)
    return True


def is_set_up(account: Account) -> bool:
    """Tell whether an account has a second factor."""
    return account.second_factor_set_at is not None


def take_code(account: Account, code: SecretStr, now: datetime) -> None:
    """Take the code that somebody shows beside a password; refuse a wrong one, and one that was taken before.

    Of an account without a second factor any code is right: none was asked for.
    """
    if account.second_factor_secret is None:
        return
    bare = _bare(code)
    step = _step_of(account.second_factor_secret, bare, now, account.second_factor_step)
    if step is not None:
        account.second_factor_step = step
    elif not _take_recovery_code(account, bare):
        raise CodeRefused(name=account.name)


def set_up(account: Account, secret: SecretStr, code: SecretStr, random: bytes, now: datetime) -> list[SecretStr]:
    """Ask for the codes of a secret from now on; refuse to begin before the app has shown one. Give the recovery codes."""
    if is_set_up(account):
        raise HasSecondFactor
    step = _step_of(secret, _bare(code), now, None) if is_secret(secret) else None
    if step is None:
        raise CodeNotOfThisSecret("code")
    codes = recovery_codes(random)
    account.second_factor_secret, account.second_factor_set_at, account.second_factor_step = secret, now, step
    account.recovery_hashes = " ".join(fingerprint(_bare(each)) for each in codes)
    account.recovery_codes_left = len(codes)
    return codes


def take_away(account: Account) -> None:
    """Ask for no code any more, and forget the secret and the recovery codes."""
    if not is_set_up(account):
        raise NoSecondFactor("account_id", name=account.name)
    account.second_factor_secret = account.second_factor_set_at = account.second_factor_step = None
    account.recovery_hashes = account.recovery_codes_left = None


def has_to_set_up(account: Account, policy: Policy) -> bool:
    """Tell whether the desk wants a second factor of somebody who has none: of every person, and of no program."""
    return policy.second_factor and account.kind is AccountKind.PERSON and not is_set_up(account)


def check_is_set_up(account: Account, policy: Policy) -> None:
    """Refuse who has signed in and has to set up a second factor first."""
    if has_to_set_up(account, policy):
        raise SetUpSecondFactor
