"""A mutation whose payload a plan reads is done once, and answers what the executor answers."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import parse_global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.plans.run.plan import Plan
from tests.builders import a_token, an_account, everything

HERE = "http://127.0.0.1"
Post = Callable[..., Any]

RECORD = """mutation($name: String!) { recordClaimant(input: {name: $name, kind: PERSON, clientMutationId: "7"}) {
    __typename claimant { __typename id name aliasOf: version } userErrors { code message field } clientMutationId } }"""


@contextmanager
def client_of(desk: Desk, plans: Planner, limits: Limits | None = None, **headers: str) -> Iterator[Post]:
    """Give what posts a document to a desk."""
    with TestClient(app_of(desk, limits, plans=plans), base_url=HERE, headers=headers) as client:
        yield lambda query, **variables: client.post("/graphql", json={"query": query, "variables": variables}).json()


def told(post: Post) -> list[Any]:
    """Tell a story with mutations of many forms; return all answers."""
    answers: list[Any] = []

    def done(query: str, **variables: Any) -> Any:
        answers.append(post(query, **variables))
        return answers[-1].get("data")

    source = """fragment S on RecordSourcePayload { source { ...T } userErrors { message } }
        fragment T on Source { id title snapshot { length } }"""
    both = done(
        'mutation($title: String!, $with: Boolean = false) { one: recordSource(input: {title: $title, snapshot: {text: "It opens."}})'
        ' { ...S } two: recordClaimant(input: {name: "Ann", kind: PERSON}) { claimant { id kind name @include(if: $with) } } }'
        + source,
        title="News",
    )
    claim = done(
        "mutation($input: RecordClaimInput!) { recordClaim(input: $input) { claim { id statement claimant { name }"
        " appearances(first: 1) { edges { cursor node { speech source { title } quote { exact status } } } pageInfo { hasNextPage } } } } }",
        input={
            "statement": "The bridge opens in spring.",
            "kind": "PREDICTION",
            "voice": "REPORTED",
            "claimantId": both["two"]["claimant"]["id"],
            "appearance": {"sourceId": both["one"]["source"]["id"], "quote": {"exact": "It opens"}},
        },
    )["recordClaim"]["claim"]
    prediction = done(
        "mutation($input: RecordPredictionInput!) { recordPrediction(input: $input) { prediction { id version timeliness daysOverdue }"
        " claim { statement predictions: prediction { question } } userErrors { code } } }",
        input={"claimId": claim["id"], "question": "Does it?", "criteria": "Cars.", "dueOn": "2025-05-31", "dueBasis": "EDITORIAL"}
        | {"dueReasoning": "Spring ends then."},
    )["recordPrediction"]["prediction"]
    resolve = (
        "mutation($input: ResolvePredictionInput!) { resolvePrediction(input: $input) { outcome { verdict daysLate"
        " evidence { nodes { stance source { title } } } } prediction { status outcome { verdict } revisions { totalCount } }"
        " userErrors { code message field conflict { expectedVersion currentVersion revisions { version action } } } } }"
    )
    given = {"predictionId": prediction["id"], "verdict": "NO", "rationale": "It opened late.", "occurredOn": "2025-06-02"}
    proof = {"evidence": [{"stance": "SUPPORTS", "source": {"title": "Opening", "url": "https://example.org/open"}}]}
    for more in ({}, proof | {"expectedVersion": 9}, {"verdict": "MAYBE"}, proof, proof):
        done(resolve, input=given | more)
    done("mutation { flagPredictions(input: {}) { run { asOf flagged dryRun levels { level count } } } }")
    done(
        'mutation { __typename a: recordClaimant(input: {name: "Bo", kind: PERSON}) { claimant { name } }'
        ' b: createAccount(input: {name: "Cy", kind: PROGRAM, role: READER}) { account { name } } }'
    )
    done("{ claimants { totalCount nodes { name } } }")
    return answers


def without_ids(answers: list[Any]) -> Any:
    """Put a number in the place of each id, and leave out what is each request's own."""
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        known = parse_global_id(found[1])
        return f'"{seen.setdefault(found[1], f"{known[0]}-{len(seen)}")}"' if known else found[0]

    bare = [{name: value for name, value in each.items() if name != "extensions"} for each in answers]
    text = re.sub(r'"cursor": "[^"]*"', '"cursor": ""', json.dumps(bare))
    return json.loads(re.sub(r'"(\w{20,})"', numbered, text))


