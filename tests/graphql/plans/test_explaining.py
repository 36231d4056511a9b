"""What a plan asks of the database, and why some operations have none."""

import re
from typing import Any

import pytest

from claimkb.actions.work import Desk
from claimkb.graphql.plans.explaining import NoOperation, explain
from tests.builders import EDITOR
from tests.graphql.conftest import LEVELS


def tables(statement: str) -> list[str]:
    """Name the tables that a statement reads, in their order."""
    return list(dict.fromkeys(re.findall(r"(?:FROM|JOIN) (?!json_each)(\w+)", statement)))


def test_fifty_predictions_take_one_statement_for_each_list(fifty: Desk) -> None:
    found = explain(fifty, EDITOR, LEVELS, {"first": 50})
    assert found.left is None
    assert [(tables(each.statement), each.rows) for each in found.ran] == [
        (["prediction", "outcome", "claim", "claimant"], 50),
        (["flag"], 0),
        (["appearance"], 50),
        (["appearance", "source"], 50),
    ]


def test_as_many_statements_read_one_as_fifty(fifty: Desk) -> None:
    assert [len(explain(fifty, EDITOR, LEVELS, {"first": number}).ran) for number in (0, 1, 2, 50)] == [1, 4, 4, 4]


def test_a_count_alone_reads_no_page(fifty: Desk) -> None:
    (ran,) = explain(fifty, EDITOR, "{ predictions { totalCount } }", {}).ran
    assert "count(*)" in ran.statement


@pytest.mark.parametrize(
    ("document", "left"),
    [
        ("{ backlog { today } }", "Query.backlog is resolved by its own function."),
        ("{ predictions { nodes { viewerCan } } }", "Prediction.viewerCan is resolved by its own function."),
        ("{ __schema { types { name } } }", "Query.__schema is resolved by its own function."),
        ("{ claims(first: 101) { totalCount } }", "At most 100 at once: send first from 0 to 100, not 101."),
        (
            '{ claims(filter: {claimantId: "x"}) { totalCount } }',
            "Invalid input: filter.claimantId: This is not the id of a Claimant. Copy the `id` that the API gives.",
        ),
        ("mutation { flagPredictions(input: {}) { clientMutationId } }", "Only queries are planned."),
    ],
)
def test_what_has_no_plan_says_why(sqlite_desk: Desk, document: str, left: str) -> None:
    assert explain(sqlite_desk, EDITOR, document, {}).left == left


@pytest.mark.parametrize(
    ("document", "variables", "wrong"),
    [
        ("{ nope }", {}, "Cannot query field 'nope'"),
        ("{", {}, "Syntax Error"),
        ("query a { __typename } query b { __typename }", {}, "The document has no operation, or several."),
        ("query($first: Int!) { claims(first: $first) { totalCount } }", {}, "first"),
    ],
)
def test_what_is_no_operation_says_what_is_wrong(sqlite_desk: Desk, document: str, variables: Any, wrong: str) -> None:
    with pytest.raises(NoOperation, match=re.escape(wrong)):
        explain(sqlite_desk, EDITOR, document, variables)
