"""Relay: its compiler takes the schema as it is, and what it compiles works."""

from tests.clients import running
from tests.clients.conftest import Recorded
from tests.clients.workshop import Workshop


def test_a_connection_a_refetchable_fragment_and_a_mutation_compile_and_work(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("relayClaims.js")
    compiled = running.compile_relay(javascript, "relayClaims.js")
    assert len(list((javascript.folder / "__generated__").glob("*.graphql.js"))) == 6
    assert javascript.node(compiled.name, [prediction.id]).splitlines() == [
        "15 claims, due 2099-01-31",
        "39 claims",
        "After the mutation the store says 2099-02-28",
        "The fragment, fetched again by its node: Prediction 2099-02-28",
    ]
