"""Is a part of a sentence with a cue a statement about the future, or a trap?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from claimkb.domain.date_phrases import Cue as Binding
from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.rules import ANYWHERE, Cue, Rules
from claimkb.domain.suggesting.telling import Tell
from claimkb.domain.suggesting.unreal import Unreal
from claimkb.domain.suggesting.words import Words

_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")
_QUESTION = ("?", "？", "؟")
_CLOSING = "\"'”’»)] \u00a0\u202f"
_QUOTES = frozenset("\"“”„«»‘’'")
_NEAR, _FAR = 4, 10


@dataclass(frozen=True)
class Accepting:
    """Judges the parts of one sentence."""

    words: Words
    rules: Rules
    dates: Sequence[DatePhrase]
    published_on: date | None

    @property
    def _unreal(self) -> Unreal:
        return Unreal(self.words, self.rules)

    def is_unreal(self, clause: Clause) -> bool:
        """Tell whether what a part of a sentence tells of was called off, or is only supposed."""
        return self._unreal.is_counterfactual(clause) or any(self._unreal.is_called_off(clause, cue) for cue in clause.cues)

    def is_question(self) -> bool:
        """Tell whether the sentence asks."""
        return self.words.sentence.exact.rstrip(_CLOSING).endswith(_QUESTION)

    def is_furniture(self) -> bool:
        """Tell whether the sentence is a part of the page and not of the article."""
        found = self.rules.furniture.find(self.words.forms)
        return any(match.value == ANYWHERE or match.begin == 0 for match in found)

    def is_old(self, begin: int, end: int) -> bool:
        """Tell whether words place what is told in the past: a year that is over, "last year", "the then mayor"."""
        words = self.words.forms[begin:end]
        year = self.published_on.year if self.published_on else None
        is_past = any(year is not None and _YEAR.fullmatch(form) and int(form) < year for form in words)
        return is_past or bool(self.rules.old.find(words))

    def is_told_long_ago(self, clause: Clause, tell: Tell | None) -> bool:
        """Tell whether a statement was made in the past, by the words that tell it."""
        if tell is not None and not tell.is_source:
            begin, end = self._telling(tell, clause)
            if self.is_old(begin, end):
                return True
        if self._unreal.is_of_old_saying(clause, self.is_old):
            return True
        first = clause.cues[0]
        if not first.value.subject:
            return False
        return self.is_old(self._clear_of_commas(clause.begin, first.begin), min(first.end + 3, clause.end, self._to(first.end)))

    def _to(self, at: int) -> int:
        """Tell where the words end that still belong to a verb: before "to" and "that"."""
        forms = self.words.forms
        while at < len(forms) and not self.rules.has("reports.that", forms[at]) and not self.rules.has("traps.to", forms[at]):
            at += 1
        return at

    def is_over(self, cue: Match[Cue], due: DatePhrase | None) -> bool:
        """Tell whether a statement's day was over when the text was published.

        A day of the past that only stands beside "will" is of something else: "will publish the report that it began in 2019".
        """
        if due is None or not is_past(due, self.published_on):
            return False
        is_beside = self.words.start(cue.begin) < due.start and not (cue.value.needs or cue.value.subject)
        return not is_beside or due.cue in (Binding.BY, Binding.BEFORE)

    def _telling(self, tell: Tell, clause: Clause) -> tuple[int, int]:
        """Tell which words tell a statement: up to where it begins, or to the end of the sentence."""
        if tell.begin >= clause.end:
            return clause.end if not clause.is_quoted else tell.first, len(self.words.forms)
        begin = self._clear_of_commas(0, tell.begin)
        return begin, self._to_that(tell.end, clause.begin)

    def _to_that(self, begin: int, end: int) -> int:
        """Tell where the words end that tell: before "that", else where the statement begins."""
        forms = self.words.forms
        return next((at for at in range(begin, end) if self.rules.has("reports.that", forms[at])), max(begin, end))

    def _clear_of_commas(self, begin: int, at: int) -> int:
        """Skip what stands between two commas before a verb: "the firm, founded in 1998, plans"."""
        if at > 0 and self.words.forms[at - 1] == ",":
            return at
        return begin

    def is_accepted(self, clause: Clause, cue: Match[Cue], due: DatePhrase | None) -> bool:
        """Tell whether a cue has what it needs to be one."""
        if self._is_indirect(clause, cue) or self._is_noun(cue) or self._is_cut_short(clause, cue):
            return False
        if self._is_condition(clause, cue) or self._unreal.is_counterfactual(clause) or self._unreal.is_called_off(clause, cue):
            return False
        match cue.value.needs:
            case "date":
                return due is not None and is_to_come(due, self.published_on)
            case "number":
                return due is not None and is_to_come(due, self.published_on) and self._has_number(clause)
            case "change":
                return due is not None or self._changes(cue.end)
            case "thing":
                return due is not None and is_to_come(due, self.published_on) and self._is_of_thing(clause, cue)
            case "report":
                return self._is_told(clause, cue, due)
            case "told":
                return clause.tell is not None and self._is_dated(due)
            case "appointment":
                return due is not None and self._is_appointed(cue, due, _FAR)
            case "lasting":
                return due is not None and self._is_to_last(cue, due)
            case "starting":
                return due is not None and self._is_begun_by(clause, cue, due)
            case "adjacent":
                return due is not None and self._is_appointed(cue, due, 0)
        return True

    def is_no_cue(self, cue: Match[Cue]) -> bool:
        """Tell whether words only look like a cue."""
        return self.is_name(cue) or self.is_in_date(cue) or self.is_mentioned(cue)

    def is_name(self, cue: Match[Cue]) -> bool:
        """Tell whether a single word is a name or begins a question: "May", "Will Smith"."""
        if cue.end - cue.begin > 1 or not self.words.is_capital(cue.begin):
            return False
        return cue.begin > 0 or self.rules.has("traps.questions", self.words.forms[cue.begin])

    def is_in_date(self, cue: Match[Cue]) -> bool:
        """Tell whether a word belongs to a date phrase: "by the end of 2028"."""
        place = self.words.start(cue.begin)
        return cue.end - cue.begin == 1 and any(date.start < place < date.end for date in self.dates)

    def _is_noun(self, cue: Match[Cue]) -> bool:
        """Tell whether a verb is a noun here, as it stands after an article: "under the plan"."""
        return cue.value.subject and cue.begin > 0 and self.rules.has("sets.article", self.words.forms[cue.begin - 1])

    def _is_indirect(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether the words before a cue leave open what it states: "unclear whether"."""
        return bool(self.rules.indirect.find(self.words.forms[max(0, clause.begin - 3) : cue.begin]))

    def _is_condition(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether a cue stands in a condition: "if phones could talk". "Will" stands in none: "if all is well she will"."""
        if cue.value.sign == "future":
            return False
        forms = self.words.forms[max(0, clause.begin - 1) : cue.begin]
        last = max((at for at, form in enumerate(forms) if self.rules.has("splits.conditions", form)), default=None)
        return last is not None and "," not in forms[last:] and self.words.forms[cue.begin - 1] != ","

    def _is_of_thing(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether "should" expects something of a thing, and does not tell people what they ought to do."""
        before = self.words.forms[max(clause.begin, cue.begin - _FAR) : cue.begin]
        groups = ("thing.actors", "speakers.people", "speakers.selves", "speakers.titles")
        is_told = any(self.rules.has(group, form) for form in before[-3:] for group in groups)
        after = self.words.forms[cue.end : cue.end + 2]
        is_name = cue.begin - 1 > clause.begin and self.words.is_capital(cue.begin - 1)
        return bool(before) and not is_told and not is_name and not any(self.rules.has("thing.acts", form) for form in after)

    def _is_to_last(self, cue: Match[Cue], due: DatePhrase) -> bool:
        """Tell whether a verb in the present continuous goes on up to a day, or begins on one, that is to come."""
        is_after = cue.end <= self.words.at(due.start) <= cue.end + _FAR
        return (
            is_after and due.readings[0].due_on is not None and due.cue is not Binding.NONE and is_to_come(due, self.published_on)
        )

    def _is_begun_by(self, clause: Clause, cue: Match[Cue], due: DatePhrase) -> bool:
        """Tell whether "from" and a day to come lead in a verb in the present tense: "From 1 January every child gets a meal"."""
        begin = self.words.at(due.start)
        is_near = begin < cue.begin <= self.words.at(due.end) + _FAR and begin in (0, clause.begin)
        return is_near and due.cue is Binding.FROM and due.readings[0].due_on is not None and is_to_come(due, self.published_on)

    def is_mentioned(self, cue: Match[Cue]) -> bool:
        """Tell whether words are only quoted as words: such as “will”."""
        forms = self.words.forms
        around = forms[cue.begin - 1 : cue.begin] + forms[cue.end : cue.end + 1]
        return cue.begin > 0 and len(around) > 1 and all(form in _QUOTES for form in around)

    def _has_number(self, clause: Clause) -> bool:
        """Tell whether a part of a sentence has a number that is no date."""
        places = [self.words.start(at) for at in range(clause.begin, clause.end) if self.words.forms[at][0].isdigit()]
        return any(not any(date.start <= place < date.end for date in self.dates) for place in places)

    def _is_told(self, clause: Clause, cue: Match[Cue], due: DatePhrase | None) -> bool:
        """Tell whether someone tells it, or a day is given; and no condition stands before."""
        if self._unreal.is_unreal(cue.begin) or self._is_unmet(clause, cue):
            return False
        return clause.tell is not None or len(clause.cues) > 1 or self._is_dated(due)

    def _is_dated(self, due: DatePhrase | None) -> bool:
        """Tell whether a day to come is given."""
        return due is not None and is_to_come(due, self.published_on) and due.readings[0].due_on is not None

    def _is_unmet(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether a condition follows: of what nobody tells, and of what cannot hold: "would leave if they could"."""
        after = self.words.forms[cue.end :]
        at = next((at for at, form in enumerate(after) if self.rules.has("splits.conditions", form)), None)
        if at is None:
            return False
        is_told = clause.tell is not None and clause.tell.begin < cue.begin
        return not is_told or any(self.rules.has("splits.unmet", form) for form in after[at : at + _NEAR])

    def _is_cut_short(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether a statement only repeats what was asked: "We will be"."""
        return cue.end == clause.end - 1 and self.rules.has("change.be", self.words.forms[cue.end])

    def _changes(self, at: int) -> bool:
        """Tell whether a verb of change follows: "could rise", "may soon be banned"."""
        forms, is_passive = self.words.forms, False
        for form in forms[at : at + _NEAR]:
            if self.rules.has("change.words", form):
                return True
            if is_passive and self.rules.has("change.passives", form):
                return True
            if not self.rules.has("change.be", form):
                return False
            is_passive = True
        return False

    def _is_appointed(self, cue: Match[Cue], due: DatePhrase, most: int) -> bool:
        """Tell whether a day to come stands soon after a verb in the present tense."""
        begin = self.words.at(due.start)
        if cue.begin > 0 and self.rules.has("traps.to", self.words.forms[cue.begin - 1]):
            return False
        if not cue.end <= begin <= cue.end + most or due.readings[0].due_on is None:
            return False
        return due.cue in (Binding.IN, Binding.FROM) and is_to_come(due, self.published_on)


def is_past(phrase: DatePhrase, published_on: date | None) -> bool:
    """Tell whether the days of a date phrase were over when the text was published."""
    if phrase.cue is Binding.NOT_BEFORE:
        return False
    due_on = phrase.readings[0].due_on
    return phrase.is_past or (due_on is not None and published_on is not None and due_on < published_on)


def is_to_come(phrase: DatePhrase, published_on: date | None) -> bool:
    """Tell whether the days of a date phrase are to come, as far as is known."""
    return not is_past(phrase, published_on)
