"""Which values does a compiled statement inline, and which does each run bind?"""

from datetime import date
from uuid import UUID

from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.timeliness import Timeliness
from claimkb.store import predictions
from claimkb.store.engine import levels, paging
from claimkb.store.engine.paging import Slice
from claimkb.store.predictions import PredictionFilter
from tests.builders import TODAY


def test_the_days_of_a_filter_are_inlined_and_those_of_a_cursor_are_bound(desk: Desk) -> None:
    overdue, order = PredictionFilter(timeliness=[Timeliness.OVERDUE]), predictions.ordered(None)
    wanted = Slice(first=5, after=paging.cursor(date(2026, 1, 1), UUID(int=1)))
    select = levels.Level(Prediction).page(predictions.matching(overdue, TODAY), order, wanted)
    statement = levels.compile_statement(select, desk.database.reading_dialect)
    assert "<= '2026-11-22'" in statement.text
    assert "2026-01-01" not in statement.text
    assert set(statement.named) == {"after_key", "after_id"}
    other = statement.bind({"after_key": date(2026, 2, 2), "after_id": UUID(int=2)})
    assert {str(day) for day in other if str(day).startswith("2026")} == {"2026-02-02"}
