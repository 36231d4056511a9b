"""The questions about predictions, and the index that serves the queue."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from claimkb.actions import flagging, following, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.timeliness import LONG_OVERDUE_DAYS, Timeliness, timeliness
from claimkb.store import predictions as stored
from claimkb.store.engine import paging
from claimkb.store.engine.conditions import DateRange
from claimkb.store.engine.ordering import OrderDirection
from claimkb.store.engine.paging import Slice
from claimkb.store.predictions import PredictionFilter, PredictionOrder, PredictionOrderField
from tests.builders import NOON, TODAY, a_claim, a_claimant, a_prediction, a_source, an_account, do, plan, resolved


def found(desk: Desk, **wanted: Any) -> set[str]:
    """Return the questions of the predictions that a filter names."""
    with desk.database.read() as session:
        select = stored.matching(PredictionFilter.model_validate(wanted), desk.today())
        return {row.question for row in paging.page(session, select, stored.ordered(None), Slice(first=100)).rows}


@pytest.fixture
def calendar(desk: Desk) -> Desk:
    """Record predictions on every side of every limit, dated and undated, open and settled."""
    for days in (-400, -31, -30, -29, -1, 0, 1, 6, 7, 8, 400):
        a_prediction(desk, TODAY + timedelta(days=days), question=f"dated {days}")
        a_prediction(desk, None, review_on=TODAY + timedelta(days=days), question=f"undated {days}")
    resolved(desk, a_prediction(desk, TODAY - timedelta(days=50), question="resolved"))
    gone = a_prediction(desk, TODAY - timedelta(days=50), question="withdrawn")
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=gone.id, reason="A duplicate."))
    return desk


@pytest.mark.parametrize("offset", [-500, -8, 0, 1, 30, 500])
def test_timeliness_in_sql_is_what_the_domain_says(calendar: Desk, offset: int) -> None:
    today = TODAY + timedelta(days=offset)
    with calendar.database.read() as session:
        rows = session.execute(sa.select(Prediction, stored.timeliness_of(today))).all()
        counts = stored.count_by_timeliness(session, today)
    assert [Timeliness[said] for _, said in rows] == [timeliness(row, today) for row, _ in rows]
    assert counts == {each: [timeliness(row, today) for row, _ in rows].count(each) for each in Timeliness}


@pytest.mark.parametrize("offset", [-500, -8, 0, 1, 30, 500])
def test_timeliness_in_sql_goes_by_the_answer_day_as_the_domain_does(desk: Desk, offset: int) -> None:
    for days in (-399, -31, -30, -29, -1, 0, 1, 7, 8, 400):
        a_prediction(desk, TODAY - timedelta(days=400), answer_from=TODAY + timedelta(days=days))
    test_timeliness_in_sql_is_what_the_domain_says(desk, offset)


def test_predictions_are_found_by_whether_a_number_is_predicted(desk: Desk) -> None:
    a_prediction(desk, question="number", target={"comparator": "AT_MOST", "value": "3", "unit": "%"})
    a_prediction(desk, question="none")
    assert (found(desk, has_target=True), found(desk, has_target=False)) == ({"number"}, {"none"})


def test_the_filter_by_timeliness_finds_each_prediction_once(calendar: Desk) -> None:
    assert found(calendar, timeliness=["OVERDUE"]) == {"dated -29", "dated -1"}
    assert found(calendar, timeliness=["LONG_OVERDUE"]) == {"dated -400", "dated -31", "dated -30"}
    assert found(calendar, timeliness=["DUE_SOON"]) == {"dated 0", "dated 1", "dated 6", "dated 7"}
    assert found(calendar, timeliness=["SETTLED"]) == {"resolved", "withdrawn"}
    assert len(found(calendar, timeliness=[each.value for each in Timeliness])) == 24
    assert found(calendar, timeliness=[]) == set()
    late = {"dated -400", "dated -31", "dated -30", "dated -29", "dated -1"}
    assert found(calendar, is_overdue=True) == late
    assert found(calendar, is_overdue=False) == found(calendar) - late
    assert found(calendar, is_overdue=True, timeliness=["OVERDUE", "UPCOMING"]) == {"dated -29", "dated -1"}


def test_the_oldest_overdue_is_the_one_that_has_waited_longest(calendar: Desk) -> None:
    with calendar.database.read() as session:
        oldest = stored.oldest_overdue(session, TODAY)
        assert stored.oldest_overdue(session, TODAY - timedelta(days=1000)) is None
    assert oldest is not None
    assert oldest.question == "dated -400"


def test_each_filter_finds_what_it_names(desk: Desk) -> None:
    minister, source = a_claimant(desk), a_source(desk)
    claim = a_claim(
        desk, statement="The Bridge opens.", voice="REPORTED", claimant_id=minister.id, appearance={"source_id": source.id}
    )
    a_prediction(desk, date(2026, 1, 31), claim=claim, question="A", kind="PROMISE", checkability="VAGUE")
    a_prediction(desk, date(2027, 6, 1), question="B")
    assert found(desk) == {"A", "B"}
    assert found(desk, claimant_id=minister.id) == {"A"}
    assert found(desk, source_id=source.id) == {"A"}
    assert found(desk, byline="Ann Author") == {"A"}
    assert found(desk, byline="Ann") == set()
    assert found(desk, kind="PROMISE") == {"A"}
    assert found(desk, checkability="RESOLVABLE") == {"B"}
    assert found(desk, text="bRIDGE opens") == {"A"}
    assert found(desk, text="%") == set()
    assert found(desk, due_on=DateRange(to=date(2026, 1, 31))) == {"A"}
    assert found(desk, due_on=DateRange(from_=date(2026, 2, 1))) == {"B"}
    assert found(desk, status=["OPEN"], kind="FORECAST") == {"B"}
    assert found(desk, flagged=False) == {"A", "B"}
    do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    assert found(desk, flagged=True) == {"A"}


def test_predictions_are_found_by_the_verdict_that_stands(desk: Desk) -> None:
    resolved(desk, a_prediction(desk, question="yes"))
    resolved(desk, a_prediction(desk, question="no"), verdict="NO")
    again = a_prediction(desk, question="no, then annulled")
    resolved(desk, again, verdict="NO")
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=again.id, reason="Misread."))
    a_prediction(desk, question="open")
    assert found(desk, verdict=["NO"]) == {"no"}
    assert found(desk, verdict=["YES", "NO"]) == {"yes", "no"}
    assert found(desk, verdict=["ANNULLED"]) == found(desk, verdict=[]) == set()
    resolved(desk, again, verdict="ANNULLED")
    assert found(desk, verdict=["ANNULLED"]) == {"no, then annulled"}
    assert found(desk, verdict=["NO"], status=["OPEN"]) == set()


def test_predictions_are_found_by_who_made_them_and_on_whose_behalf(desk: Desk) -> None:
    minister, ministry, other = a_claimant(desk), a_claimant(desk, "The ministry", "GOVERNMENT"), a_claimant(desk, "Another")
    said = {"voice": "REPORTED", "claimant_id": minister.id}
    a_prediction(desk, claim=a_claim(desk, **said, on_behalf_of_id=ministry.id), question="for the ministry")
    a_prediction(desk, claim=a_claim(desk, **said), question="by the minister")
    a_prediction(desk, claim=a_claim(desk, voice="REPORTED", claimant_id=other.id), question="by another")
    a_prediction(desk, question="nobody")
    assert found(desk, on_behalf_of_id=ministry.id) == {"for the ministry"}
    assert found(desk, claimant_id=ministry.id) == set()
    assert found(desk, claimant_id=ministry.id, include_on_behalf=True) == {"for the ministry"}
    assert found(desk, claimant_ids=[minister.id, other.id]) == {"for the ministry", "by the minister", "by another"}
    assert found(desk, claimant_ids=[other.id]) == {"by another"}
    assert found(desk, claimant_ids=[minister.id], claimant_id=other.id) == found(desk, claimant_ids=[]) == set()


def test_predictions_are_found_by_when_they_are_to_be_reviewed(calendar: Desk) -> None:
    assert found(calendar, review_on={"from_": TODAY, "to": TODAY + timedelta(days=6)}) == {"undated 0", "undated 1", "undated 6"}
    assert found(calendar, review_on={"to": TODAY - timedelta(days=31)}) == {"undated -400", "undated -31"}


def test_predictions_are_found_by_one_of_several_kinds(desk: Desk) -> None:
    a_prediction(desk, question="A", kind="PROMISE")
    a_prediction(desk, question="B", kind="FORECAST")
    assert found(desk, kinds=["PROMISE"]) == {"A"}
    assert found(desk, kinds=["PROMISE", "FORECAST"]) == {"A", "B"}
    assert found(desk, kinds=["PROMISE", "FORECAST"], kind="FORECAST") == {"B"}
    assert found(desk, kinds=["PROMISE"], kind="FORECAST") == found(desk, kinds=[]) == set()


def test_predictions_are_found_by_whether_somebody_looks_after_them(desk: Desk) -> None:
    an_account(desk, "Ada", "EDITOR")
    order = following.AssignPrediction(prediction_id=a_prediction(desk, question="A").id, assignee="Ada")
    do(desk, following.assign_prediction, order)
    a_prediction(desk, question="B")
    assert found(desk, is_assigned=True) == {"A"}
    assert found(desk, is_assigned=False) == {"B"}


def test_predictions_are_found_by_when_they_were_recorded_and_changed(desk: Desk) -> None:
    old = a_prediction(desk, question="old")
    a_prediction(desk, question="untouched")
    hour, later = NOON + timedelta(hours=1), replace(desk, clock=lambda: NOON + timedelta(hours=1))
    a_prediction(later, question="new")
    do(later, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=old.id, probability=0.5))
    assert found(desk, created_since=NOON) == {"old", "untouched", "new"}
    assert found(desk, created_since=hour) == {"new"}
    assert found(desk, updated_since=hour) == {"old", "new"}
    assert found(desk, updated_since=hour + timedelta(microseconds=1)) == set()
    assert found(desk, created_since="2026-11-23T15:00:00+02:00") == {"new"}


@pytest.mark.parametrize("instant", ["2026-11-23T12:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_without_an_offset_or_beyond_utc_is_refused(instant: str) -> None:
    with pytest.raises(ValidationError, match="This is no instant that UTC can write"):
        PredictionFilter(created_since=instant)


def test_an_index_serves_the_overdue_queue_and_its_order(calendar: Desk) -> None:
    late = PredictionFilter(timeliness=[Timeliness.OVERDUE])
    select = stored.matching(late, TODAY).order_by(*stored.ordered(None).by()).limit(20)
    explained = plan(calendar, select)
    assert "ix_prediction_queue" in explained
    assert "TEMP B-TREE" not in explained
    assert "Sort" not in explained


def test_an_index_serves_what_changed_since_an_instant_in_the_order_of_the_changes(desk: Desk) -> None:
    newest = PredictionOrder(field=PredictionOrderField.UPDATED_AT, direction=OrderDirection.DESC)
    select = stored.matching(PredictionFilter(updated_since=NOON), TODAY)
    explained = plan(desk, select.order_by(*stored.ordered(newest).by()).limit(51))
    assert "ix_prediction_updated_at" in explained
    assert not re.search(r"SCAN (?!prediction USING INDEX)|Seq Scan|(?<!Incremental )Sort  \(|TEMP B-TREE", explained)


def test_long_overdue_begins_after_thirty_days() -> None:
    assert LONG_OVERDUE_DAYS == 30


OPEN_WAYS = [each for each in Timeliness if each is not Timeliness.SETTLED]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("wanted", [[each] for each in OPEN_WAYS] + [[Timeliness.OVERDUE, Timeliness.LONG_OVERDUE], OPEN_WAYS])
def test_the_index_of_the_queue_serves_what_stands_to_the_calendar_in_its_order(
    desk: Desk, wanted: list[Timeliness], backward: bool
) -> None:
    select = stored.matching(PredictionFilter(timeliness=wanted), TODAY)
    explained = plan(desk, select.order_by(*stored.ordered(None).by(backward=backward)).limit(51))
    assert "ix_prediction_queue" in explained
    assert not re.search(r"SCAN (?!prediction USING INDEX)|Seq Scan|(?<!Incremental )Sort  \(|TEMP B-TREE", explained)
