"""The same said again with a later date: which predictions make a chain, in which order, and how far it slipped."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import DueDateChangeKind, PredictionKind
from claimkb.domain.slippage import SHOWN, Said, Slippage, chains
from claimkb.domain.track_record import Move

AT = datetime(2026, 6, 15, tzinfo=UTC)
MARCH, JUNE, SEPTEMBER, DECEMBER = (date(2025, month, 1) for month in (3, 6, 9, 12))
CORRECTION, EXTENSION, EDITORIAL = DueDateChangeKind
Moves = list[tuple[DueDateChangeKind, date]]


def said(number: int, due_on: date | None = JUNE, moves: Moves | None = None, **given: Any) -> Said:
    """Make what was said as the claim of a number, a day after the one before unless told otherwise."""
    order = {"kind": PredictionKind.PROMISE, "said_on": date(2025, 1, 1) + timedelta(days=number), "precision": None, **given}
    by = frozenset(UUID(int=each) for each in order.pop("repeated_by", ()))
    claim_id, recorded_at = UUID(int=number), order.pop("recorded_at", AT)
    moved = [Move(*each) for each in moves or []]
    positions = (UUID(int=number + 1000), claim_id, order["kind"], order["said_on"], order["precision"], recorded_at, due_on)
    return Said(*positions, moves=moved, repeated_by=by)


def numbers(chain: Slippage) -> list[int]:
    return [each.claim_id.int for each in chain.said]


@pytest.mark.parametrize(
    ("original", "moves", "first", "last"),
    [
        (MARCH, [], MARCH, MARCH),
        (MARCH, [(EXTENSION, JUNE)], MARCH, JUNE),
        (MARCH, [(CORRECTION, JUNE)], JUNE, JUNE),
        (MARCH, [(EDITORIAL, JUNE)], MARCH, MARCH),
        (MARCH, [(EDITORIAL, JUNE), (CORRECTION, SEPTEMBER)], MARCH, MARCH),
        (MARCH, [(EXTENSION, JUNE), (CORRECTION, SEPTEMBER)], MARCH, SEPTEMBER),
        (MARCH, [(EDITORIAL, JUNE), (EXTENSION, SEPTEMBER), (CORRECTION, DECEMBER)], MARCH, DECEMBER),
        (None, [(EDITORIAL, JUNE), (EXTENSION, SEPTEMBER)], JUNE, SEPTEMBER),
        (None, [(EDITORIAL, JUNE), (CORRECTION, SEPTEMBER)], SEPTEMBER, SEPTEMBER),
        (None, [], None, None),
    ],
)
def test_only_what_the_claimant_moved_has_slipped(
    original: date | None, moves: Moves, first: date | None, last: date | None
) -> None:
    each = said(1, original, moves)
    assert (each.first_due_on, each.last_due_on) == (first, last)


@pytest.mark.parametrize(
    ("chain", "days", "first", "last"),
    [
        ([said(1, MARCH), said(2, JUNE), said(3, SEPTEMBER)], 184, MARCH, SEPTEMBER),
        ([said(1, JUNE), said(2, MARCH)], -92, JUNE, MARCH),
        ([said(1, MARCH), said(2, JUNE), said(3, MARCH)], 0, MARCH, MARCH),
        ([said(1, MARCH, [(EXTENSION, DECEMBER)]), said(2, JUNE)], 92, MARCH, JUNE),
        ([said(1, JUNE, [(EXTENSION, MARCH)]), said(2, MARCH)], -92, JUNE, MARCH),
        ([said(1, None), said(2, MARCH), said(3, JUNE)], 92, MARCH, JUNE),
        ([said(1, None), said(2, JUNE)], None, JUNE, JUNE),
        ([said(1, None), said(2, None)], None, None, None),
    ],
)
def test_days_are_counted_from_the_first_due_date_to_the_last_that_was_given(
    chain: list[Said], days: int | None, first: date | None, last: date | None
) -> None:
    slippage = Slippage(chain)
    assert (slippage.slipped_days, slippage.first_due_on, slippage.last_due_on) == (days, first, last)


def test_the_line_says_how_often_and_how_far() -> None:
    later = MARCH + timedelta(days=212)
    forecast = PredictionKind.FORECAST
    assert Slippage([said(1, MARCH), said(2, MARCH), said(3, later)]).line == "Promised 3 times; slipped 212 days."
    assert Slippage([said(1, MARCH), said(2, later, kind=forecast)]).line == "Predicted 2 times; slipped 212 days."
    assert Slippage([said(1, MARCH), said(2, MARCH + timedelta(days=1))]).line == "Promised 2 times; slipped 1 day."
    assert Slippage([said(1, JUNE), said(2, MARCH)]).line == "Promised 2 times; brought forward 92 days."
    assert Slippage([said(1, MARCH), said(2, None)]).line == "Promised 2 times."


def test_a_chain_is_in_the_order_in_which_it_was_said() -> None:
    month: dict[str, Any] = {"said_on": date(2025, 5, 20), "precision": DatePrecision.MONTH}
    unknown: dict[str, Any] = {"said_on": None, "recorded_at": datetime(2025, 5, 10, 23, tzinfo=UTC)}
    recorded: dict[str, Any] = {"said_on": date(2025, 5, 9), "recorded_at": AT - timedelta(hours=1)}
    ring = [
        said(1, said_on=date(2025, 5, 9), repeated_by=[2]),
        said(2, **month, repeated_by=[3]),
        said(3, **unknown, repeated_by=[4]),
        said(4, **recorded, repeated_by=[1]),
    ]
    assert {tuple(numbers(chain)) for chain in chains(ring).values()} == {(2, 4, 1, 3)}


def test_of_a_long_chain_the_newest_are_shown_and_all_are_counted() -> None:
    many = [said(number, repeated_by=[number + 1]) for number in range(1, SHOWN + 4)]
    chain = chains(many)[many[0].id]
    assert (chain.promised, len(chain.shown), chain.shown[0], chain.shown[-1]) == (SHOWN + 3, SHOWN, many[3].id, many[-1].id)


CLAIMS = st.integers(0, 7)


@given(st.sets(st.tuples(CLAIMS, CLAIMS).filter(lambda ends: ends[0] != ends[1])), st.sets(CLAIMS))
def test_what_was_said_again_is_one_chain_however_far_around(repeats: set[tuple[int, int]], there: set[int]) -> None:
    each_said = [said(each, repeated_by=[one for one, other in repeats if other == each]) for each in there]
    found = {chain_id.int - 1000: set(numbers(chain)) for chain_id, chain in chains(each_said).items()}
    together = {each: {each} for each in there}
    for _ in there:
        for one, other in repeats:
            if {one, other} <= there:
                together[one] |= together[other]
                together[other] |= together[one]
                for each in there:
                    together[each] |= {more for known in together[each] for more in together[known]}
    assert found == {each: known for each, known in together.items() if len(known) > 1}
