"""How does a prediction's life go on? Resolve, reopen, withdraw, restore, snooze, correct, and move its due date.

Each function takes records and what was asked, refuses or changes the records, and returns what is to be appended.
Silence is never an answer: nothing here acts because a day has passed.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from claimkb.domain.account import Actor
from claimkb.domain.answering import check_against_deadline, check_days, check_measure
from claimkb.domain.claim import Claim, first_said_on
from claimkb.domain.dating import WithinWhichDays
from claimkb.domain.deadline import DueBound, check_answer_from, later
from claimkb.domain.outcome import Outcome, OutcomeReview
from claimkb.domain.permissions import Permission
from claimkb.domain.policy import USUAL, Policy
from claimkb.domain.prediction import (
    Due,
    DueBasis,
    DueDateChange,
    DueDateChangeKind,
    Prediction,
    PredictionStatus,
    check_basis,
    check_due_after_claim,
    deadline,
)
from claimkb.domain.refusals import (
    AlreadyResolved,
    AlreadyWithdrawn,
    AwaitsConfirmation,
    HasDueDate,
    NeedsReason,
    NoEvidence,
    NotResolved,
    NotToCome,
    NotWithdrawn,
    SameDueDate,
)
from claimkb.domain.reviewing import NotProposed, OwnPrediction, OwnProposal, ProgramConfirms
from claimkb.domain.revision import revise
from claimkb.domain.target import COLUMNS

SEALED_WORDS = ("question", "criteria", *COLUMNS)


def check_open(prediction: Prediction) -> None:
    """Refuse a prediction that is settled, or waits for a confirmation."""
    if prediction.status is PredictionStatus.RESOLVED:
        raise AlreadyResolved("prediction_id")
    if prediction.status is PredictionStatus.WITHDRAWN:
        raise AlreadyWithdrawn("prediction_id")
    if prediction.status is PredictionStatus.PROPOSED:
        raise AwaitsConfirmation("prediction_id")


def resolve(
    prediction: Prediction,
    claim: Claim,
    outcome: Outcome,
    *,
    superseded: Outcome | None,
    has_evidence: bool,
    today: date,
    newest: date,
    policy: Policy = USUAL,
) -> Outcome:
    """Answer an open prediction. The outcome needs evidence or a reason why there is none, and perhaps another person.

    Today is the desk's; what happened may be of the newest day that has begun anywhere on earth.
    """
    check_open(prediction)
    if not has_evidence and not outcome.no_evidence_reason:
        raise NoEvidence("evidence")
    held_to = deadline(prediction)
    check_days(outcome, claim, held_to, newest)
    check_against_deadline(outcome, held_to, today, newest)
    check_measure(outcome, prediction.target, held_to)
    outcome.prediction_id = prediction.id
    outcome.supersedes_id = superseded.id if superseded else None
    waits = policy.two_person_rule
    outcome.review = OutcomeReview.PROPOSED if waits else OutcomeReview.CONFIRMED
    prediction.status = PredictionStatus.PROPOSED if waits else PredictionStatus.RESOLVED
    return outcome


def check_proposed(outcome: Outcome) -> None:
    """Refuse an outcome that waits for nobody."""
    if outcome.review is not OutcomeReview.PROPOSED:
        raise NotProposed("outcome_id", review=outcome.review)


def confirm(prediction: Prediction, outcome: Outcome, by: Actor) -> None:
    """Let a proposed outcome stand. Neither a program confirms it, nor who proposed it, also where the rule was given up since."""
    check_proposed(outcome)
    if by.is_program:
        raise ProgramConfirms("outcome_id", name=by.name)
    if outcome.proposed_by == by.name:
        raise OwnProposal("outcome_id", author=by.name)
    outcome.review, outcome.reviewed_by = OutcomeReview.CONFIRMED, by.name
    prediction.status = PredictionStatus.RESOLVED


def reject(prediction: Prediction, outcome: Outcome, by: str, reason: str) -> None:
    """Open a prediction again whose proposed outcome somebody does not agree with; who proposed it may take it back so."""
    check_proposed(outcome)
    outcome.review, outcome.reviewed_by, outcome.rejected_reason = OutcomeReview.REJECTED, by, reason
    prediction.status = PredictionStatus.OPEN


def check_author(author: str, name: str, policy: Policy) -> None:
    """Refuse to resolve a prediction that one recorded oneself, where the desk has agreed on that."""
    if author == name and not policy.own_predictions:
        raise OwnPrediction("prediction_id", author=author)


def reopen(prediction: Prediction, outcome: Outcome | None, reason: str) -> None:
    """Open a resolved prediction again. Its outcome is superseded, and stays readable with the reason."""
    if prediction.status is not PredictionStatus.RESOLVED or outcome is None:
        raise NotResolved("prediction_id", status=prediction.status)
    outcome.review = OutcomeReview.SUPERSEDED
    outcome.superseded_reason = reason
    prediction.status = PredictionStatus.OPEN


def withdraw(prediction: Prediction) -> None:
    """Stop tracking an open prediction, for a reason of ours. A claimant's retraction is a new appearance instead."""
    check_open(prediction)
    prediction.status = PredictionStatus.WITHDRAWN


