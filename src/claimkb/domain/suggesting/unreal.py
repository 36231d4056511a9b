"""Does a sentence tell of what is not to come: what was promised long ago, was called off, or is only supposed?"""

from collections.abc import Callable
from dataclasses import dataclass

from claimkb.domain.suggesting.clauses import Clause
from claimkb.domain.suggesting.patterns import Match
from claimkb.domain.suggesting.rules import Cue, Rules
from claimkb.domain.suggesting.words import Words

_BEFORE, _AFTER = 4, 10
"""How many words before a saying may date it, and how many after it stand before "that"."""
_AROUND = 6
"""How many words before a saying that leads in nothing may date it: "the then mayor's promise of free buses"."""
_OPENING = 7
"""How many words open a sentence at most, with their comma."""
_HARD = frozenset(";:")


@dataclass(frozen=True)
class Unreal:
    """Judges what stands around the cues of one sentence."""

    words: Words
    rules: Rules

    def is_of_old_saying(self, clause: Clause, is_old: Callable[[int, int], bool]) -> bool:
        """Tell whether a saying that is dated in the past leads in a statement: "his warning in 2024 that fares would rise"."""
        forms, cue = self.words.forms, clause.cues[0].begin
        if (
            self._has("sayings", forms[cue])
            and not clause.cues[0].value.subject
            and is_old(max(0, cue - 2), clause.cues[0].end + 1)
        ):
            return True
        for at in range(cue - 1, -1, -1):
            if self._has("sayings", forms[at]) and (lead := self._lead(at + 1, cue)):
                opening = self._opening(at)
                return is_old(max(self._begin_of_part(at), at - _BEFORE), lead) or is_old(0, opening)
        return False

    def _opening(self, at: int) -> int:
        """Find where the words end that open a sentence before a saying: "In 2021, she promised"."""
        forms = self.words.forms
        comma = forms.index(",") if "," in forms[:_OPENING] else 0
        return comma if comma < at and "," not in forms[comma + 1 : at] else 0

    def _lead(self, begin: int, cue: int) -> int | None:
        """Find the word that leads from a saying to what is said; the cue may begin with it."""
        for at in range(begin, min(begin + _AFTER, cue + 1, len(self.words.forms))):
            if self._has("leads", self.words.forms[at]):
                return at
            if self.words.forms[at] in _HARD:
                return None
        return None

    def _begin_of_part(self, at: int) -> int:
        """Find where the part of the sentence begins in which a word stands."""
        while at > 0 and (self.words.is_word(at - 1) or self.words.forms[at - 1] == "'"):
            at -= 1
        return at

    def is_called_off(self, clause: Clause, cue: Match[Cue]) -> bool:
        """Tell whether what a cue tells of was called off: "planned for May, was cancelled". What will be is not."""
        if cue.value.sign == "future" or cue.value.subject:
            return False
        for match in self.rules.cancelled.find(self.words.forms):
            begin, end = (cue.end, match.begin) if match.begin >= cue.end else (match.end, cue.begin)
            between = self.words.forms[begin:end]
            is_apart = any(form in _HARD or self._parts(form) for form in between)
            is_noun = cue.value.needs == "date" or match.begin >= cue.end
            if is_noun and not is_apart and all(each.value.sign != "future" for each in clause.cues):
                return True
        return False

    def _parts(self, form: str) -> bool:
        """Tell whether another thought begins at a word."""
        return self.rules.has("splits.anywhere", form) or self.rules.has("splits.subordinate", form)

    def is_counterfactual(self, clause: Clause) -> bool:
        """Tell whether a statement holds only under a condition that does not: "if it had rained, we would be glad today"."""
        first = next((cue for cue in clause.cues if cue.value.needs == "report"), None)
        return first is not None and (self.is_unreal(first.begin) or self._is_supposed(first.begin))

    def is_unreal(self, cue: int) -> bool:
        """Tell whether a condition that does not hold stands before a cue: "if it had", "had it"."""
        before = self.words.forms[:cue]
        has_condition = any(self.rules.has("splits.conditions", form) for form in before)
        is_inverted = bool(before) and self.rules.has("splits.unreal", before[0])
        return is_inverted or (has_condition and any(self.rules.has("splits.unreal", form) for form in before))

    def _is_supposed(self, cue: int) -> bool:
        """Tell whether a condition before a cue has a verb in the imperfect, in a language where that says it is only supposed."""
        endings = tuple(self.rules.words.get("splits.imperfect", ()))
        for match in self.rules.supposed.find(self.words.forms[:cue]) if endings else ():
            condition = self.words.forms[match.end : cue]
            end = condition.index(",") if "," in condition else 0
            if any(form.endswith(endings) for form in condition[:end]):
                return True
        return False

    def _has(self, name: str, form: str) -> bool:
        return self.rules.has(f"traps.{name}", form)
