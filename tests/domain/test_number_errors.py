"""How far numbers were off, against plain fractions."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.number_errors import Measured, errors
from claimkb.domain.target import Target

NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, places=3, allow_nan=False).map(lambda number: f"{number:f}")
MEASURED = st.tuples(st.sampled_from(["%", "homes"]), NUMBERS, NUMBERS, st.integers(1, 3))


def measured(unit: str, value: str, number: str) -> Measured:
    return Measured(Target(comparator="AT_LEAST", value=value, unit=unit), number)


@given(st.lists(MEASURED, max_size=8))
def test_errors_are_those_of_plain_fractions(given_: list[tuple[str, str, str, int]]) -> None:
    found = {each.unit: each for each in errors((measured(*each), times) for *each, times in given_)}
    assert found.keys() == {unit for unit, *_ in given_}
    for unit, each in found.items():
        off: list[Any] = [
            Fraction(number) - Fraction(value) for of, value, number, times in given_ if of == unit for _ in range(times)
        ]
        assert (each.count, each.within) == (len(off), sum(error >= 0 for error in off))
        for shown, sum_ in ((each.mean_error, sum(off)), (each.mean_absolute_error, sum(map(abs, off)))):
            mean = Fraction(sum_) / len(off)
            assert abs(Fraction(shown) - mean) <= min(Fraction(1, 2 * 10**6), abs(mean) * Fraction(5, 10**6))
            assert len(shown.partition(".")[2].lstrip("0")) <= 6


def test_near_misses_are_told_as_what_they_are() -> None:
    (each,) = errors([(measured("%", "5", "4.9"), 7), (measured("%", "5", "5"), 1)])
    assert each.line == "In %, of 8 numbers measured 1 met the target; off by 0.0875 on average, 0.0875 below in the mean."
    assert (each.mean_error, each.mean_absolute_error) == ("-0.0875", "0.0875")


def test_one_unit_in_two_spellings_is_one() -> None:
    (each,) = errors([(measured("new homes", "5", "4"), 1), (measured("new\u00a0homes", "5", "6"), 1)])
    assert (each.unit, each.count, each.mean_error, each.mean_absolute_error) == ("new homes", 2, "0", "1")


@pytest.mark.parametrize(
    ("numbers", "shown", "said"),
    [
        (("4", "4", "6"), "-0.333333", "off by 1 on average, 0.333 below in the mean."),
        (("5.00002", "5.00002", "5"), "0.0000133333", "off by 0.0000133 on average, 0.0000133 above in the mean."),
        (("1005", "2005", "2005"), "1666.666667", "off by 1670 on average, 1670 above in the mean."),
        (("5.000001", "5"), "0.0000005", "off by 0.0000005 on average, 0.0000005 above in the mean."),
        (("4", "6"), "0", "off by 1 on average, neither above nor below in the mean."),
    ],
)
def test_a_mean_is_shown_with_few_digits_and_said_with_its_direction(numbers: tuple[str, ...], shown: str, said: str) -> None:
    (each,) = errors((measured("%", "5", number), 1) for number in numbers)
    assert each.mean_error == shown
    assert each.line.endswith(f"met the target; {said}")
