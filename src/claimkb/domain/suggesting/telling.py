"""Where does a sentence name who tells what it states?"""

from collections.abc import Sequence
from dataclasses import dataclass

from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import INVERTED, SOURCE, Cue, Rules
from claimkb.domain.suggesting.speakers import Speakers
from claimkb.domain.suggesting.words import Words

_CLOSING = frozenset(',"”»“」』')
MOST_AFTER = 5
"""How many words may follow a verb of telling at the end of a sentence: "promised on Friday."."""


@dataclass(frozen=True)
class Tell:
    """Words that tell who states something: a verb such as "said" with its subject, or "according to" and a name."""

    begin: int
    end: int
    subject: tuple[int, int]
    pronoun: str | None = None
    """The pronoun that is part of the verb, as in "a-t-elle"."""
    is_source: bool = False
    """Whether it is "according to": what it tells may stand before or after."""

    @property
    def first(self) -> int:
        """The first of its words, those of the subject included."""
        return min(self.begin, self.subject[0])

    @property
    def last(self) -> int:
        """The word after its last one, those of the subject included."""
        return max(self.end, self.subject[1])

    def is_after(self, words: Words) -> bool:
        """Tell whether it follows what it tells: after a comma or after a quotation."""
        return self.first > 0 and words.forms[self.first - 1] in _CLOSING


def tells_in(words: Words, cues: Sequence[Match[Cue]], rules: Rules, speakers: Speakers, quoted: Quoted) -> list[Tell]:
    """Find who tells something in a sentence, outside of its quotations."""
    taken = {at for cue in cues for at in range(cue.begin, cue.end)}
    found = []
    for match in rules.reports.find(words.forms):
        is_free = match.begin not in taken and quoted.around(words.start(match.begin)) is None
        if is_free and (tell := _tell(match, words, speakers)):
            found.append(tell)
    for at, cue in enumerate(cues):
        if cue.value.report and quoted.around(words.start(cue.begin)) is None and (tell := _after(cue, words, speakers, at > 0)):
            found.append(tell)
    return sorted(found, key=lambda tell: tell.begin)


def _tell(match: Match[str], words: Words, speakers: Speakers) -> Tell | None:
    """Find the subject of a verb of telling, or the name after "according to"."""
    if match.value == SOURCE:
        return Tell(match.begin, match.end, speakers.right_of(words, match.end), is_source=True)
    if match.value == INVERTED:
        if match.begin == 0 or words.forms[match.begin - 1] not in _CLOSING:
            return None
        form = next(form for form in words.forms[match.begin : match.end] if "-" in form)
        return Tell(match.begin, match.end, (match.begin, match.begin), pronoun=form.rpartition("-")[2])
    left = speakers.left_of(words, match.begin)
    if _is_inverted(match, words, left, speakers):
        return Tell(match.begin, match.end, speakers.right_of(words, match.end))
    return Tell(match.begin, match.end, left)


def _is_inverted(match: Match[str] | Match[Cue], words: Words, left: tuple[int, int], speakers: Speakers) -> bool:
    """Tell whether the subject follows the verb: where a comma or a quotation ends before the verb, and a name comes after."""
    if match.begin == 0 or words.forms[match.begin - 1] not in _CLOSING:
        return False
    begin, end = speakers.right_of(words, match.end)
    if begin >= end or speakers.rules.has("speakers.after", words.forms[begin]):
        return False
    is_apposition = (
        words.forms[match.begin - 1] == "," and left[1] == match.begin - 1 and left[0] > 0 and words.forms[left[0] - 1] == ","
    )
    is_apposition = is_apposition or (words.forms[match.begin - 1] == "," and left[1] < match.begin - 1)
    return not is_apposition


def _after(cue: Match[Cue], words: Words, speakers: Speakers, is_later: bool) -> Tell | None:
    """Read a cue such as "promised" as a verb of telling, where it follows what it tells."""
    if cue.begin > 0 and words.forms[cue.begin - 1] in _CLOSING:
        subject = speakers.right_of(words, cue.end)
        return Tell(cue.begin, cue.end, subject) if subject[0] < subject[1] and is_later else None
    tell = Tell(cue.begin, cue.end, speakers.left_of(words, cue.begin))
    is_at_end = len(words.forms) - cue.end <= MOST_AFTER
    return tell if is_at_end and tell.is_after(words) else None
