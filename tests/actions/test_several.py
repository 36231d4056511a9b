"""Several predictions are changed by one verb: all of them, or none and every mistake is told with its place."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col
from uuid_utils.compat import uuid7

from claimkb.actions import following, predictions
from claimkb.actions.following import AssignPredictions
from claimkb.actions.predictions import SnoozePredictions
from claimkb.actions.several import MOST_PREDICTIONS
from claimkb.actions.work import Desk
from claimkb.domain import Flag
from claimkb.domain.access import NoAccount
from claimkb.domain.refusals import AlreadyResolved, HasDueDate, NotFound, NotToCome
from claimkb.domain.several import NamedTwice, Several
from claimkb.store import verification
from tests.builders import TODAY, a_prediction, an_account, do, flagged, refused, resolved

LATER = TODAY + timedelta(days=90)


def mistakes(refusal: Any) -> list[tuple[type[Any], tuple[str | int, ...]]]:
    """List what was refused, each with its place."""
    return [(type(each), each.field) for each in refusal.refusals]


def test_several_predictions_get_an_assignee_together(desk: Desk) -> None:
    ids = [a_prediction(desk).id for _ in range(3)]
    an_account(desk, "Bea")
    changed = do(desk, following.assign_predictions, AssignPredictions(prediction_ids=ids, assignee="Bea"))
    assert [(each.id, each.assignee, each.version) for each in changed] == [(id_, "Bea", 2) for id_ in ids]
    assert list(verification.find(desk.database)) == []


def test_nobody_looks_after_several_predictions(desk: Desk) -> None:
    an_account(desk, "Bea")
    ids = [a_prediction(desk).id]
    do(desk, following.assign_predictions, AssignPredictions(prediction_ids=ids, assignee="Bea"))
    (changed,) = do(desk, following.assign_predictions, AssignPredictions(prediction_ids=ids, assignee=None))
    assert changed.assignee is None


def test_every_mistake_of_an_assignment_is_told(desk: Desk) -> None:
    one = a_prediction(desk).id
    order = AssignPredictions(prediction_ids=[one, uuid7(), one], assignee="Nobody")
    refusal = refused(desk, Several, following.assign_predictions, order)
    assert mistakes(refusal) == [
        (NoAccount, ("assignee",)),
        (NotFound, ("prediction_ids", 1)),
        (NamedTwice, ("prediction_ids", 2)),
    ]


def test_several_predictions_are_snoozed_together(desk: Desk) -> None:
    ids = [a_prediction(desk, None).id for _ in range(2)]
    changed = do(desk, predictions.snooze_predictions, SnoozePredictions(prediction_ids=ids, until=LATER, reason="r"))
    assert [each.review_on for each in changed] == [LATER, LATER]


def test_the_flags_of_predictions_that_are_snoozed_together_are_cleared(desk: Desk) -> None:
    ids = [a_prediction(desk, None, review_on=TODAY - timedelta(days=2)).id for _ in range(2)]
    assert flagged(desk) == 2
    do(desk, predictions.snooze_predictions, SnoozePredictions(prediction_ids=ids[:1], until=LATER, reason="r"))
    with desk.database.read() as session:
        left = session.scalars(sa.select(col(Flag.prediction_id)).where(col(Flag.cleared_at).is_(None))).all()
    assert list(left) == ids[1:]


def test_every_prediction_that_cannot_be_snoozed_is_told(desk: Desk) -> None:
    dated, undated, answered = a_prediction(desk), a_prediction(desk, None), a_prediction(desk)
    resolved(desk, answered)
    order = SnoozePredictions(prediction_ids=[undated.id, dated.id, answered.id], until=LATER, reason="r")
    refusal = refused(desk, Several, predictions.snooze_predictions, order)
    assert mistakes(refusal) == [(HasDueDate, ("prediction_ids", 1)), (AlreadyResolved, ("prediction_ids", 2))]


def test_a_day_that_is_not_to_come_is_told_once(desk: Desk) -> None:
    ids = [a_prediction(desk, None).id for _ in range(2)]
    order = SnoozePredictions(prediction_ids=ids, until=TODAY, reason="r")
    assert refused(desk, NotToCome, predictions.snooze_predictions, order).field == ("until",)


def test_more_predictions_than_one_change_takes_are_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {MOST_PREDICTIONS}"):
        AssignPredictions(prediction_ids=[uuid7() for _ in range(MOST_PREDICTIONS + 1)], assignee=None)
