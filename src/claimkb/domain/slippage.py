"""How often did a claimant say the same thing again, and how far did its date slip meanwhile?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from claimkb.domain.dates import DatePrecision, interval
from claimkb.domain.prediction import DueDateChangeKind, PredictionKind
from claimkb.domain.quantity import counted
from claimkb.domain.series import Recurrence
from claimkb.domain.track_record import Move, scored_on

Of = tuple[UUID, tuple[Recurrence, date | None] | None]
"""A claim, and the period of it; None where the prediction is by itself."""

SHOWN = 100
"""How many predictions of a chain are shown: the newest."""


@dataclass(frozen=True)
class Said:
    """A prediction, as far as it matters when it was said, by when it was to be, and which other claims say it again."""

    id: UUID
    claim_id: UUID
    kind: PredictionKind
    said_on: date | None
    said_on_precision: DatePrecision | None
    recorded_at: datetime
    original_due_on: date | None
    _: KW_ONLY
    every: Recurrence | None = None
    moves: Sequence[Move] = ()
    repeated_by: frozenset[UUID] = frozenset()

    @property
    def place(self) -> tuple[date, datetime, UUID]:
        """Where it stands in a chain: by the first day on which it may have been said, or else the day it was recorded."""
        said = self.said_on and interval(self.said_on, self.said_on_precision or DatePrecision.DAY).first
        return said or self.recorded_at.date(), self.recorded_at, self.id

    @property
    def of(self) -> "Of":
        """What it is of: its claim, and its period where it is one of a series. A claim says the same period of another again."""
        return self.claim_id, (self.every, self.original_due_on) if self.every else None

    @property
    def first_due_on(self) -> date | None:
        """The due date first given, as it was corrected: what the track record goes by."""
        return scored_on(self.original_due_on, self.moves)

    @property
    def last_due_on(self) -> date | None:
        """The due date as the claimant last gave it: what the desk moved of its own accord, or corrected of that, is no slip."""
        last, is_ours = self.original_due_on, False
        for kind, due_on, *_ in self.moves:
            if last is None or kind is DueDateChangeKind.EXTENSION:
                last, is_ours = due_on, False
            elif kind is DueDateChangeKind.EDITORIAL:
                is_ours = True
            elif not is_ours:
                last = due_on
        return last


@dataclass(frozen=True)
class Slippage:
    """Predictions of the same thing by the same claimant, the first said first."""

    said: Sequence[Said]

    @property
    def shown(self) -> list[UUID]:
        """The ids of the predictions to show: of a long chain the newest."""
        return [each.id for each in self.said[-SHOWN:]]

    @property
    def promised(self) -> int:
        """Count how often it was said."""
        return len(self.said)

    @cached_property
    def _dated(self) -> list[tuple[date, date]]:
        """List the first and the last due date of each prediction that has one."""
        return [(each.first_due_on, each.last_due_on) for each in self.said if each.first_due_on and each.last_due_on]

    @property
    def first_due_on(self) -> date | None:
        """The due date that was given first."""
        return self._dated[0][0] if self._dated else None

    @property
    def last_due_on(self) -> date | None:
        """The due date that was given last."""
        return self._dated[-1][1] if self._dated else None

    @property
    def slipped_days(self) -> int | None:
        """Count the days from the first due date to the last, negative where it was brought forward; None where fewer than two
        predictions are dated.
        """
        if len(self._dated) < 2 or self.first_due_on is None or self.last_due_on is None:
            return None
        return (self.last_due_on - self.first_due_on).days

    @property
    def line(self) -> str:
        """Say it in one sentence."""
        said = "Promised" if all(each.kind is PredictionKind.PROMISE for each in self.said) else "Predicted"
        days = self.slipped_days
        how = "brought forward" if days is not None and days < 0 else "slipped"
        slipped = "" if days is None else f"; {how} {counted(abs(days), 'day')}"
        return f"{said} {counted(self.promised, 'time')}{slipped}."


def chains(said: Iterable[Said]) -> dict[UUID, Slippage]:
    """Put together what was said again, however far around; what stands alone is in no chain."""
    by_claim = {each.of: each for each in said}
    beside: dict[Of, set[Of]] = defaultdict(set)
    for said_of, each in by_claim.items():
        _, period = said_of
        for other in {(claim_id, period) for claim_id in each.repeated_by} & by_claim.keys():
            beside[said_of].add(other)
            beside[other].add(said_of)
    found: dict[UUID, Slippage] = {}
    for said_of in beside:
        if by_claim[said_of].id not in found:
            together = [by_claim[reached] for reached in _reached(said_of, beside)]
            chain = Slippage(sorted(together, key=lambda each: each.place))
            found |= {each.id: chain for each in together}
    return found


def _reached(begin: Of, beside: Mapping[Of, set[Of]]) -> set[Of]:
    """List what is related to a claim, or to a period of it, directly or by way of others, with itself."""
    reached, waiting = {begin}, [begin]
    while waiting:
        new = beside[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached
