"""Which passages of a text only look like statements about the future? For what others than the rules point to."""

from collections.abc import Iterator
from datetime import date

from claimkb.domain.date_phrases import find_dates
from claimkb.domain.suggesting.accepting import Accepting
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.dating import Dating
from claimkb.domain.suggesting.finding import MOST_TEXT, Reading
from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage, Suggested
from claimkb.domain.suggesting.words import Words


def traps(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Passage]:
    """List them: furniture of the page, questions, the heading, what was expected once, or said long ago, or is over.

    Of a language without tables none is known.
    """
    rules = rules_of(language)
    if rules is None:
        return []
    dates = find_dates(text[:MOST_TEXT], published_on, language, country)
    reading = _Traps(text, rules, language, Dating(dates, published_on, language, country, rules))
    if title:
        reading.attributing.read_title(Words(Passage(title, 0, len(title))))
    for _ in reading.suggestions(title):
        pass
    return [*reading.found, *_by_words(text[:MOST_TEXT], language, title, rules)]


def _by_words(text: str, language: str, title: str | None, rules: Rules) -> Iterator[Passage]:
    """Give what its words alone tell for a trap."""
    heading = (title or "").strip()
    for sentence in sentences(text, language):
        words = Words(sentence)
        judged = Accepting(words, rules, [], None)
        if sentence.exact == heading or judged.is_furniture() or judged.is_question():
            yield sentence
            continue
        for match in rules.cues.find(words.forms):
            if match.value is None:
                start, end = words.start(match.begin), words.end(match.end - 1)
                yield Passage(text[start:end], start, end)


class _Traps(Reading):
    """A pass through a text that keeps what the rules have not taken, though it has a sign of the future."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.found: list[Passage] = []

    def _suggested(self, words: Words, clause: Clause, accepting: Accepting) -> Suggested | None:
        """Keep what is a trap."""
        suggested = super()._suggested(words, clause, accepting)
        due = self.dating.due(words, clause, accepting.dates)
        is_untold = any(cue.value.needs == "told" for cue in clause.cues) or accepting.is_unreal(clause)
        if suggested is None and (is_untold or any(accepting.is_accepted(clause, cue, due) for cue in clause.cues)):
            self.found.append(self._passage(words.start(clause.begin), words.end(clause.end - 1)))
        return suggested
