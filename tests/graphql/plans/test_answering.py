"""What stands before a plan, and what is remembered."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa
from graphql.execution.values import VariableValues
from sqlmodel import col
from starlette.testclient import TestClient

from claimkb.actions import predictions
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Revision
from claimkb.domain.reference import global_id
from claimkb.graphql.execution import document_cache
from claimkb.graphql.execution.document_cache import DocumentCache
from claimkb.graphql.limits.bounded_cache import BoundedCache
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.plans.run import plan
from claimkb.graphql.plans.run.arguments import Arguments
from claimkb.graphql.plans.run.plan import Plan
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import TookTooLong
from tests.builders import a_prediction, a_token, an_account, do

HERE = "http://127.0.0.1"


def asked(desk: Desk, plans: Planner, query: str, secret: str | None = None, **variables: Any) -> Any:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    with TestClient(app_of(desk, plans=plans), base_url=HERE) as client:
        return client.post("/graphql", json={"query": query, "variables": variables}, headers=headers).json()


def test_what_is_planned_and_what_is_left_is_counted(desk: Desk) -> None:
    plans = Planner()
    for query in (
        "{ claims { totalCount } }",
        "{ __schema { description } claims { totalCount } }",
        "{ nope }",
        "{",
        "mutation { nope }",
    ):
        asked(desk, plans, query)
    assert plans.counted == {"planned": 1, "executed": 1, "refused": 3}


def test_plans_can_be_switched_off(desk: Desk) -> None:
    plans = Planner(is_on=False)
    assert asked(desk, plans, "{ claims { totalCount } }")["data"] == {"claims": {"totalCount": 0}}
    assert plans.counted == {"executed": 1}


def test_a_plan_that_crashes_is_logged_and_counted_and_the_executor_answers(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = Planner()
    monkeypatch.setattr(Plan, "execute", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR, "claimkb"):
        answer = asked(desk, plans, "{ claims { totalCount } }")
    assert answer["data"] == {"claims": {"totalCount": 0}}
    assert plans.counted == {"crashed": 1, "executed": 1}
    assert f"Request {answer['extensions']['requestId']}: its plan crashed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("standing_rates")
def test_what_a_plan_leaves_to_the_executor_is_charged_once(sqlite_desk: Desk) -> None:
    limits = Limits(rate_cost=1000, rate_cost_per_second=1)
    with TestClient(app_of(sqlite_desk, limits), base_url=HERE) as client:
        answer = client.post("/graphql", json={"query": '{ claims(first: 100, after: "x") { nodes { id } } }'}).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    cost = answer["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["throttleStatus"]["currentlyAvailable"]) == (101, 874)  # and 25 for a new document


def test_the_history_of_a_token_is_shown_to_administrators_only(desk: Desk) -> None:
    secrets = [a_token(desk, an_account(desk, role.title(), role)).secret.get_secret_value() for role in ("ADMIN", "READER")]
    with desk.database.read() as session:
        revision = session.scalars(sa.select(Revision).where(col(Revision.record_type) == "Token").limit(1)).one()
    node = global_id("Revision", revision.id)
    query = "query($id: ID!) { node(id: $id) { ... on Revision { action } } }"
    answers = [asked(desk, Planner(), query, secret, id=node)["data"] for secret in secrets]
    assert answers == [{"node": {"action": "createToken"}}, {"node": None}]


def test_another_value_of_a_variable_asks_another_question(desk: Desk) -> None:
    a_prediction(desk)
    query = "query($filter: PredictionFilter, $first: Int) { predictions(filter: $filter, first: $first) { totalCount nodes { kind } } }"
    given: list[dict[str, Any]] = [{}, {"filter": {"kind": "PROMISE"}}, {"filter": {"kind": "FORECAST"}, "first": 0}]
    answers = [asked(desk, Planner(), query, **each)["data"]["predictions"] for each in given]
    assert [(each["totalCount"], len(each["nodes"])) for each in answers] == [(1, 1), (0, 0), (1, 0)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_of_several_lists_says_whether_it_has_more(desk: Desk, number: int) -> None:
    for _ in range(number):
        withdrawn = a_prediction(desk)
        do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=withdrawn.id, reason="r"))
    query = "query($n: Int) { predictions { nodes { revisions(first: $n) { pageInfo { hasNextPage } nodes { version } } } } }"
    for size, more in ((1, True), (2, False), (3, False)):
        nodes = asked(desk, Planner(), query, n=size)["data"]["predictions"]["nodes"]
        found = [(each["revisions"]["pageInfo"]["hasNextPage"], len(each["revisions"]["nodes"])) for each in nodes]
        assert found == [(more, min(size, 2))] * number


def test_documents_are_remembered_up_to_a_number_and_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_cache, "MOST_TEXT", 5_000)
    documents = DocumentCache(schema._schema, Limits(max_tokens=100))
    texts = [f"{{ a{number}: __typename }}" for number in range(20)]
    for text in texts:
        documents.prepare(text)
    assert [text for text in texts if documents.find(text)] == texts[-5:]
    documents.prepare(f"{{ __typename }} # {'x' * 3_000}")
    assert [text for text in texts if documents.find(text)] == texts[-1:]
    assert documents.prepare(texts[-1]) is documents.prepare(texts[-1])


def test_so_many_values_are_kept_and_the_one_that_was_not_used_for_longest_is_forgotten() -> None:
    kept: BoundedCache[int] = BoundedCache(3)
    for number in range(5):
        assert kept.keep(number, number) == number
    assert ([kept.find(number) for number in range(5)], len(kept)) == ([None, None, 2, 3, 4], 3)
    kept.find(2)
    kept.keep(5, 5)
    assert ([kept.find(number) for number in range(6)], len(kept)) == ([None, None, 2, None, 4, 5], 3)


def test_the_statements_of_all_documents_together_are_bounded(sqlite_desk: Desk) -> None:
    planner = Planner()
    planner.caches = PlanCaches(most_statements=4)
    query = "query($text: String) { predictions(filter: {text: $text}) { totalCount nodes { id } } }"
    for number in range(6):
        assert asked(sqlite_desk, planner, query, text=str(number))["data"]["predictions"]["totalCount"] == 0
    assert len(planner.caches.statements) == 4


def same(one: Any, two: Any) -> bool:
    """Compare two answers but for what is each request's own."""
    return all(each(one) == each(two) for each in (lambda a: a.get("data"), lambda a: [e["message"] for e in a.get("errors", [])]))


