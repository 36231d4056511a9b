"""Where in a source's text does a quote stand?

A quote is anchored as the W3C Web Annotation model does it: TextQuoteSelector (exact, prefix, suffix) and
TextPositionSelector (start, end), here in Unicode code points of the snapshot's text. Position is tried first, then the
exact text, then the text with quotes, dashes and spaces made alike. What is not found is refused, never guessed.
"""

import re
from dataclasses import dataclass

from claimkb.domain.record import Term
from claimkb.domain.refusals import NothingToAnchor, QuoteAmbiguous, QuoteNotFound, QuoteOutside
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

_NEAR = 1000
"""How many characters around a passage are enough for any prefix or suffix, whatever the spaces."""
_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\n": " ", "\t": " "})


def _alike(text: str) -> str:
    """Make quotes, dashes and spaces alike, character by character, so that positions stay the same."""
    return text.translate(_ALIKE)


def _words(text: str) -> str:
    """Make quotes and dashes alike, and every run of spaces one space."""
    return " ".join(_alike(text).split())


def _flat(text: str) -> tuple[str, list[int]]:
    """Write a text with one space for every run of them, and tell where each of its characters stands in the text itself."""
    parts, places = [], []
    for word in re.finditer(r"\S+", _alike(text)):
        parts.append(word.group())
        places += [*range(word.start(), word.end()), word.end()]
    return " ".join(parts), places


def _occurrences(text: str, exact: str) -> list[tuple[int, int]]:
    """Find where a quote stands in a text, whatever the spaces."""
    (flat, places), wanted = _flat(text), _words(exact)
    found: list[tuple[int, int]] = []
    at = flat.find(wanted) if wanted else -1
    while at >= 0:
        found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = flat.find(wanted, at + len(wanted))
    return found


def _fits(text: str, start: int, end: int, prefix: str | None, suffix: str | None) -> bool:
    """Tell whether the words before and after a passage are the ones that were given."""
    before = _words(text[max(0, start - _NEAR) : start]).endswith(_words(prefix or ""))
    return before and _words(text[end : end + _NEAR]).startswith(_words(suffix or ""))


def check_occurs(snapshot: Snapshot | None, exact: str | None) -> None:
    """Refuse words that do not stand anywhere in a text that is kept."""
    if exact and snapshot and snapshot.text is not None and not _occurrences(snapshot.text, exact):
        raise QuoteNotFound("quote", exact=exact)


def find(text: str, exact: str, prefix: str | None, suffix: str | None) -> Anchor:
    """Find the one place where a quote stands in a text; refuse none and several."""
    places = _occurrences(text, exact)
    if not places:
        raise QuoteNotFound("quote", "exact", exact=exact)
    if len(places) > MOST_PLACES:
        raise QuoteAmbiguous("quote", exact=exact, times=len(places))
    fitting = [place for place in places if _fits(text, *place, prefix, suffix)] if prefix or suffix else places
    if not fitting:
        raise QuoteNotFound("quote", "prefix" if prefix else "suffix", exact=f"{prefix or ''}{exact}{suffix or ''}")
    if len(fitting) > 1:
        raise QuoteAmbiguous("quote", exact=exact, times=len(fitting))
    return Anchor(*fitting[0], AnchorStatus.EXACT)


def anchor(snapshot: Snapshot | None, exact: str, prefix: str | None, suffix: str | None, start: int | None) -> Anchor:
    """Place a quote in a snapshot: by its position where one is given, else by its words where the text is kept."""
    if snapshot is None:
        if start is not None:
            raise NothingToAnchor("quote", "start")
        return UNPLACED
    if start is None:
        return find(snapshot.text, exact, prefix, suffix) if snapshot.text is not None else UNPLACED
    end = start + len(exact)
    if end > snapshot.length:
        raise QuoteOutside("quote", "start", start=start, end=end, length=len(exact), size=snapshot.length)
    if snapshot.text is not None and _alike(snapshot.text[start:end]) != _alike(exact):
        return find(snapshot.text, exact, prefix, suffix)
    return Anchor(start, end, AnchorStatus.EXACT)


def words_at(snapshot: Snapshot | None, place: Anchor) -> str | None:
    """Return the words that stand at a place, as the text has them; None where no text is kept or nothing is placed."""
    return snapshot.text[place.start : place.end] if snapshot and snapshot.text is not None and place.start is not None else None
