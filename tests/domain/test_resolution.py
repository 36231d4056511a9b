"""The rules of a prediction's life, one refusal after another."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from claimkb.domain import Claim, Outcome, Prediction, refusals, resolution
from claimkb.domain.account import Actor
from claimkb.domain.claim import CheckWorthiness, ClaimKind, Voice
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import Deadline
from claimkb.domain.outcome import OutcomeReview, Verdict, days_late
from claimkb.domain.permissions import Permission, Role
from claimkb.domain.prediction import Checkability, Due, DueDateChangeKind, PredictionKind, PredictionStatus
from tests.builders import NOON

TODAY = date(2025, 12, 1)
DUE = date(2025, 11, 19)


def a_claim(**given: Any) -> Claim:
    fields = {"said_on": date(2025, 11, 7), "said_on_precision": DatePrecision.DAY, **given}
    return Claim(
        statement=".", kind=ClaimKind.PREDICTION, voice=Voice.UNATTRIBUTED, check_worthiness=CheckWorthiness.HIGH, **fields
    )


def a_prediction(due_on: date | None = DUE, status: str = "OPEN") -> Prediction:
    return Prediction(
        id=UUID(int=7),
        claim_id=UUID(int=1),
        question="?",
        criteria=".",
        kind=PredictionKind.FORECAST,
        checkability=Checkability.RESOLVABLE,
        due_from=due_on,
        due_on=due_on,
        due_precision=DatePrecision.DAY if due_on else None,
        review_on=None if due_on else DUE,
        status=PredictionStatus[status],
    )


def an_outcome(verdict: str = "YES", **given: Any) -> Outcome:
    return Outcome(verdict=Verdict[verdict], rationale="So it was.", recorded_at=NOON, proposed_by="Edith", **given)


def resolve(prediction: Prediction, outcome: Outcome, *, has_evidence: bool = True, today: date = TODAY, **given: Any) -> Outcome:
    known: dict[str, Any] = {"superseded": None, "has_evidence": has_evidence, "today": today, "newest": today}
    return resolution.resolve(prediction, a_claim(**given), outcome, **known)


def test_an_open_prediction_is_resolved_by_one_person() -> None:
    prediction = a_prediction()
    outcome = resolve(prediction, an_outcome(occurred_on=date(2025, 11, 18)))
    assert prediction.status is PredictionStatus.RESOLVED
    assert (outcome.review, outcome.prediction_id, outcome.supersedes_id) == (OutcomeReview.CONFIRMED, prediction.id, None)


def test_an_outcome_after_a_superseded_one_names_it() -> None:
    earlier = an_outcome()
    earlier.id = UUID(int=9)
    outcome = resolution.resolve(
        a_prediction(), a_claim(), an_outcome(), superseded=earlier, has_evidence=True, today=TODAY, newest=TODAY
    )
    assert outcome.supersedes_id == UUID(int=9)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        ("RESOLVED", refusals.AlreadyResolved),
        ("WITHDRAWN", refusals.AlreadyWithdrawn),
        ("PROPOSED", refusals.AwaitsConfirmation),
    ],
)
def test_only_an_open_prediction_can_be_resolved_withdrawn_or_moved(status: str, refusal: type[refusals.Refusal]) -> None:
    prediction = a_prediction(status=status)
    with pytest.raises(refusal):
        resolve(prediction, an_outcome())
    with pytest.raises(refusal):
        resolution.withdraw(prediction)
    with pytest.raises(refusal):
        resolution.move_due_date(prediction, a_claim(), Due(TODAY, TODAY, DatePrecision.DAY), DueDateChangeKind.EXTENSION, "late")
    assert prediction.status is PredictionStatus[status]


def test_an_outcome_needs_evidence_or_a_reason_why_there_is_none() -> None:
    with pytest.raises(refusals.NoEvidence, match="say why there is none"):
        resolve(a_prediction(), an_outcome(), has_evidence=False)
    assert resolve(a_prediction(), an_outcome(no_evidence_reason="Seen ourselves."), has_evidence=False).verdict is Verdict.YES


@pytest.mark.parametrize("field", ["occurred_on", "known_on"])
def test_nothing_has_happened_or_become_known_in_the_future(field: str) -> None:
    with pytest.raises(
        refusals.InTheFuture, match=r"2025-12-02 is in the future: no later day than 2025-12-01 has begun"
    ) as caught:
        resolve(a_prediction(), an_outcome("NO", **{field: date(2025, 12, 2)}))
    assert caught.value.field == (field,)


@pytest.mark.parametrize("field", ["occurred_on", "known_on"])
def test_what_happened_or_was_known_before_the_claim_cannot_answer_it(field: str) -> None:
    with pytest.raises(refusals.BeforeTheClaim) as caught:
        resolve(a_prediction(), an_outcome("YES", **{field: date(2025, 11, 6)}))
    assert caught.value.field == (field,)


def test_a_claim_of_a_month_may_be_answered_from_its_first_day() -> None:
    november: dict[str, Any] = {"said_on": date(2025, 11, 20), "said_on_precision": DatePrecision.MONTH}
    assert resolve(a_prediction(), an_outcome(occurred_on=date(2025, 11, 1)), **november).verdict is Verdict.YES
    with pytest.raises(refusals.BeforeTheClaim):
        resolve(a_prediction(), an_outcome(occurred_on=date(2025, 10, 31)), **november)


def test_it_cannot_be_known_before_it_happened() -> None:
    with pytest.raises(refusals.KnownBeforeItHappened):
        resolve(a_prediction(), an_outcome(occurred_on=date(2025, 11, 18), known_on=date(2025, 11, 17)))


def test_before_the_due_date_has_passed_a_verdict_must_say_why_it_is_final() -> None:
    with pytest.raises(refusals.NotYetDue) as caught:
        resolve(a_prediction(), an_outcome(), today=DUE)
    assert caught.value.field == ("early_reason",)
    early = an_outcome(early_reason="He has landed.")
    assert resolve(a_prediction(), early, today=DUE).early_reason == "He has landed."
    assert resolve(a_prediction(), an_outcome(), today=date(2025, 11, 20)).early_reason is None


@pytest.mark.parametrize("verdict", ["PARTIAL", "AMBIGUOUS"])
def test_a_verdict_that_may_still_change_is_refused_before_the_due_date(verdict: str) -> None:
    with pytest.raises(refusals.MayStillChange):
        resolve(a_prediction(), an_outcome(verdict, early_reason="It seems so."), today=DUE)
    assert resolve(a_prediction(), an_outcome(verdict)).verdict is Verdict[verdict]


def test_what_happened_late_is_no_with_its_day() -> None:
    late = date(2025, 11, 25)
    with pytest.raises(refusals.HappenedLate):
        resolve(a_prediction(), an_outcome("YES", occurred_on=late))
    with pytest.raises(refusals.HappenedLate):
        resolve(a_prediction(), an_outcome("PARTIAL", occurred_on=late))
    outcome = resolve(a_prediction(), an_outcome("NO", occurred_on=late))
    assert days_late(outcome.occurred_on, Deadline(DUE)) == 6
    assert days_late(DUE, Deadline(DUE)) is None
    assert days_late(None, Deadline(DUE)) is None


def test_a_prediction_without_a_due_date_can_be_answered_at_any_time() -> None:
    assert resolve(a_prediction(None), an_outcome(), today=date(2025, 11, 8)).verdict is Verdict.YES


def test_reopening_supersedes_the_outcome_and_keeps_the_reason() -> None:
    prediction, outcome = a_prediction(status="RESOLVED"), an_outcome()
    resolution.reopen(prediction, outcome, "The report was wrong.")
    assert prediction.status is PredictionStatus.OPEN
    assert (outcome.review, outcome.superseded_reason) == (OutcomeReview.SUPERSEDED, "The report was wrong.")


@pytest.mark.parametrize("status", ["OPEN", "PROPOSED", "WITHDRAWN"])
def test_only_a_resolved_prediction_can_be_reopened(status: str) -> None:
    with pytest.raises(refusals.NotResolved, match=status):
        resolution.reopen(a_prediction(status=status), an_outcome(), "why")


def test_a_withdrawn_prediction_can_be_restored_and_no_other() -> None:
    prediction = a_prediction()
    resolution.withdraw(prediction)
    assert prediction.status == "WITHDRAWN"
    resolution.restore(prediction)
    assert prediction.status == "OPEN"
    with pytest.raises(refusals.NotWithdrawn):
        resolution.restore(prediction)


def test_a_moved_due_date_keeps_the_one_before() -> None:
    prediction = a_prediction()
    new = Due(date(2026, 1, 1), date(2026, 1, 31), DatePrecision.MONTH)
    change = resolution.move_due_date(prediction, a_claim(), new, DueDateChangeKind.EXTENSION, "Put off.")
    assert (change.old_due_on, change.new_due_on, change.reason) == (DUE, date(2026, 1, 31), "Put off.")
    assert (prediction.due_from, prediction.due_on, prediction.due_precision) == (new.due_from, new.due_on, new.precision)
    with pytest.raises(refusals.SameDueDate):
        resolution.move_due_date(prediction, a_claim(), new, DueDateChangeKind.EXTENSION, "Again.")


def test_a_due_date_cannot_move_to_before_the_claim() -> None:
    day = date(2025, 11, 1)
    with pytest.raises(refusals.DueBeforeTheClaim):
        resolution.move_due_date(a_prediction(), a_claim(), Due(day, day, DatePrecision.DAY), DueDateChangeKind.CORRECTION, "why")


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("OPEN", [Permission.RESOLVE, Permission.MOVE_DUE_DATE, Permission.WITHDRAW, Permission.UPDATE, Permission.ASSIGN]),
        ("PROPOSED", [Permission.CONFIRM, Permission.UPDATE, Permission.ASSIGN]),
        ("RESOLVED", [Permission.REOPEN, Permission.UPDATE, Permission.ASSIGN]),
        ("WITHDRAWN", [Permission.RESTORE, Permission.UPDATE, Permission.ASSIGN]),
    ],
)
def test_what_an_editor_may_do_follows_from_the_status(status: str, verbs: list[Permission]) -> None:
    assert resolution.possible(a_prediction(status=status), Actor("Edith", Role.EDITOR)) == verbs
    assert resolution.possible(a_prediction(status=status), Actor("Rea", Role.READER)) == []
