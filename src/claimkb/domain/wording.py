"""What does a search look for, and where does a text answer it? And how alike are two statements?"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice

from claimkb.domain.normal_forms import lengths, read, spaced, words

_SHORT = 3
"""From this length on a word that is looked for also finds longer words that begin with it."""
_AROUND = 12
"""How many words of a snippet stand before the first hit."""
_SNIPPET = 40
"""How many words a snippet has at most."""
_MARKED = 10
"""How many different things that a search asks for are looked for in a text that it found."""
_PIECE = 256
"""How many characters of a text are read at once, up to the next space."""

_WRITTEN = re.compile("[^ ]+")

STOPWORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his in is it its no not of on or she that the their they "  # noqa: SIM905
    "this to was were which who will with would".split()
)
"""Words that say nothing about what a statement is about."""


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


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text at spaces into pieces that can be read by themselves."""
    begin = 0
    while begin < len(text):
        end = text.find(" ", begin + _PIECE)
        yield begin, len(text) if end < 0 else end
        begin = len(text) if end < 0 else end


def _spans(text: str, line: str, first: int, last: int) -> list[tuple[int, int]]:
    """Tell where some words of a text begin and end, each with the accents that are characters of their own."""
    found = [match.span() for match in islice(_WRITTEN.finditer(line), first, last)]
    if text.isascii():
        return found
    sizes = lengths(text)
    ends = list(accumulate(sizes))
    spans = []
    for start, end in found:
        stop = bisect_left(ends, end) + 1
        while stop < len(text) and not sizes[stop]:
            stop += 1
        spans.append((bisect_right(ends, start), stop))
    return spans


@dataclass
class _Reading:
    """A text as far as it was read: its words; and of each piece how many stand before it, where it begins, how it is spaced."""

    words: list[str] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def add(self, begin: int, piece: str) -> None:
        """Read the next piece."""
        self.before.append(len(self.words))
        self.begins.append(begin)
        self.lines.append(spaced(piece))
        self.words += read(self.lines[-1])

    def spans(self, text: str, first: int, last: int) -> list[tuple[int, int]]:
        """Tell where some words begin and end."""
        here, there = bisect_right(self.before, first) - 1, bisect_left(self.before, last)
        found: list[tuple[int, int]] = []
        for begin, end, line, before in zip(
            self.begins[here:there],
            [*self.begins[1:], len(text)][here:there],
            self.lines[here:there],
            self.before[here:there],
            strict=True,
        ):
            places = _spans(text[begin:end], line, max(0, first - before), last - before)
            found += [(begin + start, begin + stop) for start, stop in places]
        return found


class Sought:
    """The words of a search, to be marked in the texts that it found; parsed once for all texts."""

    def __init__(self, query: str) -> None:
        wanted = [each for each in asked(query) if not each.excluded]
        self._needles = tuple(dict.fromkeys(map(_needle, wanted)))[:_MARKED]
        self._overlap = max((len(each.words) for each in wanted), default=1) - 1
        """How many words of what was read are read again with the next piece: a phrase may lie in both."""

    def _hits(self, folded: list[str]) -> Iterator[int]:
        """Return the words of the search."""
        line = f" {' '.join(folded)} "
        for needle in self._needles:
            at, many = line.find(needle), needle.count(" ", 1, -1) + 1
            while at >= 0:
                place = line.count(" ", 0, at)
                yield from range(place, place + many)
                at = line.find(needle, at + 1)

    def _read(self, text: str) -> tuple[_Reading, set[int]]:
        """Read a text as far as it is shown, and tell which of its words were asked for."""
        reading, hits = _Reading(), set[int]()
        for begin, end in _pieces(text):
            if hits and len(reading.words) > min(hits) + _SNIPPET + self._overlap:
                break
            again = max(0, len(reading.words) - self._overlap)
            reading.add(begin, text[begin:end])
            hits.update(again + hit for hit in self._hits(reading.words[again:] if again else reading.words))
        return reading, hits

    def snippet(self, text: str, said: str | None = None) -> str:
        """Show where a text, with what sources say, answers the search: HTML, escaped, each hit in <mark>, at most 40 words.

        A text is read up to the first hit, which is quick; where words stand is worked out for those that are shown.
        """
        text = f"{text} · {said}" if said else text
        reading, hits = self._read(text)
        if not reading.words:
            return html.escape(text)
        first = max(0, min(hits, default=0) - _AROUND)
        last = min(first + _SNIPPET, len(reading.words))
        spans = reading.spans(text, first, last)
        at = begin = 0 if first == 0 else spans[0][0]
        end = len(text) if last == len(reading.words) else spans[-1][1]
        parts = []
        for place in sorted(hits):
            if place >= last:
                break
            start, stop = max(at, spans[place - first][0]), spans[place - first][1]
            if start < stop:  # of ½, two words are one sign
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
