"""Where in a source's text does a quote stand?

A quote is anchored as the W3C Web Annotation model does it: TextQuoteSelector (exact, prefix, suffix) and
TextPositionSelector (start, end), here in Unicode code points of the snapshot's text. Position is tried first, then the
text as it looks to a reader (`quote_form`). What is not found is refused, never guessed.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar, cast

from claimkb.domain.normal_forms import composed, is_mark, quote_form, unlike_plain
from claimkb.domain.record import Term
from claimkb.domain.refusals import NothingToAnchor, QuoteAmbiguous, QuoteNotFound, QuoteOutside, Refusal
from claimkb.domain.source import Snapshot

T = TypeVar("T")


class AnchorStatus(Term):
    """How surely a quote's place in the snapshot is known."""

    EXACT = "EXACT", "The quote stands at these positions. Where only the text's fingerprint is kept, the recorder says so."
    FUZZY = "FUZZY", "Something much like it stands there; a person has yet to look."
    ORPHAN = "ORPHAN", "The quote is no longer in the text."
    NONE = "NONE", "The quote has not been placed."


@dataclass(frozen=True)
class Anchor:
    """A quote's place: the positions are None unless it has been placed."""

    start: int | None
    end: int | None
    status: AnchorStatus


UNPLACED = Anchor(None, None, AnchorStatus.NONE)
MOST_PLACES = 1000
"""At how many places of a quote the words around it are compared; of more, its position has to be sent."""

_NAMED = 5
"""How many places of a quote are named where it is refused."""

_PIECE = 500
"""How many characters of a text are compared at once, up to the next space: so far a place is looked for letter by letter."""

_JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
"""The vowels and ends of Korean syllables, where they are characters of their own."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
"""The characters that UTF-16 counts twice."""


def _goes_on(text: str, end: int) -> bool:
    """Tell whether a letter goes on at a place: whether a mark that belongs to the letter before begins there."""
    return end < len(text) and is_mark(text[end])


class Searched:
    """A text in which quotes are looked for in their normal form. It is made ready once, however many they are."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def units(self) -> int:
        """How long the text is in UTF-16, as browsers count: no position in it is greater."""
        return len(self.text) + (0 if self.text.isascii() else len(_ASTRAL.findall(self.text)))

    @cached_property
    def _unlike(self) -> dict[str, str]:
        """The signs of the text that are compared as others."""
        return unlike_plain(self.text)

    @cached_property
    def _flat(self) -> tuple[str, list[int], list[int]]:
        """The text in the normal form of quotes; and where its pieces begin, there and in the text itself."""
        flat: list[str] = []
        places, begins, length, begin, is_apart = [], [], 0, 0, False
        while begin < len(self.text):
            end = self._cut(begin)
            plain = composed(self.text[begin:end], self._unlike)
            form = " ".join(plain.split())
            is_apart = is_apart or plain[:1].isspace()
            if form:
                between = " " if flat and is_apart else ""
                places.append(length + len(between))
                begins.append(begin)
                flat += between, form
                length += len(between) + len(form)
                is_apart = plain[-1].isspace()
            begin = end
        return "".join(flat), places, begins

    def _cut(self, begin: int) -> int:
        """Tell where a piece ends: before a space, or, where none is near, before a letter."""
        end = begin + _PIECE
        space = self.text.find(" ", end, end + _PIECE)
        if space >= 0:
            return space
        while end < len(self.text) and self._belongs(self.text[end]):
            end += 1
        return min(end, len(self.text))

    @property
    def flat(self) -> str:
        """The text in the normal form of quotes."""
        return self._flat[0]

    def places(self, wanted: str) -> list[int]:
        """List the places of a quote, given in its normal form, in the flat text: one more than can be compared at most."""
        return list(islice(self._places(wanted), MOST_PLACES + 1))

    def nearest_place(self, places: list[int], start: int) -> int:
        """Choose the place that is nearest to a position of the text itself."""
        meant = self._flat_at(start)
        return min(places, key=lambda at: abs(at - meant))

    def anchor(self, begin: int, end: int, status: AnchorStatus) -> Anchor:
        """Tell where a passage of the flat text stands in the text itself."""
        return Anchor(self._position(begin), self._position(end - 1, end=True), status)

    def holds(self, exact: str) -> bool:
        """Tell whether a quote stands anywhere in the text: to the letter, which is quick to find, or as it looks to a reader."""
        return self.stands_at(exact, self.text.find(exact)) or next(self._places(quote_form(exact)), None) is not None

    def stands_at(self, exact: str, start: int) -> bool:
        """Tell whether a quote stands at a place to the letter, and ends there with a letter."""
        end = start + len(exact)
        return start >= 0 and self.text[start:end] == exact and not is_mark(exact[0]) and not _goes_on(self.text, end)

    def find(self, exact: str, prefix: str | None, suffix: str | None, start: int | None = None) -> Anchor:
        """Find the one place where a quote stands, of several the one nearest to where it is said to; refuse none and several."""
        wanted = quote_form(exact)
        found = list(self._places(wanted))
        if not found:
            raise QuoteNotFound("quote", "exact", exact=exact)
        if len(found) > MOST_PLACES and start is None:
            raise self._ambiguous(exact, found)
        before, after = quote_form(prefix or ""), quote_form(suffix or "")
        fitting = [at for at in found if self._fits(at, at + len(wanted), before, after)] if before or after else found
        if not fitting:
            raise QuoteNotFound("quote", "prefix" if prefix else "suffix", exact=f"{prefix or ''}{exact}{suffix or ''}")
        nearest = fitting if start is None or len(fitting) == 1 else self._nearest(fitting, start)
        if len(nearest) > 1:
            raise self._ambiguous(exact, nearest)
        return self.anchor(nearest[0], nearest[0] + len(wanted), AnchorStatus.EXACT)

    def _ambiguous(self, exact: str, found: list[int]) -> QuoteAmbiguous:
        """Refuse a quote that stands in several places, and name the first of them."""
        named = ", ".join(str(self._position(at)) for at in found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        return QuoteAmbiguous("quote", exact=exact, times=len(found), places=named)

    def _places(self, wanted: str) -> Iterator[int]:
        """Give the places of a quote in the flat text, one after the other; not those where half a letter would be quoted."""
        flat = self._flat[0]
        at = flat.find(wanted) if wanted and not is_mark(wanted[0]) else -1
        while at >= 0:
            end = at + len(wanted)
            if not _goes_on(flat, end):
                yield at
            at = flat.find(wanted, end)

    def _fits(self, start: int, end: int, before: str, after: str) -> bool:
        """Tell whether prefix and suffix stand before and after a passage of the flat text."""
        flat = self._flat[0]
        is_after = flat[max(0, start - len(before) - 1) : start].strip().endswith(before)
        return is_after and flat[end : end + len(after) + 1].strip().startswith(after)

    def _nearest(self, found: list[int], start: int) -> list[int]:
        """Choose the places that are nearest to a position, counted in characters or, as browsers count, in UTF-16."""
        units = len(self.text.encode("utf-16-le")[: 2 * start].decode("utf-16-le", "ignore"))
        near: dict[int, int] = {}
        for meant in (start, units):
            after = bisect_left(found, self._flat_at(meant))
            around = {at: self._position(at) for at in found[max(0, after - 2) : after + 2]}
            if there := [at for at, position in around.items() if position == meant]:
                return there
            near |= around
        least = min(abs(position - start) for position in near.values())
        return [at for at, position in near.items() if abs(position - start) == least]

    def _flat_at(self, position: int) -> int:
        """Tell about where in the flat text a position of the text is."""
        _, places, begins = self._flat
        piece = max(0, bisect_right(begins, position) - 1)
        return places[piece] + len(quote_form(self.text[begins[piece] : position], self._unlike))

    def _position(self, at: int, *, end: bool = False) -> int:
        """Tell where in the text itself a character of the flat text stands, or ends: letter by letter through its piece."""
        _, places, begins = self._flat
        piece = bisect_right(places, at) - 1
        wanted, reached, is_spaced, begin = at - places[piece], -1, True, begins[piece]
        while True:
            stop, is_plain = begin + 1, self.text[begin : begin + 2].isascii()  # each a letter, and compared as it is
            while not is_plain and stop < len(self.text) and self._joins(begin, stop):
                stop += 1
            for sign in self.text[begin] if is_plain else self._form(begin, stop):
                reached += 0 if sign.isspace() and is_spaced else 1
                is_spaced = sign.isspace()
            if reached >= wanted:
                return self._end(begin, stop) if end else begin
            begin = stop

    def _belongs(self, sign: str) -> bool:
        """Tell whether a character is part of the letter before it."""
        return is_mark(sign) or self._unlike.get(sign) == "" or _JOINING.match(sign) is not None

    def _joins(self, begin: int, stop: int) -> bool:
        """Tell whether the character at a place is part of the letter before it; of Korean, if both make one sign."""
        sign = self.text[stop]
        if _JOINING.match(sign) is None:
            return self._belongs(sign)
        return len(self._form(begin, stop + 1)) == len(self._form(begin, stop))

    def _form(self, begin: int, stop: int) -> str:
        """Write a letter of the text as it is compared."""
        return unicodedata.normalize("NFC", "".join(self._unlike.get(sign, sign) for sign in self.text[begin:stop]))

    def _end(self, begin: int, stop: int) -> int:
        """Tell where a letter ends: invisible characters behind it are no part of a quote."""
        while stop > begin + 1 and self._unlike.get(self.text[stop - 1]) == "":
            stop -= 1
        return stop


class Anchors:
    """Where quotes stand. What was found once is known: a snapshot never changes.

    A text may be long, and to look through it takes its time: whoever holds up others in a transaction has looked before.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}
        self._read: dict[Hashable, Searched] = {}

    def place(
        self, snapshot: Snapshot | None, exact: str, prefix: str | None, suffix: str | None, start: int | None
    ) -> tuple[Anchor, str | None]:
        """Place a quote in the newest snapshot of a source, and read the words there, as the text has them; refuse what does not
        stand there once. No words are read where no text is kept or nothing is placed.
        """
        if snapshot is None:
            if start is not None:
                raise NothingToAnchor("quote", "start")
            return UNPLACED, None

        def find() -> tuple[Anchor, str | None]:
            found = self._anchor(snapshot, exact, prefix, suffix, start)
            searched = None if found.start is None else self.read(snapshot)
            return found, None if searched is None else searched.text[found.start : found.end]

        return self.once((snapshot.id, exact, prefix, suffix, start), find)

    def _anchor(self, snapshot: Snapshot, exact: str, prefix: str | None, suffix: str | None, start: int | None) -> Anchor:
        """Place a quote: by its position where one is given, else by its words where the text is kept."""
        searched = self.read(snapshot)
        if start is None:
            return UNPLACED if searched is None else searched.find(exact, prefix, suffix)
        end = start + len(exact)
        if start > (snapshot.length - len(exact) if searched is None else searched.units):
            raise QuoteOutside("quote", "start", start=start, end=end, length=len(exact), size=snapshot.length)
        if searched is None or searched.stands_at(exact, start):
            return Anchor(start, end, AnchorStatus.EXACT)
        return searched.find(exact, prefix, suffix, start)

    def check_occurs(self, snapshot: Snapshot | None, exact: str | None) -> None:
        """Refuse words that do not stand anywhere in a text that is kept."""
        if exact and snapshot and not self.once((snapshot.id, exact), lambda: self._occurs(snapshot, exact)):
            raise QuoteNotFound("quote", exact=exact)

    def _occurs(self, snapshot: Snapshot, exact: str) -> bool:
        """Tell whether words stand in a text, as far as it is kept."""
        return (searched := self.read(snapshot)) is None or searched.holds(exact)

    def read(self, snapshot: Snapshot) -> Searched | None:
        """Take a snapshot's text to look through, if it is kept: the last two stay ready, as several quotes may be from them."""
        searched = self._read.pop(key := (snapshot.id, snapshot.sha256), None)
        if searched := searched or (None if snapshot.text is None else Searched(snapshot.text)):
            self._read = dict([*self._read.items()][-1:]) | {key: searched}
        return searched

    def once(self, about: Hashable, find: Callable[[], T]) -> T:
        """Look for something once, however it ends."""
        if about not in self._known:
            try:
                self._known[about] = find()
            except Refusal as refusal:
                self._known[about] = type(refusal), refusal.field, refusal.facts
                raise
        found = self._known[about]
        if isinstance(found, tuple) and isinstance(found[0], type):
            raise found[0](*found[1], **found[2])
        return cast("T", found)
