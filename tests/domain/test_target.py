"""Numbers that were predicted: as they are written, what they ask for, and how far a measure is from them."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain import measuring
from claimkb.domain.refusals import Refusal
from claimkb.domain.target import Comparator, Target, canonical_decimal, check_target, columns_of, plain_decimal, target_in

NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False).map(lambda number: f"{number:f}")


def a_target(comparator: str = "AT_LEAST", value: object = 5, **given: Any) -> Target:
    return Target.model_validate({"comparator": comparator, "value": value, "unit": "%", **given})


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """Draw a target that is whole."""
    comparator, value = draw(st.sampled_from(Comparator)), draw(NUMBERS)
    more = {"upper": f"{Decimal(value) + abs(Decimal(draw(NUMBERS))):f}"} if comparator is Comparator.BETWEEN else {}
    tolerance = {"tolerance": draw(NUMBERS).lstrip("-")} if comparator is Comparator.ABOUT else {}
    return a_target(comparator, value, **more, **tolerance)


@pytest.mark.parametrize(
    ("given_", "written"),
    [("2.50", "2.5"), ("0600", "600"), ("-0.0", "0"), (600_000, "600000"), (" 5 ", "5"), ("-1.05", "-1.05"), ("9" * 30, "9" * 30)],
)
def test_a_number_is_written_in_one_way(given_: object, written: str) -> None:
    assert canonical_decimal(given_) == written


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (2.5, "A float may not be the number that was meant"),
        ("NaN", "This is not a decimal number"),
        ("1e5", "This is not a decimal number"),
        ("Infinity", "This is not a decimal number"),
        ("1,5", "This is not a decimal number"),
        ("", "This is not a decimal number"),
        ("\u0665", "This is not a decimal number"),
        (True, "This is not a decimal number"),
        (None, "This is not a decimal number"),
        pytest.param("0" * 100_000, "This is not a decimal number", id="zeros"),
        ("9" * 40, "The number has more than 30 digits."),
        pytest.param(10**5_000, "The number has more than 30 digits.", id="5001 digits"),
    ],
)
def test_what_is_no_such_number_is_refused(given_: object, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        canonical_decimal(given_)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_what_is_written_is_the_number_that_was_given(number: Decimal) -> None:
    written = canonical_decimal(f"{number:f}")
    assert Fraction(written) == Fraction(number)
    assert canonical_decimal(written) == plain_decimal(number) == written


@pytest.mark.parametrize(
    ("refusal", "given_"),
    [
        (measuring.NoUpper, {"comparator": "BETWEEN"}),
        (measuring.UpperOfNothing, {"upper": 6}),
        (measuring.UpperBelowValue, {"comparator": "BETWEEN", "upper": 4}),
        (measuring.NoTolerance, {"comparator": "ABOUT"}),
        (measuring.ToleranceOfNothing, {"tolerance": 1}),
        (measuring.NegativeTolerance, {"comparator": "ABOUT", "tolerance": -1}),
    ],
)
def test_a_target_has_what_its_comparator_needs_and_no_more(refusal: type[Refusal], given_: dict[str, Any]) -> None:
    with pytest.raises(refusal) as caught:
        check_target(a_target(**given_))
    assert caught.value.field[0] == "target"


@pytest.mark.parametrize(
    ("target", "measured", "is_met", "error"),
    [
        (a_target("AT_LEAST", "5"), "5", True, "0"),
        (a_target("AT_LEAST", "5"), "4.1", False, "-0.9"),
        (a_target("AT_MOST", "5"), "5.2", False, "0.2"),
        (a_target("EXACTLY", "0.3"), "0.3", True, "0"),
        (a_target("EXACTLY", "0.3", tolerance="0.1"), "0.4", True, "0.1"),
        (a_target("ABOUT", "0.3", tolerance="0.1"), "0.41", False, "0.11"),
        (a_target("BETWEEN", 3, upper=5), "4", True, "0"),
        (a_target("BETWEEN", 3, upper=5), "2.5", False, "-0.5"),
        (a_target("BETWEEN", 3, upper=5), "5.5", False, "0.5"),
    ],
)
def test_a_measure_is_held_against_its_target(target: Target, measured: str, is_met: bool, error: str) -> None:
    assert (target.is_met(measured), plain_decimal(target.error(measured))) == (is_met, error)


@given(targets(), NUMBERS)
def test_a_measure_meets_its_target_by_plain_arithmetic(target: Target, measured: str) -> None:
    check_target(target)
    number, low = Fraction(measured), Fraction(target.value)
    high, within = Fraction(target.upper or target.value), Fraction(target.tolerance or 0)
    meets = {
        Comparator.AT_LEAST: number >= low,
        Comparator.AT_MOST: number <= low,
        Comparator.EXACTLY: number == low,
        Comparator.ABOUT: low - within <= number <= low + within,
        Comparator.BETWEEN: low <= number <= high,
    }
    assert target.is_met(measured) == meets[target.comparator]
    assert Fraction(target.error(measured)) == max(number - high, Fraction(0)) + min(number - low, Fraction(0))


@given(targets())
def test_a_target_is_kept_in_columns_and_read_again(target: Target) -> None:
    row = type("Row", (), columns_of(target))
    assert target_in(row) == target
    assert target_in(type("Row", (), columns_of(None))) is None


def test_a_target_is_said_in_words() -> None:
    assert a_target().held_against("4.1") == "4.1 % is not at least 5 %"
    assert str(a_target("BETWEEN", 3, upper=5)) == "between 3 and 5 %"
    assert str(a_target("ABOUT", 3, tolerance="0.5")) == "about 3 % (give or take 0.5)"


def test_a_unit_is_the_same_however_it_is_typeset_but_case_counts() -> None:
    power = a_target(unit="MW per  hour")
    assert power.is_in("MW per\u00a0hour")
    assert not power.is_in("mW per hour")
