"""Which number was predicted, and how far from it was what was measured? Decimal numbers, as they are written: never floats."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Annotated, Any

from pydantic import Field as Rule
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from claimkb.domain.measuring import (
    NegativeTolerance,
    NoTolerance,
    NoUpper,
    ToleranceOfNothing,
    UpperBelowValue,
    UpperOfNothing,
)
from claimkb.domain.normal_forms import quote_form
from claimkb.domain.record import CanBeSeen, Input, Term

MOST_DIGITS = 30
_TOO_LONG = f"The number has more than {MOST_DIGITS} digits."

_WRITTEN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")

_EXACT = Context(prec=4 * MOST_DIGITS)
"""Sums of such numbers are exact in it."""


def canonical_decimal(given: object) -> str:
    """Write a decimal number in one way only: no exponent, and no zeros that say nothing. Refuse a float."""
    if isinstance(given, float):
        raise ValueError('A float may not be the number that was meant: send the digits as text, such as "2.5".')
    if isinstance(given, int) and abs(given) >= 10**MOST_DIGITS:
        raise ValueError(_TOO_LONG)
    written = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    match = _WRITTEN.fullmatch(written) if len(written) < 10 * MOST_DIGITS else None
    if match is None:
        raise ValueError("This is not a decimal number: write digits, and a point before the fraction, such as 600000 or -2.5.")
    whole, fraction = match[2].lstrip("0") or "0", (match[3] or "").rstrip("0")
    if len(whole) + len(fraction) > MOST_DIGITS:
        raise ValueError(_TOO_LONG)
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if match[1] and number != "0" else number


@dataclass(frozen=True)
class IsDecimal:
    """Marks a text as a decimal number, and writes it in the canonical way."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Read what was sent before it is held to be a text."""
        return core_schema.no_info_before_validator_function(canonical_decimal, handler(source))


Number = Annotated[
    str, IsDecimal(), Rule(max_length=MOST_DIGITS + 2, description=f"A decimal number of up to {MOST_DIGITS} digits.")
]
Unit = Annotated[str, Rule(min_length=1, max_length=60, description="The unit, as it is printed: %, homes, GW."), CanBeSeen]


class Comparator(Term):
    """How a number is held against the number that was predicted."""

    AT_LEAST = "AT_LEAST", "As much as the value, or more."
    AT_MOST = "AT_MOST", "As much as the value, or less."
    EXACTLY = "EXACTLY", "The value, give or take the tolerance where there is one."
    ABOUT = "ABOUT", "The value, give or take the tolerance."
    BETWEEN = "BETWEEN", "From the value to the upper value, both included."


HeldBy = Annotated[Comparator, Rule(description="How a measure is held against it.")]
Value = Annotated[Number, Rule(description="The number; of BETWEEN the lower one.")]
Upper = Annotated[Number, Rule(description="The upper number of BETWEEN; of no other.")]
Tolerance = Annotated[Number, Rule(description="How far off a measure may be: ABOUT needs it, EXACTLY may have it, and no other.")]


class Target(Input):
    """The number that was predicted: what a measure is held against."""

    comparator: HeldBy
    value: Value
    upper: Upper | None = None
    tolerance: Tolerance | None = None
    unit: Unit

    def is_met(self, measured: str) -> bool:
        """Tell whether a measure meets it."""
        number, value = Decimal(measured), Decimal(self.value)
        if self.comparator is Comparator.AT_LEAST:
            return number >= value
        if self.comparator is Comparator.AT_MOST:
            return number <= value
        if self.comparator is Comparator.BETWEEN:
            return value <= number <= Decimal(self.upper or self.value)
        return abs(_EXACT.subtract(number, value)) <= Decimal(self.tolerance or 0)

    def error(self, measured: str) -> Decimal:
        """Subtract what was predicted from what was measured; of BETWEEN its nearer end, and nothing between them."""
        number, low = Decimal(measured), Decimal(self.value)
        high = Decimal(self.upper or self.value)
        return _EXACT.subtract(number, low if number < low else high if number > high else number)

    def is_in(self, unit: str) -> bool:
        """Tell whether a unit is its own, however it is typeset. Case counts: MW is not mW."""
        return quote_form(unit) == quote_form(self.unit)

    def held_against(self, measured: str) -> str:
        """Say in words whether a measure meets it."""
        return f"{measured} {self.unit} is {'' if self.is_met(measured) else 'not '}{self}"

    def __str__(self) -> str:
        words = f"{self.comparator.replace('_', ' ').lower()} {self.value}"
        words += f" and {self.upper}" if self.upper is not None else ""
        return f"{words} {self.unit}" + (f" (give or take {self.tolerance})" if self.tolerance is not None else "")


COLUMNS = {f"target_{name}": name for name in Target.model_fields}
"""The columns in which a prediction keeps its target, and what they hold of it."""


def columns_of(target: Target | None) -> dict[str, Any]:
    """Return the columns of a target; all of them are empty where there is none."""
    return {column: target and getattr(target, name) for column, name in COLUMNS.items()}


def target_in(row: object) -> Target | None:
    """Read the target out of its columns; None where there is none."""
    said = {name: getattr(row, column) for column, name in COLUMNS.items()}
    return None if said["comparator"] is None else Target.model_construct(None, **said)


def check_target(target: Target | None) -> None:
    """Refuse a target that lacks what its comparator needs, or has what it does not know."""
    if target is None:
        return
    is_between = target.comparator is Comparator.BETWEEN
    if (target.upper is None) == is_between:
        raise NoUpper("target", "upper") if is_between else UpperOfNothing("target", "upper")
    if target.upper is not None and Decimal(target.upper) < Decimal(target.value):
        raise UpperBelowValue("target", "upper", upper=target.upper, value=target.value)
    if target.tolerance is None and target.comparator is Comparator.ABOUT:
        raise NoTolerance("target", "tolerance")
    if target.tolerance is None:
        return
    if target.comparator not in (Comparator.ABOUT, Comparator.EXACTLY):
        raise ToleranceOfNothing("target", "tolerance")
    if Decimal(target.tolerance) < 0:
        raise NegativeTolerance("target", "tolerance", tolerance=target.tolerance)


def plain_decimal(number: Decimal) -> str:
    """Write the result of a sum in the canonical way, rounded to the most digits that a number has."""
    written = format(Context(prec=MOST_DIGITS).plus(number), "f")
    plain = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if plain == "-0" else plain