def restore(prediction: Prediction) -> None:
    """Track a withdrawn prediction again."""
    if prediction.status is not PredictionStatus.WITHDRAWN:
        raise NotWithdrawn("prediction_id", status=prediction.status)
    prediction.status = PredictionStatus.OPEN


def move_due_date(
    prediction: Prediction,
    claim: Claim,
    due: Due,
    kind: DueDateChangeKind,
    reason: str,
    binds: Mapping[str, Any] = MappingProxyType({}),
    *,
    says_days: bool = True,
) -> DueDateChange:
    """Give an open prediction another due date, and keep the one before. The original stays for the scores.

    It binds as before where `binds` does not say otherwise; an answer day that is no longer later goes. What is WITHIN several
    days does not become WITHIN one of them in silence: `says_days` tells whether the first day or the precision was sent.
    """
    bound = binds.get("bound") or prediction.bound
    kept = prediction.answer_from if later(due.due_on, prediction.answer_from) != due.due_on else None
    answer_from = binds.get("answer_from", kept)
    check_open(prediction)
    if prediction.bound is DueBound.WITHIN and prediction.due_from != prediction.due_on and not (says_days or binds.get("bound")):
        raise WithinWhichDays("due_from", due_from=prediction.due_from, due_on=prediction.due_on)
    check_answer_from(answer_from, due.due_on)
    check_due_after_claim(later(due.due_on, answer_from), first_said_on(claim))
    since = {
        "due_from": due.due_from,
        "due_on": due.due_on,
        "due_precision": due.precision,
        "bound": bound,
        "answer_from": answer_from,
    }
    before = {name: getattr(prediction, name) for name in since}
    if since == before:
        raise SameDueDate("due_on", due_on=due.due_on)
    both = {f"old_{name}": value for name, value in before.items()} | {f"new_{name}": value for name, value in since.items()}
    revise(prediction, since)
    return DueDateChange(prediction_id=prediction.id, kind=kind, reason=reason, **both)


def explain_due_date(prediction: Prediction, kind: DueDateChangeKind, said: Mapping[str, Any], reason: str) -> None:
    """Say where a moved due date comes from. A correction keeps what is not said anew: the words of the source are the same.
    Otherwise what explained the date before goes with it, and stays in the history.
    """
    kept = kind is DueDateChangeKind.CORRECTION
    basis = said.get("due_basis") or (prediction.due_basis if kept else None)
    prediction.due_basis = basis or DueBasis.EDITORIAL
    prediction.due_text = said.get("due_text", prediction.due_text if kept else None)
    prediction.due_reasoning = said.get("due_reasoning") or reason


def snooze(prediction: Prediction, until: date, today: date) -> None:
    """Put off the day on which to look again. What has a due date is chased until it is answered, or the date moves."""
    check_open(prediction)
    if prediction.due_on is not None:
        raise HasDueDate("prediction_id", due_on=prediction.due_on)
    if until <= today:
        raise NotToCome("until", day=until, today=today)
    prediction.review_on = until


def amend(prediction: Prediction, claim: Claim, changes: Mapping[str, object], reason: str | None) -> None:
    """Correct a prediction. What is sealed changes only while it is open, and for a reason that every reader sees.

    So does the answer day, which needs no reason: the claim must not have been made after it.
    """
    for name in SEALED_WORDS:
        if name in changes and changes[name] != getattr(prediction, name):
            check_open(prediction)
            if not reason:
                raise NeedsReason("reason", field=name)
    if changes.get("answer_from", prediction.answer_from) != prediction.answer_from:
        check_open(prediction)
    revise(prediction, changes)
    check_answer_from(prediction.answer_from, prediction.due_on)
    if "answer_from" in changes:
        check_due_after_claim(later(prediction.due_on, prediction.answer_from), first_said_on(claim), "answer_from")
    check_basis(prediction.due_on, prediction.due_basis, prediction.due_reasoning)


_POSSIBLE = {
    Permission.RESOLVE: (PredictionStatus.OPEN,),
    Permission.CONFIRM: (PredictionStatus.PROPOSED,),
    Permission.MOVE_DUE_DATE: (PredictionStatus.OPEN,),
    Permission.SNOOZE: (PredictionStatus.OPEN,),
    Permission.WITHDRAW: (PredictionStatus.OPEN,),
    Permission.REOPEN: (PredictionStatus.RESOLVED,),
    Permission.RESTORE: (PredictionStatus.WITHDRAWN,),
    Permission.UPDATE: tuple(PredictionStatus),
    Permission.ASSIGN: tuple(PredictionStatus),
}


def possible(prediction: Prediction, actor: Actor, proposal: Outcome | None = None) -> list[Permission]:
    """List what an actor may do with a prediction as it stands, and with the outcome that is proposed for it."""
    open_to = [verb for verb, statuses in _POSSIBLE.items() if prediction.status in statuses and actor.may(verb)]
    if proposal is not None and (actor.is_program or proposal.proposed_by == actor.name):
        open_to = [verb for verb in open_to if verb is not Permission.CONFIRM]
    return [verb for verb in open_to if verb is not Permission.SNOOZE or prediction.due_on is None]
