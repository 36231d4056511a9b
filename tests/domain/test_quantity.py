"""How a number of things is written."""

import pytest

from claimkb.domain.quantity import counted


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1.0, "1 day"), (0.5, "0.5 days"), (2_000_000, "2000000 days")],
)
def test_one_thing_has_no_plural(number: float, written: str) -> None:
    assert counted(number, "day") == written
