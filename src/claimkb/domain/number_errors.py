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

DIGITS = 6
"""How many digits after the point a mean has; below 1 as many from its first digit that is not 0."""

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
        return _rounded(self._mean(self.total))

    @property
    def mean_absolute_error(self) -> str:
        """The mean of how far they were off, whichever way."""
        return _rounded(self._mean(self.absolute))

    @property
    def line(self) -> str:
        """Say it in one sentence, with the mean error in words."""
        off, lean = self._said(self.absolute), f"{self._said(abs(self.total))} {'below' if self.total < 0 else 'above'}"
        means = f"off by {off} on average, {lean if self.total else 'neither above nor below'} in the mean"
        return f"In {self.unit}, of {counted(self.count, 'number')} measured {self.within} met the target; {means}."

    def _mean(self, of: Decimal) -> Decimal:
        """Compute a mean, as exactly as it can be written."""
        return _EXACT.divide(of, self.count)

    def _said(self, of: Decimal) -> str:
        """Write a mean as a sentence says it."""
        return plain_decimal(_SHOWN.plus(self._mean(of)))


def _rounded(mean: Decimal) -> str:
    """Write a mean as the API shows it, rounded half to even."""
    last = min(-DIGITS, mean.adjusted() - DIGITS + 1) if mean else 0
    return plain_decimal(mean.quantize(Decimal(1).scaleb(last), context=_EXACT))


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
