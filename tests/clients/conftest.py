"""Which clients are there, and which server do they ask? One, seeded once; what tests write there changes no page's answer."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest

from tests.cli.test_serving import serving
from tests.clients.workshop import Workshop

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
ARIADNE_CODEGEN = HERE / ".venv-ariadne-codegen" / "bin"

Send = Callable[..., Any]


class Recorded(NamedTuple):
    """A prediction that a test may change, its claimant, and an outcome of the same claimant that is there already."""

    id: str
    claimant_id: str
    outcome_id: str


def require(there: bool, what: str) -> None:
    """Skip where a client is not there; fail where CLAIMKB_TEST_CLIENTS=1 says that it must be."""
    if there:
        return
    if os.environ.get("CLAIMKB_TEST_CLIENTS") == "1":
        pytest.fail(f"{what}, and CLAIMKB_TEST_CLIENTS=1 wants every client.")
    pytest.skip(f"{what}.")


@pytest.fixture(scope="session")
def server(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the server with the first story; give its address."""
    with serving(executable, tmp_path_factory.mktemp("server"), "--seed") as (address, _):
        yield address


@pytest.fixture
def workshop(tmp_path: Path, server: str) -> Workshop:
    """Give a folder to run programs in."""
    return Workshop(tmp_path, server)


@pytest.fixture
def javascript(workshop: Workshop) -> Workshop:
    """Give a folder with the npm packages."""
    require(shutil.which("node") is not None, "node is not installed")
    require(MODULES.is_dir(), "the npm packages are not installed: make tests/clients/node.stamp")
    (workshop.folder / "node_modules").symlink_to(MODULES)
    return workshop


@pytest.fixture
def ariadne_codegen() -> Path:
    """Give the folder of commands of the environment in which ariadne-codegen is."""
    require(ARIADNE_CODEGEN.is_dir(), "ariadne-codegen is not installed: make tests/clients/ariadne-codegen.stamp")
    return ARIADNE_CODEGEN


@pytest.fixture
def send(server: str) -> Send:
    """Send a query with its variables; give the data."""

    def send(query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(f"{server}/graphql", data=body, headers={"Content-Type": "application/json"})
        return json.load(urlopen(request))["data"]

    return send


@pytest.fixture
def prediction(send: Send, request: pytest.FixtureRequest) -> Recorded:
    """Record a prediction of the test's own, due in 2099, so that it changes no page's answer; and another, and its outcome."""

    def perform(verb: str, made: str, **given: Any) -> str:
        name = f"{verb[0].upper()}{verb[1:]}Input"
        query = f"mutation($input: {name}!) {{ {verb}(input: $input) {{ {made} {{ id }} userErrors {{ message }} }} }}"
        answer = send(query, input=given)[verb]
        assert answer["userErrors"] == []
        return str(answer[made]["id"])

    def predict(statement: str) -> str:
        claim = perform("recordClaim", "claim", statement=statement, kind="PREDICTION", voice="REPORTED", claimantId=claimant)
        question = {"question": "Does it end?", "criteria": "It ends.", "dueOn": "2099-01-31", "dueBasis": "STATED"}
        return perform("recordPrediction", "prediction", claimId=claim, **question)

    name = request.node.nodeid
    claimant = perform("recordClaimant", "claimant", name=name, kind="PERSON")
    answer = {"verdict": "NO", "rationale": "It was not so.", "noEvidenceReason": "An example.", "earlyReason": "It is over."}
    outcome = perform("resolvePrediction", "outcome", predictionId=predict(f"First: {name}"), **answer)
    return Recorded(predict(f"Then: {name}"), claimant, outcome)
