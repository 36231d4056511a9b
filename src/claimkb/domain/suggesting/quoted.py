"""Which parts of a text stand in quotation marks, across its sentences?"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_MARKS = re.compile('["“”„«»「」『』]|\n[ \t\r]*\n|\n')
_CLOSING = {"“": "”", "„": "”“", "«": "»", "「": "」", "『": "』", '"': '"'}


@dataclass(frozen=True)
class Quoted:
    """The quotations of a text. One that is never closed ends with its line."""

    text: str

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The places between the marks, in their order."""
        found, opened, mark = [], -1, ""
        for match in _MARKS.finditer(self.text):
            sign = match[0]
            if opened >= 0 and (sign[0] == "\n" or sign in _CLOSING[mark]):
                found.append((opened, match.start()))
                opened = -1
            elif opened < 0 and sign in _CLOSING:
                opened, mark = match.end(), sign
        return [*found, (opened, len(self.text))] if opened >= 0 else found

    @cached_property
    def _whole(self) -> list[tuple[int, int]]:
        return [span for span in self.spans if self._is_whole(*span)]

    def _is_whole(self, start: int, end: int) -> bool:
        """Tell whether it quotes a statement and no few words: it begins with a capital letter, or after a comma or colon."""
        first = self.text[start:end].lstrip()[:1]
        before = self.text[max(0, start - 4) : start - 1].rstrip()
        return bool(first) and (not first.islower() or before[-1:] in (",", ":"))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._whole]

    def around(self, position: int) -> tuple[int, int] | None:
        """Return the quotation of a statement in which a place lies."""
        at = bisect_right(self._starts, position) - 1
        return self._whole[at] if at >= 0 and position < self._whole[at][1] else None

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """List the quotations of statements that a passage touches."""
        at = max(0, bisect_right(self._starts, start) - 1)
        found = []
        while at < len(self._whole) and self._whole[at][0] <= end:
            if self._whole[at][1] >= start:
                found.append(self._whole[at])
            at += 1
        return found
