"""Which signs are there that look alike, or cannot be seen?"""

import hashlib
import re
import unicodedata

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""The invisible characters: Default_Ignorable_Code_Point, and the Braille pattern without a dot."""

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""The characters that turn the direction of all that follows (UAX #9)."""

STRETCH = "\u0640"
"""The character that makes an Arabic word longer without a meaning: tatweel."""

APOSTROPHES = "'’‘‛`´ʹʻʼʽʾʿˈˊˋ′‵՚＇"
QUOTATION_MARKS = '"“”„‟«»″‶〝〞〟＂'
_SINGLE_MARKS = "‚‹›"
_OTHER_DASHES = "\u2043\u2212"
JOINING_SPACES = "\u00a0\u2007\u2009\u202f"
"""The spaces that stand between the digits of one number."""

_LONGEST = 1000
"""How many bytes a form has that an index holds as it is."""


def each_as(signs: str, plain: str) -> dict[int, str]:
    """Write the same for each of some signs."""
    return dict.fromkeys(map(ord, signs), plain)


def is_dash(sign: str) -> bool:
    """Tell whether a sign is a dash or a hyphen."""
    return unicodedata.category(sign) == "Pd" or sign in _OTHER_DASHES


def indexable(form: str) -> str:
    """Return a form as an index can hold it: of one that is too long, its SHA-256."""
    return form if len(form.encode()) <= _LONGEST else hashlib.sha256(form.encode()).hexdigest()


def is_mark(sign: str) -> bool:
    """Tell whether a sign is a combining mark: what belongs to the letter before it (General_Category M)."""
    return unicodedata.category(sign)[0] == "M"


TYPESET = each_as(APOSTROPHES, "'") | each_as(QUOTATION_MARKS, '"') | each_as(_SINGLE_MARKS, "'")
"""The plain sign of each apostrophe and quotation mark."""
