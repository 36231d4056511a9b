"""Which passages of a text only look like statements about the future? For what others than the rules point to."""

from datetime import date

from claimkb.domain.date_phrases import DatePhrase, find_dates
from claimkb.domain.suggesting.accepting import Accepting
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.finding import Reading
from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage
from claimkb.domain.suggesting.words import Words


def traps(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Passage]:
    """List them: furniture of the page, questions, the heading, what was expected once, or said long ago.

    Of a language without tables none is known.
    """
    rules = rules_of(language)
    if rules is None:
        return []
    dates = find_dates(text, published_on, language, country)
    reading = _Traps(text, published_on, language, rules, dates)
    if title:
        reading.attributing.read_title(Words(Passage(title, 0, len(title))))
    for _ in reading.suggestions(title):
        pass
    return [*reading.found, *_by_words(text, language, title, rules, dates)]


def _by_words(text: str, language: str, title: str | None, rules: Rules, dates: list[DatePhrase]) -> list[Passage]:
    """List what its words alone tell for a trap."""
    found, heading = [], (title or "").strip()
    for sentence in sentences(text, language):
        words = Words(sentence)
        judged = Accepting(words, rules, dates, None)
        if sentence.exact == heading or judged.is_furniture() or judged.is_question():
            found.append(sentence)
            continue
        for match in rules.cues.find(words.forms):
            if match.value is None:
                start, end = words.start(match.begin), words.end(match.end - 1)
                found.append(Passage(text[start:end], start, end))
    return found


class _Traps(Reading):
    """A pass through a text that keeps the statements that the rules have not taken, though they have a sign of the future."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.found: list[Passage] = []

    def _is_trap(self, clause: Clause, accepting: Accepting) -> bool:
        """Keep what is a trap."""
        is_trap = super()._is_trap(clause, accepting)
        if is_trap:
            words = accepting.words
            self.found.append(self._passage(words.start(clause.begin), words.end(clause.end - 1)))
        return is_trap
