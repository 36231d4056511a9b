"""gql and ariadne-codegen: changes, mistakes, pages, and an outcome over a WebSocket."""

import sys
from pathlib import Path

from tests.clients import running
from tests.clients.conftest import Recorded
from tests.clients.workshop import Workshop


def test_gql_changes_is_refused_and_pages(workshop: Workshop, prediction: Recorded) -> None:
    workshop.take("gql_outcomes.py")
    assert workshop.run(sys.executable, "gql_outcomes.py", prediction.id).splitlines() == [
        "Moved to 2099-02-28",
        "Moved to 2099-02-28",
        "Refused: INVALID input.dueOn",
        "39 39",
        "Refused: ['BAD_USER_INPUT']",
    ]


def test_gql_is_told_of_an_outcome_over_a_websocket(workshop: Workshop, prediction: Recorded) -> None:
    workshop.take("gql_subscription.py")
    ids = (prediction.claimant_id, prediction.id, prediction.outcome_id)
    told = workshop.run(sys.executable, "gql_subscription.py", *ids)
    assert told == "YES RESOLVED Does it end?\n"


def test_the_client_of_ariadne_codegen_changes_is_refused_and_pages(
    ariadne_codegen: Path, workshop: Workshop, prediction: Recorded
) -> None:
    python = running.make_ariadne_client(workshop, ariadne_codegen)
    workshop.take("ariadne_move.py")
    assert workshop.run(python, "ariadne_move.py", prediction.id).splitlines() == [
        "Moved to 2099-02-28",
        "Moved to 2099-02-28",
        "Refused: INVALID input.dueOn",
        "39 39",
        "Refused: ['BAD_USER_INPUT']",
    ]
