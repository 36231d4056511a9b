"""Change several predictions by one rule, in one transaction: all of them, or none and every mistake is told."""

from collections.abc import Callable
from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.work import Work
from claimkb.domain import Prediction
from claimkb.domain.record import Command
from claimkb.domain.reference import PredictionId
from claimkb.domain.several import Mistakes, check_named, in_list
from claimkb.store.engine import records

MOST_PREDICTIONS = 100
"""How many predictions are changed at once."""


class ChangePredictions(Command):
    """Which predictions to change."""

    prediction_ids: list[PredictionId] = Rule(
        min_length=1, max_length=MOST_PREDICTIONS, description=f"The predictions, {MOST_PREDICTIONS} at most."
    )


def change_each(
    work: Work, command: ChangePredictions, change: Callable[[Prediction], None], mistakes: Mistakes | None = None
) -> list[Prediction]:
    """Hold predictions and change each, in their order; refuse with every mistake, those that were found before among them."""
    ids, mistakes = command.prediction_ids, mistakes or Mistakes()
    there = records.several_to_change(work.session, Prediction, ids)
    before: set[UUID] = set()
    for place, id_ in enumerate(ids):
        with mistakes.at(), in_list("prediction_ids", place, "prediction_id"):
            check_named(Prediction.__name__, id_, there, before)
            change(there[id_])
    mistakes.refuse()
    return [there[id_] for id_ in ids]