def test_a_variable_may_be_left_out_or_null_after_it_was_given(desk: Desk) -> None:
    made = [a_prediction(desk).id for _ in range(3)]
    plans, other = Planner(), Planner(is_on=False)
    query = "query($n: Int, $after: String) { predictions(first: $n, after: $after) { nodes { id } } }"
    for given in ({"n": 1}, {}, {"n": None}, {"n": 2, "after": None}, {"n": 2}, {"n": 101}, {"n": 1, "after": "x"}, {"n": 1}):
        assert same(*(asked(desk, each, query, **given) for each in (plans, other)))
    usual = f'query($id: ID = "{made[0]}") {{ prediction(id: $id) {{ id }} }}'
    for given in ({"id": str(made[1])}, {}, {"id": None}, {"id": str(made[2])}):  # type: ignore[assignment]
        assert same(*(asked(desk, each, usual, **given) for each in (plans, other)))
    assert plans.counted == {"planned": 6 + 3, "executed": 2 + 1}


def test_an_argument_whose_variable_is_missing_is_read_as_the_executor_reads_it() -> None:
    def read(values: Any) -> dict[str, Any]:
        return {"size": values.coerced.get("n", "the default"), "kind": "constant"}

    arguments = Arguments(read, {"size": "n"})
    values = [arguments.read(VariableValues({}, each)) for each in ({"n": 1}, {"n": 2}, {}, {"n": None}, {"n": 3})]
    assert values == [{"size": size, "kind": "constant"} for size in (1, 2, "the default", None, 3)]


def test_a_plan_that_took_too_long_on_the_event_loop_is_tried_there_again_after_a_while(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, inline = [1_000.0], list[bool]()
    read_inline = Database.read_inline

    def slow_at_first(database: Database, question: Any) -> Any:
        inline.append(True)
        if len(inline) == 2:  # the first compiles its statement in a thread
            raise TookTooLong
        return read_inline(database, question)

    monkeypatch.setattr(plan, "monotonic", lambda: now[0])
    monkeypatch.setattr(Database, "read_inline", slow_at_first)
    with TestClient(app_of(sqlite_desk), base_url="http://127.0.0.1") as client:
        for number, tried in ((0, 1), (1, 2), (2, 2), (plan.AGAIN_SECONDS - 1, 2), (plan.AGAIN_SECONDS + 1, 3), (0, 4)):
            now[0] = max(now[0], 1_000.0 + number)
            answer = client.post("/graphql", json={"query": "{ claims { totalCount } }"})
            assert answer.json()["data"] == {"claims": {"totalCount": 0}}
            assert len(inline) == tried
