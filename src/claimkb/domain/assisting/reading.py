"""Where in a text stand the words that a model points to? Whole, and where only one place can be meant; as the text spells them."""

import re
from datetime import date
from functools import cached_property
from itertools import islice

from claimkb.domain.anchoring import AnchorStatus, Searched
from claimkb.domain.date_phrases import DatePhrase, find_dates
from claimkb.domain.normal_forms import check_can_be_seen, quote_form
from claimkb.domain.refusals import Refusal
from claimkb.domain.suggesting import Passage, Quote, sentences

WORDS = 7
"""How many words of a statement are quoted at most."""

_BESIDE = (32, 64, 128, 256)
"""How many characters before and after a quote are tried, until it stands once between them."""


class ReadText:
    """A text in which the words of a model are looked for."""

    def __init__(self, text: str, published_on: date | None, language: str, country: str | None) -> None:
        self.text, self.language = text, language
        self._published_on, self._country = published_on, country
        self._searched = Searched(text)

    @cached_property
    def sentences(self) -> list[Passage]:
        """The sentences of the text; its lines, where its language has none."""
        return sentences(self.text, self.language) or list(_lines(self.text))

    @cached_property
    def phrases(self) -> list[DatePhrase]:
        """The date phrases of the text, with the days that they mean."""
        return find_dates(self.text, self._published_on, self.language, self._country)

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
        return next((each for each in self.sentences if each.start <= of.start and of.end <= each.end), None)

    def quote(self, statement: Passage) -> Quote:
        """Quote the beginning of a statement, with so much of what stands around it that it can be found again."""
        word = [each.end() for each in islice(re.finditer(r"\S+", statement.exact), WORDS)][-1]
        start, end = statement.start, statement.start + word
        for beside in _BESIDE:
            before, after = self.text[max(0, start - beside) : start], self.text[end : end + beside]
            if self.text.count(before + self.text[start:end] + after) == 1:
                break
        return Quote(self.text[start:end], start, end, before, after)

    def within(self, sentence: Passage, words: str | None) -> Passage | None:
        """Find words in a sentence: the first place where they stand whole; None where they do not."""
        found = None if words is None else _whole(Searched(sentence.exact), words)
        return None if found is None else self.passage(sentence.start + found[0], sentence.start + found[1])

    def name(self, words: str | None) -> str | None:
        """Find a name in the text, and return it as it is spelt there; None where it is not there."""
        found = None if words is None else _whole(self._searched, words)
        return None if found is None else _seen(" ".join(self.text[found[0] : found[1]].split()))

    def phrase(self, in_: Passage) -> DatePhrase | None:
        """Find the one date phrase that a passage has a part of; None where it has none, or parts of several."""
        found = [each for each in self.phrases if each.start < in_.end and in_.start < each.end]
        return found[0] if len(found) == 1 else None


def _lines(text: str) -> list[Passage]:
    """Split a text into its lines."""
    passages, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            passages.append(Passage(line.rstrip(), start, start + len(line.rstrip())))
        start += len(line)
    return passages


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
