"""What shows that two statements which are close in meaning may not say the same."""

import pytest

from claimkb.domain.contradicting import differences


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("The bridge opens in 2027.", "Le pont ouvrira en 2027.", []),
        ("Inflation is at 3.1 percent.", "Инфляция составила 3,1 процента.", []),
        ("It has 5 arches.", "It has 7 arches.", ["numbers differ: 5 / 7"]),
        ("From 2025 to 2030, 10\u00a0000 homes.", "By 2030, 12,000 homes.", ["numbers differ: 2025, 10000 / 12000"]),
        ("Four hundred jobs go.", "400 emplois disparaissent.", []),
        ("It will open.", "It will not open.", ["one is negated"]),
        ("It won't open.", "Il n'ouvrira pas.", []),
        ("The president will not run.", "Президент не будет баллотироваться.", []),
        ("The president will run.", "Президент үшінші мерзімге сайлауға түспейді.", ["one is negated"]),
        ("The president will not run.", "Президент үшінші мерзімге сайлауға түспейді.", []),
        ("He has 2 and won't go.", "He has 3 and goes.", ["numbers differ: 2 / 3", "one is negated"]),
    ],
)
def test_numbers_and_words_that_deny_are_compared(one: str, other: str, found: list[str]) -> None:
    assert differences(one, other) == found
