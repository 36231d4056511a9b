"""The history on the command line: of everything or of one record, for people and for programs."""

import json

from claimkb.actions import predictions
from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim, a_prediction, an_account, do
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]


def test_the_history_is_listed_with_the_filters_of_the_api(run_on_each: Run, desk: Desk) -> None:
    prediction = a_prediction(desk)
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.5))
    an_account(desk)
    for words, found in (
        ((), ["createAccount", "updatePrediction", "recordPrediction", "recordClaim"]),
        ((str(prediction.id),), ["updatePrediction", "recordPrediction"]),
        ((global_id("Prediction", prediction.id),), ["updatePrediction", "recordPrediction"]),
        (("--kind", "Claim", "--kind", "Account"), ["createAccount", "recordClaim"]),
        (("--action", "recordClaim"), ["recordClaim"]),
        (("--by", "command line"), ["createAccount"]),
        (("--since", "2026-11-24"), []),
        (("--until", "2026-11-23"), []),
        (("--since", "2026-11-23", "--until", "2026-11-24", "--no-corrections"), ["createAccount"]),
        (("--corrections",), []),
    ):
        listed = json.loads(run_on_each("history", *words, "--json")[1])
        actions = [each["action"] for each in listed["revisions"]]
        assert actions[: len(found)] == found, words
        assert listed["total"] == len(actions)


def test_a_change_is_told_with_what_changed_and_the_id_of_the_record(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk)
    prediction = a_prediction(sqlite_desk, claim=claim)
    order = predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.5, reason="Misread.")
    do(sqlite_desk, predictions.update_prediction, order)
    first = json.loads(run("history", "--first", "1", "--json")[1])
    assert first["revisions"] == [
        {
            "recordedAt": "2026-11-23T12:00+00:00",
            "recordedBy": "Edith",
            "action": "updatePrediction",
            "recordType": "Prediction",
            "recordId": global_id("Prediction", prediction.id),
            "uuid": str(prediction.id),
            "version": 2,
            "reason": "Misread.",
            "erasure": None,
            "changes": [{"field": "probability", "before": None, "after": "0.5"}],
        }
    ]
    rest = json.loads(run("history", "--after", first["next"], "--json")[1])
    assert ([each["version"] for each in rest["revisions"]], rest["next"], rest["total"]) == ([1, 1], None, 3)
    out = run("history", "--first", "2")[1]
    for word in ("3 changes", "2026-11-23 12:00", "updatePrediction, by Edith", "probability", "Misread.", str(prediction.id)):
        assert word in out
    assert "claimId" not in out
    assert f"More with --after {first['next']}" in run("history", "--first", "1")[1]


def test_what_has_no_history_is_refused_in_one_line(run: Run) -> None:
    code, out, err = run("history", "--kind", "Predictions")
    assert (code, out) == (2, "")
    assert "There is no history of that kind of record: name one of Account, AnchorProposal, Appearance," in err
    assert "record_id: This is not the id of a record." in run("history", "nonsense")[2]
