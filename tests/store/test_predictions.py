"""The questions about predictions, and the index that serves the queue."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions import flagging, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.timeliness import LONG_OVERDUE_DAYS, Timeliness, timeliness
from claimkb.store import paging
from claimkb.store import predictions as stored
from claimkb.store.paging import Slice
from claimkb.store.predictions import DateRange, PredictionFilter
from tests.builders import TODAY, a_claim, a_claimant, a_prediction, a_source, do, plan, resolved


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


def test_an_index_serves_the_overdue_queue_and_its_order(calendar: Desk) -> None:
    late = PredictionFilter(timeliness=[Timeliness.OVERDUE])
    select = stored.matching(late, TODAY).order_by(*stored.ordered(None).by()).limit(20)
    explained = plan(calendar, select)
    assert "ix_prediction_queue" in explained
    assert "TEMP B-TREE" not in explained
    assert "Sort" not in explained


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
