"""Apollo Client: the cache follows a mutation, pages join, queries persist, and outcomes are told."""

from tests.clients.conftest import Recorded
from tests.clients.workshop import Workshop


def test_a_mutation_changes_what_an_earlier_query_shows(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("apollo_cache.mjs")
    assert javascript.node("apollo_cache.mjs", [prediction.id]).splitlines() == [
        "The watched query: 2099-01-31, version 1; then 2099-02-28, version 2",
        "The cache: 2099-02-28",
        "The same request again: 0 mistakes",
        "A mistake that a person can put right: INVALID input.dueOn",
        "A mistake in the program: BAD_USER_INPUT",
    ]


def test_pages_become_one_list(javascript: Workshop) -> None:
    javascript.take("apollo_paging.mjs")
    assert javascript.node("apollo_paging.mjs") == "true 39\n"


def test_a_query_that_the_server_knows_is_sent_as_its_hash(javascript: Workshop) -> None:
    javascript.take("apollo_persisted.mjs")
    assert javascript.node("apollo_persisted.mjs").splitlines() == [
        "The first time: hash, then query EDITOR",
        "The second time: hash EDITOR",
    ]


def test_an_outcome_is_told_over_a_websocket(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("apollo_subscription.mjs")
    told = javascript.node("apollo_subscription.mjs", [prediction.claimant_id, prediction.id, prediction.outcome_id])
    assert told == "YES RESOLVED Does it end?\n"
