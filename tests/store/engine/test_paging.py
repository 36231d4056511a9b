"""Pages neither skip nor repeat a row, in either direction, also while others insert."""

import base64
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.questions import BadCursor, BadPage, BothEnds
from claimkb.domain.refusals import Refusal
from claimkb.store import claimants, predictions
from claimkb.store.claimants import ClaimantFilter
from claimkb.store.engine import paging
from claimkb.store.engine.ordering import OrderDirection
from claimkb.store.engine.paging import OrderBy, Page, Slice
from claimkb.store.predictions import PredictionFilter, PredictionOrder, PredictionOrderField
from tests.builders import IS_LONG, TODAY, a_claimant, a_prediction

QUEUE = predictions.ordered(None)


def read(desk: Desk, wanted: Slice, order: OrderBy = QUEUE) -> Page[Prediction]:
    with desk.database.read() as session:
        return paging.page(session, predictions.matching(PredictionFilter(), TODAY), order, wanted)


def forward(desk: Desk, size: int, order: OrderBy = QUEUE) -> list[Prediction]:
    """Read a whole list page by page; one that comes back to a row would have no end."""
    rows, page = [], read(desk, Slice(first=size), order)
    rows += page.rows
    while page.has_next:
        page = read(desk, Slice(first=size, after=page.cursors[-1]), order)
        rows += page.rows
        assert len({row.id for row in rows}) == len(rows)
    return rows


def backward(desk: Desk, size: int, order: OrderBy = QUEUE) -> list[Prediction]:
    """Read a whole list page by page from its end."""
    page = read(desk, Slice(last=size), order)
    rows = page.rows
    while page.has_previous:
        page = read(desk, Slice(last=size, before=page.cursors[0]), order)
        rows = page.rows + rows
        assert len({row.id for row in rows}) == len(rows)
    return rows


@pytest.fixture
def seven(desk: Desk) -> Desk:
    """Record seven predictions, of which some share a due date and two have none."""
    for days in (0, 5, 5, 5, 9):
        a_prediction(desk, TODAY + timedelta(days=days))
    for _ in range(2):
        a_prediction(desk, None, review_on=TODAY + timedelta(days=5))
    return desk


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("field", list(PredictionOrderField))
@pytest.mark.parametrize("direction", list(OrderDirection))
def test_pages_add_up_to_the_list_in_both_directions(
    seven: Desk, size: int, field: PredictionOrderField, direction: OrderDirection
) -> None:
    order = predictions.ordered(PredictionOrder(field=field, direction=direction))
    whole = [row.id for row in read(seven, Slice(first=100), order).rows]
    assert len(set(whole)) == 7
    assert [row.id for row in forward(seven, size, order)] == whole
    assert [row.id for row in backward(seven, size, order)] == whole


def test_a_page_says_what_lies_on_either_side(seven: Desk) -> None:
    first = read(seven, Slice(first=3))
    assert (first.has_next, first.has_previous) == (True, False)
    last = read(seven, Slice(first=100, after=first.cursors[-1]))
    assert (len(last.rows), last.has_next, last.has_previous) == (4, False, True)
    between = read(seven, Slice(first=100, after=first.cursors[0], before=first.cursors[2]))
    assert [row.id for row in between.rows] == [first.rows[1].id]


def test_the_queue_puts_what_has_waited_longest_first_and_undated_ones_by_their_review(seven: Desk) -> None:
    days = [row.due_on or row.review_on for row in read(seven, Slice()).rows]
    assert days == [TODAY, *[TODAY + timedelta(days=5)] * 5, TODAY + timedelta(days=9)]


@pytest.mark.campaign
@settings(max_examples=15 if IS_LONG else 8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inserts=st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=8, max_size=8), size=st.integers(1, 4))
def test_rows_that_were_there_come_exactly_once_while_others_insert(sqlite_desk: Desk, inserts: list[list[int]], size: int) -> None:
    """Every example adds to the rows of those before it, so that lists get long."""
    for days in range(6):
        a_prediction(sqlite_desk, TODAY + timedelta(days=days))
    there = {row.id for row in forward(sqlite_desk, 100)}
    seen, page = [], read(sqlite_desk, Slice(first=size))
    seen += page.rows
    for new in inserts * 20:
        for days in new if len(seen) < 60 else []:
            a_prediction(sqlite_desk, TODAY + timedelta(days=days))
        if not page.has_next:
            break
        page = read(sqlite_desk, Slice(first=size, after=page.cursors[-1]))
        seen += page.rows
    while page.has_next:
        page = read(sqlite_desk, Slice(first=100, after=page.cursors[-1]))
        seen += page.rows
    ids = [row.id for row in seen]
    assert len(ids) == len(set(ids))
    assert there <= set(ids)


@pytest.mark.parametrize(
    ("wanted", "refusal", "field"),
    [
        (lambda: Slice(first=101), BadPage, "first"),
        (lambda: Slice(first=-1), BadPage, "first"),
        (lambda: Slice(last=101), BadPage, "last"),
        (lambda: Slice(first=1, last=1), BothEnds, "last"),
    ],
)
def test_a_page_that_cannot_be_is_refused(wanted: Callable[[], Slice], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as caught:
        wanted()
    assert caught.value.field == (field,)


SOMEWHERE = UUID(int=1)
BY_CREATION = predictions.ordered(PredictionOrder(field=PredictionOrderField.CREATED_AT, direction=OrderDirection.ASC))
BY_NAME = claimants.ordered(None)


@pytest.mark.parametrize(
    ("cursor", "order"),
    [
        *((cursor, QUEUE) for cursor in ("", "x", "🦆", "bnVsbA", "W10", "WzEsMl0")),
        (paging.cursor("Ann", SOMEWHERE), QUEUE),
        (paging.cursor(TODAY, SOMEWHERE), BY_CREATION),
        (paging.cursor(7, SOMEWHERE), BY_NAME),
        (paging.cursor("\x00", SOMEWHERE), BY_NAME),
        (base64.urlsafe_b64encode(b"[" * 100_000).decode(), QUEUE),
        (paging.cursor("\ud800", SOMEWHERE), BY_NAME),
        (paging.cursor(10**30, SOMEWHERE), OrderBy(col(Prediction.version), col(Prediction.id))),
        (paging.cursor(2**40, SOMEWHERE), OrderBy(col(Prediction.version), col(Prediction.id))),
    ],
)
def test_a_cursor_of_another_list_is_refused(desk: Desk, cursor: str, order: OrderBy) -> None:
    with pytest.raises(BadCursor, match="The cursor in after is not one of this list"):
        read(desk, Slice(after=cursor), order)


def test_names_are_paged_by_name(desk: Desk) -> None:
    for name in ("Bea", "Ann", "Čapek", "anna"):
        a_claimant(desk, name)
    order = claimants.ordered(None)
    with desk.database.read() as session:
        select = claimants.matching(ClaimantFilter())
        page = paging.page(session, select, order, Slice(first=2))
        rest = paging.page(session, select, order, Slice(first=2, after=page.cursors[-1]))
        assert paging.count(session, select) == 4
    assert {row.name for row in page.rows + rest.rows} == {"Ann", "anna", "Bea", "Čapek"}


def test_zero_rows_may_be_asked_for(seven: Desk) -> None:
    page = read(seven, Slice(first=0))
    assert (page.rows, page.has_next) == ([], True)


def test_a_date_in_the_cursor_is_read_as_a_date() -> None:
    order = OrderBy(col(Prediction.due_on), col(Prediction.id))
    assert str(order.beyond(paging.cursor(date(2026, 1, 1), SOMEWHERE), "after"))
