"""When are two words the same to a reader? Whatever their case and accents. And how alike are two statements?"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_WORD = re.compile(r"[^\W_]+")
_WRITTEN = re.compile(r"[^\W_](?:[^\W_]|['’ʼ](?=[^\W_])|[\u0300-\u036f\u0591-\u05bd\u064b-\u0652])*")
"""A word as it stands in a text: an apostrophe, and accents that are characters of their own, may be inside it."""
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_SHORT = 3
"""From this length on a word that is looked for also finds longer words that begin with it."""
_AROUND = 12
"""How many words of a snippet stand before the first hit."""
_SNIPPET = 40
"""How many words a snippet has at most."""

STOPWORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his in is it its no not of on or she that the their they "  # noqa: SIM905
    "this to was were which who will with would".split()
)
"""Words that say nothing about what a statement is about."""


def fold(text: str) -> str:
    """Write a text without case and accents (Unicode's compatibility caseless matching, D146, then combining marks left out)."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text).casefold()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """List the words of a text, folded. What stands around an apostrophe inside a word is one word: it's is its."""
    return _WORD.findall(_APOSTROPHES.sub("", fold(text)))


@dataclass(frozen=True)
class Wanted:
    """One thing that a search asks for: a word or a phrase that must be there, or must not."""

    words: tuple[str, ...]
    excluded: bool = False
    whole: bool = False

    @property
    def begins(self) -> bool:
        """Whether longer words that begin with it are found too."""
        return not self.whole and len(self.words) == 1 and len(self.words[0]) >= _SHORT


_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


def asked(query: str) -> list[Wanted]:
    """Read a search: words that must all be there, "phrases" to the letter, and -words that must not. Nothing is an error."""
    found = []
    for minus, phrase, word in _PART.findall(query):
        parts = tuple(words(phrase or word))
        if parts:
            found.append(Wanted(parts, excluded=bool(minus), whole=bool(phrase) or len(parts) > 1))
    return found


def _hits(folded: list[str], wanted: Iterable[Wanted]) -> set[int]:
    """Tell at which places the words stand that were asked for."""
    places: set[int] = set()
    for each in wanted:
        size = len(each.words)
        for place in range(len(folded) - size + 1):
            there = tuple(folded[place : place + size])
            if there == each.words or (each.begins and there[0].startswith(each.words[0])):
                places.update(range(place, place + size))
    return places


def snippet(text: str, query: str) -> str:
    """Show where a text answers a search: HTML, escaped, each hit in <mark>, at most 40 words."""
    spans = [match.span() for match in _WRITTEN.finditer(text)]
    folded = ["".join(words(text[start:end])) for start, end in spans]
    hits = _hits(folded, [each for each in asked(query) if not each.excluded])
    first = max(0, min(hits, default=0) - _AROUND)
    shown = range(first, min(len(spans), first + _SNIPPET))
    if not shown:
        return html.escape(text)
    begin = 0 if first == 0 else spans[first][0]
    end = len(text) if shown[-1] == len(spans) - 1 else spans[shown[-1]][1]
    parts, at = [], begin
    for place in shown:
        if place in hits:
            start, stop = spans[place]
            parts += [html.escape(text[at:start]), "<mark>", html.escape(text[start:stop]), "</mark>"]
            at = stop
    parts.append(html.escape(text[at:end]))
    marked = "".join(parts).replace("</mark> <mark>", " ")
    return f"{'…' if begin else ''}{marked}{'…' if end < len(text) else ''}"


def telling(text: str) -> frozenset[str]:
    """List the words of a statement that say what it is about; all of them if there are no others."""
    found = frozenset(words(text))
    return (found - STOPWORDS) or found


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Measure how alike two statements are by the words they share, from 0 to 1 (Sørensen and Dice: 2·|A∩B| ÷ (|A|+|B|))."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
