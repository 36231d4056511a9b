"""Who seems to assert a statement?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from claimkb.domain.suggesting.accepting import Accepting
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.openings import body_of, name_of, person_of
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import Cue, Rules
from claimkb.domain.suggesting.speakers import Speakers
from claimkb.domain.suggesting.suggestion import Passage, Speaker
from claimkb.domain.suggesting.telling import Tell
from claimkb.domain.suggesting.words import Words

_FAR = 400
"""How many characters after the last speaker a statement may stand and still be guessed to be the speaker's."""

_OPENING = 120
"""How many characters of a sentence are read for the person with whom it begins."""


@dataclass
class Attributing:
    """Names the claimants of a text's statements, from its beginning to its end."""

    rules: Rules
    quoted: Quoted
    is_quote_old: bool = False
    """Whether what is quoted now was said in the past."""
    _last: Speaker | None = None
    _last_end: int = 0
    _headline: Speaker | None = None
    voice: Speaker | None = None
    """Who speaks the whole text, where one person does."""
    speakers: Speakers = field(init=False)

    def __post_init__(self) -> None:
        self.speakers = Speakers(self.rules)

    def read_title(self, words: Words) -> None:
        """Remember whom the headline names first."""
        begin = 0
        end = next((at for at in range(len(words.forms)) if not words.is_capital(at)), len(words.forms))
        if 0 < end <= 4 and (name := words.text(begin, end)):
            self._headline = Speaker(name, is_guess=True)

    def pass_over(self, sentence: Passage) -> None:
        """Go past a sentence that names no speaker: an old quotation that has ended is forgotten."""
        if self.quoted.around(sentence.start) is None:
            self.is_quote_old = False
            self._meet(Words(Passage(sentence.exact[:_OPENING], sentence.start, sentence.start + _OPENING)))

    def _meet(self, words: Words) -> None:
        """Remember the person with an office with whom a sentence begins: a pronoun may mean them."""
        if words.forms and (person := person_of(words, self.rules)):
            self.speakers.name(words, *person)

    def begin(self, words: Words, tells: Sequence[Tell], accepting: Accepting) -> None:
        """Note who speaks in a sentence before its statements are read."""
        if self.quoted.around(words.sentence.start) is None:
            self._meet(words)
        self._named = {tell: self._speaker(words, tell) for tell in tells}
        if self.quoted.around(words.sentence.start) is None and not tells:
            self.is_quote_old = False
        if tells:
            self.is_quote_old = accepting.is_old(tells[-1].first, min(len(words.forms), tells[-1].last + 3)) or accepting.is_old(
                0, tells[-1].begin
            )

    def end(self, words: Words, tells: Sequence[Tell]) -> None:
        """Note who spoke last."""
        for tell in tells:
            if speaker := self._named.get(tell):
                self._last, self._last_end = speaker, words.sentence.end

    def _speaker(self, words: Words, tell: Tell) -> Speaker | None:
        """Name who tells something."""
        if tell.pronoun is not None:
            return self.speakers.pronoun(tell.pronoun)
        begin, end = tell.subject
        is_group = end - begin == 1 and begin > 0 and self.rules.has("speakers.groups", words.forms[begin])
        if is_group and (body := body_of(words, self.rules)) and body[1] < begin:
            return self.speakers.name(words, *body)
        return self.speakers.name(words, *tell.subject)

    def named(self, words: Words, clause: Clause) -> Speaker | None:
        """Name who tells a statement by the words of its sentence alone."""
        return self._speaker(words, clause.tell) if clause.tell is not None else None

    def claimant(self, words: Words, clause: Clause, cue: Match[Cue]) -> Speaker | None:
        """Name the claimant: who tells it, who is the subject of a plan or promise, or, as a guess, who spoke last."""
        if clause.tell is not None and (speaker := self._named.get(clause.tell)):
            return speaker
        if cue.value.subject and not clause.is_quoted and (speaker := self._subject(words, cue)):
            self._last, self._last_end = speaker, words.sentence.end
            return speaker
        return self._guess(words, clause)

    def _subject(self, words: Words, cue: Match[Cue]) -> Speaker | None:
        """Name the subject of a plan, a promise or a forecast; without one it is that of the statement before."""
        begin, end = self.speakers.left_of(words, cue.begin)
        if begin >= end > 0 and self.rules.has("splits.joins", words.forms[end - 1]):
            first = name_of(words, self.rules)
            begin, end = first if first[1] < end and self.speakers.is_named(words, *first) else (begin, end)
        if self.voice is not None and begin < end and self.rules.has("speakers.selves", words.forms[begin]):
            return self.voice
        return self.speakers.name(words, begin, end) or self._last

    def _guess(self, words: Words, clause: Clause) -> Speaker | None:
        """Guess that the last speaker asserts it, if that is near; else whom the headline names."""
        self._note_subject(words, clause)
        if self.voice is not None and not clause.is_quoted:
            return self.voice
        if not clause.is_quoted and (body := body_of(words, self.rules)):
            return self._body(words, *body)
        if self._last is not None and words.sentence.start - self._last_end < _FAR:
            return self.speakers.meant(self._last)
        return self._headline

    def _body(self, words: Words, begin: int, end: int) -> Speaker | None:
        """Guess that the body or the document with which a sentence begins asserts what it states."""
        speaker = self.speakers.name(words, begin, end)
        return Speaker(speaker.name, is_guess=True) if speaker else None

    def _note_subject(self, words: Words, clause: Clause) -> None:
        """Remember the subject of a statement that nobody tells, as a pronoun may mean it."""
        begin, end = self.speakers.left_of(words, clause.cues[0].begin, clause.begin)
        if not clause.is_quoted and self.speakers.is_named(words, begin, end):
            self.speakers.note(words, begin, end)
