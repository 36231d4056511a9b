"""Record what happened: resolve predictions, and reopen them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from pydantic import Field as Rule

from claimkb.actions.evidence import GiveEvidence, give_evidence
from claimkb.actions.predictions import ChangePrediction, changing
from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.work import Work, needs
from claimkb.domain import Claim, Outcome, Prediction, resolution
from claimkb.domain.outcome import EarlyReason, KnownOn, Measured, NoEvidenceReason, OccurredOn, OutcomeReview, Rationale, Verdict
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Reason
from claimkb.domain.reference import OutcomeId, PredictionId
from claimkb.domain.refusals import within
from claimkb.domain.reply import check_none_waiting
from claimkb.domain.target import Unit
from claimkb.store import predictions, replies, revisions
from claimkb.store.engine import records


class ResolvePrediction(Quoting):
    """What happened, and how we know."""

    prediction_id: PredictionId
    verdict: Verdict = Rule(description="The answer.")
    rationale: Rationale
    occurred_on: OccurredOn | None = None
    known_on: KnownOn | None = None
    measured: Measured | None = None
    unit: Unit | None = Rule(default=None, description="The unit of what was measured; the target's where left out.")
    evidence: list[GiveEvidence] | None = Rule(
        default=None, max_length=50, description="What shows it: at least one, or a reason why there is none."
    )
    no_evidence_reason: NoEvidenceReason | None = None
    early_reason: EarlyReason | None = None
    expected_version: ExpectedVersion | None = None

    def quoted(self) -> Iterable[Quoted]:
        """List the quotes of its evidence."""
        return chain.from_iterable(each.quoted() for each in self.evidence or ())


class ConfirmOutcome(Command):
    """Which proposed outcome to let stand."""

    outcome_id: OutcomeId
    expected_version: ExpectedVersion | None = None


class RejectOutcome(ConfirmOutcome):
    """Which proposed outcome not to agree with, and why."""

    reason: Reason


class ReopenPrediction(ChangePrediction):
    """Which prediction to open again, and why."""


@needs(Permission.RESOLVE)
def resolve_prediction(work: Work, command: ResolvePrediction) -> Outcome:
    """Say what happened: answer a prediction with a verdict, a rationale and evidence. Under the two-person rule it then waits
    for another person.
    """
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        claim = records.get(work.session, Claim, prediction.claim_id)
        resolution.check_author(revisions.author(work.session, prediction.id), work.actor.name, work.policy)
        outcome = Outcome(
            **command.model_dump(exclude={"prediction_id", "evidence", "expected_version"}),
            recorded_at=work.now,
            proposed_by=work.actor.name,
        )
        superseded = predictions.find_outcome(work.session, prediction.id, OutcomeReview.SUPERSEDED)
        has_evidence = bool(command.evidence)
        known: dict[str, Any] = {"superseded": superseded, "has_evidence": has_evidence, "policy": work.policy}
        resolution.resolve(prediction, claim, outcome, today=work.today, newest=work.newest_day, **known)
        if outcome.review is OutcomeReview.CONFIRMED:
            check_none_waiting(replies.of_prediction(work.session, prediction.id), "prediction_id", work.today)
        work.add(outcome)
        for index, evidence in enumerate(command.evidence or []):
            with within("evidence", index):
                give_evidence(work, evidence, outcome=outcome)
        return outcome


@contextmanager
def _reviewing(work: Work, command: ConfirmOutcome) -> Iterator[tuple[Prediction, Outcome]]:
    """Hold a proposed outcome, and its prediction before it: every action locks them in this order."""
    known = records.get(work.session, Outcome, command.outcome_id, "outcome_id")
    with changing(work, known.prediction_id, None) as prediction:
        yield prediction, work.to_change(Outcome, command.outcome_id, "outcome_id", command.expected_version)


@needs(Permission.CONFIRM)
def confirm_outcome(work: Work, command: ConfirmOutcome) -> Outcome:
    """Let an outcome stand that another person proposed."""
    with _reviewing(work, command) as (prediction, outcome):
        resolution.check_author(revisions.author(work.session, prediction.id), work.actor.name, work.policy)
        check_none_waiting(replies.of_prediction(work.session, prediction.id), "outcome_id", work.today)
        resolution.confirm(prediction, outcome, work.actor)
        return outcome


@needs(Permission.CONFIRM)
def reject_outcome(work: Work, command: RejectOutcome) -> Outcome:
    """Do not agree with a proposed outcome. It stays readable with the reason, and the prediction is open again."""
    with _reviewing(work, command) as (prediction, outcome):
        resolution.reject(prediction, outcome, work.actor.name, command.reason)
        return outcome


@needs(Permission.REOPEN)
def reopen_prediction(work: Work, command: ReopenPrediction) -> Prediction:
    """Open a resolved prediction again. Its outcome is superseded and stays readable."""
    with changing(work, command.prediction_id, command.expected_version) as prediction:
        outcome = predictions.find_outcome(work.session, prediction.id, OutcomeReview.CONFIRMED)
        resolution.reopen(prediction, outcome, command.reason)
        return prediction
