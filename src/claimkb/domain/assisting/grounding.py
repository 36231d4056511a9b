"""Where in a text stand the words that a model points to? Whole, and where only one place can be meant; as the text spells them."""

from functools import cached_property

from claimkb.domain.anchoring import AnchorStatus, Searched
from claimkb.domain.assisting.assistant import language_tag
from claimkb.domain.date_phrases import DatePhrase, find_dates
from claimkb.domain.normal_forms import check_can_be_seen, quote_form
from claimkb.domain.refusals import Refusal
from claimkb.domain.suggesting import Passage, Quote
from claimkb.domain.suggesting.accepting import is_past
from claimkb.domain.suggesting.asking import MOST_READ, Asked
from claimkb.domain.suggesting.quoting import Quoting
from claimkb.domain.suggesting.rules import rules_of
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.targets import target_of
from claimkb.domain.suggesting.traps import traps
from claimkb.domain.suggesting.words import Words
from claimkb.domain.target import Target


class GroundedText:
    """A text in which the words of a model are looked for."""

    def __init__(self, asked: Asked) -> None:
        self.text, self._asked, self._language = asked.text, asked, language_tag(asked)
        self._beginning = asked.text[:MOST_READ]
        self._searched, self._quoting = Searched(asked.text), Quoting(asked.text)

    @cached_property
    def _sentences(self) -> list[Passage]:
        """The sentences of the text, as far as it is read."""
        return sentences(self._beginning, self._language)

    @cached_property
    def _phrases(self) -> list[DatePhrase]:
        """The date phrases of the text, with the days that they mean; without those whose days were over when it was published."""
        said_on = self._asked.said_on
        found = find_dates(self._beginning, said_on, self._language, self._asked.country)
        return [each for each in found if not is_past(each, said_on)]

    @cached_property
    def _traps(self) -> list[Passage]:
        """The passages that only look like statements about the future."""
        return traps(self._beginning, self._asked.said_on, self._language, self._asked.title, self._asked.country)

    def is_trap(self, statement: Passage) -> bool:
        """Tell whether a part of a statement is a trap."""
        return any(overlap(each, statement) for each in self._traps)

    def once(self, words: str) -> Passage | None:
        """Find the one place where a quote stands; None where it stands nowhere, or at several places."""
        try:
            place = self._searched.find(words, None, None)
        except Refusal:
            return None
        return None if place.start is None or place.end is None else self.passage(place.start, place.end)

    def passage(self, start: int, end: int) -> Passage:
        """Take a passage out of the text."""
        return Passage(self.text[start:end], start, end)

    def sentence(self, of: Passage) -> Passage | None:
        """Find the sentence in which a passage lies; None where it lies in several."""
        return next((each for each in self._sentences if each.start <= of.start and of.end <= each.end), None)

    def quote(self, statement: Passage) -> Quote | None:
        """Quote a few words of a statement; None where they cannot be told from others."""
        return self._quoting.quote(statement, statement.start, statement.end)

    def within(self, sentence: Passage, words: str | None) -> Passage | None:
        """Find words in a sentence: the first place where they stand whole; None where they do not."""
        found = None if words is None else _whole(Searched(sentence.exact), words)
        return None if found is None else self.passage(sentence.start + found[0], sentence.start + found[1])

    def name(self, words: str | None) -> str | None:
        """Find a name in the text, and return it as it is spelt there; None where it is not there."""
        found = None if words is None else _whole(self._searched, words)
        return None if found is None else _seen(" ".join(self.text[found[0] : found[1]].split()))

    def phrase(self, within: Passage) -> DatePhrase | None:
        """Find the one date phrase that a passage has a part of; None where it has none, or parts of several."""
        found = [each for each in self._phrases if each.start < within.end and within.start < each.end]
        return found[0] if len(found) == 1 else None

    def target(self, sentence: Passage, statement: Passage) -> Target | None:
        """Read the number that a statement names, with its unit; None where it names none."""
        rules, words = rules_of(self._language), Words(sentence)
        if rules is None:
            return None
        return target_of(words, words.at(statement.start), words.at(statement.end - 1) + 1, self._phrases, rules)


def overlap(one: Passage, other: Passage) -> bool:
    """Tell whether two passages have a part in common."""
    return one.start < other.end and other.start < one.end


def _whole(searched: Searched, words: str) -> tuple[int, int] | None:
    """Find the first place where words stand whole: not inside of longer ones, in scripts that set words apart."""
    wanted = quote_form(words)
    for at in searched.places(wanted):
        end = at + len(wanted)
        before, after = searched.flat[max(0, at - 1) : at + 1], searched.flat[end - 1 : end + 1]
        if not (_is_one_word(before) or _is_one_word(after)):
            place = searched.anchor(at, end, AnchorStatus.EXACT)
            return None if place.start is None or place.end is None else (place.start, place.end)
    return None


def _is_one_word(signs: str) -> bool:
    """Tell whether two signs are letters or digits of one word. Scripts without capitals may set no words apart."""
    return len(signs) == 2 and all(sign.isdigit() or sign.lower() != sign.upper() for sign in signs)


def _seen(name: str) -> str | None:
    """Return a name; None where a person could not see it, or it has no letter."""
    try:
        return str(check_can_be_seen(name)) if any(map(str.isalpha, name)) else None
    except ValueError:
        return None
