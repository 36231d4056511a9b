"""How do the predictions of a collection stand? Counts that add up, and one sentence that always says what nobody has checked.

Each prediction is counted once, by the outcome that stands, or else by its due date as it is now. (A track record goes by the due
date that was first given, because it is about the claimant.)
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from claimkb.domain.collection import CollectionKind
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.timeliness import LATE, Timeliness

NOT_YET_DUE = (Timeliness.UPCOMING, Timeliness.DUE_SOON)
UNDATED = (Timeliness.REVIEW_DUE, Timeliness.NO_DATE)

_PLEDGES = ("pledge", "kept", "broken")
_PREDICTIONS = ("prediction", "came true", "did not")


class Alike(NamedTuple):
    """So many predictions of a collection that count alike: their kind, the verdict that stands, if any, and their timeliness."""

    kind: PredictionKind
    verdict: Verdict | None
    timeliness: Timeliness
    number: int = 1


@dataclass(frozen=True)
class CollectionSummary:
    """How the predictions of a collection stand. What was withdrawn, and what is part of a retracted claim, does not count."""

    kind: CollectionKind
    as_of: date
    alike: Sequence[Alike]
    claims_without_prediction: int

    @cached_property
    def _answered(self) -> Counter[Verdict]:
        """Count what is answered by its verdict."""
        found: Counter[Verdict] = Counter()
        for each in self.alike:
            if each.verdict is not None:
                found[each.verdict] += each.number
        return found

    def _waiting(self, *ways: Timeliness) -> int:
        """Count what stands to the calendar in one of some ways: what is answered is SETTLED, and in none of them."""
        return sum(each.number for each in self.alike if each.timeliness in ways)

    @property
    def predictions(self) -> int:
        """Count all predictions. Each is in one of the counts below."""
        return sum(each.number for each in self.alike)

    @property
    def yes(self) -> int:
        """Count what came true."""
        return self._answered[Verdict.YES]

    @property
    def no(self) -> int:
        """Count what did not come true."""
        return self._answered[Verdict.NO]

    @property
    def partial(self) -> int:
        """Count what came true in part."""
        return self._answered[Verdict.PARTIAL]

    @property
    def unclear(self) -> int:
        """Count what cannot be told."""
        return self._answered[Verdict.AMBIGUOUS]

    @property
    def annulled(self) -> int:
        """Count the questions that were invalid."""
        return self._answered[Verdict.ANNULLED]

    @property
    def unchecked(self) -> int:
        """Count what is past due and has no answer."""
        return self._waiting(*LATE)

    @property
    def not_yet_due(self) -> int:
        """Count what is due later and has no answer."""
        return self._waiting(*NOT_YET_DUE)

    @property
    def undated(self) -> int:
        """Count what has neither a due date nor an answer."""
        return self._waiting(*UNDATED)

    @property
    def line(self) -> str:
        """Write the counts in one sentence: none goes without the number of unchecked predictions."""
        noun, yes, no = self._words
        if not self.predictions:
            return f"There is no {noun} in it."
        answered = f"{self.yes} {yes}, {self.no} {no}, {self.partial} in part, {self.unclear} unclear"
        annulled = f", {self.annulled} annulled" if self.annulled else ""
        waiting = f"{self.unchecked} past due and unchecked; {self.not_yet_due} not yet due"
        undated = f"; {self.undated} without a due date" if self.undated else ""
        plural = "" if self.predictions == 1 else "s"
        return f"Of {self.predictions} {noun}{plural} {answered}{annulled}; {waiting}{undated}."

    @property
    def _words(self) -> tuple[str, str, str]:
        """Choose the words: pledges are kept or broken; they are what a tracker has, and what is nothing but promises."""
        are_promises = bool(self.alike) and all(each.kind is PredictionKind.PROMISE for each in self.alike)
        return _PLEDGES if self.kind is CollectionKind.TRACKER or are_promises else _PREDICTIONS
