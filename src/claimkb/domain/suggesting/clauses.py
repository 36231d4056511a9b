"""Which parts of a sentence are statements about the future? Each begins and ends at its words, and holds at least one cue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import Cue, Rules
from claimkb.domain.suggesting.telling import Tell
from claimkb.domain.suggesting.words import Words

_LEAST = 2
"""How many words a part has at least after its cue, before a comma may end it."""

MOST_LISTED = 6
"""How many words an item of a list of numbers has at most, its comma included."""

MOST_LED = 8
"""How far before a cue the word stands that leads in its clause."""

_HARD = frozenset(";:•|")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that states something: its words, its cues, and who tells it."""

    begin: int
    end: int
    cues: tuple[Match[Cue], ...]
    tell: Tell | None
    is_quoted: bool
    limit: int = 0
    """Where the part would end without the comma that ends it."""


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
        found: list[Clause] = []
        for begin, end, is_quoted in self._segments():
            own = [cue for cue in cues if begin <= cue.begin < end and cue.begin not in told]
            inside = tells if is_quoted else [tell for tell in tells if begin <= tell.begin < end]
            for group in self._groups(own, () if is_quoted else inside):
                found.extend(self._shared(self._clause(begin, end, group, own, inside, is_quoted)))
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

    def _groups(self, cues: Sequence[Match[Cue]], tells: Sequence[Tell]) -> list[list[Match[Cue]]]:
        """Put together the cues between which no other statement begins, and nobody tells the second one."""
        groups: list[list[Match[Cue]]] = []
        for cue in cues:
            is_told = bool(groups) and any(groups[-1][-1].end <= tell.begin < cue.begin for tell in tells)
            if groups and not is_told and not self._is_apart(groups[-1][-1], cue):
                groups[-1].append(cue)
            else:
                groups.append([cue])
        return groups

    def _is_apart(self, before: Match[Cue], cue: Match[Cue]) -> bool:
        """Tell whether another statement begins between two cues. "Will open and close" is one, unless a day stands between."""
        joint = self._split(before.end, cue.begin)
        if joint is None:
            return False
        is_bare = cue.value.needs == "appointment" and joint == cue.begin - 1
        return not is_bare or any(self.words.start(before.begin) < each.start < self.words.start(joint) for each in self.dates)

    def _shared(self, clause: Clause) -> Iterator[Clause]:
        """Divide a part where several days follow one cue: "will be 3% in March and 2% in June"."""
        begin = clause.begin
        inside = [
            each for each in self.dates if self.words.start(clause.cues[0].begin) <= each.start < self.words.end(clause.end - 1)
        ]
        for one, other in pairwise(inside):
            joint = self._joint(self.words.at(one.end), self.words.at(other.start))
            if joint is not None and clause.cues[-1].end <= joint:
                yield replace(clause, begin=begin, end=self._end(max(begin, clause.cues[-1].end), joint))
                begin = self._after_joint(joint)
        yield replace(clause, begin=begin)
        yield from self._continued(clause)

    def _continued(self, clause: Clause) -> Iterator[Clause]:
        """Give what goes on after a comma with a number and a day of its own: "…, before picking up to 2% by June"."""
        begin, end = clause.end + 1, clause.limit
        forms = self.words.forms[begin:end]
        if len(forms) < _LEAST or not self.rules.has("splits.continues", forms[0]):
            return
        places = range(self.words.start(begin), self.words.end(end - 1))
        dates = [each for each in self.dates if each.start in places]
        numbers = [at for at in range(begin, end) if self.words.forms[at][0].isdigit()]
        is_sequel = self.rules.has("splits.sequel", forms[0]) and not self.rules.has("speakers.articles", forms[1])
        is_dated = bool(dates) and is_sequel and dates[0].start > self.words.start(begin + 1)
        if is_dated or (dates and any(self.words.start(at) < dates[0].start for at in numbers)):
            yield replace(clause, begin=begin, end=self._end(begin + _LEAST, end))

    def _joint(self, begin: int, end: int) -> int | None:
        """Find where between two days the second statement begins: at a word that joins, or at a comma before a number."""
        for at in range(begin, end - 1):
            form, after = self.words.forms[at], self.words.forms[at + 1]
            is_list = form == "," and end - at < MOST_LISTED and self._has_number(at + 1, end)
            is_joint = self.rules.has("splits.joins", form) and after[0].isalnum() and not self._joins_numbers(at)
            if is_list or is_joint or (form == "," and self._goes_on(at + 1)):
                return at
        return None

    def _goes_on(self, at: int) -> bool:
        """Tell whether a statement goes on after a comma: ", raise it by June", ", work to start in May"."""
        after, second = self.words.forms[at : at + 2]
        groups = ("splits.sequel", "acts.words", "change.words")
        return any(self.rules.has(group, after) for group in groups) or self.rules.has("traps.to", second)

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
            if self.rules.has("splits.anywhere", forms[at]) and not self._joins_numbers(at):
                return self._subordinate(at, end)
        if forms[end - 1] == "," and any(begin <= self.words.at(each.start) < end for each in self.dates):
            return end - 1
        return self._after_leading(begin, end)

    def _subordinate(self, joint: int, end: int) -> int:
        """Find where a subordinate clause begins after a word that joins: "buses and trains from May after they agreed to"."""
        forms = self.words.forms
        return next((at for at in range(joint + 2, end - 2) if self.rules.has("splits.subordinate", forms[at])), joint)

    def _after_leading(self, begin: int, end: int) -> int | None:
        """Find the comma after a clause that leads in another: "As the firm aims to grow, it will …"."""
        forms = self.words.forms
        commas = [at for at in range(begin, end) if forms[at] == ","]
        is_led = any(self.rules.has("splits.leading", form) for form in forms[max(0, begin - MOST_LED) : begin])
        return commas[-1] if commas and is_led else None

    def _has_number(self, begin: int, end: int) -> bool:
        return any(self.words.forms[at][0].isdigit() for at in range(begin, end))

    def _joins_numbers(self, at: int) -> bool:
        """Tell whether a word joins two numbers: between 2% and 3%."""
        forms = self.words.forms
        if at < _LEAST or any(self.words.at(each.end) in (at, at + 1) for each in self.dates):
            return False
        before, after = forms[at - 2 : at], forms[at + 1 : at + 3]
        return any(form[0].isdigit() for form in before) and any(form[0].isdigit() for form in after)

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
        return Clause(begin, self._end(last.end, end), tuple(group), tell, is_quoted, end)

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
        is_heard = self.rules.has("reports.hearing", forms[tell.end - 1]) and self.rules.has("reports.heard", forms[tell.end])
        return self._after_day(tell.end + (is_heard and tell.end + 1 < cue))

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
