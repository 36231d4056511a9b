"""R: what ghql sends is answered as ghql wants it. R itself is not run."""

import httpx2

from tests.clients import running
from tests.clients.workshop import Workshop


def test_the_schema_can_be_loaded(workshop: Workshop) -> None:
    answer = httpx2.get(f"{workshop.server}/schema.json", headers=running.CRUL).raise_for_status()
    assert answer.json()["__schema"]["queryType"]["name"] == "Query"


def test_a_mistake_is_read_from_the_answer_since_ghql_gives_up_at_status_400(workshop: Workshop) -> None:
    answer = running.ask_as_ghql(workshop, "{ nothing }")
    assert answer.status_code < 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
