"""When are two words the same to a reader? Whatever their case and accents. And how alike are two statements?"""

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_WORD = re.compile(r"[^\W_]+")
_MARKS = r"[\u0300-\u036f\u0591-\u05bd\u064b-\u0652]"
_WRITTEN = re.compile(rf"[^\W_]+(?:['’ʼ](?=[^\W_])[^\W_]*|{_MARKS}+[^\W_]*)*")
"""A word as it stands in a text: an apostrophe, and accents that are characters of their own, may be inside it."""
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_SPACES = re.compile("  +")
_SHORT = 3
"""From this length on a word that is looked for also finds longer words that begin with it."""
_AROUND = 12
"""How many words of a snippet stand before the first hit."""
_SNIPPET = 40
"""How many words a snippet has at most."""
_MARKED = 10
"""How many different things that a search asks for are looked for in a text that it found."""
_PIECE = 256
"""How many characters of a text are looked through at once."""
_TAKEN_APART = 316
"""Into how many words a text is taken apart near the first hit: so many of one letter are in two pieces, and a snippet more."""
_LONGEST = 300
"""How many characters of what was looked through are looked at again with the next piece: a phrase may lie in both."""

STOPWORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his in is it its no not of on or she that the their they "  # noqa: SIM905
    "this to was were which who will with would".split()
)
"""Words that say nothing about what a statement is about."""


class _Folded(dict[int, str]):
    """What each letter is folded to, worked out when it is met first. (All that is known of Unicode takes 15 MB.)"""

    def __missing__(self, code: int) -> str:
        """Fold a letter: Unicode's compatibility caseless matching (D146), then combining marks left out."""
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", chr(code)).casefold())
        plain = unicodedata.normalize("NFKD", plain.casefold())
        self[code] = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
        return self[code]


class _Spaced(dict[int, str]):
    """What each letter becomes where words are looked for: folded, or a space between words."""

    def __missing__(self, code: int) -> str:
        """Fold a letter; make a space of what stands between words, and nothing of what may stand inside one."""
        letter, folded = chr(code), _FOLDED[code]
        is_inside = letter in "'’ʼ" or not folded
        self[code] = "" if is_inside else "".join(_WORD.findall(folded)) or " "
        return self[code]


_FOLDED, _SPACED = _Folded(), _Spaced()


def fold(text: str) -> str:
    """Write a text without case and accents. Each letter is folded by itself, so that parts of a text fold as the whole does."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


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
    found: dict[Wanted, None] = {}
    for minus, phrase, word in _PART.findall(query):
        parts = tuple(words(phrase or word))
        if parts:
            found[Wanted(parts, excluded=bool(minus), whole=bool(phrase) or len(parts) > 1)] = None
    return list(found)


def _needle(wanted: Wanted) -> str:
    """Write what is found of a thing that was asked for, in a line of folded words with a space around each."""
    return f" {' '.join(wanted.words)}" + ("" if wanted.begins else " ")


def _begin_of_word(text: str, place: int) -> int:
    """Go back from a place of a text to where the word begins in whose middle it may be."""
    while place and not _SPACED[ord(text[place - 1])].isspace():
        place -= 1
    return place


def _words_back(text: str, place: int, many: int) -> int:
    """Go back from a place of a text over so many words or some more, whatever stands between them."""
    while place > 0 and many >= 0:
        before = max(0, place - _PIECE)
        many -= max(0, len(text[before:place].translate(_SPACED).split()) - 1)  # one may be cut in two
        place = before
    return _begin_of_word(text, place)


class Sought:
    """What a search looks for, to be shown in the texts that it found. It is read once, for however many texts."""

    def __init__(self, query: str) -> None:
        wanted = dict.fromkeys(_needle(each) for each in asked(query) if not each.excluded)
        self._needles = tuple(wanted)[:_MARKED]

    def _first(self, line: str) -> int:
        """Tell where in a line the first hit is; -1 if there is none."""
        found = [at for needle in self._needles if (at := line.find(needle)) >= 0]
        return min(found, default=-1)

    def _near(self, text: str) -> int:
        """Tell from which word on a text is to be taken apart, to find the first hit and what stands before it."""
        line = " "
        for begin in range(0, len(text), _PIECE):
            line = _SPACES.sub(" ", line[-_LONGEST:] + text[begin : begin + _PIECE].translate(_SPACED))
            end = begin + _PIECE
            at = self._first(f"{line} " if end >= len(text) else line)
            if at >= 0:
                return _words_back(text, min(end, len(text)), line.count(" ", at) + _AROUND)
        return 0

    def _hits(self, line: str) -> set[int]:
        """Tell which words of a line were asked for."""
        hits: set[int] = set()
        for needle in self._needles:
            at = line.find(needle)
            while at >= 0:
                place = line.count(" ", 0, at)
                hits.update(range(place, place + needle.strip().count(" ") + 1))
                at = line.find(needle, at + 1)
        return hits

    def snippet(self, text: str) -> str:
        """Show where a text answers the search: HTML, escaped, each hit in <mark>, at most 40 words.

        A text is looked through letter by letter, which is quick; only what lies near the first hit is taken apart into words.
        """
        near = self._near(text)
        spans = [match.span() for match in islice(_WRITTEN.finditer(text, near), _TAKEN_APART)]
        if not spans:
            return html.escape(text)
        hits = self._hits(f" {' '.join(text[start:end] for start, end in spans).translate(_SPACED)} ")
        first = max(0, min(hits, default=0) - _AROUND)
        shown = range(first, min(len(spans), first + _SNIPPET))
        begin = 0 if near == first == 0 else spans[first][0]
        end = len(text) if _WRITTEN.search(text, spans[shown[-1]][1]) is None else spans[shown[-1]][1]
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
