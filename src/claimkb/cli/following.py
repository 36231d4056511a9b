"""Which commands look after a prediction until it is answered? Each enters where the API's verbs enter: at the actions."""

from datetime import date
from typing import Annotated
from uuid import UUID

import typer

from claimkb.actions import following, predictions
from claimkb.actions.work import Desk
from claimkb.cli.acting import As, Version, Why, carry_out, input_of
from claimkb.cli.reading import PredictionArgument, dated, id_of, open_current_desk
from claimkb.cli.tables import say
from claimkb.cli.typing_dates import days, fields, typed
from claimkb.domain import Claim, Prediction
from claimkb.domain.claim import first_said_on
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis, DueDateChangeKind
from claimkb.domain.progress import Progress
from claimkb.domain.quantity import counted
from claimkb.store.engine import records


def move(
    prediction: PredictionArgument,
    kind: Annotated[DueDateChangeKind, typer.Option(help="Misread by us, moved by the claimant, or chosen by the desk.")],
    due_on: Annotated[str, typed("The new due date: its last day, or as 2027-Q1.")],
    reason: Why,
    said_on: Annotated[
        date | None, dated("When the words of the due date were said: a CORRECTION counts from the claim's day, else from today.")
    ] = None,
    due_from: Annotated[date | None, dated("Its first day; as the precision gives it where left out.")] = None,
    precision: Annotated[DatePrecision | None, typer.Option(help="How much of it is known; DAY where left out.")] = None,
    bound: Annotated[DueBound | None, typer.Option(help="How it binds; as before where left out.")] = None,
    answer_from: Annotated[
        date | None, dated("The first day on which the answer can be known; where left out it stays, if it is after the due date.")
    ] = None,
    due_text: Annotated[str | None, typer.Option(help="The new due date in the words of the source.")] = None,
    basis: Annotated[DueBasis | None, typer.Option(help="Where it comes from; a CORRECTION keeps what is left out.")] = None,
    reasoning: Annotated[str | None, typer.Option(help="How it was found; the reason where left out.")] = None,
    expected_version: Version = None,
    by: As = None,
) -> None:
    """Move a prediction's due date. The one before is kept, and every reader sees that it moved."""
    desk = open_current_desk()
    day = said_on or (_said_on(desk, prediction) if kind is DueDateChangeKind.CORRECTION else None) or desk.today()
    said = {
        "due_from": due_from,
        "due_precision": precision,
        "bound": bound,
        "answer_from": answer_from,
        "due_text": due_text,
        "due_basis": basis,
        "due_reasoning": reasoning,
    }
    given = fields(due_on, day, desk) | {name: value for name, value in said.items() if value is not None}
    change_of = {"prediction_id": prediction, "kind": kind, "reason": reason, "expected_version": expected_version}
    command = input_of(predictions.MoveDueDate, **change_of, **given)
    change = carry_out(predictions.move_due_date, command, by)
    say(f"Due on {change.new_due_on} now, before: {change.old_due_on or 'no due date'}. {change.reason}")


def _said_on(desk: Desk, prediction_id: UUID) -> date | None:
    """Return the day on which the claim of a prediction was made, if it is known."""
    with desk.database.read() as session:
        prediction = records.get(session, Prediction, prediction_id, "prediction_id")
        return first_said_on(records.get(session, Claim, prediction.claim_id))


def snooze(
    prediction: PredictionArgument,
    until: Annotated[str, typed("The day after which to look again.")],
    reason: Why,
    expected_version: Version = None,
    by: As = None,
) -> None:
    """Put off the day on which to look again at a prediction without a due date."""
    given = {"until": days(until, open_current_desk()).last, "reason": reason, "expected_version": expected_version}
    snoozed = carry_out(
        predictions.snooze_prediction, input_of(predictions.SnoozePrediction, prediction_id=prediction, **given), by
    )
    say(f"To be looked at again after {snoozed.review_on}: {snoozed.question}")


def withdraw(prediction: PredictionArgument, reason: Why, expected_version: Version = None, by: As = None) -> None:
    """Stop tracking a prediction, for a reason of ours: it is none, or a duplicate. It stays readable."""
    command = input_of(predictions.WithdrawPrediction, prediction_id=prediction, reason=reason, expected_version=expected_version)
    withdrawn = carry_out(predictions.withdraw_prediction, command, by)
    say(f"Withdrawn: {withdrawn.question}")


def track_again(prediction: PredictionArgument, reason: Why, expected_version: Version = None, by: As = None) -> None:
    """Track a withdrawn prediction again."""
    command = input_of(predictions.RestorePrediction, prediction_id=prediction, reason=reason, expected_version=expected_version)
    restored = carry_out(predictions.restore_prediction, command, by)
    say(f"Tracked again: {restored.question}")


def assign(
    prediction: PredictionArgument,
    account: Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="The account that is to look after it.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Let nobody look after it.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
    expected_version: Version = None,
    by: As = None,
) -> None:
    """Say who looks after a prediction: they are told when its day has come."""
    if (account is None) != nobody:
        raise typer.BadParameter("name an account, or say --nobody.")
    command = following.AssignPrediction(
        prediction_id=prediction, assignee=account, reason=reason, expected_version=expected_version
    )
    assigned = carry_out(following.assign_prediction, command, by)
    say(f"{assigned.assignee or 'Nobody'} looks after it: {assigned.question}")


Predictions = Annotated[
    list[UUID],
    typer.Argument(metavar="ID...", parser=id_of("Prediction"), help="The predictions' ids, as claimkb predictions shows them."),
]


def assign_several(
    prediction: Predictions,
    to: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="The account that is to look after them.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Let nobody look after them.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
    by: As = None,
) -> None:
    """Say who looks after several predictions: all of them, or none and every mistake is told."""
    if (to is None) != nobody:
        raise typer.BadParameter("name an account by --to, or say --nobody.")
    command = following.AssignPredictions(prediction_ids=prediction, assignee=to, reason=reason)
    assigned = carry_out(following.assign_predictions, command, by)
    say(f"{assigned[0].assignee or 'Nobody'} looks after {counted(len(assigned), 'prediction')}.")


def snooze_several(
    prediction: Predictions,
    until: Annotated[str, typed("The day after which to look again.")],
    reason: Why,
    by: As = None,
) -> None:
    """Put off looking at several predictions without a due date: all of them, or none and every mistake is told."""
    last = days(until, open_current_desk()).last
    command = input_of(predictions.SnoozePredictions, prediction_ids=prediction, until=last, reason=reason)
    snoozed = carry_out(predictions.snooze_predictions, command, by)
    say(f"{counted(len(snoozed), 'prediction')} to be looked at again after {last}.")


def note(
    prediction: PredictionArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was seen.")],
    progress: Annotated[Progress, typer.Option(help="How it looks.")] = Progress.NOTE,
    noted_on: Annotated[date | None, dated("The day for which it holds; today where left out.")] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="The source in which it was published.")] = None,
    by: As = None,
) -> None:
    """Note what was seen of a prediction on the way. That is no answer: it waits as before."""
    given = {"progress": progress, "text": text, "noted_on": noted_on, "source_id": source}
    noted = carry_out(following.note_progress, input_of(following.NoteProgress, prediction_id=prediction, **given), by)
    say(f"Noted, {noted.progress}: {noted.text}")
