"""What in two statements that are close in meaning shows that they may not say the same? Their numbers, and words that deny."""

import re
from functools import cache

from claimkb.domain.languages import shared
from claimkb.domain.normal_forms import fold, words

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def differences(one: str, other: str) -> list[str]:
    """Say where the numbers of two statements differ, if both have any in digits; and whether only one is negated."""
    mine, theirs = words(one), words(other)
    found = []
    here, there = _numbers(mine), _numbers(theirs)
    if here and there and here != there:
        found.append(f"numbers differ: {_listed(here - there)} / {_listed(there - here)}")
    if _is_negated(mine) != _is_negated(theirs):
        found.append("one is negated")
    return found


def _numbers(of: list[str]) -> frozenset[str]:
    """List the numbers among words."""
    return frozenset(number for word in of for number in _NUMBER.findall(word))


def _listed(numbers: frozenset[str]) -> str:
    """Write numbers, the least first."""
    return ", ".join(sorted(numbers, key=float)) or "none"


def _is_negated(of: list[str]) -> bool:
    """Tell whether words deny something."""
    denying, endings = _denying()
    return any(word in denying or word.endswith(endings) for word in of)


@cache
def _denying() -> tuple[frozenset[str], tuple[str, ...]]:
    """Read the words that deny and the ends of words that do, folded as words are."""
    table = shared("negation")
    return frozenset(map(fold, table["words"])), tuple(map(fold, table["endings"]))
