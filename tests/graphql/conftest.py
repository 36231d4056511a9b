"""A client of the API, on each engine in turn."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.plans.planner import Planner
from tests.builders import a_claim, a_claimant, a_prediction, a_source

Ask = Callable[..., Any]

LEVELS = """query($first: Int) { predictions(first: $first) { nodes { question timeliness outcome { verdict } flags { nodes { level } }
    claim { statement claimant { name } appearances { totalCount nodes { paragraph source { title } } } } } } }"""
"""Asks for predictions with what leads from them: three lists, and records beside each."""


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of the whole application."""
    with TestClient(app_of(desk), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Give a function that asks and returns the whole answer."""

    def ask(query: str, /, **variables: Any) -> Any:
        return client.post("/graphql", json={"query": query, "variables": variables}).json()

    return ask


@pytest.fixture
def executed(desk: Desk) -> Iterator[Ask]:
    """Give a function that asks without plans, field by field, and returns the data."""
    with TestClient(app_of(desk, plans=Planner(is_on=False)), base_url="http://127.0.0.1") as client:

        def executed(query: str, /, **variables: Any) -> Any:
            return client.post("/graphql", json={"query": query, "variables": variables}).json()["data"]

        yield executed


@pytest.fixture
def data(ask: Ask) -> Ask:
    """Give a function that asks, sees no error, and returns the data."""

    def data(query: str, /, **variables: Any) -> Any:
        answer = ask(query, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    return data


@pytest.fixture
def mutate(data: Ask) -> Ask:
    """Give a function that carries out a mutation and returns its payload."""

    def mutate(verb: str, wanted: str, **given: Any) -> Any:
        input_type = f"{verb[0].upper()}{verb[1:]}Input"
        document = f"mutation($input: {input_type}!) {{ {verb}(input: $input) {{ {wanted} userErrors {{ code message field }} }} }}"
        return data(document, input=given)[verb]

    return mutate


@pytest.fixture
def fifty(desk: Desk) -> Desk:
    """Record fifty predictions, each of a claim with a claimant and two places."""
    sources = [a_source(desk, title=f"T{number}") for number in range(2)]
    for number in range(50):
        claimant = a_claimant(desk, f"C{number}")
        claim = a_claim(desk, voice="REPORTED", claimant_id=claimant.id, appearance={"source_id": sources[number % 2].id})
        a_prediction(desk, claim=claim)
    return desk
