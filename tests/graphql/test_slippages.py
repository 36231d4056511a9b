"""A chain of predictions over the API."""

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_claimant
from tests.graphql.conftest import Ask
from tests.graphql.test_queries import statements
from tests.store.test_slippages import MARCH, promised, repeats

CHAIN = "question slippage { line promised slippedDays firstDueOn lastDueOn predictions { question dueOn slippage { promised } } }"


def test_a_chain_is_shown_on_each_of_its_predictions_and_nowhere_else(
    desk: Desk, data: Ask, executed: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    minister = a_claimant(desk)
    second, first, _ = (
        promised(desk, minister, month, MARCH.replace(month=2 + month), question=f"Q{month}") for month in (2, 1, 3)
    )
    repeats(desk, second, first)
    given = statements(desk, monkeypatch)
    nodes = executed(f"{{ predictions {{ nodes {{ {CHAIN} }} }} }}")["predictions"]["nodes"]
    assert len(given) == 3
    both = [
        {"question": "Q1", "dueOn": "2026-03-01", "slippage": {"promised": 2}},
        {"question": "Q2", "dueOn": "2026-04-01", "slippage": {"promised": 2}},
    ]
    chain = {"line": "Promised 2 times; slipped 31 days.", "promised": 2, "slippedDays": 31}
    chain |= {"firstDueOn": "2026-03-01", "lastDueOn": "2026-04-01", "predictions": both}
    assert {each["question"]: each["slippage"] for each in nodes} == {"Q1": chain, "Q2": chain, "Q3": None}
    assert data(f"{{ predictions {{ nodes {{ {CHAIN} }} }} }}")["predictions"]["nodes"] == nodes
