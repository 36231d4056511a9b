"""`claimkb explain`, as a person and as a program meet it."""

import json

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_prediction
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def test_the_command_prints_the_statements(run: Run, sqlite_desk: Desk) -> None:
    a_prediction(sqlite_desk)
    code, out, err = run("explain", "query($n: Int) { predictions(first: $n) { nodes { question } } }", "--variables", '{"n": 1}')
    assert (code, err) == (0, "")
    assert out.startswith("SELECT prediction.id, prediction.question, ")
    assert out.endswith("-- 1 row\n\nPlanned: 1 statement.\n")
    assert (
        run("explain", "{ __schema { description } claims { totalCount } }")[1]
        == "Left to the executor: Query.__schema tells of the schema.\n"
    )


def test_what_the_store_asks_by_itself_is_printed_without_a_count(run: Run, sqlite_desk: Desk) -> None:
    a_prediction(sqlite_desk)
    out = run("explain", "{ predictions { nodes { slippage { promised } lostFooting { question } } } }")[1]
    assert out.endswith("Planned: 3 statements.\n")
    assert (out.count("-- 1 row\n"), "WITH RECURSIVE reached" in out) == (1, True)


@pytest.mark.usefixtures("sqlite_desk")
def test_the_command_prints_json(run: Run) -> None:
    found = json.loads(run("explain", "{ claims { totalCount } }", "--json")[1])
    assert (found["planned"], found["left"], [each["rows"] for each in found["statements"]]) == (True, None, [1])


@pytest.mark.usefixtures("sqlite_desk")
@pytest.mark.parametrize("given", [("{ nope }",), ("{ __typename }", "--variables", "[]"), ("{ __typename }", "--variables", "x")])
def test_the_command_says_what_is_wrong_usage(run: Run, given: tuple[str, ...]) -> None:
    code, out, err = run("explain", *given)
    assert (code, out) == (2, "")
    assert "Invalid value" in err
