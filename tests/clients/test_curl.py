"""curl: variables, reads by GET, mistakes, safe repeats, persisted queries and server-sent events."""

import json
import subprocess

from tests.clients.conftest import Recorded, Send
from tests.clients.workshop import Workshop

PATIENCE = 30
RESOLVE = "mutation($input: ResolvePredictionInput!) { resolvePrediction(input: $input) { userErrors { message } } }"


def test_every_request_of_the_page_is_answered_as_it_says(workshop: Workshop) -> None:
    workshop.take("curl_requests.sh")
    answers = [json.loads(line) for line in workshop.run("bash", "curl_requests.sh").splitlines()]
    due, viewer, mistake, first, second, unknown, taught, known = answers
    assert due["data"] == {"prediction": {"dueOn": "2025-11-19"}}
    assert viewer["data"] == {"viewer": {"role": "EDITOR"}}
    assert mistake["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert first["data"]["recordClaim"]["claim"]["id"] == second["data"]["recordClaim"]["claim"]["id"]
    assert unknown["errors"][0]["message"] == "PersistedQueryNotFound"
    assert unknown["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert taught["data"] == known["data"]


def test_an_outcome_is_told_by_an_event(workshop: Workshop, prediction: Recorded, send: Send) -> None:
    workshop.take("curl_events.sh")
    command = ["timeout", str(PATIENCE), "bash", "curl_events.sh", prediction.outcome_id]
    with subprocess.Popen(command, cwd=workshop.folder, stdout=subprocess.PIPE, text=True) as listening:
        order = {"predictionId": prediction.id, "verdict": "YES", "rationale": "It is so.", "earlyReason": "It is done."}
        assert send(RESOLVE, input={**order, "noEvidenceReason": "An example."}) == {"resolvePrediction": {"userErrors": []}}
        told = next((line for line in listening.stdout or [] if line.startswith("data: ")), "data: null")
        listening.terminate()
    outcome = json.loads(told.removeprefix("data: "))["data"]["outcomeRecorded"]
    assert (outcome["verdict"], outcome["prediction"]) == ("YES", {"question": "Does it end?"})
