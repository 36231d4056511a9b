"""Where does a quote stand in a newer text? It stands there to the letter, or something like it does, or it is gone.

A quote is taken for the same only where nothing else can be meant: its words are the same in the normal form, and it stands once in
either text, or the words around tell its places apart. All else waits for a person.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from claimkb.domain.anchoring import MOST_PLACES, Anchor, Anchors, AnchorStatus, Searched
from claimkb.domain.appearance import LONGEST_QUOTE, Appearance
from claimkb.domain.normal_forms import quote_form
from claimkb.domain.source import Snapshot

GONE = Anchor(None, None, AnchorStatus.ORPHAN)

REACH, NEAR, LONG = 64, 12, 40
"""How many characters around a quote tell its places apart; how many have to be the same around a short quote; and how many a quote
has that is recognised by itself, as a sentence is that was moved."""

BOTH = 2

ENOUGH, CLEARLY = 75, 5
"""How alike words have to be to a quote, of a hundred, to be shown in its place; and by how much more than any others."""

_COMMON, _CANDIDATES, _BESIDE = 500, 8, 3
"""How often a word stands in a text that is too common to look for; how many passages are compared; and by how many words the ends
of a passage are moved to fit best."""

_WORD = re.compile(
    r"\d{1,3}(?:[ .,']\d{3})+(?![\d])|\d+(?:[.,]\d+)*(?!\w)"
    r"|[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+"
)
"""A word: a number with its groups and decimals; of Chinese and Japanese, which put no spaces, a sign; or letters and digits."""

_RUN = re.compile(r"\S+")
_STUCK = re.compile(r"\S*")
_MORE_DIGITS = re.compile(r"(?: \d+)*")


@dataclass(frozen=True)
class Around:
    """What stands before and after a quote in the flat text."""

    before: str
    after: str

    @classmethod
    def at(cls, flat: str, begin: int, end: int) -> "Around":
        """Read what stands around a passage."""
        return cls(flat[max(0, begin - REACH) : begin], flat[end : end + REACH])

    def sides(self, other: "Around") -> int:
        """Count the sides that are the same: none, one or both."""
        return (self.before == other.before) + (self.after == other.after)

    def is_near(self, other: "Around") -> bool:
        """Tell whether the same words stand next to a quote on both sides."""
        return self.before[-NEAR:] == other.before[-NEAR:] and self.after[:NEAR] == other.after[:NEAR]

    def stuck(self, wanted: str) -> tuple[str, str]:
        """Read what is part of the first or the last word of a quote, or of a number there, but not of the quote."""
        before, after = (
            _stuck(side, goes_on=sign.isdigit()) for side, sign in ((self.before[::-1], wanted[0]), (self.after, wanted[-1]))
        )
        is_signed = wanted[0].isdigit() and self.before[-1:] in ("+", "-")
        return (self.before[-1] if is_signed and not before else before), after


def _stuck(side: str, *, goes_on: bool) -> str:
    """Read what stands on a side of a quote without a space between, but for punctuation; or the next groups of a number."""
    run = _STUCK.match(side)
    if goes_on and not (run and run[0]):
        run = _MORE_DIGITS.match(side)
    return run[0].rstrip(_PUNCTUATION) if run else ""


_PUNCTUATION = "\"'()[]{}<>.,;:!?…¿¡،؛؟。，、！？：；「」『』-+*_/|"


class Passages:
    """The passages of a text, by their words: for what is like a quote that does not stand there."""

    def __init__(self, searched: Searched) -> None:
        self._searched, self._flat = searched, searched.flat

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        """Where each word begins and ends in the flat text."""
        return [found.span() for found in _WORD.finditer(self._flat)]

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """The words, each with the numbers of its occurrences."""
        index: dict[str, list[int]] = {}
        for number, (begin, end) in enumerate(self._words):
            index.setdefault(self._flat[begin:end].casefold(), []).append(number)
        return index

    def like(self, wanted: str) -> Anchor:
        """Find the passage that is much like a quote, and clearly more than any other; else the quote is gone."""
        found = sorted({self._fitted(wanted, begin, end) for begin, end in self._candidates(wanted)}, reverse=True)
        if not found or found[0][0] < ENOUGH:
            return GONE
        score, begin, end = found[0]
        rivals = [other for other, start, stop in found if (start >= end or stop <= begin) and score - other < CLEARLY]
        return GONE if rivals else self._searched.anchor(begin, end, AnchorStatus.FUZZY)

    def _candidates(self, wanted: str) -> list[tuple[int, int]]:
        """List the passages that share most words with a quote, in about their order, by their first and last words.

        Each shared word says where the quote would begin if nothing had changed before it, and where it would end.
        """
        sought = [found[0].casefold() for found in _WORD.finditer(wanted)]
        width, shared = max(3, len(sought) // 3), defaultdict[int, list[tuple[int, int]]](list)
        for place, word in enumerate(sought):
            numbers = self._index.get(word, ())
            for number in numbers if len(numbers) <= _COMMON else ():
                shared[(number - place) // width].append((place, number - place))
        ranked = sorted(shared, key=lambda each: (-len(shared[each]) - len(shared.get(each + 1, ())), each))
        found = []
        for each in ranked[:_CANDIDATES]:
            begins = [begin for _, begin in sorted(shared[each] + shared.get(each + 1, []))]
            first, last = (sorted(some)[len(some) // 2] for some in (begins[:3], begins[-3:]))
            found.append((first, last + len(sought) - 1))
        return found

    def _fitted(self, wanted: str, first: int, last: int) -> tuple[float, int, int]:
        """Find what is most like a quote about two words, from the edge of a word to the edge of a word."""
        most = len(self._words) - 1
        around = (first - 2 * _BESIDE, first, last, last + 2 * _BESIDE)
        begin, meant, stopped, end = (
            self._words[min(most, max(0, number))][side] for number, side in zip(around, (0, 0, 1, 1), strict=True)
        )
        passage = self._flat[begin:end]
        words, runs = ([each.span() for each in pattern.finditer(passage)] for pattern in (_WORD, _RUN))
        inside = {place for start, stop in words for place in range(start + 1, stop)}
        starts = _about({start for start, _ in words + runs} - inside, meant - begin)
        stops = _about({stop for _, stop in words + runs} - inside, stopped - begin)
        fitted = ((fuzz.ratio(wanted, passage[start:stop]), -start, stop) for start in starts for stop in stops if start < stop)
        score, start, stop = max(fitted, default=(0.0, 0, len(passage)))
        return score, begin - start, begin + stop


def _about(edges: set[int], meant: int) -> Sequence[int]:
    """Choose the edges of words that are nearest to a place."""
    return sorted(edges, key=lambda edge: abs(edge - meant))[: 4 * _BESIDE]


def find_again(anchors: Anchors, quote: Appearance, older: Snapshot, newer: Snapshot) -> Anchor:
    """Find a quote that is anchored in an older snapshot in a newer one, whose text is kept."""
    said = (quote.quote_exact, quote.quote_prefix, quote.quote_suffix, quote.quote_start)

    def find() -> Anchor:
        old, new = (anchors.read(each) for each in (older, newer))
        passages = anchors.once((newer.sha256, "passages"), lambda: None if new is None else Passages(new))
        found = GONE if new is None or passages is None else _found(quote, old, new, passages)
        is_too_long = found.start is not None and found.end is not None and found.end - found.start > LONGEST_QUOTE
        return GONE if is_too_long else found

    return anchors.once((older.sha256, newer.sha256, *said), find)


def _found(quote: Appearance, old: Searched | None, new: Searched, passages: Passages) -> Anchor:
    """Look for a quote letter for letter, then in the normal form, then for something like it."""
    wanted, start = quote_form(quote.quote_exact or ""), quote.quote_start or 0
    here = {at: Around.at(new.flat, at, at + len(wanted)) for at in new.places(wanted)}
    there = {} if old is None else {at: Around.at(old.flat, at, at + len(wanted)) for at in old.places(wanted)}
    if old is None or not there:
        around = Around(quote_form(quote.quote_prefix or ""), quote_form(quote.quote_suffix or ""))
        whole = _whole(wanted, here, ("", ""))
        place = _given(wanted, whole, around)
    else:
        around = there.pop(old.nearest_place([*there], start))
        stuck = around.stuck(wanted)
        whole = _whole(wanted, here, stuck)
        place = _same(wanted, whole, around, [*_whole(wanted, there, stuck).values()])
    if place is not None and max(len(here), len(there)) < MOST_PLACES:
        return new.anchor(place, place + len(wanted), AnchorStatus.EXACT)
    if not whole:
        return passages.like(wanted)
    place = new.nearest_place([*whole], start)
    return new.anchor(place, place + len(wanted), AnchorStatus.FUZZY)


def _whole(wanted: str, places: dict[int, Around], stuck: tuple[str, str]) -> dict[int, Around]:
    """Leave out the places where the first or the last word of a quote is another word, or another number."""
    return {at: each for at, each in places.items() if each.stuck(wanted) == stuck}


def _same(wanted: str, places: dict[int, Around], around: Around, rivals: list[Around]) -> int | None:
    """Choose the place where the same words of the same passage stand; None where that is not certain.

    `rivals` is what stood around the other places of these words in the older text.
    """
    if len(places) == 1 and not rivals:
        ((place, there),) = places.items()
        return place if len(wanted) >= LONG or there.is_near(around) else None
    if any(each.sides(around) for each in rivals):
        return None
    alike = [at for at, each in places.items() if each.sides(around)]
    return alike[0] if len(alike) == 1 and places[alike[0]].sides(around) == BOTH else None


def _given(wanted: str, places: dict[int, Around], around: Around) -> int | None:
    """Choose the one place by the words that the recorder gave around a quote, where the older text is not kept."""
    before, after = around.before[-REACH:].strip(), around.after[:REACH].strip()
    fitting = [at for at, each in places.items() if each.before.rstrip().endswith(before) and each.after.lstrip().startswith(after)]
    is_told = bool(before and after) or len(wanted) >= LONG
    return fitting[0] if len(fitting) == 1 and is_told else None
