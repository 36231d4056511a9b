"""Looking after a prediction until its day: who does, how it goes, and whose reply is waited for."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col

from claimkb.actions import accounts, claims, following, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Prediction, ReplyRequest, Revision, reply
from claimkb.domain.access import AccountClosed, NoAccount
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import Forbidden, InTheFuture, NotFound, NotToCome
from claimkb.domain.reply import ReplyState
from claimkb.domain.reviewing import AlreadyReplied, AwaitsReply, BackwardReply, NothingToFollow
from claimkb.identity import COMMAND_LINE
from claimkb.store import predictions as stored
from claimkb.store import revisions
from tests.builders import NOON, TODAY, a_desk, a_prediction, a_source, an_account, do, refused, resolved

REA, OTTO = Actor("Rea", Role.REPORTER), Actor("Otto", Role.EDITOR)
WAITS = TODAY + timedelta(days=3)


def asked(desk: Desk, prediction: Prediction, **given: Any) -> ReplyRequest:
    """Ask the ministry for a reply within three days."""
    order = {"asked_of": "The ministry", "asked": "Is it open?", "answer_by": WAITS, **given}
    return do(desk, following.request_reply, following.RequestReply(prediction_id=prediction.id, **order))


def resolving(prediction: Prediction) -> outcomes.ResolvePrediction:
    return outcomes.ResolvePrediction(prediction_id=prediction.id, verdict="NO", rationale="r", no_evidence_reason="n")


def test_who_looks_after_a_prediction_is_said_and_found(desk: Desk) -> None:
    an_account(desk, "Ada", "REPORTER")
    prediction, _ = a_prediction(desk), a_prediction(desk)
    order = following.AssignPrediction(prediction_id=prediction.id, assignee="Ada", expected_version=1)
    assert do(desk, following.assign_prediction, order, REA).assignee == "Ada"
    with desk.database.read() as session:
        found = session.scalars(stored.matching(stored.PredictionFilter(assignee="Ada"), TODAY)).all()
        assert [each.id for each in found] == [prediction.id]
    nobody = following.AssignPrediction(prediction_id=prediction.id, assignee=None)
    assert do(desk, following.assign_prediction, nobody, REA).assignee is None


def test_nobody_is_assigned_who_has_no_open_account(desk: Desk) -> None:
    gone = an_account(desk, "Gone", "EDITOR")
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=gone.id, reason="r"), COMMAND_LINE)
    prediction = a_prediction(desk)
    for name, refusal in (("Nobody", NoAccount), ("Gone", AccountClosed)):
        order = following.AssignPrediction(prediction_id=prediction.id, assignee=name)
        assert refused(desk, refusal, following.assign_prediction, order).field == ("assignee",)


def test_a_note_says_how_it_goes_and_answers_nothing(desk: Desk) -> None:
    prediction, source = a_prediction(desk), a_source(desk)
    order = following.NoteProgress(prediction_id=prediction.id, progress="STALLED", text="No money.", source_id=source.id)
    note = do(desk, following.note_progress, order, REA)
    assert (note.progress, note.noted_on, note.recorded_by, note.source_id) == ("STALLED", TODAY, "Rea", source.id)
    with desk.database.read() as session:
        assert session.get_one(Prediction, prediction.id).version == 1


def test_a_note_on_what_is_settled_or_to_come_is_refused(desk: Desk) -> None:
    prediction = a_prediction(desk)
    to_come = following.NoteProgress(prediction_id=prediction.id, progress="NOTE", text="t", noted_on=TODAY + timedelta(days=2))
    refused(desk, InTheFuture, following.note_progress, to_come)
    nowhere = following.NoteProgress(prediction_id=prediction.id, progress="NOTE", text="t", source_id=prediction.id)
    refused(desk, NotFound, following.note_progress, nowhere)
    resolved(desk, prediction)
    late = following.NoteProgress(prediction_id=prediction.id, progress="NOTE", text="t")
    refusal = refused(desk, NothingToFollow, following.note_progress, late)
    assert str(refusal) == "This prediction is RESOLVED: there is nothing left to follow. Reopen or restore it first."


def test_no_outcome_stands_while_a_reply_is_waited_for(desk: Desk, url: str) -> None:
    prediction = a_prediction(desk)
    request = asked(desk, prediction)
    refusal = refused(desk, AwaitsReply, outcomes.resolve_prediction, resolving(prediction))
    assert str(refusal) == (
        "The ministry was asked to reply until 2026-11-26: record the reply, wait for that day to pass, or waive it and say why."
    )
    for days, state in ((3, ReplyState.WAITING), (4, ReplyState.EXPIRED)):
        assert reply.state(request, TODAY + timedelta(days=days)) is state
    later = a_desk(url, NOON + timedelta(days=4))
    assert do(later, outcomes.resolve_prediction, resolving(prediction)).verdict == "NO"
    later.database.close()


@pytest.mark.parametrize("state", [ReplyState.ANSWERED, ReplyState.WAIVED])
def test_a_reply_or_a_waiver_lets_an_outcome_stand(desk: Desk, state: ReplyState) -> None:
    prediction = a_prediction(desk)
    request = asked(desk, prediction)
    replied = following.RecordReply(reply_request_id=request.id, reply="It is.")
    waived = following.WaiveReply(reply_request_id=request.id, reason="They hung up.")
    if state is ReplyState.ANSWERED:
        done = do(desk, following.record_reply, replied, REA)
        assert (done.reply, done.replied_on) == ("It is.", TODAY)
    else:
        done = do(desk, following.waive_reply, waived, OTTO)
    assert reply.state(done, TODAY) is state
    refused(desk, AlreadyReplied, following.record_reply, replied)
    refused(desk, AlreadyReplied, following.waive_reply, waived)
    assert do(desk, outcomes.resolve_prediction, resolving(prediction)).verdict == "NO"


def test_under_the_two_person_rule_an_outcome_may_be_proposed_but_not_confirmed_meanwhile(desk: Desk) -> None:
    strict = replace(desk, policy=Policy(two_person_rule=True))
    prediction = a_prediction(desk)
    request = asked(desk, prediction)
    outcome = do(strict, outcomes.resolve_prediction, resolving(prediction))
    confirm = outcomes.ConfirmOutcome(outcome_id=outcome.id)
    refused(strict, AwaitsReply, outcomes.confirm_outcome, confirm, OTTO)
    do(strict, following.waive_reply, following.WaiveReply(reply_request_id=request.id, reason="r"), OTTO)
    assert do(strict, outcomes.confirm_outcome, confirm, OTTO).reviewed_by == "Otto"


def test_a_late_reply_is_kept_and_an_impossible_one_refused(desk: Desk, url: str) -> None:
    request = asked(desk, a_prediction(desk))
    early = following.RecordReply(reply_request_id=request.id, reply="r", replied_on=TODAY - timedelta(days=1))
    refused(desk, BackwardReply, following.record_reply, early)
    to_come = following.RecordReply(reply_request_id=request.id, reply="r", replied_on=TODAY + timedelta(days=2))
    refused(desk, InTheFuture, following.record_reply, to_come)
    later = a_desk(url, NOON + timedelta(days=30))
    done = do(later, following.record_reply, following.RecordReply(reply_request_id=request.id, reply="At last."))
    assert (reply.state(done, later.today()), done.replied_on) == (ReplyState.ANSWERED, date(2026, 12, 23))
    later.database.close()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"answer_by": TODAY - timedelta(days=1)}, NotToCome), ({"asked_on": TODAY + timedelta(days=2)}, InTheFuture)],
)
def test_a_request_with_impossible_days_is_refused(desk: Desk, given: dict[str, date], refusal: type[Exception]) -> None:
    order = {"asked_of": "They", "asked": "Why?", "answer_by": WAITS, **given}
    prediction = a_prediction(desk)
    refused(desk, refusal, following.request_reply, following.RequestReply(prediction_id=prediction.id, **order))  # type: ignore[arg-type]


def test_a_reporter_waits_and_an_editor_waives(desk: Desk) -> None:
    request = asked(desk, a_prediction(desk))
    refused(desk, Forbidden, following.waive_reply, following.WaiveReply(reply_request_id=request.id, reason="r"), REA)


def corrections(desk: Desk) -> list[tuple[str, str, str | None]]:
    """List the corrections: what was changed by which verb, and why."""
    with desk.database.read() as session:
        rows = session.scalars(revisions.corrections(revisions.CorrectionFilter()).order_by(col(Revision.id)))
        return [(each.record_type, each.action, each.reason) for each in rows]


def test_what_changes_after_it_was_confirmed_is_a_correction_and_nothing_else_is(desk: Desk) -> None:
    an_account(desk, "Ada", "EDITOR")
    prediction = a_prediction(desk, probability=0.5)
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.6))
    resolved(desk, prediction)
    do(desk, following.assign_prediction, following.AssignPrediction(prediction_id=prediction.id, assignee="Ada"))
    assert corrections(desk) == []
    misread = predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.7, reason="We misread it.")
    do(desk, predictions.update_prediction, misread)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="It fell down."))
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.8))
    resolved(desk, prediction)
    assert corrections(desk) == [
        ("Prediction", "updatePrediction", "We misread it."),
        ("Outcome", "reopenPrediction", "It fell down."),
    ]


def test_to_confirm_or_to_reject_is_no_correction(desk: Desk) -> None:
    strict = replace(desk, policy=Policy(two_person_rule=True))
    prediction = a_prediction(desk)
    rejected = do(strict, outcomes.resolve_prediction, resolving(prediction))
    do(strict, outcomes.reject_outcome, outcomes.RejectOutcome(outcome_id=rejected.id, reason="r"), OTTO)
    outcome = do(strict, outcomes.resolve_prediction, resolving(prediction))
    do(strict, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=outcome.id), OTTO)
    assert corrections(desk) == []


def depends(desk: Desk, one: Prediction, other: Prediction, state: str = "ASSERTED") -> None:
    """Record that one prediction depends on another."""
    order = claims.RelateClaims(from_claim_id=one.claim_id, to_claim_id=other.claim_id, type="DEPENDS_ON", state=state)
    do(desk, claims.relate_claims, order)


@pytest.mark.parametrize(("verdict", "loses"), [("NO", True), ("ANNULLED", True), ("YES", False), ("AMBIGUOUS", False)])
def test_what_depends_on_one_that_failed_is_listed_and_never_answered(desk: Desk, verdict: str, loses: bool) -> None:
    ground, house, roof, other = (a_prediction(desk) for _ in range(4))
    depends(desk, house, ground)
    depends(desk, roof, house)
    depends(desk, other, ground, "DENIED")
    resolved(desk, ground, verdict=verdict)
    found = {"lost": [house.id] if loses else [], "kept": [roof.id, other.id, *([] if loses else [house.id])]}
    with desk.database.read() as session:
        wanted = stored.matching(stored.PredictionFilter(lost_footing=True), TODAY)
        assert [each.id for each in session.scalars(wanted)] == found["lost"]
        wanted = stored.matching(stored.PredictionFilter(lost_footing=False), TODAY)
        assert {each.id for each in session.scalars(wanted)} == {ground.id, *found["kept"]}
        (of_house, of_roof) = stored.undermining(session, [house.id, roof.id])
        assert ([each.id for each in of_house], of_roof) == ([ground.id] if loses else [], [])
        assert session.get_one(Prediction, house.id).status == "OPEN"


def test_a_dependent_has_its_footing_again_when_the_outcome_is_superseded_and_needs_none_once_it_is_settled(desk: Desk) -> None:
    def lost() -> int:
        with desk.database.read() as session:
            return len(session.scalars(stored.matching(stored.PredictionFilter(lost_footing=True), TODAY)).all())

    ground, house = a_prediction(desk), a_prediction(desk)
    depends(desk, house, ground)
    resolved(desk, ground, verdict="NO")
    assert lost() == 1
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=ground.id, reason="r"))
    assert lost() == 0
    resolved(desk, ground, verdict="NO")
    resolved(desk, house, verdict="NO")
    assert lost() == 0
