"""When is a statement due? Its date phrase, of the several that a sentence may hold."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from claimkb.domain.date_phrases import Cue, DatePhrase, find_dates
from claimkb.domain.suggesting.accepting import is_past
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.rules import Rules
from claimkb.domain.suggesting.words import Words

_FAR = 12
"""How many words before a day the words stand that it belongs to."""


@dataclass
class Dating:
    """The date phrases of a text, and which belongs to a statement."""

    dates: Sequence[DatePhrase]
    published_on: date | None
    language: str
    country: str | None
    rules: Rules
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [each.start for each in self.dates]

    def within(self, start: int, end: int) -> Sequence[DatePhrase]:
        """Return the date phrases of a passage."""
        return self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def due(self, words: Words, clause: Clause, dates: Sequence[DatePhrase]) -> DatePhrase | None:
        """Choose the date phrase of a statement: the nearest after its cue, else before it, else at the sentence's begin."""
        start, end, cue = words.start(clause.begin), words.end(clause.end - 1), words.end(clause.cues[0].begin)
        inside = [each for each in dates if start <= each.start < end and not self._is_of_another(words, clause, each)]
        after = [each for each in inside if each.start >= cue or each.end > cue]
        before = [each for each in inside if each not in after and (each.start == start or not is_past(each, self.published_on))]
        leading = [each for each in dates if words.at(each.start) == 0 and not self._is_telling(words, clause, each)]
        for some in (after, before[::-1], leading):
            if some:
                return min(some, key=self._rank)
        return self._before(words, clause)

    def _rank(self, phrase: DatePhrase) -> int:
        """Prefer a phrase that gives a day to come, then one that gives none, and one of the past last."""
        return 2 if is_past(phrase, self.published_on) else int(phrase.readings[0].due_on is None)

    def _is_of_another(self, words: Words, clause: Clause, phrase: DatePhrase) -> bool:
        """Tell whether a date phrase is a verb, or says when a promise was made or what was expected once."""
        begin, end = words.at(phrase.start), words.at(phrase.end)
        is_made_then = any(cue.begin < begin and end < cue.end and cue.value.subject for cue in clause.cues)
        return self._is_verb(phrase) or is_made_then or self._is_of_once(words, clause, begin)

    def _is_of_once(self, words: Words, clause: Clause, at: int) -> bool:
        """Tell whether a day belongs to what was expected once: "a levy that had been due to take effect on Monday"."""
        least = max(0, at - _FAR)
        for match in self.rules.once.find(words.forms[least:at]):
            begin, end = least + match.begin, least + match.end
            is_apart = any(form == "," or self.rules.has("splits.anywhere", form) for form in words.forms[begin:at])
            is_own = any(begin <= cue.begin < (at if not cue.value.needs else end) for cue in clause.cues)
            if not is_apart and not is_own:
                return True
        return False

    def _is_verb(self, phrase: DatePhrase) -> bool:
        """Tell whether a date phrase that gives a date is a verb of change as well: to fall. Soon gives none, and is no verb."""
        return phrase.cue is not Cue.NONE and self.rules.has("change.words", phrase.text.lower())

    def _is_telling(self, words: Words, clause: Clause, phrase: DatePhrase) -> bool:
        """Tell whether a date phrase says when a statement was told."""
        tell = clause.tell
        return tell is not None and not tell.is_source and words.start(tell.begin) > phrase.start and tell.begin < clause.begin

    def _before(self, words: Words, clause: Clause) -> DatePhrase | None:
        """Read a span of time before a day to come, as in "it came ten days before the vote is held", from the day of saying on."""
        found = self.rules.before.find(words.forms[clause.begin : clause.cues[-1].begin])
        if not found or self.published_on is None:
            return None
        begin, end = clause.begin + found[-1].begin, clause.begin + found[-1].end
        read = find_dates(self.rules.read_as.format(words.text(begin, begin + 2)), self.published_on, self.language, self.country)
        start, stop = words.start(begin), words.end(end - 1)
        return replace(read[0], start=start, end=stop, text=words.text(begin, end)) if read else None
