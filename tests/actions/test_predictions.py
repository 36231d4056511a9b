"""Recording predictions and moving them through their life."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from claimkb.actions import evidence, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Outcome, Prediction, Revision, refusals
from claimkb.domain.account import Actor
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import Role
from claimkb.domain.revision import chain
from claimkb.domain.seal import is_as_sealed
from claimkb.store.engine import records
from tests.builders import a_claim, a_prediction, a_source, do, everything, refused, resolved

NOWHERE = UUID(int=1)


def prediction_order(claim_id: UUID, **given: Any) -> predictions.RecordPrediction:
    return predictions.RecordPrediction.model_validate({"claim_id": claim_id, "question": "?", "criteria": ".", **given})


def resolution_order(prediction: Prediction, **given: Any) -> outcomes.ResolvePrediction:
    order = {"prediction_id": prediction.id, "verdict": "YES", "rationale": "So it was.", "no_evidence_reason": "Seen.", **given}
    return outcomes.ResolvePrediction.model_validate(order)


def again(desk: Desk, prediction: Prediction) -> Prediction:
    with desk.database.read() as session:
        return records.get(session, Prediction, prediction.id)


def test_a_prediction_is_sealed_when_it_is_recorded(desk: Desk) -> None:
    prediction = again(desk, a_prediction(desk))
    assert is_as_sealed(prediction)
    assert (prediction.due_from, prediction.due_on, prediction.original_due_on) == (date(2025, 11, 19),) * 3


def test_without_a_due_date_it_comes_back_180_days_after_it_was_made(desk: Desk) -> None:
    assert a_prediction(desk, None, claim=a_claim(desk, said_on="2025-11-07")).review_on == date(2026, 5, 6)
    assert a_prediction(desk, None).review_on == date(2027, 5, 22)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"due_on": "2025-11-19"}, refusals.NoBasis),
        ({"due_on": "2025-11-19", "due_basis": "DERIVED"}, refusals.NoReasoning),
        ({"due_from": "2025-11-19"}, refusals.NoLastDay),
        ({"due_precision": "DAY"}, refusals.NoLastDay),
        ({"due_on": "2025-11-19", "due_from": "2025-11-20", "due_basis": "STATED"}, refusals.BackwardInterval),
        ({"due_on": "2025-11-06", "due_basis": "STATED"}, refusals.DueBeforeTheClaim),
    ],
)
def test_a_prediction_that_cannot_be_is_refused(desk: Desk, given: dict[str, Any], refusal: type[refusals.Refusal]) -> None:
    claim = a_claim(desk, said_on="2025-11-07")
    refused(desk, refusal, predictions.record_prediction, prediction_order(claim.id, **given))


def test_a_claim_has_one_prediction(desk: Desk) -> None:
    prediction = a_prediction(desk)
    refused(desk, refusals.AlreadyRecorded, predictions.record_prediction, prediction_order(prediction.claim_id))
    refused(desk, refusals.NotFound, predictions.record_prediction, prediction_order(NOWHERE))


def test_a_prediction_is_resolved_with_evidence_recorded_and_new(desk: Desk) -> None:
    prediction, source = a_prediction(desk), a_source(desk, url="https://example.org/known")
    proofs = [
        {"source_id": source.id, "stance": "SUPPORTS", "quote": "Critics doubt it"},
        {"source": {"title": "New", "url": "https://example.org/new"}, "stance": "CONTEXT"},
        {"source": {"title": "Known", "url": "https://example.org/known"}, "stance": "REFUTES"},
    ]
    outcome = do(desk, outcomes.resolve_prediction, resolution_order(prediction, evidence=proofs, no_evidence_reason=None))
    rows = everything(desk)
    assert (len(rows["evidence"]), len(rows["source"])) == (3, 2)
    assert (again(desk, prediction).status, again(desk, prediction).version) == ("RESOLVED", 2)
    assert (outcome.proposed_by, outcome.review) == ("Edith", OutcomeReview.CONFIRMED)


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"no_evidence_reason": None}, refusals.NoEvidence, ("evidence",)),
        ({"evidence": [{"stance": "SUPPORTS"}]}, refusals.EvidenceWithoutSource, ("evidence", 0, "source_id")),
        (
            {"evidence": [{"stance": "SUPPORTS", "source_id": NOWHERE, "source": {"title": "T"}}]},
            refusals.EvidenceWithoutSource,
            ("evidence", 0, "source_id"),
        ),
        ({"evidence": [{"stance": "SUPPORTS", "source_id": NOWHERE}]}, refusals.NotFound, ("evidence", 0, "source_id")),
        (
            {"evidence": [{"stance": "SUPPORTS", "source": {"title": "T", "snapshot": {}}}]},
            refusals.NoFingerprint,
            ("evidence", 0, "source", "snapshot", "text"),
        ),
        ({"occurred_on": "2026-11-25"}, refusals.InTheFuture, ("occurred_on",)),
        ({"known_on": "2026-11-25"}, refusals.InTheFuture, ("known_on",)),
        ({"expected_version": 7}, refusals.StaleVersion, ("expected_version",)),
        ({"prediction_id": NOWHERE}, refusals.NotFound, ("prediction_id",)),
    ],
)
def test_a_resolution_that_cannot_be_is_refused(
    desk: Desk, given: dict[str, Any], refusal: type[refusals.Refusal], field: tuple[str | int, ...]
) -> None:
    order = resolution_order(a_prediction(desk), **given)
    assert refused(desk, refusal, outcomes.resolve_prediction, order).field == field


def test_a_resolved_prediction_cannot_be_resolved_again(desk: Desk) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    refused(desk, refusals.AlreadyResolved, outcomes.resolve_prediction, resolution_order(prediction))


def test_before_the_due_date_a_reason_is_wanted(desk: Desk) -> None:
    prediction = a_prediction(desk, date(2026, 11, 23))
    refused(desk, refusals.NotYetDue, outcomes.resolve_prediction, resolution_order(prediction))
    assert resolved(desk, prediction, early_reason="It has opened.").early_reason == "It has opened."


def test_a_reopened_prediction_keeps_its_older_outcome_and_the_newer_names_it(desk: Desk) -> None:
    prediction = a_prediction(desk)
    first = resolved(desk, prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Wrong bridge."))
    second = resolved(desk, prediction, verdict="NO")
    with desk.database.read() as session:
        kept = records.get(session, Outcome, first.id)
    assert (kept.review, kept.rationale, kept.superseded_reason) == (OutcomeReview.SUPERSEDED, "It is open.", "Wrong bridge.")
    assert second.supersedes_id == first.id


def change(prediction: Prediction, **given: Any) -> dict[str, Any]:
    return {"prediction_id": prediction.id, "reason": "For a reason.", **given}


def test_only_a_resolved_prediction_is_reopened_and_only_a_withdrawn_one_restored(desk: Desk) -> None:
    prediction = a_prediction(desk)
    refused(desk, refusals.NotResolved, outcomes.reopen_prediction, outcomes.ReopenPrediction(**change(prediction)))
    restore = predictions.RestorePrediction(**change(prediction))
    refused(desk, refusals.NotWithdrawn, predictions.restore_prediction, restore)
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(**change(prediction)))
    refused(desk, refusals.AlreadyWithdrawn, outcomes.resolve_prediction, resolution_order(prediction))
    assert do(desk, predictions.restore_prediction, restore).status == "OPEN"


def test_a_moved_due_date_is_kept_shown_and_breaks_the_seal(desk: Desk) -> None:
    prediction = a_prediction(desk)
    order = predictions.MoveDueDate(**change(prediction, kind="EXTENSION", due_on="2027-01-31", due_precision="MONTH"))
    moved = do(desk, predictions.move_due_date, order)
    now = again(desk, prediction)
    assert (moved.old_due_on, moved.new_due_from, moved.new_due_on) == (date(2025, 11, 19), date(2027, 1, 1), date(2027, 1, 31))
    assert (now.due_on, now.original_due_on, is_as_sealed(now)) == (date(2027, 1, 31), date(2025, 11, 19), False)
    assert (now.due_basis, now.due_reasoning, now.version) == ("EDITORIAL", "For a reason.", 2)
    refused(desk, refusals.SameDueDate, predictions.move_due_date, order)


@pytest.mark.parametrize(
    ("action", "order"),
    [
        (outcomes.reopen_prediction, outcomes.ReopenPrediction),
        (predictions.withdraw_prediction, predictions.WithdrawPrediction),
        (predictions.restore_prediction, predictions.RestorePrediction),
    ],
)
def test_a_stale_version_is_refused_with_the_current_one(desk: Desk, action: Any, order: Any) -> None:
    prediction = a_prediction(desk)
    found = refused(desk, refusals.StaleVersion, action, order(**change(prediction, expected_version=5)))
    assert found.facts == {"kind": "Prediction", "current": 1, "expected": 5, "by": "somebody", "since": []}


def test_two_writers_who_read_the_same_version_end_with_one_success(desk: Desk) -> None:
    prediction = a_prediction(desk)

    def write(_: int) -> str:
        try:
            resolved(desk, prediction, expected_version=1)
        except refusals.Refusal as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == ["StaleVersion"] * 3 + ["done"]
    assert len(everything(desk)["outcome"]) == 1


def test_every_change_has_its_revision_in_an_unbroken_chain(desk: Desk) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="Wrong bridge."))
    with desk.database.read() as session:
        wanted = sa.select(Revision).where(Revision.__table__.c.record_id == prediction.id)  # type: ignore[attr-defined]
        history = sorted(session.scalars(wanted), key=lambda each: each.version)
    assert [(each.version, each.action, each.reason, each.recorded_by) for each in history] == [
        (1, "recordPrediction", None, "Edith"),
        (2, "resolvePrediction", None, "Edith"),
        (3, "reopenPrediction", "Wrong bridge.", "Edith"),
    ]
    assert json.loads(history[1].before) == {"status": "OPEN"}
    assert json.loads(history[1].after) == {"status": "RESOLVED"}
    assert [each.hash for each in history] == [chain(dict(each)) for each in history]
    assert [each.previous_hash for each in history] == [None, history[0].hash, history[1].hash]


def test_evidence_is_about_one_thing(desk: Desk) -> None:
    claim, source = a_claim(desk), a_source(desk)
    outcome = resolved(desk, a_prediction(desk))
    for about in ({}, {"claim_id": claim.id, "outcome_id": outcome.id}):
        order = evidence.AddEvidence.model_validate({"source_id": source.id, "stance": "SUPPORTS", **about})
        refused(desk, refusals.EvidenceOfOneThing, evidence.add_evidence, order)
    order = evidence.AddEvidence.model_validate({"source_id": source.id, "stance": "SUPPORTS", "outcome_id": outcome.id})
    assert do(desk, evidence.add_evidence, order).outcome_id == outcome.id
    refused(desk, refusals.AlreadyRecorded, evidence.add_evidence, order)
    order = evidence.AddEvidence.model_validate({"source_id": source.id, "stance": "SUPPORTS", "claim_id": NOWHERE})
    refused(desk, refusals.NotFound, evidence.add_evidence, order)


def test_words_that_the_kept_text_does_not_have_are_no_evidence(desk: Desk) -> None:
    claim, source = a_claim(desk), a_source(desk)
    given = {"claim_id": claim.id, "source_id": source.id, "stance": "CONTEXT"}
    order = evidence.AddEvidence.model_validate({**given, "quote": "The tunnel is long"})
    assert refused(desk, refusals.QuoteNotFound, evidence.add_evidence, order).field == ("quote",)
    order = evidence.AddEvidence.model_validate({**given, "quote": "bridge"})
    assert do(desk, evidence.add_evidence, order).quote == "bridge"


def test_a_reporter_resolves_but_does_not_reopen(sqlite_desk: Desk) -> None:
    prediction, reporter = a_prediction(sqlite_desk), Actor("Rae", Role.REPORTER)
    do(sqlite_desk, outcomes.resolve_prediction, resolution_order(prediction), reporter)
    order = outcomes.ReopenPrediction(**change(prediction))
    refused(sqlite_desk, refusals.Forbidden, outcomes.reopen_prediction, order, reporter)
