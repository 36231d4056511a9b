"""What are the words of a sentence, and where does each stand?"""

import re
from dataclasses import dataclass
from functools import cached_property

from claimkb.domain.suggesting.suggestion import Passage

_WORD = r"\d+(?:[.,]\d+)*\w*(?:-\w+)*|\w+(?:[-.]\w+)*|[^\w\s]"
"""A number with its points and commas, a word with its hyphens, or any other sign. An apostrophe stands between two words."""

WORDS = re.compile(_WORD)
_APOSTROPHES = str.maketrans("’‘ʼ`", "''''")


def forms(text: str) -> list[str]:
    """List the words of a text in lower case, with plain apostrophes."""
    return WORDS.findall(text.translate(_APOSTROPHES).lower())


@dataclass(frozen=True)
class Words:
    """The words of a sentence, in their forms for comparing and at their places in the text."""

    sentence: Passage

    @cached_property
    def forms(self) -> list[str]:
        """The words in lower case."""
        return [written.translate(_APOSTROPHES).lower() for written in self.written]

    @cached_property
    def written(self) -> list[str]:
        """The words as they are written."""
        return WORDS.findall(self.sentence.exact)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [match.span() for match in WORDS.finditer(self.sentence.exact)]

    def start(self, at: int) -> int:
        """Tell where in the text a word begins."""
        return self.sentence.start + self._places[at][0]

    def end(self, at: int) -> int:
        """Tell where in the text a word ends."""
        return self.sentence.start + self._places[at][1]

    def text(self, begin: int, end: int) -> str:
        """Return the text from one word up to another, which is left out."""
        if begin >= end:
            return ""
        return self.sentence.exact[self._places[begin][0] : self._places[end - 1][1]]

    def is_word(self, at: int) -> bool:
        """Tell whether there is a word at a place, and no sign."""
        return 0 <= at < len(self.written) and self.written[at][0].isalnum()

    def is_capital(self, at: int) -> bool:
        """Tell whether there is a word at a place that begins with a capital letter."""
        return 0 <= at < len(self.written) and self.written[at][0].isupper()

    def at(self, position: int) -> int:
        """Tell which word is the first that ends after a position of the text."""
        low, high = 0, len(self._places)
        while low < high:
            middle = (low + high) // 2
            if self.end(middle) <= position:
                low = middle + 1
            else:
                high = middle
        return low
