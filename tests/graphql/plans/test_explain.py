"""What a plan asks of the database, and why some operations have none."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from claimkb.actions.work import Desk
from claimkb.graphql.plans.explain import NoOperation, explain
from claimkb.store.engine import paging
from tests.builders import EDITOR
from tests.graphql.conftest import LEVELS

DAY = date(2999, 1, 1)


def tables(statement: str) -> list[str]:
    """Name the tables that a statement reads, in their order."""
    return list(dict.fromkeys(re.findall(r"(?:FROM|JOIN) (?!json_each|unnest|LATERAL)(\w+)", statement)))


def test_fifty_predictions_take_one_statement_for_each_list(fifty: Desk) -> None:
    explanation = explain(fifty, EDITOR, LEVELS, {"first": 50})
    assert explanation.reason is None
    assert [(tables(each.statement), each.rows) for each in explanation.statements] == [
        (["prediction", "outcome", "claim", "claimant"], 50),
        (["flag"], 0),
        (["appearance"], 50),
        (["appearance", "source"], 50),
    ]


def test_as_many_statements_read_one_as_fifty(fifty: Desk) -> None:
    assert [len(explain(fifty, EDITOR, LEVELS, {"first": number}).statements) for number in (0, 1, 2, 50)] == [1, 4, 4, 4]


def test_a_search_takes_a_statement_for_its_page_and_one_for_each_kind(story: Desk) -> None:
    records = "... on Claim { statement } ... on Prediction { question }"
    query = f'{{ search(query: "Trump", first: 5) {{ nodes {{ {records} }} }} }}'
    statements = explain(story, EDITOR, query, {}).statements
    assert len(statements) == len({each.statement for each in statements}) <= 1 + 5
    again = explain(story, EDITOR, query.replace("Trump", "Kazakhstan"), {}).statements
    assert statements[0].statement == again[0].statement


def test_other_pages_of_a_list_take_the_same_statement(fifty: Desk) -> None:
    query = "query($after: String) { predictions(first: 3, after: $after) { edges { cursor } } }"
    pages = [
        explain(fifty, EDITOR, query, {"after": paging.cursor(day, UUID(int=0))}).statements[0]
        for day in (DAY, DAY.replace(year=2000))
    ]
    assert pages[0].statement == pages[1].statement
    assert [each.rows for each in pages] == [0, 4]


def test_a_count_alone_reads_no_page(fifty: Desk) -> None:
    (executed,) = explain(fifty, EDITOR, "{ predictions { totalCount } }", {}).statements
    assert "count(*)" in executed.statement


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{ __schema { types { name } } claims { totalCount } }", "Query.__schema tells of the schema."),
        ("{ claims(first: 101) { totalCount } }", "At most 100 at once: send first from 0 to 100, not 101."),
        (
            '{ claims(filter: {claimantId: "x"}) { totalCount } }',
            "Invalid input: filter.claimantId: This is not the id of a Claimant. Copy the `id` that the API gives.",
        ),
        ("mutation { flagPredictions(input: {}) { clientMutationId } }", "Only queries are explained: this would be carried out."),
    ],
)
def test_what_has_no_plan_says_why(sqlite_desk: Desk, document: str, reason: str) -> None:
    assert explain(sqlite_desk, EDITOR, document, {}).reason == reason


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
