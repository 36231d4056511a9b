"""Which commands say what became of a prediction? Each enters where the API's verbs enter: at the actions."""

from datetime import date
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from claimkb.actions import outcomes
from claimkb.actions.evidence import GiveEvidence
from claimkb.actions.sources import RecordSource
from claimkb.cli.acting import As, Version, Why, carry_out, input_of
from claimkb.cli.reading import AsJson, PredictionArgument, dated, open_current_desk, print_json
from claimkb.cli.tables import say
from claimkb.domain import Prediction
from claimkb.domain.evidence import Stance
from claimkb.domain.outcome import OutcomeReview, Verdict
from claimkb.domain.reviewing import NothingProposed
from claimkb.store import predictions
from claimkb.store.engine import records

SOURCE_HELP = "A source that {}: its id, or its web address and, after a space, its title. May be repeated."


def _evidence(stance: Stance, named: str) -> GiveEvidence:
    """Read a source named on the command line: an id, or a web address and perhaps a title."""
    if "://" not in named:
        try:
            return GiveEvidence.model_validate({"source_id": named, "stance": stance})
        except ValidationError:
            raise typer.BadParameter(f"{named} is no id of a source: name that, or its web address and its title.") from None
    url, _, title = named.partition(" ")
    return GiveEvidence(source=RecordSource(url=url, title=title or url[:500]), stance=stance)


def resolve(
    prediction: PredictionArgument,
    verdict: Annotated[Verdict, typer.Option(help="The answer.")],
    rationale: Annotated[str, typer.Option(help="Why we say so.")],
    occurred_on: Annotated[date | None, dated("When it happened.")] = None,
    known_on: Annotated[date | None, dated("When it became known.")] = None,
    measured: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="What was measured, to be held against the target.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The unit of what was measured; the target's where left out.")] = None,
    supports: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks for the verdict"))] = None,
    refutes: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks against it"))] = None,
    context: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("helps to understand it"))] = None,
    no_evidence_reason: Annotated[str | None, typer.Option(help="Why there is no evidence, if there is none.")] = None,
    early_reason: Annotated[str | None, typer.Option(help="Before the due date: why the remaining days cannot undo it.")] = None,
    expected_version: Version = None,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Resolve a prediction: say what happened, why we say so, and what shows it."""
    stances = ((Stance.SUPPORTS, supports), (Stance.REFUTES, refutes), (Stance.CONTEXT, context))
    command = input_of(
        outcomes.ResolvePrediction,
        prediction_id=prediction,
        verdict=verdict,
        rationale=rationale,
        occurred_on=occurred_on,
        known_on=known_on,
        measured=measured,
        unit=unit,
        evidence=[_evidence(stance, named) for stance, given in stances for named in given or []] or None,
        no_evidence_reason=no_evidence_reason,
        early_reason=early_reason,
        expected_version=expected_version,
    )
    outcome = carry_out(outcomes.resolve_prediction, command, by)
    if as_json:
        written = {"outcome": str(outcome.id), "verdict": outcome.verdict.value, "review": outcome.review.value}
        print_json({"prediction": str(prediction), **written})
        return
    waits = outcome.review is OutcomeReview.PROPOSED
    say(f"{'Proposed' if waits else 'Resolved'}: {outcome.verdict}. {outcome.rationale}")
    if waits:
        say(f"It waits until another person confirms it: claimkb confirm {prediction}")


def _proposed(prediction: UUID) -> UUID:
    """Find the outcome that is proposed for a prediction; refuse a prediction for which none is."""
    with open_current_desk().database.read() as session:
        found = predictions.find_outcome(session, prediction, OutcomeReview.PROPOSED)
        if found is None:
            raise NothingProposed(status=records.get(session, Prediction, prediction, "prediction_id").status)
    return found.id


def confirm(prediction: PredictionArgument, by: As = None) -> None:
    """Let the outcome stand that another person proposed."""
    command = outcomes.ConfirmOutcome(outcome_id=_proposed(prediction))
    confirmed = carry_out(outcomes.confirm_outcome, command, by)
    say(f"Confirmed: {confirmed.verdict}. {confirmed.rationale}")


def reject(prediction: PredictionArgument, reason: Why, by: As = None) -> None:
    """Do not agree with the outcome that is proposed, or take back your own: the prediction is open again."""
    command = outcomes.RejectOutcome(outcome_id=_proposed(prediction), reason=reason)
    rejected = carry_out(outcomes.reject_outcome, command, by)
    say(f"Rejected: {rejected.verdict}. The prediction is open again.")


def reopen(prediction: PredictionArgument, reason: Why, expected_version: Version = None, by: As = None) -> None:
    """Open a resolved prediction again: its outcome is superseded and stays readable."""
    command = input_of(outcomes.ReopenPrediction, prediction_id=prediction, reason=reason, expected_version=expected_version)
    reopened = carry_out(outcomes.reopen_prediction, command, by)
    say(f"Open again: {reopened.question}")
