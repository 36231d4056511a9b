"""Where in a source's text does a quote stand?

A quote is anchored as the W3C Web Annotation model does it: TextQuoteSelector (exact, prefix, suffix) and
TextPositionSelector (start, end), here in Unicode code points of the snapshot's text. Position is tried first, then the
exact text, then the text with quotes, dashes and spaces made alike. What is not found is refused, never guessed.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from claimkb.domain.record import Term
from claimkb.domain.refusals import NothingToAnchor, QuoteAmbiguous, QuoteNotFound, QuoteOutside, Refusal
from claimkb.domain.source import Snapshot


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

_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\n": " ", "\t": " "}


def _alike(text: str) -> str:
    """Make quotes, dashes and spaces alike, character by character, so that positions stay the same."""
    for sign, plain in _ALIKE.items():
        text = text.replace(sign, plain)
    return text


def _words(text: str) -> str:
    """Make quotes and dashes alike, and every run of spaces one space."""
    return " ".join(_alike(text).split())


class Searched:
    """A text in which quotes are looked for, whatever its spaces. It is made ready once, however many they are."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _flat(self) -> str:
        """The text with quotes and dashes alike, and one space for every run of them."""
        return _words(self.text)

    def holds(self, exact: str) -> bool:
        """Tell whether a quote stands in it anywhere: to the letter, which is told at once, or with other spaces and dashes."""
        wanted = _words(exact)
        return bool(wanted) and (exact in self.text or wanted in self._flat)

    def find(self, exact: str, prefix: str | None, suffix: str | None) -> Anchor:
        """Find the one place where a quote stands; refuse none and several."""
        wanted = _words(exact)
        times = self._flat.count(wanted) if wanted else 0
        if not times:
            raise QuoteNotFound("quote", "exact", exact=exact)
        if times > MOST_PLACES:
            raise QuoteAmbiguous("quote", exact=exact, times=times)
        before, after = _words(prefix or ""), _words(suffix or "")
        fitting = [at for at in self._places(wanted) if self._fits(at, at + len(wanted), before, after)]
        if not fitting:
            raise QuoteNotFound("quote", "prefix" if prefix else "suffix", exact=f"{prefix or ''}{exact}{suffix or ''}")
        if len(fitting) > 1:
            raise QuoteAmbiguous("quote", exact=exact, times=len(fitting))
        return Anchor(self._position(fitting[0]), self._position(fitting[0] + len(wanted) - 1) + 1, AnchorStatus.EXACT)

    def _places(self, wanted: str) -> Iterator[int]:
        """Give the places of a quote in the flat text, one after the other."""
        at = self._flat.find(wanted)
        while at >= 0:
            yield at
            at = self._flat.find(wanted, at + len(wanted))

    def _fits(self, start: int, end: int, before: str, after: str) -> bool:
        """Tell whether the words before and after a passage of the flat text are the ones that were given."""
        is_after = self._flat[max(0, start - len(before) - 1) : start].strip().endswith(before)
        return is_after and self._flat[end : end + len(after) + 1].strip().startswith(after)

    def _position(self, at: int) -> int:
        """Tell where in the text itself a character of the flat text stands: as far into the same word of it."""
        rest = self.text.split(None, self._flat.count(" ", 0, at))[-1]
        return len(self.text) - len(rest) + at - (self._flat.rfind(" ", 0, at) + 1)


class Anchors:
    """Where quotes stand. What was found once is known: a snapshot never changes.

    A text may be long, and to look through it takes its time: whoever holds up others in a transaction has looked before.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}
        self._last: tuple[UUID, Searched] | None = None

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
            text = None if found.start is None else snapshot.text
            return found, None if text is None else text[found.start : found.end]

        placed: tuple[Anchor, str | None] = self._once((snapshot.id, exact, prefix, suffix, start), find)
        return placed

    def _anchor(self, snapshot: Snapshot, exact: str, prefix: str | None, suffix: str | None, start: int | None) -> Anchor:
        """Place a quote: by its position where one is given, else by its words where the text is kept."""
        if start is None:
            return self._read(snapshot).find(exact, prefix, suffix) if snapshot.text is not None else UNPLACED
        end = start + len(exact)
        if end > snapshot.length:
            raise QuoteOutside("quote", "start", start=start, end=end, length=len(exact), size=snapshot.length)
        if snapshot.text is not None and _alike(snapshot.text[start:end]) != _alike(exact):
            return self._read(snapshot).find(exact, prefix, suffix)
        return Anchor(start, end, AnchorStatus.EXACT)

    def check_occurs(self, snapshot: Snapshot | None, exact: str | None) -> None:
        """Refuse words that do not stand anywhere in a text that is kept."""
        if exact and snapshot and not self._once((snapshot.id, exact), lambda: self._occurs(snapshot, exact)):
            raise QuoteNotFound("quote", exact=exact)

    def _occurs(self, snapshot: Snapshot, exact: str) -> bool:
        """Tell whether words stand in a text, as far as it is kept."""
        return snapshot.text is None or self._read(snapshot).holds(exact)

    def _read(self, snapshot: Snapshot) -> Searched:
        """Take a snapshot's text to look through: the last one stays ready, as there may be several quotes from it."""
        if self._last is None or self._last[0] != snapshot.id:
            self._last = snapshot.id, Searched(snapshot.text or "")
        return self._last[1]

    def _once(self, about: Hashable, find: Callable[[], Any]) -> Any:
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
        return found
