"""Claims that are close in meaning, as the API tells them where the desk compares by meaning."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.outbound.embedding import make_vectors
from claimkb.store.claim_vectors import SemanticSearch
from tests.builders import a_claim
from tests.store.test_claim_vectors import CLOSE, ByLetters

pytest.importorskip("numpy", reason="the extra crosslingual is not installed")

QUERY = '{ similarClaims(statement: "listen") { score why claim { statement } } }'


@pytest.fixture
def by_meaning(desk: Desk) -> Desk:
    """Give a desk that compares by letters."""
    return replace(desk, semantic_search=SemanticSearch(ByLetters()))


@pytest.fixture
def asked(by_meaning: Desk) -> Iterator[TestClient]:
    """Give a client of that desk."""
    with TestClient(app_of(by_meaning), base_url="http://127.0.0.1") as client:
        yield client


def answer(client: TestClient) -> Any:
    """Ask for claims like a statement."""
    return client.post("/graphql", json={"query": QUERY}).json()


def test_a_claim_without_a_shared_word_is_told_with_the_reason(asked: TestClient, by_meaning: Desk) -> None:
    a_claim(by_meaning, statement="silent")
    assert answer(asked)["data"]["similarClaims"] == []
    assert make_vectors(by_meaning, Event().is_set) == 1
    assert answer(asked)["data"]["similarClaims"] == [{"score": 0.0, "why": [CLOSE], "claim": {"statement": "silent"}}]


def test_the_scheduler_makes_no_vectors_once_it_is_stopped_or_where_none_are_wanted(by_meaning: Desk, desk: Desk) -> None:
    a_claim(desk, statement="silent")
    stopped = Event()
    stopped.set()
    assert make_vectors(by_meaning, stopped.is_set) == 0
    assert make_vectors(desk, Event().is_set) == 0


def test_to_compare_by_meaning_costs_more(asked: TestClient, by_meaning: Desk) -> None:
    with_meaning = answer(asked)["extensions"]["cost"]["requestedQueryCost"]
    with TestClient(app_of(replace(by_meaning, semantic_search=None)), base_url="http://127.0.0.1") as without:
        assert with_meaning == answer(without)["extensions"]["cost"]["requestedQueryCost"] + 200