def test_mutations_answer_the_same_by_plans_and_by_the_executor(desk: Desk, other_desk: Desk) -> None:
    plans = Planner()
    with client_of(desk, plans) as planning, client_of(other_desk, Planner(is_on=False)) as executing:
        one, two = without_ids(told(planning)), without_ids(told(executing))
    assert one == two
    assert {name: len(rows) for name, rows in everything(desk).items()} == {
        name: len(rows) for name, rows in everything(other_desk).items()
    }
    assert plans.counted == {"planned": 9, "executed": 2}


def test_what_is_shown_once_is_answered_by_the_executor_and_done_once(desk: Desk) -> None:
    plans = Planner()
    with client_of(desk, plans, authorization=f"Bearer {a_token(desk, an_account(desk)).secret.get_secret_value()}") as post:
        account = post('mutation { createAccount(input: {name: "Cy", kind: PROGRAM, role: READER}) { account { id } } }')
        issued = 'mutation($id: ID!) { createToken(input: {accountId: $id, name: "t", scopes: [READ]}) { token { secret } } }'
        answer = post(issued, id=account["data"]["createAccount"]["account"]["id"])
    assert answer["data"]["createToken"]["token"]["secret"].startswith("ckb_")
    assert plans.counted == {"planned": 1, "executed": 1}


@pytest.mark.parametrize("before", [0, 1])
def test_what_was_done_before_its_answer_could_not_be_read_is_not_done_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    plans = Planner()
    with client_of(desk, plans) as post:
        for _ in range(before):  # who is known is answered in front of the router
            post("{ __schema { description } claims { totalCount } }")
        monkeypatch.setattr(Plan, "steps", lambda *_, **__: 1 / 0)
        answer = post(RECORD, name="Ann")
    payload = answer["data"]["recordClaimant"]
    assert (payload["claimant"]["name"], payload["userErrors"], payload["clientMutationId"]) == ("Ann", [], "7")
    assert len(everything(desk)["claimant"]) == 1
    assert plans.counted == {"crashed": 1, "executed": 1 + before}


def test_of_two_verbs_the_one_before_a_failure_is_done_once(desk: Desk) -> None:
    second = 'b: createAccount(input: {name: "Cy", kind: PROGRAM, role: READER}) { account { name } }'
    with client_of(desk, Planner()) as post:
        answer = post(f'mutation {{ a: recordClaimant(input: {{name: "Bo", kind: PERSON}}) {{ claimant {{ name }} }} {second} }}')
    done, refused = answer["errors"]
    assert (refused["path"], refused["extensions"]["code"]) == (["b"], "FORBIDDEN")
    assert (done["path"], done["extensions"]["code"], done["extensions"]["retryable"]) == (["a"], "DONE_NOT_SHOWN", False)
    ((claimant_id, *_),) = everything(desk)["claimant"]
    assert (parse_global_id(done["extensions"]["id"]), done["extensions"]["version"]) == (("Claimant", claimant_id), 1)


@pytest.mark.usefixtures("standing_rates")
def test_a_charge_is_made_once_for_what_was_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(desk, Planner(), Limits(rate_cost=1000, rate_cost_per_second=1)) as post:
        before = post(RECORD, name="Eve")["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
        monkeypatch.setattr(Plan, "steps", lambda *_, **__: 1 / 0)
        cost = post(RECORD, name="Ann")["extensions"]["cost"]
    assert cost["throttleStatus"]["currentlyAvailable"] == before - cost["requestedQueryCost"]
