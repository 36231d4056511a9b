"""With what does a person sign in at the pages? Kept is what Argon2id makes of it (RFC 9106), slow on purpose.

Long, and no rules about signs: so NIST advises (SP 800-63B-4, 3.1.1.2) where a password is all that is asked for.
"""

from unicodedata import normalize

from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr

from claimkb.domain.access import PasswordTooLong, PasswordTooPlain, PasswordTooShort

SHORTEST, LONGEST = 15, 200
FEWEST_DIFFERENT = 6
SALT_BYTES = 16
GUESSED_FIRST = ("password", "claimkb", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "asdf", "abcdef", "1234567890", "123456")
"""The rest of a password without these words and the account's name has to be hard to guess."""

_HASHER = Argon2Hasher()


def _prepared(password: SecretStr) -> str:
    """Write a password in one way, however a keyboard composes its letters (RFC 8265, 4.2.2)."""
    return normalize("NFC", password.get_secret_value())


def check_new(password: SecretStr, name: str) -> None:
    """Refuse a password that is easy to guess for who knows whose it is, or too long to hash."""
    if len(password) < SHORTEST:
        raise PasswordTooShort("new_password", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong("new_password", longest=LONGEST)
    rest = password.get_secret_value().casefold()
    for guess in (name.casefold(), *GUESSED_FIRST):
        rest = rest.replace(guess, "")
    is_repeated = rest in (rest + rest)[1:-1]
    if is_repeated or len(set(rest)) < FEWEST_DIFFERENT:
        raise PasswordTooPlain("new_password")


def hashed(password: SecretStr, salt: bytes) -> SecretStr:
    """Hash a password with a salt of its own. This takes a tenth of a second, and 64 MiB."""
    return SecretStr(_HASHER.hash(_prepared(password), salt=salt))


def is_right(password: SecretStr, kept: SecretStr | None) -> bool:
    """Tell whether a password is the one whose hash is kept; this takes as long where none is kept."""
    if len(password) > LONGEST:
        return False
    if kept is None:
        hashed(password, bytes(SALT_BYTES))
        return False
    return _HASHER.verify(_prepared(password), kept.get_secret_value())
