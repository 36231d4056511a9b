"""Of which words, numbers and marks does a text consist? Each is compared in a form without accents, case and kinds of dash."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

_TOKEN = re.compile(r"\d+|(?:[^\W\d_]|[\u0300-\u036f])+|([^\w\s])\1*|_")
_SKIPPED = frozenset("'’‘ʼ`´\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
"""Apostrophes and marks that are not seen: d'ici is d ici."""
_DASHES = frozenset("‐‑‒–—―−﹘﹣－")
DIGITS = ("#", "#1", "#2", "#3", "#4")
"""The forms of numbers, by how many digits they have; of more digits the first."""
PARAGRAPH = "\n"
"""The form of the end of a paragraph."""
MOST = 250_000
"""What stands behind so many tokens is not read: a novel has as many."""
LONGEST = 30
"""No word of a table is longer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: their forms, where they stand, the digits of numbers, and which follow without a space."""

    forms: list[str]
    starts: list[int]
    ends: list[int]
    raw: list[str]
    glued: list[bool]


def fold(word: str) -> str:
    """Return the form in which a word is compared."""
    if word[0] in _DASHES:
        return "-"
    if not word[0].isalnum():
        return word[0]
    plain = unicodedata.normalize("NFKD", word[:LONGEST]).casefold()
    return plain if plain.isascii() else "".join(each for each in plain if not unicodedata.combining(each))


def number_form(digits: str) -> str:
    """Return the form of a number."""
    return DIGITS[len(digits)] if len(digits) < len(DIGITS) else DIGITS[0]


def tokenise(text: str, capital: frozenset[str] = frozenset()) -> Tokens:
    """Split a text into its tokens, in one pass. Some words count only with a capital letter: May is a month, may is not."""
    tokens = Tokens([], [], [], [], [])
    known: dict[str, str] = {}
    before = 0
    for match in islice(_TOKEN.finditer(text), MOST):
        raw = match[0]
        if raw[0] in _SKIPPED:
            if not text[match.end() : match.end() + 1].isdecimal():
                continue
            if match.start() == before:
                before = match.end()
                continue
        form = known.get(raw)
        if form is None:
            form = number_form(raw) if raw[0].isdecimal() else fold(raw)
            form = known[raw] = f"{form}_" if form in capital and raw.islower() else form
        start = match.start()
        if start - before > 1 and text.count("\n", before, start) > 1:
            _append(tokens, PARAGRAPH, "", start, start, False)
        _append(tokens, form, raw, start, match.end(), start == before)
        before = match.end()
    _append(tokens, PARAGRAPH, "", len(text), len(text), False)
    return tokens


def _append(tokens: Tokens, form: str, raw: str, start: int, end: int, glued: bool) -> None:
    tokens.forms.append(form)
    tokens.raw.append(raw)
    tokens.starts.append(start)
    tokens.ends.append(end)
    tokens.glued.append(glued)
