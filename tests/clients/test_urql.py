"""urql, with the headers that it sends of itself: queries, a mutation, mistakes, pages, persisted queries and events."""

from tests.clients.conftest import Recorded
from tests.clients.workshop import Workshop


def test_a_mutation_makes_a_query_ask_again_and_mistakes_have_codes(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("urql_outcomes.mjs")
    assert javascript.node("urql_outcomes.mjs", [prediction.id]).splitlines() == [
        "The query: 2099-01-31, version 1; then 2099-02-28, version 2",
        "The same request again: 0 mistakes",
        "A mistake that a person can put right: INVALID input.dueOn",
        "A mistake in the program: BAD_USER_INPUT",
    ]


def test_page_after_page_gives_every_row_once(javascript: Workshop) -> None:
    javascript.take("urql_paging.mjs")
    assert javascript.node("urql_paging.mjs") == "true 39\n"


def test_a_query_that_the_server_knows_is_sent_as_its_hash(javascript: Workshop) -> None:
    javascript.take("urql_persisted.mjs")
    assert javascript.node("urql_persisted.mjs").splitlines() == [
        "The first time: hash, then query EDITOR",
        "The second time: hash EDITOR",
    ]


def test_an_outcome_is_told_by_an_event(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("urql_subscription.mjs")
    told = javascript.node("urql_subscription.mjs", [prediction.claimant_id, prediction.id, prediction.outcome_id])
    assert told == "YES RESOLVED Does it end?\n"
