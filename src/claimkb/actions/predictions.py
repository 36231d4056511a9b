"""Record predictions, move their due dates, and take them out of tracking and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import Field as Rule

from claimkb.actions.several import ChangePredictions, change_each
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claim, DueDateChange, Prediction, Series, resolution
from claimkb.domain.claim import first_said_on
from claimkb.domain.deadline import AnswerFrom, Bound, DueBound, check_answer_from, check_bound, later
from claimkb.domain.meaning import changed_meaning, check_may_change
from claimkb.domain.permissions import Permission
from claimkb.domain.prediction import (
    Basis,
    Checkability,
    Criteria,
    DueDateChangeKind,
    DueFrom,
    DueOn,
    DuePrecision,
    DueReasoning,
    DueText,
    LikelihoodText,
    PredictionKind,
    Probability,
    Question,
    ReviewOn,
    check_basis,
    check_due_after_claim,
    due,
    due_or_none,
    first_review,
    kind_of,
)
from claimkb.domain.record import Command, ExpectedVersion, Reason, Update
from claimkb.domain.reference import ClaimId, PredictionId
from claimkb.domain.retraction import check_stands
from claimkb.domain.review import check_unreviewed
from claimkb.domain.seal import seal
from claimkb.domain.target import Target, check_target, columns_of
from claimkb.store import flags, predictions, reviews, series
from claimkb.store.engine import records


class RecordPrediction(Command):
    """What to record of a prediction."""

    claim_id: ClaimId
    question: Question
    criteria: Criteria
    kind: PredictionKind | None = Rule(
        default=None, description="Whether the claimant controls it; as the claim has it where left out, else FORECAST."
    )
    checkability: Checkability = Rule(default=Checkability.RESOLVABLE, description="Whether it can be answered.")
    due_on: DueOn | None = None
    due_from: DueFrom | None = None
    due_precision: DuePrecision | None = Rule(
        default=None, description="How much of the due date is known; where left out DAY, or SPAN with a first day of its own."
    )
    bound: Bound = DueBound.BY
    answer_from: AnswerFrom | None = None
    due_text: DueText | None = None
    due_basis: Basis | None = None
    due_reasoning: DueReasoning | None = None
    review_on: ReviewOn | None = Rule(
        default=None, description="Where there is no due date: the day after which to look again; 180 days on where left out."
    )
    likelihood_text: LikelihoodText | None = None
    probability: Probability | None = None
    target: Target | None = Rule(default=None, description="The number that is predicted, if it is one.")


class ChangePrediction(Command):
    """Which prediction to change, and why."""

    prediction_id: PredictionId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class MoveDueDate(ChangePrediction):
    """Another due date for a prediction, and why."""

    kind: DueDateChangeKind = Rule(description="Why it moves.")
    due_on: DueOn
    due_from: DueFrom | None = None
    due_precision: DuePrecision | None = Rule(
        default=None, description="How much of the due date is known; where left out DAY, or SPAN with a first day of its own."
    )
    bound: Bound | None = Rule(default=None, description="How the new due date binds; as the one before where left out.")
    answer_from: AnswerFrom | None = Rule(
        default=None,
        description="The first day on which the answer can be known; where left out it stays, if it is after the new due date.",
    )
    due_text: DueText | None = None
    due_basis: Basis | None = Rule(
        default=None, description="Where the new due date comes from; a CORRECTION keeps what is left out, else EDITORIAL."
    )
    due_reasoning: DueReasoning | None = Rule(
        default=None, description="How the new due date was found; the reason where left out."
    )


EXPLAINS = {"due_basis", "due_text", "due_reasoning"}
"""What of a moved due date says where it comes from."""


BINDS = {"bound", "answer_from"}
"""What of a moved due date says how it binds."""


class WithdrawPrediction(ChangePrediction):
    """Which prediction to stop tracking, and why."""


class RestorePrediction(ChangePrediction):
    """Which prediction to track again, and why."""


class SnoozePrediction(ChangePrediction):
    """Until when to put off looking at a prediction without a due date, and why."""

    until: ReviewOn = Rule(description="The day after which to look again.")


class SnoozePredictions(ChangePredictions):
    """Until when to put off looking at some predictions without a due date, and why."""

    until: ReviewOn = Rule(description="The day after which to look again.")
    reason: Reason


class UpdatePrediction(Update):
    """What to change of a prediction: a field that is left out is kept, null clears it. `moveDueDate` moves its due date."""

    prediction_id: PredictionId
    question: Question | None = None
    criteria: Criteria | None = None
    kind: PredictionKind | None = Rule(default=None, description="Whether the claimant controls it.")
    checkability: Checkability | None = Rule(default=None, description="Whether it can be answered.")
    answer_from: AnswerFrom | None = None
    due_text: DueText | None = None
    due_basis: Basis | None = None
    due_reasoning: DueReasoning | None = None
    likelihood_text: LikelihoodText | None = None
    probability: Probability | None = None
    target: Target | None = Rule(default=None, description="The number that is predicted, if it is one.")

    def changed(self) -> dict[str, Any]:
        """Return the fields of the record that were sent."""
        changes = self.changes("prediction_id")
        return changes | columns_of(changes.pop("target")) if "target" in changes else changes


@contextmanager
def changing(work: Work, prediction_id: PredictionId, expected_version: ExpectedVersion | None) -> Iterator[Prediction]:
    """Hold a prediction while it changes; then clear the flags that no longer apply to it."""
    prediction = work.to_change(Prediction, prediction_id, "prediction_id", expected_version)
    yield prediction
    flags.reconcile_prediction(work.session, work.now, prediction.id)


def hold_claim(work: Work, claim_id: ClaimId) -> Claim:
    """Hold a claim to record what it says about the future; refuse one that is retracted or reviewed."""
    claim = work.to_change(Claim, claim_id, "claim_id", None)
    check_stands(claim, "claim_id")
    check_unreviewed(reviews.find_in_force(work.session, claim.id), "claim_id")
    return claim


def predict(work: Work, claim: Claim, command: RecordPrediction, rule: Series | None = None) -> Prediction:
    """Make a prediction of a claim that is held, perhaps as one period of a series."""
    due_date = due_or_none(command.due_on, command.due_from, command.due_precision)
    check_basis(command.due_on, command.due_basis, command.due_reasoning)
    check_bound(command.bound, command.due_on)
    check_answer_from(command.answer_from, command.due_on)
    check_due_after_claim(later(command.due_on, command.answer_from), first_said_on(claim))
    check_target(command.target)
    fields = command.model_dump(exclude={"target"}) | columns_of(command.target)
    prediction = Prediction(**{**fields, "kind": command.kind or kind_of(claim)})
    if due_date:
        prediction.due_from, prediction.due_on, prediction.due_precision = due_date.due_from, due_date.due_on, due_date.precision
        prediction.original_due_on = due_date.due_on
    elif prediction.review_on is None:
        prediction.review_on = first_review(first_said_on(claim), work.today)
    prediction.series_id = rule.id if rule else None
    prediction.seal = seal(prediction)
    return prediction


@needs(Permission.RECORD)
def record_prediction(work: Work, command: RecordPrediction) -> Prediction:
    """Record the part of a claim about the future, and seal its question, criteria and due date."""
    claim = hold_claim(work, command.claim_id)
    known = next((each for each in series.of_claim(work.session, claim.id) if each.series_id is None), None)
    refuse_again("prediction", known, "claim_id", "A claim has one prediction: record another claim for another one.")
    return work.add(predict(work, claim, command))


@needs(Permission.MOVE_DUE_DATE)
def move_due_date(work: Work, command: MoveDueDate) -> DueDateChange:
    """Give a prediction another due date. The one before is kept, and every reader sees that it moved."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        claim = records.get(work.session, Claim, prediction.claim_id)
        new = due(command.due_on, command.due_from, command.due_precision)
        binds = command.model_dump(include=BINDS, exclude_unset=True)
        says_days = command.due_from is not None or command.due_precision is not None
        change = resolution.move_due_date(prediction, claim, new, command.kind, command.reason, binds, says_days=says_days)
        resolution.explain_due_date(
            prediction, command.kind, command.model_dump(include=EXPLAINS, exclude_unset=True), command.reason
        )
        return work.add(change)


