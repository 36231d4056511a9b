"""Which parts of a sentence are statements about the future? Each begins and ends at its words, and holds at least one cue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import Cue, Rules
from claimkb.domain.suggesting.telling import Tell
from claimkb.domain.suggesting.words import Words

_LEAST = 2
"""How many words a part has at least after its cue, before a comma may end it."""

_HARD = frozenset(";:•|")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that states something: its words, its cues, and who tells it."""

    begin: int
    end: int
    cues: tuple[Match[Cue], ...]
    tell: Tell | None
    is_quoted: bool


@dataclass(frozen=True)
class Splitter:
    """Divides a sentence."""

    words: Words
    rules: Rules
    quoted: Quoted
    dates: Sequence[DatePhrase]
    """Those of the sentence."""

    def clauses(self, cues: Sequence[Match[Cue]], tells: Sequence[Tell]) -> list[Clause]:
        """List the parts of a sentence that hold cues."""
        told = {at for tell in tells for at in range(tell.begin, tell.end)}
        found = []
        for begin, end, is_quoted in self._segments():
            own = [cue for cue in cues if begin <= cue.begin < end and cue.begin not in told]
            inside = tells if is_quoted else [tell for tell in tells if begin <= tell.begin < end]
            for group in self._groups(own):
                found.append(self._clause(begin, end, group, own, inside, is_quoted))
        return found

    def _segments(self) -> Iterator[tuple[int, int, bool]]:
        """Give the parts inside and outside of quotations."""
        sentence, at = self.words.sentence, 0
        for start, end in self.quoted.within(sentence.start, sentence.end):
            first, last = self.words.at(max(start, sentence.start)), self.words.at(min(end, sentence.end) - 1) + 1
            if at < first:
                yield at, first, False
            yield first, min(last, len(self.words.forms)), True
            at = last
        if at < len(self.words.forms):
            yield at, len(self.words.forms), False

    def _groups(self, cues: Sequence[Match[Cue]]) -> list[list[Match[Cue]]]:
        """Put together the cues between which no other statement begins."""
        groups: list[list[Match[Cue]]] = []
        for cue in cues:
            if groups and self._split(groups[-1][-1].end, cue.begin) is None:
                groups[-1].append(cue)
            else:
                groups.append([cue])
        return groups

    def _split(self, begin: int, end: int) -> int | None:
        """Find where between two cues the second statement begins."""
        forms = self.words.forms
        for at in range(end - 1, begin - 1, -1):
            if forms[at] in _HARD:
                return at
        for at in range(end - 1, begin - 1, -1):
            if forms[at] == "," and self.rules.has("splits.after_comma", forms[at + 1]):
                return at
        for at in range(end - 1, begin - 1, -1):
            if self.rules.has("splits.anywhere", forms[at]):
                return at
        return None

    def _clause(
        self, begin: int, end: int, group: list[Match[Cue]], cues: Sequence[Match[Cue]], tells: Sequence[Tell], is_quoted: bool
    ) -> Clause:
        """Find where the statement of a group of cues begins and ends, and who tells it."""
        first, last = group[0], group[-1]
        before = max((cue.end for cue in cues if cue.end <= first.begin), default=None)
        after = min((cue.begin for cue in cues if cue.begin >= last.end), default=None)
        if before is not None:
            begin = self._after_joint(self._split(before, first.begin))
        if after is not None:
            end = self._split(last.end, after) or end
        tell = self._tell(first.begin, last.end, tells, is_quoted)
        if not is_quoted:
            begin, end = self._without_tells(begin, end, first, last, tells)
        begin = self._hard_begin(begin, first.begin)
        return Clause(begin, self._end(last.end, end), tuple(group), tell, is_quoted)

    def _after_joint(self, at: int | None) -> int:
        """Skip a comma and the word that joins two statements."""
        begin = (at or 0) + (1 if self.words.forms[at or 0] in (",", *_HARD) else 0)
        return begin + 1 if self.rules.has("splits.joins", self.words.forms[begin]) else begin

    def _tell(self, begin: int, end: int, tells: Sequence[Tell], is_quoted: bool) -> Tell | None:
        """Choose who tells it: of a quotation the nearest after it, else whom it follows; of other words the nearest before."""
        after = [tell for tell in tells if tell.begin >= end]
        before = [tell for tell in tells if tell.end <= begin]
        if is_quoted:
            return after[0] if after else before[-1] if before else None
        trailing = [tell for tell in after if tell.is_after(self.words) or tell.is_source]
        return before[-1] if before else trailing[0] if trailing else None

    def _without_tells(self, begin: int, end: int, first: Match[Cue], last: Match[Cue], tells: Sequence[Tell]) -> tuple[int, int]:
        """Leave out the words that tell who states it."""
        for tell in tells:
            if begin <= tell.begin < first.begin:
                begin = self._told(tell, first.begin)
            elif last.end <= tell.begin < end and (tell.is_after(self.words) or tell.is_source):
                return begin, max(last.end, tell.first)
        return begin, end

    def _told(self, tell: Tell, cue: int) -> int:
        """Find where what is told begins, after the words that tell it."""
        forms = self.words.forms
        for at in range(tell.end, cue):
            if self.rules.has("reports.that", forms[at]):
                return at + 1
        if tell.is_source or tell.subject[0] >= tell.end:
            begin = tell.last
            comma = next((at for at in range(tell.end, cue) if forms[at] == ","), begin)
            return max(begin, comma)
        return self._after_day(tell.end)

    def _after_day(self, begin: int) -> int:
        """Skip the day on which it was told: "said on Tuesday"."""
        start = self.words.start(begin)
        day = next((each for each in self.dates if each.start == start), None)
        return self.words.at(day.end) if day else begin

    def _hard_begin(self, begin: int, cue: int) -> int:
        """Begin after a colon or semicolon before the cue, and at a word."""
        hard = [at + 1 for at in range(begin, cue) if self.words.forms[at] in _HARD]
        begin = hard[-1] if hard else begin
        while begin < cue and not self._can_begin(begin):
            begin += 1
        return begin

    def _can_begin(self, at: int) -> bool:
        """Tell whether a statement may begin with a word."""
        return self.words.is_word(at) or self.words.forms[at] in ("$", "€", "£", "¥")

    def _end(self, begin: int, end: int) -> int:
        """End at a comma after which another thought begins, or at a hard stop; never at a sign."""
        for at in range(begin, end):
            form = self.words.forms[at]
            is_joint = (
                form == ","
                and at - begin >= _LEAST
                and at + 1 < end
                and self.rules.has("splits.after_comma", self.words.forms[at + 1])
            )
            if is_joint or form in _HARD:
                end = at
                break
        while end > begin and not self.words.is_word(end - 1) and self.words.forms[end - 1] not in ("%", "€", "£", "$", "°", "'"):
            end -= 1
        return end
