"""Where does a sentence name who tells what it states?"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from claimkb.domain.suggesting.openings import name_of
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import INVERTED, REPORT, SOURCE, Cue, Rules
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


def tells_in(
    words: Words, cues: Sequence[Match[Cue]], taken: Set[int], rules: Rules, speakers: Speakers, quoted: Quoted
) -> list[Tell]:
    """Find who tells something in a sentence, outside of its quotations and of the words that are taken."""
    found = []
    for match in rules.reports.find(words.forms):
        if not _is_free(match, words, taken, rules) or quoted.around(words.start(match.begin)) is not None:
            continue
        if tell := _tell(match, words, speakers, taken):
            found.append(tell)
    for at, cue in enumerate(cues):
        if cue.value.report and quoted.around(words.start(cue.begin)) is None and (tell := _after(cue, words, speakers, cues[:at])):
            found.append(tell)
    return sorted(found, key=lambda tell: tell.begin)


def _is_free(match: Match[str], words: Words, taken: Set[int], rules: Rules) -> bool:
    """Tell whether a verb of telling is one here: not a part of a cue, and not after "must" or "to"."""
    if match.begin > 0 and words.is_capital(match.begin) and match.value == REPORT:
        return False
    before = words.forms[match.begin - 1] if match.begin else ""
    is_verb = match.value != REPORT or not rules.has("reports.not_after", before)
    return match.begin not in taken and is_verb


def _tell(match: Match[str], words: Words, speakers: Speakers, taken: Set[int]) -> Tell | None:
    """Find the subject of a verb of telling, or the name after "according to"."""
    if match.value == SOURCE and match.begin > 0 and speakers.rules.has("reports.first_only", words.forms[match.begin]):
        return None
    if match.value == SOURCE:
        return Tell(match.begin, match.end, speakers.right_of(words, match.end), is_source=True)
    if match.value == INVERTED:
        if match.begin == 0 or words.forms[match.begin - 1] not in _CLOSING:
            return None
        form = next(form for form in words.forms[match.begin : match.end] if "-" in form)
        return Tell(match.begin, match.end, (match.begin, match.begin), pronoun=form.rpartition("-")[2])
    left = speakers.left_of(words, match.begin)
    if _is_inverted(match, words, left, speakers, taken):
        return Tell(match.begin, match.end, speakers.right_of(words, match.end))
    if left[0] >= left[1] and speakers.rules.has("splits.joins", words.forms[match.begin - 1]):
        left = name_of(words, speakers.rules)
    return Tell(match.begin, match.end, left)


def _is_inverted(match: Match[str] | Match[Cue], words: Words, left: tuple[int, int], speakers: Speakers, taken: Set[int]) -> bool:
    """Tell whether the subject follows the verb: where a comma or a quotation ends before the verb, and a name comes after."""
    if match.begin == 0 or words.forms[match.begin - 1] not in _CLOSING:
        return False
    begin, end = speakers.right_of(words, match.end)
    if begin >= end or speakers.rules.has("speakers.after", words.forms[begin]) or not speakers.may_begin(words, begin):
        return False
    return words.forms[match.begin - 1] != "," or not _is_apposition(match.begin - 1, words, left, speakers, taken)


def _is_apposition(comma: int, words: Words, left: tuple[int, int], speakers: Speakers, taken: Set[int]) -> bool:
    """Tell whether what stands before a comma belongs to a name: "Roy, his lawyer, said", and not "it will close, said Roy"."""
    if left[1] < comma - 1 and words.forms[left[1]] == "," and speakers.rules.has("speakers.relative", words.forms[left[1] + 1]):
        return True
    begin = comma
    while begin > left[0] and words.forms[begin - 1] != ",":
        begin -= 1
    return (begin > left[0] or left[1] < comma) and not any(at in taken for at in range(begin, comma))


def _after(cue: Match[Cue], words: Words, speakers: Speakers, before: Sequence[Match[Cue]]) -> Tell | None:
    """Read a cue such as "promised" as a verb of telling, where it follows what it tells."""
    last = words.forms[cue.end - 1]
    if speakers.rules.has("traps.to", last) or speakers.rules.has("reports.that", last):
        return None
    taken = {at for each in before for at in range(each.begin, each.end)}
    if before and _is_inverted(cue, words, speakers.left_of(words, cue.begin), speakers, taken):
        return Tell(cue.begin, cue.end, speakers.right_of(words, cue.end))
    tell = Tell(cue.begin, cue.end, speakers.left_of(words, cue.begin))
    is_at_end = len(words.forms) - cue.end <= MOST_AFTER
    return tell if is_at_end and tell.is_after(words) else None
