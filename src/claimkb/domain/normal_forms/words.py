"""Which words are there in a text, as a search compares them?"""

import re
import unicodedata

from claimkb.domain.normal_forms.signs import (
    APOSTROPHES,
    JOINING_SPACES,
    QUOTATION_MARKS,
    STRETCH,
    UNSEEN,
    each_as,
    is_dash,
    is_mark,
)

_LETTERS = each_as("إأآٱ", "ا") | each_as("ىی", "ي") | each_as("ک", "ك") | each_as("ة", "ه")
_LETTERS |= {ord(letter): plain for letter, plain in zip("łøđıæœþð", ("l", "o", "d", "i", "ae", "oe", "th", "d"), strict=True)}
"""Letters that readers write one for another, and that Unicode does not take apart."""

_USUAL = _LETTERS | each_as(APOSTROPHES, "'") | each_as(QUOTATION_MARKS, '"')

_ELIDED = (
    "l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quoiqu"  # French, and Catalan
    "|un|all|dall|dell|nell|sull|coll|pell|gl|agl|dagl|degl|negl|sugl|v"  # Italian
)
"""The elided words before an apostrophe, which are no part of the word after it."""

_ARABIC = re.compile("ل")
_ARTICLES = ("ال", "وال", "بال", "كال", "فال", "لل")
"""The Arabic article, alone and behind what is written together with it."""

_ELISION = re.compile(rf"(?:^|[\s.,])({_ELIDED})$")
_MOST_ELIDED = 8
"""How far before an apostrophe it shows whether what stands there is elided: the longest, and what stands before it."""

_NUMBER = re.compile(
    r"(?<![^\s'])(?<!\d[.,'\xa0])(?:(?P<grouped>[1-9]\d{0,2}(?:[.,'\xa0]\d{3})+(?:[.,]\d+)?)|\d+[.,]\d+)(?![.,'\xa0]?[^\s.,'])"
)
_GROUP = re.compile(r"[.,'\xa0](?=\d{3}(?!\d))")
_DIGITS_APART = re.compile(r"\d[.,'\xa0]\d")
_BETWEEN = " .,\xa0"
_NOTHING, _POINT = "\x01", "\x02"
"""What stands in the middle of a word and is nothing, and what is the point of a number: one sign each, so that places stay."""


def _is_accent(mark: str) -> bool:
    """Tell whether a combining mark is an accent, or a vowel that Hebrew, Arabic and Syriac can do without.

    It goes by the Canonical_Combining_Class: 1 lies over a letter, 10 to 36 are those vowels, 200 to 240 stand around a letter.
    All others, such as a vowel of Devanagari or a tone of Thai, make another letter of it.
    """
    place = unicodedata.combining(mark)
    return place == 1 or 10 <= place <= 36 or 200 <= place <= 240 or unicodedata.category(mark) == "Me"


def _usual(sign: str) -> str:
    """Write a sign that was taken apart as the one that readers take for the same: nothing, if it says nothing."""
    if UNSEEN.match(sign) or sign == STRETCH or _is_accent(sign):
        return ""
    digit = unicodedata.decimal(sign, None)
    return _USUAL.get(ord(sign), ("-" if is_dash(sign) else sign) if digit is None else str(digit))


class _Folded(dict[int, str]):
    """The folded form of each letter, computed when the letter is first met. (A table of all of Unicode takes 15 MB.)"""

    def __missing__(self, code: int) -> str:
        """Fold a sign: Unicode's compatibility caseless matching (D146), then without accents and in the usual letters."""
        taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", chr(code)).casefold())
        self[code] = "".join(map(_usual, unicodedata.normalize("NFKD", taken_apart.casefold())))
        return self[code]


class _Spaced(dict[int, str]):
    """The form of each letter in a search: folded, or a space between words, or a sign that may stand inside one."""

    def __missing__(self, code: int) -> str:
        """Fold a letter; make a space of what is neither letter nor mark, but for what stands in numbers and in elisions."""
        sign = chr(code)
        if sign in JOINING_SPACES:
            spaced = "\xa0"
        elif sign in "\u066b\u066c":  # how Arabic writes the point and the groups of a number
            spaced = "."
        else:
            folded = _FOLDED[code]
            spaced = "".join(part if part.isalnum() or part in "'.," or is_mark(part) else " " for part in folded)
        self[code] = spaced
        return spaced


_FOLDED, _SPACED = _Folded(), _Spaced()


def fold(text: str) -> str:
    """Write a text without case and accents. Each letter is folded by itself, so that parts of a text fold as the whole does."""
    return text.translate(_FOLDED)


def lengths(text: str) -> list[int]:
    """Tell how many signs each sign of a text becomes in `spaced`."""
    return [len(_SPACED[code]) for code in map(ord, text)]


def _number(found: re.Match[str]) -> str:
    """Write a number: of digits in groups of three nothing stands between the groups, and a comma before decimals is a point."""
    digits = _GROUP.sub(_NOTHING, found[0]) if found["grouped"] else found[0]
    return digits.replace(",", _POINT).replace(".", _POINT)


def _without_apostrophes(line: str) -> str:
    """Put a space for an apostrophe between words, and for what is elided before it; nothing for one inside a word."""
    first, *rest = line.split("'")
    parts = [first]
    for part in rest:
        before = parts[-1]
        if not before or before[-1] in _BETWEEN or not part or part[0] in _BETWEEN:
            parts += " ", part
        elif (elided := _ELISION.search(before[-_MOST_ELIDED:])) and (elided[1] != before or parts[-2:-1] != [_NOTHING]):
            parts[-1] = before[: -len(elided[1])]
            parts += " " * (len(elided[1]) + 1), part
        else:
            parts += _NOTHING, part
    return "".join(parts)


def spaced(text: str) -> str:
    """Fold a text, and put a space for each sign between words. What is in a word and does not count stays, as a sign of its own.

    So it tells which words there are, and where they stand.
    """
    line = text.translate(_SPACED)
    if _DIGITS_APART.search(line):
        line = _NUMBER.sub(_number, line)
    if "'" in line:
        line = _without_apostrophes(line)
    return line.replace(".", " ").replace(",", " ").replace("\xa0", " ")


def _without_article(word: str) -> str:
    """Leave out the Arabic article, as often as it is there: what begins with its letters cannot be told from it."""
    while True:
        article = max((each for each in _ARTICLES if word.startswith(each)), key=len, default="")
        if not article or len(word) < len(article) + 2:
            return word
        word = word[len(article) :]


def words(text: str) -> list[str]:
    """List the words of a text as a search compares them. What stands around an apostrophe in a word is one: it's is its."""
    return read(spaced(text))


def read(line: str) -> list[str]:
    """List the words of a text that `spaced` wrote."""
    line = line.replace(_NOTHING, "").replace(_POINT, ".")
    if line.isascii():
        return line.split()
    found = unicodedata.normalize("NFD", line).split()
    return [_without_article(each) for each in found] if _ARABIC.search(line) else found
