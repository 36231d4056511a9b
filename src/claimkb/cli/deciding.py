"""Which commands move a prediction through its life? Each enters where the API's verbs enter: at the actions."""

from datetime import date
from typing import Annotated

import typer
from pydantic import ValidationError

from claimkb.actions import outcomes
from claimkb.actions.evidence import GiveEvidence
from claimkb.actions.sources import RecordSource
from claimkb.cli.reading import AsJson, PredictionArgument, dated, open_current_desk, print_json
from claimkb.cli.tables import say
from claimkb.domain.evidence import Stance
from claimkb.domain.outcome import OutcomeReview, Verdict
from claimkb.identity import LOCAL_EDITOR

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
    supports: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks for the verdict"))] = None,
    refutes: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks against it"))] = None,
    context: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("helps to understand it"))] = None,
    no_evidence_reason: Annotated[str | None, typer.Option(help="Why there is no evidence, if there is none.")] = None,
    early_reason: Annotated[str | None, typer.Option(help="Before the due date: why the remaining days cannot undo it.")] = None,
    expected_version: Annotated[int | None, typer.Option(min=1, help="Refuse if the prediction is not at this version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve a prediction: say what happened, why we say so, and what shows it."""
    stances = ((Stance.SUPPORTS, supports), (Stance.REFUTES, refutes), (Stance.CONTEXT, context))
    order = outcomes.ResolvePrediction.model_validate(
        {
            "prediction_id": prediction,
            "verdict": verdict,
            "rationale": rationale,
            "occurred_on": occurred_on,
            "known_on": known_on,
            "evidence": [_evidence(stance, named) for stance, given in stances for named in given or []] or None,
            "no_evidence_reason": no_evidence_reason,
            "early_reason": early_reason,
            "expected_version": expected_version,
        }
    )
    with open_current_desk().work(LOCAL_EDITOR) as work:
        outcome = outcomes.resolve_prediction(work, order)
    if as_json:
        print_json(
            {
                "prediction": str(prediction),
                "outcome": str(outcome.id),
                "verdict": outcome.verdict.value,
                "review": outcome.review.value,
            }
        )
        return
    waits = outcome.review is OutcomeReview.PROPOSED
    say(f"{'Proposed' if waits else 'Resolved'}: {outcome.verdict}. {outcome.rationale}")
    if waits:
        say("It waits until another person confirms it (confirmOutcome).")
