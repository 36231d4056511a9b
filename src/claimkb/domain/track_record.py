"""How did a claimant's predictions turn out? Counts first, always with what nobody has checked; a rate only with its interval.

Each prediction is judged by the due date that was first given. Claimants are not compared here, and are ranked nowhere.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import fsum, sqrt
from typing import NamedTuple, TypeVar
from uuid import UUID

from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.number_errors import Measured, NumberErrors, errors
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import DueDateChangeKind, PredictionKind

T = TypeVar("T")

FEWEST = 5
"""From how many answers on a rate says something."""

Z = 1.959963984540054
"""The quantile of the normal distribution that leaves 95 % between it and its negative."""

BINS = 10

WORDS = {
    None: ("prediction", "YES", "NO", "PARTIAL"),
    PredictionKind.FORECAST: ("forecast", "YES", "NO", "PARTIAL"),
    PredictionKind.PROMISE: ("promise", "kept", "broken", "kept in part"),
}


class Move(NamedTuple):
    """A due date that moved: why, and to which days."""

    kind: DueDateChangeKind
    due_on: date
    due_from: date | None = None
    bound: DueBound = DueBound.BY
    answer_from: date | None = None

    @property
    def deadline(self) -> Deadline:
        """The days to which the prediction is held since."""
        return Deadline(self.due_on, self.due_from, self.bound, self.answer_from)


def scored_on(original: date | None, moves: Iterable[Move]) -> date | None:
    """Choose the due date that counts: the first one given, with every CORRECTION until somebody else moved it.

    A correction that comes later corrects that other date. What had no date at first is held to the first one given.
    """
    return _first_given(original, ((move.kind, move.due_on) for move in moves))


def scored_by(original: Deadline | None, moves: Iterable[Move]) -> Deadline | None:
    """Choose the deadline that counts, as `scored_on` does."""
    return _first_given(original, ((move.kind, move.deadline) for move in moves))


def _first_given(original: T | None, moves: Iterable[tuple[DueDateChangeKind, T]]) -> T | None:
    """Choose what was first given, as it was corrected."""
    counts = original
    for kind, since in moves:
        if counts is not None and kind is not DueDateChangeKind.CORRECTION:
            break
        counts = since
    return counts


def by_scored_date(verdict: Verdict | None, occurred_on: date | None, due: Deadline, scored: Deadline) -> Verdict | None:
    """Turn a verdict by the deadline as it stood into one by the deadline that counts; without the day it may be unclear."""
    if verdict in (Verdict.YES, Verdict.PARTIAL):
        if scored.is_met_by_all_of(due):
            return verdict
        if occurred_on is None:
            return Verdict.AMBIGUOUS
        return verdict if scored.is_in_time(occurred_on) else Verdict.NO
    if verdict is Verdict.NO and occurred_on is not None and scored.is_in_time(occurred_on) and not due.is_in_time(occurred_on):
        return Verdict.YES
    if verdict is Verdict.NO and occurred_on is None and scored.bound is DueBound.NOT_BEFORE and not due.is_met_by_all_of(scored):
        return Verdict.AMBIGUOUS
    return verdict


class Counted(NamedTuple):
    """So many predictions of a claimant that count alike: due or not (None: undated), verdict, what was stated and measured."""

    is_due: bool | None
    verdict: Verdict | None
    probability: float | None
    number: int = 1
    measured: Measured | None = None


@dataclass(frozen=True)
class Rate:
    """A share of few, and between which two the share of many lies, most likely."""

    value: float
    low: float
    high: float


def wilson(hits: int, of: int) -> Rate:
    """Compute a share with its Wilson score interval at 95 % (Wilson 1927)."""
    share, weight = hits / of, Z * Z / of
    middle = (share + weight / 2) / (1 + weight)
    half = sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    return Rate(share, middle - half, middle + half if hits < of else 1.0)


@dataclass(frozen=True)
class Brier:
    """The mean square of how far stated probabilities were from what came (Brier 1950), and of how many."""

    score: float
    count: int


@dataclass(frozen=True)
class CalibrationBin:
    """Predictions with a stated probability from `lower` on and below `upper`: what was said, and what came."""

    lower: float
    upper: float
    count: int
    mean_stated: float | None
    share_true: float | None


class Stated(NamedTuple):
    """So many predictions of which a probability was stated, and which came true or did not."""

    probability: float
    came_true: bool
    number: int = 1


def brier(stated: Sequence[Stated]) -> Brier | None:
    """Compute the Brier score; None where no probability was stated."""
    count = sum(each.number for each in stated)
    total = fsum(each.number * (each.probability - each.came_true) ** 2 for each in stated)
    return Brier(total / count, count) if count else None


def calibration(stated: Sequence[Stated]) -> list[CalibrationBin]:
    """Sort stated probabilities into ten bins; certainty is in the last one. None at all where nothing was stated."""
    edges = [number / BINS for number in range(BINS + 1)]
    bins: list[list[Stated]] = [[] for _ in range(BINS)]
    for each in stated:
        bins[bisect_right(edges, each.probability, 1, BINS) - 1].append(each)
    return [_bin(*bounds) for bounds in zip(edges, edges[1:], bins, strict=False)] if stated else []


def _bin(lower: float, upper: float, held: Sequence[Stated]) -> CalibrationBin:
    """Compare the stated probabilities of one bin with what came true."""
    count = sum(each.number for each in held)
    if not count:
        return CalibrationBin(lower, upper, 0, None, None)
    stated = fsum(each.number * each.probability for each in held)
    came_true = sum(each.number for each in held if each.came_true)
    return CalibrationBin(lower, upper, count, stated / count, came_true / count)


@dataclass(frozen=True)
class TrackRecord:
    """How a claimant's predictions turned out, each by the due date that was first given."""

    claimant_id: UUID
    kind: PredictionKind | None
    as_of: date
    counted: Sequence[Counted]
    collection_id: UUID | None = None
    """The collection of whose claims alone it tells; None for all."""
    includes_on_behalf: bool = False
    """Whether what others said on behalf of the claimant counts, too."""

    @cached_property
    def _answers(self) -> Counter[Verdict | None]:
        """Count what is due by its verdict."""
        found: Counter[Verdict | None] = Counter()
        for each in self.counted:
            if each.is_due:
                found[each.verdict] += each.number
        return found

    @property
    def due(self) -> int:
        """Count the predictions that the line is about: due, answered or not, and not annulled."""
        return self._answers.total() - self.annulled

    @property
    def yes(self) -> int:
        """Count what came true in time."""
        return self._answers[Verdict.YES]

    @property
    def no(self) -> int:
        """Count what did not come true in time."""
        return self._answers[Verdict.NO]

    @property
    def partial(self) -> int:
        """Count what came true in part, in time."""
        return self._answers[Verdict.PARTIAL]

    @property
    def unclear(self) -> int:
        """Count what cannot be told."""
        return self._answers[Verdict.AMBIGUOUS]

    @property
    def annulled(self) -> int:
        """Count the questions that were invalid."""
        return self._answers[Verdict.ANNULLED]

    @property
    def unchecked(self) -> int:
        """Count what is past due and has no answer."""
        return self._answers[None]

    @property
    def not_yet_due(self) -> int:
        """Count what is due later, also where the answer is there already."""
        return sum(each.number for each in self.counted if each.is_due is False)

    @property
    def undated(self) -> int:
        """Count what has no due date."""
        return sum(each.number for each in self.counted if each.is_due is None)

    @property
    def line(self) -> str:
        """Write all counts in one sentence: none goes without the number of unchecked predictions. Numbers have their own."""
        noun, yes, no, partial = WORDS[self.kind]
        answers = f"{self.yes} {yes}, {self.no} {no}, {self.partial} {partial}, {self.unclear} unclear"
        apart = f", and {self.annulled} annulled" if self.annulled else ""
        also = ", including what was said on its behalf" if self.includes_on_behalf else ""
        plural = "" if self.due == 1 else "s"
        counts = f"Of {self.due} dated {noun}{plural} now due, {answers}; and {self.unchecked} past due and unchecked{apart}{also}."
        return " ".join([counts, *(each.line for each in self.errors)])

    @property
    def rate(self) -> Rate | None:
        """Compute the share of YES among YES and NO; None below five."""
        answered = self.yes + self.no
        return wilson(self.yes, answered) if answered >= FEWEST else None

    @cached_property
    def errors(self) -> list[NumberErrors]:
        """Compute how far what was predicted was from what was measured of what is due, unit by unit."""
        return errors(
            [
                (each.measured, each.number)
                for each in self.counted
                if each.is_due and each.measured is not None and each.verdict is not Verdict.ANNULLED
            ]
        )

    @cached_property
    def _stated(self) -> list[Stated]:
        """List the probabilities that were stated of what is due and was answered YES or NO."""
        return [
            Stated(each.probability, each.verdict is Verdict.YES, each.number)
            for each in self.counted
            if each.is_due and each.probability is not None and each.verdict in (Verdict.YES, Verdict.NO)
        ]

    @property
    def brier(self) -> Brier | None:
        """Compute the Brier score."""
        return brier(self._stated)

    @property
    def calibration(self) -> list[CalibrationBin]:
        """Compare what was stated with what came."""
        return calibration(self._stated)
