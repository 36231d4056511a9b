"""Which statements about the future does a text make?

The words of a language's tables are looked for sentence by sentence. Each is a sign of a statement; traps are the words that
only look like one. What is found is a suggestion: a person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from claimkb.domain.date_phrases import find_dates
from claimkb.domain.normal_forms import is_mark
from claimkb.domain.suggesting.accepting import Accepting, is_past
from claimkb.domain.suggesting.attributing import Attributing
from claimkb.domain.suggesting.clauses import Clause, Splitter
from claimkb.domain.suggesting.dating import Dating
from claimkb.domain.suggesting.describing import kind_of, likelihood_of, score_of, signs_of
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.quoting import Quoting
from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage, Suggested, SuggestionKind
from claimkb.domain.suggesting.targets import target_of
from claimkb.domain.suggesting.telling import tells_in
from claimkb.domain.suggesting.voice import voice_of
from claimkb.domain.suggesting.words import Words, forms

MOST_SUGGESTIONS = 500
"""How many suggestions a text gives at most; the rest is cut, in the text's order."""

MOST_TEXT = 300_000
"""How many characters of a text are read at most: fifty thousand words."""

MOST_READ = 2500
"""How many sentences with a cue or a verb of telling are read at most: more are no article."""

MOST_CUES = 20
"""How many cues of a sentence are read at most."""


def suggestions(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Suggested]:
    """Suggest the predictions and promises of a text, in its order; of a language without tables there are none."""
    rules = rules_of(language)
    if rules is None:
        return []
    dates = find_dates(text[:MOST_TEXT], published_on, language, country)
    reading = Reading(text, rules, language, Dating(dates, published_on, language, country, rules))
    if title:
        reading.attributing.read_title(Words(Passage(title, 0, len(title))))
    return list(islice(reading.suggestions(title), MOST_SUGGESTIONS))


@dataclass
class Reading:
    """One pass through a text. It keeps who has spoken so far."""

    text: str
    rules: Rules
    language: str
    dating: Dating
    attributing: Attributing = field(init=False)

    def __post_init__(self) -> None:
        self._seen: set[str] = set()
        self.quoted, self.quoting = Quoted(self.text), Quoting(self.text)
        self.attributing = Attributing(self.rules, self.quoted)

    def suggestions(self, title: str | None) -> Iterator[Suggested]:
        """Give the suggestions of the text."""
        heading = (title or "").strip()
        self.attributing.voice = voice_of(self.text, title, self.rules, self.quoted)
        read = {heading}
        for sentence in sentences(self.text[:MOST_TEXT], self.language):
            if len(read) > MOST_READ:
                return
            if sentence.exact in read or not self._is_worth_reading(forms(sentence.exact)):
                self.attributing.pass_over(sentence)
                continue
            read.add(sentence.exact)
            yield from self._of(Words(sentence))

    def _is_worth_reading(self, plain: Sequence[str]) -> bool:
        """Tell quickly whether a sentence may hold a cue or name a speaker."""
        return self.rules.cues.may_be_in(plain) or self.rules.reports.may_be_in(plain)

    def _of(self, words: Words) -> Iterator[Suggested]:
        """Give the suggestions of a sentence."""
        sentence = words.sentence
        dates = self.dating.within(sentence.start, sentence.end)
        found = self.rules.cues.find(words.forms)
        accepting = Accepting(words, self.rules, dates, self.dating.published_on)
        cues = [Match(match.begin, match.end, match.value) for match in found if match.value is not None]
        cues = [cue for cue in cues[:MOST_CUES] if not accepting.is_no_cue(cue)]
        taken = {at for match in found for at in range(match.begin, match.end)}
        tells = tells_in(words, cues, taken, self.rules, self.attributing.speakers, self.quoted)
        self.attributing.begin(words, tells, accepting)
        if not accepting.is_furniture():
            clauses = Splitter(words, self.rules, self.quoted, dates).clauses(cues, tells)
            for clause in clauses:
                suggested = self._suggested(words, clause, accepting)
                if suggested is not None and suggested.statement.exact not in self._seen:
                    self._seen.add(suggested.statement.exact)
                    yield suggested
        self.attributing.end(words, tells)

    def _suggested(self, words: Words, clause: Clause, accepting: Accepting) -> Suggested | None:
        """Make a suggestion of a part of a sentence; None of a trap."""
        if clause.begin >= clause.end:
            return None
        due = self.dating.due(words, clause, accepting.dates)
        cues = [cue for cue in clause.cues if accepting.is_accepted(clause, cue, due)]
        if not cues or self._is_trap(clause, accepting) or accepting.is_over(cues[0], due):
            return None
        if due is not None and is_past(due, self.dating.published_on):
            due = None
        cue, clause = cues[0], replace(clause, cues=tuple(cues))
        claimant = self.attributing.claimant(words, clause, cue)
        statement = self._passage(words.start(clause.begin), words.end(clause.end - 1))
        first = max(statement.start, words.start(cue.begin))
        quote = self.quoting.quote(statement, first, max(due.end if due else 0, words.end(cue.end - 1)))
        if quote is None:
            return None
        kind = kind_of(words, clause, cue, self.rules)
        begin = max(clause.begin, cue.begin)
        return Suggested(
            sentence=words.sentence,
            statement=statement,
            quote=quote,
            kind=kind,
            likelihood_text=likelihood_of(words, clause, self.rules),
            claimant=claimant,
            target=target_of(words, begin, clause.end, accepting.dates, self.rules, kind is SuggestionKind.PROMISE),
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
        rest = accepting.words.forms[clause.end :]
        return accepting.is_question() and not any(self.rules.has("splits.anywhere", form) for form in rest)

    def _passage(self, start: int, end: int) -> Passage:
        while end < len(self.text) and is_mark(self.text[end]):
            end += 1
        return Passage(self.text[start:end], start, end)