@needs(Permission.WITHDRAW)
def withdraw_prediction(work: Work, command: WithdrawPrediction) -> Prediction:
    """Stop tracking a prediction, for a reason of ours: it is none, or a duplicate. It stays readable."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        resolution.withdraw(prediction)
        return prediction


@needs(Permission.RESTORE)
def restore_prediction(work: Work, command: RestorePrediction) -> Prediction:
    """Track a withdrawn prediction again."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        resolution.restore(prediction)
        return prediction


@needs(Permission.SNOOZE)
def snooze_prediction(work: Work, command: SnoozePrediction) -> Prediction:
    """Put off the day on which to look again at a prediction without a due date. It comes back the day after."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        resolution.snooze(prediction, command.until, work.today)
        return prediction


@needs(Permission.SNOOZE)
def snooze_predictions(work: Work, command: SnoozePredictions) -> list[Prediction]:
    """Put off looking at some predictions without a due date, all or none: every one that cannot be is told at its place."""

    def snooze(prediction: Prediction) -> None:
        resolution.snooze(prediction, command.until, work.today)

    snoozed = change_each(work, command, snooze)
    flags.reconcile_predictions(work.session, work.now, command.prediction_ids)
    return snoozed


@needs(Permission.UPDATE)
def update_prediction(work: Work, command: UpdatePrediction) -> Prediction:
    """Correct a prediction. Another question or other criteria need a reason, and every reader sees that they changed."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        changes = command.changed()
        changed = changed_meaning(prediction, changes)
        if changed:
            outcome = predictions.find_in_force(work.session, prediction.id)
            check_may_change(changed, outcome, work.actor, command.reason, work.policy)
        check_target(command.target)
        claim = records.get(work.session, Claim, prediction.claim_id)
        with work.session.no_autoflush:
            resolution.amend(prediction, claim, changes, command.reason)
        return prediction
