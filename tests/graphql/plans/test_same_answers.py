"""A plan answers as the executor does: the same data in the same order, and the same errors with their codes, messages and paths."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    print_ast,
)
from hypothesis import HealthCheck, given, settings
from hypothesis_graphql import queries
from starlette.testclient import TestClient

from claimkb.actions import claims, following, outcomes, predictions, searches
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.assembly import sdl
from claimkb.graphql.schema.queries import NODES
from tests.builders import (
    IS_LONG,
    a_claim,
    a_claimant,
    a_fact,
    a_prediction,
    a_source,
    a_token,
    an_account,
    do,
    resolved,
    reviewed,
)
from tests.graphql.plans.documents import Writer
from tests.graphql.scalars import SCALARS

GENEROUS = Limits(rate_cost=10**12, max_cost=10**6, max_fields=10**6, max_aliases=1000, max_directives=1000, max_repeats=100)

MANY = 500 if IS_LONG else 10


@dataclass
class Both:
    """An application that answers by plans, and one that does not, of the same desk."""

    desk: Desk
    planning: TestClient
    executing: TestClient
    plans: Planner
    secrets: list[str]
    ids: list[str]
    cursors: list[str]

    def same(self, document: str, variables: dict[str, Any], secret: str) -> Any:
        """See that both answer the same; return the answer.

        Of several mistakes each tells those that it meets first. Where they tell of none together, each mistake is asked for alone.
        """
        asked = {"query": document, "variables": variables}
        headers = {"authorization": f"Bearer {secret}"}
        one, other = (each.post("/graphql", json=asked, headers=headers) for each in (self.planning, self.executing))
        assert one.status_code == other.status_code
        (errors, said), (others, also_said) = told(one), told(other)
        assert said == also_said
        if errors != others and not errors & others:
            paths = {path for _, _, path in errors | others}
            assert len(paths) > 1, (errors, others)
            for path in paths:
                self.same(alone(document, json.loads(path)), variables, secret)
        return one.json()


def told(answer: Any) -> tuple[set[tuple[str, str, str]], str]:
    """Take what differs from request to request out of an answer, and keep the order of its keys: its errors, and all else.

    Texts are charged as they are read: beside a mistake the executor may have read some, a plan has read none.
    """
    said = answer.json()
    errors = {mistake(error) for error in said.pop("errors", [])}
    said["extensions"].pop("requestId")
    cost = said["extensions"].get("cost", {})
    cost.pop("throttleStatus", None)
    if errors:
        cost.pop("requestedQueryCost", None)
    return errors, json.dumps(said)


def mistake(error: dict[str, Any]) -> tuple[str, str, str]:
    """Read an error: its code, its message unless that names the request, and its path."""
    told = error["extensions"]
    return told["code"], "" if "requestId" in told else error["message"], json.dumps(error.get("path"))


def alone(document: str, path: list[str | int]) -> str:
    """Take all out of a document but the fields that lead to a path of its answer."""
    parsed = parse(document)
    fragments = {each.name.value: each for each in parsed.definitions if isinstance(each, FragmentDefinitionNode)}
    (operation,) = (each for each in parsed.definitions if isinstance(each, OperationDefinitionNode))

    def narrowed(chosen: SelectionSetNode, keys: list[str]) -> str:
        """Write what is left of a selection."""
        return " ".join(each for node in chosen.selections for each in kept(node, keys)) if keys else "__typename"

    def kept(node: SelectionNode, keys: list[str]) -> Iterator[str]:
        """Write what is left of a field or a fragment, if anything is."""
        directives = " ".join(map(print_ast, node.directives or ()))
        if isinstance(node, FieldNode):
            if (node.alias or node.name).value == keys[0]:
                below = f"{{ {narrowed(node.selection_set, keys[1:])} }}" if node.selection_set else ""
                given = ", ".join(map(print_ast, node.arguments or ()))
                yield f"{keys[0]}: {node.name.value}{f'({given})' if given else ''} {directives} {below}"
            return
        part = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(part, FragmentDefinitionNode | InlineFragmentNode)
        if inner := narrowed(part.selection_set, keys):
            yield f"...{f' on {part.type_condition.name.value}' if part.type_condition else ''} {directives} {{ {inner} }}"

    body = narrowed(operation.selection_set, [key for key in path if isinstance(key, str)])
    given = [
        print_ast(each) for each in operation.variable_definitions or () if re.search(rf"\${each.variable.name.value}\b", body)
    ]
    return f"query {'(' + ', '.join(given) + ')' if given else ''} {{ {body} }}"


@pytest.fixture
def both(story: Desk) -> Iterator[Both]:
    """Give two applications of a desk that holds the story, and something of every kind of record."""
    desk = story
    claimant = a_claimant(desk, "The é\u2028 minister")
    source = a_source(desk, title='A "title" \\ with\nlines', url="https://example.org/a", publisher="P")
    a_source(desk, title="A copy", derived_from_id=source.id)
    claim = a_claim(desk, voice="REPORTED", claimant_id=claimant.id, appearance={"source_id": source.id})
    first, second = a_prediction(desk, claim=claim, probability=0.25), a_prediction(desk, None, review_on="2026-12-01")
    evidence = {
        "evidence": [{"source_id": source.id, "stance": "SUPPORTS", "quote": "The bridge is long."}],
        "no_evidence_reason": None,
    }
    resolved(desk, first, **evidence)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=first.id, reason="r"))
    resolved(desk, first, verdict="NO")
    do(
        desk,
        following.note_progress,
        following.NoteProgress(prediction_id=second.id, progress="STALLED", noted_on="2026-11-20", text="t"),
    )
    do(
        desk,
        following.request_reply,
        following.RequestReply(prediction_id=second.id, asked_of="M", asked="q", asked_on="2026-11-20", answer_by="2026-11-23"),
    )
    fact = a_fact(desk)
    reviewed(desk, fact)
    do(desk, claims.relate_claims, claims.RelateClaims(from_claim_id=claim.id, to_claim_id=second.claim_id, type="DEPENDS_ON"))
    do(desk, searches.save_search, searches.SaveSearch(name="late", filter={"timeliness": ["LONG_OVERDUE"]}))
    for day in ("2027-01-01", "2027-02-01", "2027-01-15"):
        order = predictions.MoveDueDate(prediction_id=second.id, kind="EDITORIAL", due_basis="STATED", reason="r", due_on=day)
        do(desk, predictions.move_due_date, order)
    for number in range(3):
        for changed in (claim, fact):
            do(desk, claims.update_claim, claims.UpdateClaim(claim_id=changed.id, note=f"Note {number}"))
    secrets = [
        str(a_token(desk, an_account(desk, role.title(), role)).secret.get_secret_value())
        for role in ("ADMIN", "REPORTER", "READER")
    ]
    ids = [each for kind in NODES.values() for each in ids_of(desk, kind)]
    plans = Planner()
    with (
        TestClient(app_of(desk, GENEROUS, plans=plans), base_url="http://127.0.0.1") as planning,
        TestClient(app_of(desk, GENEROUS, plans=Planner(is_on=False)), base_url="http://127.0.0.1") as executing,
    ):
        found = Both(desk, planning, executing, plans, secrets, ids, [])
        lists = (
            "predictions(first: 3)",
            "claims(first: 2)",
            "sources",
            "predictions(first: 2, orderBy: {field: CREATED_AT, direction: DESC})",
        )
        for each in lists:
            answer = found.same(f"{{ list: {each} {{ edges {{ cursor }} }} }}", {}, secrets[0])
            found.cursors += [edge["cursor"] for edge in answer["data"]["list"]["edges"]]
        yield found


def ids_of(desk: Desk, kind: Any) -> list[str]:
    """List the ids of a few records of a kind, as they are written outside and as UUIDs."""
    with desk.database.read() as session:
        found = session.scalars(sa.select(kind.id).limit(4)).all()
    return [*(global_id(kind.__name__, each) for each in found), *(str(each) for each in found[:1])]


@pytest.mark.campaign
def test_a_plan_and_the_executor_answer_the_same(both: Both) -> None:
    first = (
        0 if both.desk.database.is_sqlite else MANY
    )  # other documents on each engine: those of both are compared with the executor
    for seed in range(first, first + MANY):
        rng = Random(seed)
        writer = Writer(rng, both.ids, both.cursors)
        document, secret = writer.document(), rng.choice(both.secrets[:2] if seed % 4 else both.secrets)
        for values in (writer.values(), writer.other_values(), writer.values()):
            both.same(document, values, secret)
    assert both.plans.counted["planned"] > 3 * MANY / 2
    assert both.plans.counted["crashed"] == 0


def test_a_filter_that_breaks_a_rule_is_refused_also_where_nothing_is_selected_of_its_list(both: Both) -> None:
    document = 'query Q($no: Boolean!) { predictions(filter: {sourceId: "nonsense"}) { totalCount @include(if: $no) } }'
    answer = both.same(document, {"no": False}, both.secrets[0])
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.campaign
@settings(max_examples=300 if IS_LONG else 8, suppress_health_check=list(HealthCheck), derandomize=True)
@given(document=queries(sdl(), custom_scalars=SCALARS))
def test_whatever_the_schema_allows_is_answered_the_same_by_both(document: str, both: Both) -> None:
    both.same(document, {}, both.secrets[0])
