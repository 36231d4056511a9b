"""Whatever operation the schema allows: an answer, or an error with its code; never a crash."""

from collections.abc import Iterator
from typing import Any

import graphql
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import sdl
from claimkb.graphql.schema.errors import DONE_NOT_SHOWN
from tests.builders import IS_LONG, a_prediction, resolved
from tests.graphql.scalars import SCALARS

GENEROUS = Limits(rate_cost=10**9)
"""The usual limits, but for the rate."""

CODES = {"FORBIDDEN", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "QUERY_TOO_COMPLEX"}

for _name, _strategy in SCALARS.items():
    schemathesis.graphql.scalar(_name, _strategy)


@pytest.fixture
def client(story: Desk) -> Iterator[TestClient]:
    """Give a client of an application with the story, a resolved prediction, and no limit of rate."""
    resolved(story, a_prediction(story))
    with TestClient(app_of(story, GENEROUS), base_url="http://127.0.0.1") as client:
        yield client


def codes(answer: Any) -> set[str]:
    """List the codes of an answer's errors, but for DONE_NOT_SHOWN where the error of another verb has taken away the data of all."""
    body = answer.json()
    found = {error["extensions"]["code"] for error in body.get("errors", [])}
    return found - {DONE_NOT_SHOWN} if body.get("data") is None and found & CODES else found


def check(client: TestClient, document: str) -> None:
    """Send an operation and see that whatever is wrong has a code of the client's."""
    answer = client.post("/graphql", json={"query": document})
    assert answer.status_code < 500
    assert codes(answer) <= CODES, (answer.text, document)
    for error in answer.json().get("errors", []):
        assert "Traceback" not in error["message"]


FUZZ = settings(max_examples=125 if IS_LONG else 10, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.mark.campaign
@FUZZ
@given(document=queries(sdl(), custom_scalars=SCALARS))
def test_no_query_that_the_schema_allows_crashes_the_server(document: str, client: TestClient) -> None:
    check(client, document)


@pytest.mark.campaign
@FUZZ
@given(document=mutations(sdl(), custom_scalars=SCALARS))
def test_no_mutation_that_the_schema_allows_crashes_the_server(document: str, client: TestClient) -> None:
    check(client, document)


@pytest.mark.campaign
@settings(max_examples=100 if IS_LONG else 10, suppress_health_check=list(HealthCheck))
@given(text=st.text('{}()[]:!@$"\\#.,| \n_aé0-9…claimsnodesid&=', max_size=200))
def test_no_text_as_a_document_crashes_the_server(text: str, client: TestClient) -> None:
    document = text or "{"
    assert client.post("/graphql", json={"query": document}).status_code < 500


@pytest.mark.campaign
def test_schemathesis_finds_no_server_error(client: TestClient) -> None:
    api = schemathesis.graphql.from_asgi("/graphql", client.app, headers={"host": "127.0.0.1"})
    for found in api.get_all_operations():
        operation: Any = found

        @settings(max_examples=2 if IS_LONG else 1, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.ok().as_strategy())
        def try_it(case: Any) -> None:
            answer = case.call(headers={"host": "127.0.0.1"})
            assert answer.status_code < 500
            assert codes(answer) <= CODES

        try_it()


def test_the_schema_that_is_fuzzed_is_the_whole() -> None:
    schema = graphql.build_schema(sdl())
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert {"search", "similarClaims", "predictions"} <= set(schema.query_type.fields)
