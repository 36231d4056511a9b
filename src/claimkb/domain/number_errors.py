"""How far were the numbers that a claimant predicted from those that were measured? Unit by unit, in exact decimal sums."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import NamedTuple

from claimkb.domain.normal_forms import quote_form
from claimkb.domain.quantity import counted
from claimkb.domain.target import Target, plain_decimal

_EXACT = Context(prec=1_000)
"""Sums of all numbers that there may be are exact in it; what is shown is rounded."""

_SHOWN = Context(prec=3)
"""How exactly a sentence says a number."""


class Measured(NamedTuple):
    """A number that was predicted, and the one that was measured."""

    target: Target
    number: str


@dataclass(frozen=True)
class NumberErrors:
    """How far numbers of one unit were off: measured less predicted."""

    unit: str
    count: int
    within: int
    total: Decimal
    absolute: Decimal

    @property
    def mean_error(self) -> str:
        """The mean of the errors: below 0 where less came than was predicted."""
        return plain_decimal(_EXACT.divide(self.total, self.count))

    @property
    def mean_absolute_error(self) -> str:
        """The mean of how far they were off, whichever way."""
        return plain_decimal(_EXACT.divide(self.absolute, self.count))

    @property
    def line(self) -> str:
        """Say it in one sentence."""
        off = plain_decimal(_SHOWN.plus(Decimal(self.mean_absolute_error)))
        return f"In {self.unit}, of {counted(self.count, 'number')} measured {self.within} met the target; off by {off} on average."


def errors(measured: Iterable[tuple[Measured, int]]) -> list[NumberErrors]:
    """Compute the errors of each unit; of each number it is said how often it is there."""
    by_unit: dict[str, list[tuple[Measured, int]]] = defaultdict(list)
    for each, times in measured:
        by_unit[quote_form(each.target.unit)].append((each, times))
    return [_of_unit(by_unit[unit]) for unit in sorted(by_unit)]


def _of_unit(held: Sequence[tuple[Measured, int]]) -> NumberErrors:
    """Add up the errors of one unit."""
    total = absolute = Decimal(0)
    for each, times in held:
        error = _EXACT.multiply(each.target.error(each.number), times)
        total, absolute = _EXACT.add(total, error), _EXACT.add(absolute, abs(error))
    within = sum(times for each, times in held if each.target.is_met(each.number))
    unit = min(each.target.unit for each, _ in held)
    return NumberErrors(unit, sum(times for _, times in held), within, total, absolute)
