"""Which few words of a statement stand for it, so that they are found again?"""

import re
from dataclasses import dataclass
from functools import cached_property

from claimkb.domain.normal_forms import is_mark, quote_form
from claimkb.domain.suggesting.suggestion import Passage, Quote

MOST_WORDS = 7
MOST_AROUND = 200
"""How many characters are quoted before and after at most."""

_LEAST_AROUND = 40
_LONGEST = 300
_CHUNK = re.compile(r"\S+")
_CURRENCIES = "$€£¥₽"
_ENDS = f"{_CURRENCIES}%°"


@dataclass(frozen=True)
class Quoting:
    """Takes quotes out of a text."""

    text: str

    @cached_property
    def _flat(self) -> str:
        """The text as quotes are compared."""
        return quote_form(self.text)

    def quote(self, statement: Passage, first: int, last: int) -> Quote | None:
        """Quote at most seven words of a statement, from the place where its cue begins up to the place where its date ends.

        None where the text repeats itself so much that no words around tell the place from another.
        """
        start, end = self._window(statement, first, last)
        while end < len(self.text) and is_mark(self.text[end]):
            end += 1
        exact = self.text[start:end]
        if not exact or len(exact) > _LONGEST or self._laps(quote_form(exact)):
            return None
        for most in (_LEAST_AROUND, MOST_AROUND):
            prefix, suffix = self._before(start, most), self._after(end, most)
            if self._is_once(f"{prefix}{exact}{suffix}"):
                return Quote(exact, start, end, prefix, suffix)
        return None

    def _window(self, statement: Passage, first: int, last: int) -> tuple[int, int]:
        """Choose the words: as many as fit before the cue, if cue and date stand among seven words, else those from the cue on."""
        chunks = [(statement.start + at.start(), statement.start + at.end()) for at in _CHUNK.finditer(statement.exact)]
        begin = next((at for at, chunk in enumerate(chunks) if chunk[1] > first), 0)
        stop = next((at + 1 for at, chunk in enumerate(chunks) if chunk[1] >= last), len(chunks))
        if not begin < stop <= begin + MOST_WORDS:
            stop = begin + MOST_WORDS
        begin = max(0, min(len(chunks), stop) - MOST_WORDS)
        stop = max(stop, begin + MOST_WORDS)
        chosen = chunks[begin:stop] or [(statement.start, statement.end)]
        return self._stripped(chosen[0][0], min(chosen[-1][1], statement.end))

    def _stripped(self, start: int, end: int) -> tuple[int, int]:
        """Leave out the signs at both ends, those that cannot be seen too."""
        while start < end and not (self.text[start].isalnum() or self.text[start] in _CURRENCIES):
            start += 1
        while end > start and not (self.text[end - 1].isalnum() or self.text[end - 1] in _ENDS or is_mark(self.text[end - 1])):
            end -= 1
        return start, end

    def _before(self, start: int, most: int) -> str:
        """Return the words before a place; they begin at a word, as half a letter is never found."""
        begin = max(0, start - most)
        if begin > 0:
            space = self.text.find(" ", begin, start)
            begin = space + 1 if space >= 0 else start
        return self.text[begin:start]

    def _after(self, end: int, most: int) -> str:
        """Return the words after a place; they end at a word."""
        stop = min(len(self.text), end + most)
        if stop < len(self.text):
            space = self.text.rfind(" ", end, stop)
            stop = space if space >= 0 else end
        return self.text[end:stop]

    def _is_once(self, around: str) -> bool:
        """Tell whether words stand once in the text, as it looks to a reader."""
        wanted = quote_form(around)
        at = self._flat.find(wanted)
        return at >= 0 and self._flat.find(wanted, at + 1) < 0

    def _laps(self, exact: str) -> bool:
        """Tell whether words stand in the text so that one place laps over the next: they would be found at the first alone."""
        ends = (exact[at + 1 :] for at, sign in enumerate(exact) if sign == " ")
        return any(exact.startswith(end) and exact + exact[len(end) :] in self._flat for end in ends)
