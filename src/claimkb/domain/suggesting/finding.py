"""Which statements about the future does a text make?

The words of a language's tables are looked for sentence by sentence. Each is a sign of a statement; traps are the words that
only look like one. What is found is a suggestion: a person decides.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from claimkb.domain.date_phrases import DatePhrase, find_dates
from claimkb.domain.suggesting.accepting import Accepting, is_past
from claimkb.domain.suggesting.attributing import Attributing
from claimkb.domain.suggesting.clauses import Clause, Splitter
from claimkb.domain.suggesting.describing import kind_of, likelihood_of, score_of, signs_of
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.quoting import Quoting
from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage, Suggested
from claimkb.domain.suggesting.targets import target_of
from claimkb.domain.suggesting.telling import tells_in
from claimkb.domain.suggesting.words import Words, forms

MOST_SUGGESTIONS = 500
"""How many suggestions a text gives at most; the rest is cut, in the text's order."""


def suggestions(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Suggested]:
    """Suggest the predictions and promises of a text, in its order; of a language without tables there are none."""
    rules = rules_of(language)
    if rules is None:
        return []
    reading = Reading(text, published_on, language, rules, find_dates(text, published_on, language, country))
    if title:
        reading.attributing.read_title(Words(Passage(title, 0, len(title))))
    return list(islice(reading.suggestions(title), MOST_SUGGESTIONS))


@dataclass
class Reading:
    """One pass through a text. It keeps who has spoken so far."""

    text: str
    published_on: date | None
    language: str
    rules: Rules
    dates: Sequence[DatePhrase]
    attributing: Attributing = field(init=False)

    def __post_init__(self) -> None:
        self.quoted, self.quoting = Quoted(self.text), Quoting(self.text)
        self.attributing = Attributing(self.rules, self.quoted)
        self._starts = [each.start for each in self.dates]

    def suggestions(self, title: str | None) -> Iterator[Suggested]:
        """Give the suggestions of the text."""
        heading = (title or "").strip()
        for sentence in sentences(self.text, self.language):
            plain = forms(sentence.exact)
            if sentence.exact == heading or not self._is_worth_reading(plain):
                self.attributing.pass_over(sentence)
                continue
            yield from self._of(Words(sentence))

    def _is_worth_reading(self, plain: Sequence[str]) -> bool:
        """Tell quickly whether a sentence may hold a cue or name a speaker."""
        return self.rules.cues.may_be_in(plain) or self.rules.reports.may_be_in(plain)

    def _dates(self, start: int, end: int) -> Sequence[DatePhrase]:
        """Return the date phrases of a passage."""
        return self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _of(self, words: Words) -> Iterator[Suggested]:
        """Give the suggestions of a sentence."""
        sentence = words.sentence
        dates = self._dates(sentence.start, sentence.end)
        found = self.rules.cues.find(words.forms)
        accepting = Accepting(words, self.rules, dates, self.published_on)
        cues = [Match(match.begin, match.end, match.value) for match in found if match.value is not None]
        cues = [cue for cue in cues if not accepting.is_name(cue)]
        taken = {at for match in found for at in range(match.begin, match.end)}
        tells = tells_in(words, cues, taken, self.rules, self.attributing.speakers, self.quoted)
        self.attributing.begin(words, tells, accepting)
        if not accepting.is_furniture():
            clauses = Splitter(words, self.rules, self.quoted, dates).clauses(cues, tells)
            for clause in clauses:
                if suggested := self._suggested(words, clause, accepting):
                    yield suggested
        self.attributing.end(words, tells)

    def _suggested(self, words: Words, clause: Clause, accepting: Accepting) -> Suggested | None:
        """Make a suggestion of a part of a sentence; None of a trap."""
        due = self._due(words, clause, accepting.dates)
        cues = [cue for cue in clause.cues if accepting.is_accepted(clause, cue, due)]
        if not cues or self._is_trap(clause, accepting) or (due is not None and is_past(due, self.published_on)):
            return None
        cue, clause = cues[0], replace(clause, cues=tuple(cues))
        claimant = self.attributing.claimant(words, clause, cue)
        statement = self._passage(words.start(clause.begin), words.end(clause.end - 1))
        first = max(statement.start, words.start(cue.begin))
        quote = self.quoting.quote(statement, first, max(due.end if due else 0, words.end(cue.end - 1)))
        if quote is None:
            return None
        return Suggested(
            sentence=words.sentence,
            statement=statement,
            quote=quote,
            kind=kind_of(words, clause, cue, self.rules),
            likelihood_text=likelihood_of(words, clause, self.rules),
            claimant=claimant,
            target=target_of(words, clause.begin, clause.end, accepting.dates, self.rules),
            due=due,
            why=signs_of(words, clause, due),
            score=score_of(cue, due, claimant),
        )

    def _is_trap(self, clause: Clause, accepting: Accepting) -> bool:
        """Tell whether a statement asks, or was made in the past."""
        if clause.is_quoted and clause.tell is None and self.attributing.is_quote_old:
            return True
        return self._asks(clause, accepting) or accepting.is_told_long_ago(clause, clause.tell)

    def _asks(self, clause: Clause, accepting: Accepting) -> bool:
        """Tell whether a statement is part of a question."""
        return accepting.is_question() and clause.end >= len(accepting.words.forms) - 3

    def _passage(self, start: int, end: int) -> Passage:
        return Passage(self.text[start:end], start, end)

    def _due(self, words: Words, clause: Clause, dates: Sequence[DatePhrase]) -> DatePhrase | None:
        """Choose the date phrase of a statement: the nearest after its cue, else before it, else at the sentence's begin."""
        start, end, cue = words.start(clause.begin), words.end(clause.end - 1), words.end(clause.cues[0].begin)
        inside = [each for each in dates if start <= each.start < end and not self._is_verb(each)]
        after = [each for each in inside if each.start >= cue or each.end > cue]
        before = [each for each in inside if each not in after]
        leading = [each for each in dates if words.at(each.start) == 0 and not self._is_telling(words, clause, each)]
        for some in (after, before[::-1], leading):
            if some:
                return min(some, key=self._rank)
        return None

    def _rank(self, phrase: DatePhrase) -> int:
        """Prefer a phrase that gives a day to come, then one that gives none, and one of the past last."""
        return 2 if is_past(phrase, self.published_on) else int(phrase.readings[0].due_on is None)

    def _is_verb(self, phrase: DatePhrase) -> bool:
        """Tell whether a date phrase is a verb of change as well: to fall."""
        return self.rules.has("change.words", phrase.text.lower())

    def _is_telling(self, words: Words, clause: Clause, phrase: DatePhrase) -> bool:
        """Tell whether a date phrase says when a statement was told."""
        tell = clause.tell
        return tell is not None and not tell.is_source and words.start(tell.begin) > phrase.start and tell.begin < clause.begin


def check_worthy(text: str, language: str) -> list[Suggested]:  # noqa: ARG001
    """Suggest the claims of a text that are not about the future, the one most worth checking first."""
    return []
