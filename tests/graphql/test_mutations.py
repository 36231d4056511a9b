"""What can be done over the API, and how it says no."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.policy import Policy
from tests.builders import a_claim, a_prediction, a_source, a_token, an_account, everything, resolved
from tests.graphql.conftest import Ask


def test_a_story_is_recorded_flagged_and_resolved_over_the_api(mutate: Ask) -> None:
    source = mutate("recordSource", "source { id }", title="T", byline="Ann", snapshot={"text": "It will open in spring."})[
        "source"
    ]
    claimant = mutate("recordClaimant", "claimant { id kind }", name="Minister", kind="PERSON")["claimant"]
    claim = mutate(
        "recordClaim",
        "claim { id appearances { nodes { quote { start end status } } } }",
        statement="The bridge opens in spring.",
        kind="PREDICTION",
        voice="REPORTED",
        claimantId=claimant["id"],
        saidOn="2025-01-15",
        appearance={"sourceId": source["id"], "quote": {"exact": "will open in spring"}},
    )["claim"]
    assert claim["appearances"]["nodes"] == [{"quote": {"start": 3, "end": 22, "status": "EXACT"}}]
    prediction = mutate(
        "recordPrediction",
        "prediction { id timeliness dueFrom dueOn } claim { statement }",
        claimId=claim["id"],
        question="Does it open?",
        criteria="Cars cross.",
        dueOn="2025-05-31",
        duePrecision="SEASON",
        dueBasis="STATED",
    )
    assert prediction["claim"] == {"statement": "The bridge opens in spring."}
    assert (prediction["prediction"]["dueFrom"], prediction["prediction"]["dueOn"]) == ("2025-03-01", "2025-05-31")
    run = mutate("flagPredictions", "run { asOf flagged dryRun levels { level count } }")["run"]
    assert (run["flagged"], run["levels"][2]) == (1, {"level": "LONG_OVERDUE", "count": 1})
    done = mutate(
        "resolvePrediction",
        """prediction { status outcome { id } flags { nodes { clearedAt } } }
           outcome { id verdict daysLate occurredOn evidence { nodes { stance source { title } } } }""",
        predictionId=prediction["prediction"]["id"],
        verdict="NO",
        rationale="It opened in June.",
        occurredOn="2025-06-02",
        evidence=[{"stance": "SUPPORTS", "source": {"title": "Opening", "url": "https://example.org/open"}}],
        expectedVersion=1,
    )
    assert done["prediction"]["status"] == "RESOLVED"
    assert done["prediction"]["outcome"] == {"id": done["outcome"]["id"]}
    assert done["prediction"]["flags"]["nodes"] == [{"clearedAt": "2026-11-23T12:00:00Z"}]
    assert (done["outcome"]["verdict"], done["outcome"]["daysLate"]) == ("NO", 2)
    assert done["outcome"]["evidence"]["nodes"] == [{"stance": "SUPPORTS", "source": {"title": "Opening"}}]


def test_the_other_verbs_of_a_predictions_life(desk: Desk, mutate: Ask) -> None:
    prediction = {"predictionId": str(a_prediction(desk).id), "reason": "For a reason."}
    assert mutate("withdrawPrediction", "prediction { status version }", **prediction)["prediction"] == {
        "status": "WITHDRAWN",
        "version": 2,
    }
    assert mutate("restorePrediction", "prediction { status }", **prediction)["prediction"] == {"status": "OPEN"}
    moved = mutate(
        "moveDueDate",
        "dueDateChange { oldDueOn newDueOn } prediction { dueOn isAsSealed }",
        kind="EXTENSION",
        dueOn="2027-01-31",
        **prediction,
    )
    assert moved["dueDateChange"] == {"oldDueOn": "2025-11-19", "newDueOn": "2027-01-31"}
    assert moved["prediction"] == {"dueOn": "2027-01-31", "isAsSealed": False}
    early = {"earlyReason": "It is open.", "verdict": "YES", "rationale": "Seen.", "noEvidenceReason": "Seen ourselves."}
    mutate("resolvePrediction", "outcome { id }", predictionId=prediction["predictionId"], **early)
    reopened = mutate("reopenPrediction", "prediction { status outcome { id } outcomes { nodes { review } } }", **prediction)[
        "prediction"
    ]
    assert reopened == {"status": "OPEN", "outcome": None, "outcomes": {"nodes": [{"review": "SUPERSEDED"}]}}


def test_claims_get_appearances_evidence_and_relations(desk: Desk, mutate: Ask) -> None:
    one, other, source = str(a_claim(desk).id), str(a_claim(desk).id), str(a_source(desk).id)
    added = mutate("addAppearance", "appearance { speech } claim { appearances { totalCount } }", claimId=one, sourceId=source)
    assert added["claim"] == {"appearances": {"totalCount": 1}}
    proof = mutate(
        "addEvidence",
        "evidence { stance claim { id } outcome { id } } outcome { id }",
        claimId=one,
        sourceId=source,
        stance="REFUTES",
    )
    assert (proof["evidence"]["stance"], proof["evidence"]["outcome"], proof["outcome"]) == ("REFUTES", None, None)
    wanted = "relation { type fromClaim { relations { totalCount } } toClaim { inverseRelations { totalCount } } }"
    related = mutate("relateClaims", wanted, fromClaimId=one, toClaimId=other, type="QUALIFIES")["relation"]
    assert related == {
        "type": "QUALIFIES",
        "fromClaim": {"relations": {"totalCount": 1}},
        "toClaim": {"inverseRelations": {"totalCount": 1}},
    }


def refusal(payload: Any) -> tuple[str, list[str] | None]:
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


FTP = {"stance": "SUPPORTS", "source": {"title": "T", "url": "ftp://x"}}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID", ["input", "evidence"]),
        ({"noEvidenceReason": "x", "occurredOn": "2026-11-25"}, "INVALID", ["input", "occurredOn"]),
        ({"noEvidenceReason": "x", "expectedVersion": 3}, "CONFLICT", ["input", "expectedVersion"]),
        ({"noEvidenceReason": ""}, "INVALID", ["input", "noEvidenceReason"]),
        ({"rationale": "x" * 900_000}, "INVALID", ["input", "rationale"]),
        ({"evidence": [{"stance": "SUPPORTS"}]}, "INVALID", ["input", "evidence", "0", "sourceId"]),
        ({"evidence": [FTP]}, "INVALID", ["input", "evidence", "0", "source", "url"]),
        ({"predictionId": "x"}, "INVALID", ["input", "predictionId"]),
        ({"predictionId": "01a20724-4587-74c2-ac48-3da18ddeec7c"}, "NOT_FOUND", ["input", "predictionId"]),
    ],
)  # fmt: skip
def test_a_mistake_is_a_user_error_with_its_path_and_nothing_changes(
    desk: Desk, mutate: Ask, given: dict[str, Any], code: str, field: list[str]
) -> None:
    order = {"predictionId": str(a_prediction(desk).id), "verdict": "YES", "rationale": "Seen.", **given}
    before = everything(desk)
    payload = mutate("resolvePrediction", "outcome { id } prediction { id }", **order)
    assert refusal(payload) == (code, field)
    assert (payload["outcome"], payload["prediction"]) == (None, None)
    assert everything(desk) == before


def test_resolving_twice_is_refused_by_the_status(desk: Desk, mutate: Ask) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    payload = mutate(
        "resolvePrediction", "outcome { id }", predictionId=str(prediction.id), verdict="YES", rationale="x", noEvidenceReason="x"
    )
    assert refusal(payload) == ("WRONG_STATE", ["input", "predictionId"])
    assert payload["userErrors"][0]["message"] == "This prediction is resolved already. Reopen it first, and say why."


def test_a_duplicate_names_the_record_that_is_there(desk: Desk, mutate: Ask) -> None:
    a_source(desk, url="https://example.org/1")
    assert refusal(mutate("recordSource", "source { id }", title="T", url="https://example.org/1")) == (
        "DUPLICATE",
        ["input", "url"],
    )


def test_the_clients_own_id_comes_back_also_from_a_refusal(mutate: Ask) -> None:
    assert mutate("recordSource", "clientMutationId", title="T", clientMutationId="a1")["clientMutationId"] == "a1"
    assert mutate("recordSource", "clientMutationId", title="", clientMutationId="a2")["clientMutationId"] == "a2"


def test_verbs_in_one_request_see_what_the_ones_before_did(desk: Desk, data: Ask) -> None:
    id_ = str(a_prediction(desk).id)
    shown = "prediction { status revisions { totalCount } }"
    answer = data(
        f"""mutation {{ a: withdrawPrediction(input: {{predictionId: "{id_}", reason: "r"}}) {{ {shown} }}
            b: restorePrediction(input: {{predictionId: "{id_}", reason: "r"}}) {{ {shown} }} }}"""
    )
    assert answer["a"]["prediction"] == {"status": "WITHDRAWN", "revisions": {"totalCount": 2}}
    assert answer["b"]["prediction"] == {"status": "OPEN", "revisions": {"totalCount": 3}}


def test_two_people_resolve_a_prediction_where_the_desk_says_so(desk: Desk) -> None:
    strict = replace(desk, policy=Policy(two_person_rule=True))
    prediction = a_prediction(desk)
    secrets = {name: a_token(desk, an_account(desk, name, "EDITOR")).secret.get_secret_value() for name in ("Ada", "Bea")}
    with TestClient(app_of(strict), base_url="http://127.0.0.1") as client:

        def ask(name: str, query: str, **variables: Any) -> Any:
            headers = {"authorization": f"Bearer {secrets[name]}"}
            return client.post("/graphql", json={"query": query, "variables": variables}, headers=headers).json()["data"]

        resolve = """mutation($i: ResolvePredictionInput!) { resolvePrediction(input: $i) {
            outcome { id review proposedBy } prediction { status outcome { id } proposal { proposedBy } viewerCan } } }"""
        given = {"predictionId": str(prediction.id), "verdict": "YES", "rationale": "r", "noEvidenceReason": "n"}
        done = ask("Ada", resolve, i=given)["resolvePrediction"]
        outcome = done["outcome"]
        assert (outcome["review"], outcome["proposedBy"]) == ("PROPOSED", "Ada")
        waiting = {"status": "PROPOSED", "outcome": None, "proposal": {"proposedBy": "Ada"}, "viewerCan": ["UPDATE", "ASSIGN"]}
        assert done["prediction"] == waiting
        confirm = """mutation($i: ConfirmOutcomeInput!) { confirmOutcome(input: $i) {
            outcome { reviewedBy } prediction { status proposal { id } viewerCan } userErrors { code message field } } }"""
        own = ask("Ada", confirm, i={"outcomeId": outcome["id"]})["confirmOutcome"]
        message = "You proposed this outcome, Ada: at this desk another person confirms it."
        assert own["userErrors"] == [{"code": "INVALID", "message": message, "field": ["input", "outcomeId"]}]
        viewer_can = "query($id: ID!) { prediction(id: $id) { viewerCan } }"
        assert ask("Bea", viewer_can, id=str(prediction.id))["prediction"]["viewerCan"] == ["CONFIRM", "UPDATE", "ASSIGN"]
        by_bea = ask("Bea", confirm, i={"outcomeId": outcome["id"]})["confirmOutcome"]
        assert by_bea["outcome"] == {"reviewedBy": "Bea"}
        assert by_bea["prediction"] == {"status": "RESOLVED", "proposal": None, "viewerCan": ["REOPEN", "UPDATE", "ASSIGN"]}


def test_a_prediction_is_looked_after_and_a_correction_is_public(desk: Desk, mutate: Ask, data: Ask) -> None:
    prediction = str(a_prediction(desk).id)
    note = mutate(
        "noteProgress",
        "progressNote { progress notedOn } prediction { status }",
        predictionId=prediction,
        progress="STALLED",
        text="t",
    )
    assert (note["progressNote"], note["prediction"]) == (
        {"progress": "STALLED", "notedOn": note["progressNote"]["notedOn"]},
        {"status": "OPEN"},
    )
    nobody = mutate("assignPrediction", "prediction { id }", predictionId=prediction, assignee="Nobody")
    assert nobody["userErrors"][0]["field"] == ["input", "assignee"]
    asked = mutate(
        "requestReply", "replyRequest { id state }", predictionId=prediction, askedOf="They", asked="Why?", answerBy="2027-01-01"
    )
    assert asked["replyRequest"]["state"] == "WAITING"
    given = {"predictionId": prediction, "verdict": "YES", "rationale": "r", "noEvidenceReason": "n"}
    held = mutate("resolvePrediction", "outcome { id }", **given)
    assert (held["outcome"], held["userErrors"][0]["code"]) == (None, "WRONG_STATE")
    waived = mutate(
        "waiveReply", "replyRequest { state waivedReason }", replyRequestId=asked["replyRequest"]["id"], reason="No time."
    )
    assert waived["replyRequest"] == {"state": "WAIVED", "waivedReason": "No time."}
    assert mutate("resolvePrediction", "outcome { review }", **given)["outcome"] == {"review": "CONFIRMED"}
    mutate("reopenPrediction", "prediction { status }", predictionId=prediction, reason="It fell down.")
    (listed,) = data("{ corrections { nodes { action reason recordedBy corrects { question corrections { totalCount } } } } }")[
        "corrections"
    ]["nodes"]
    assert listed == {
        "action": "reopenPrediction",
        "reason": "It fell down.",
        "recordedBy": "local editor",
        "corrects": {"question": "Does the bridge open?", "corrections": {"totalCount": 1}},
    }


def test_what_took_the_footing_of_a_prediction_is_shown_with_the_reason(desk: Desk, mutate: Ask, data: Ask) -> None:
    ground, house = a_prediction(desk), a_prediction(desk)
    mutate("relateClaims", "relation { id }", fromClaimId=str(house.claim_id), toClaimId=str(ground.claim_id), type="DEPENDS_ON")
    resolved(desk, ground, verdict="NO", rationale="It fell down.")
    asked = (
        "{ predictions(filter: {lostFooting: true}) { nodes { uuid status lostFooting { uuid outcome { verdict rationale } } } } }"
    )
    shown = {"uuid": str(ground.id), "outcome": {"verdict": "NO", "rationale": "It fell down."}}
    assert data(asked)["predictions"]["nodes"] == [{"uuid": str(house.id), "status": "OPEN", "lostFooting": [shown]}]
