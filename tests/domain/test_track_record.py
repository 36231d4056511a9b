"""How a claimant's predictions turned out: by which date they are judged, and how few numbers say anything."""

from datetime import date, timedelta
from math import sqrt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import DueDateChangeKind, PredictionKind
from claimkb.domain.track_record import (
    FEWEST,
    Counted,
    Move,
    Stated,
    TrackRecord,
    Z,
    brier,
    by_scored_date,
    calibration,
    scored_by,
    scored_on,
    wilson,
)

MARCH, JUNE, SEPTEMBER, DECEMBER = (date(2025, month, 1) for month in (3, 6, 9, 12))
CORRECTION, EXTENSION, EDITORIAL = DueDateChangeKind
YES, NO, PARTIAL, AMBIGUOUS, ANNULLED = Verdict

STATED = st.lists(st.builds(Stated, st.floats(0, 1), st.booleans(), st.integers(1, 4)), max_size=30)


def a_record(*counted: Counted, kind: PredictionKind | None = None) -> TrackRecord:
    return TrackRecord(UUID(int=1), kind, JUNE, counted)


def one_by_one(stated: list[Stated]) -> list[tuple[float, bool]]:
    return [(probability, came_true) for probability, came_true, number in stated for _ in range(number)]


@pytest.mark.parametrize(
    ("original", "moves", "scored"),
    [
        (MARCH, [], MARCH),
        (MARCH, [(CORRECTION, JUNE)], JUNE),
        (MARCH, [(CORRECTION, JUNE), (CORRECTION, SEPTEMBER)], SEPTEMBER),
        (MARCH, [(EXTENSION, JUNE)], MARCH),
        (MARCH, [(EDITORIAL, JUNE)], MARCH),
        (MARCH, [(CORRECTION, JUNE), (EXTENSION, SEPTEMBER), (CORRECTION, DECEMBER)], JUNE),
        (None, [], None),
        (None, [(EXTENSION, JUNE)], JUNE),
        (None, [(EDITORIAL, JUNE), (CORRECTION, SEPTEMBER)], SEPTEMBER),
        (None, [(CORRECTION, JUNE), (EXTENSION, SEPTEMBER), (CORRECTION, DECEMBER)], JUNE),
    ],
)
def test_the_first_due_date_counts_as_it_was_corrected_until_it_moved(
    original: date | None, moves: list[tuple[DueDateChangeKind, date]], scored: date | None
) -> None:
    assert scored_on(original, [Move(*each) for each in moves]) == scored


@pytest.mark.parametrize(
    ("verdict", "occurred_on", "due_on", "counts"),
    [
        (YES, None, JUNE, YES),
        (YES, MARCH, JUNE, YES),
        (YES, None, DECEMBER, AMBIGUOUS),
        (YES, JUNE, DECEMBER, YES),
        (YES, SEPTEMBER, DECEMBER, NO),
        (PARTIAL, SEPTEMBER, DECEMBER, NO),
        (PARTIAL, JUNE, DECEMBER, PARTIAL),
        (PARTIAL, None, DECEMBER, AMBIGUOUS),
        (NO, None, DECEMBER, NO),
        (NO, SEPTEMBER, JUNE, NO),
        (YES, None, MARCH, YES),
        (NO, None, MARCH, NO),
        (NO, MARCH, MARCH, NO),
        (NO, JUNE, MARCH, YES),
        (NO, SEPTEMBER, MARCH, NO),
        (AMBIGUOUS, SEPTEMBER, DECEMBER, AMBIGUOUS),
        (ANNULLED, None, DECEMBER, ANNULLED),
        (None, None, DECEMBER, None),
    ],
)
def test_a_verdict_is_turned_into_one_by_the_date_that_counts(
    verdict: Verdict | None, occurred_on: date | None, due_on: date, counts: Verdict | None
) -> None:
    assert by_scored_date(verdict, occurred_on, Deadline(due_on), Deadline(JUNE)) is counts


DAYS = st.integers(0, 6).map(lambda number: MARCH + timedelta(days=number))
DEADLINES = st.builds(lambda days, bound: Deadline(max(days), min(days), bound), st.tuples(DAYS, DAYS), st.sampled_from(DueBound))


@given(DAYS.map(lambda day: day + timedelta(days=-1)), st.booleans(), DEADLINES, DEADLINES)
def test_a_verdict_by_one_deadline_becomes_the_one_by_another(day: date, is_known: bool, due: Deadline, scored: Deadline) -> None:
    verdict, truth = (YES if each.is_in_time(day) else NO for each in (due, scored))
    if is_known:
        assert by_scored_date(verdict, day, due, scored) is truth
    elif verdict is YES:
        assert by_scored_date(verdict, None, due, scored) in (truth, AMBIGUOUS)


def test_what_had_not_happened_by_a_later_day_had_not_by_an_earlier_one() -> None:
    early, late = (Deadline(day, bound=DueBound.NOT_BEFORE) for day in (MARCH, JUNE))
    assert by_scored_date(YES, None, late, early) is YES
    assert by_scored_date(YES, None, early, late) is AMBIGUOUS
    assert by_scored_date(NO, None, late, early) is AMBIGUOUS
    assert by_scored_date(NO, None, early, late) is NO


def test_the_first_deadline_counts_with_its_bound_and_its_answer_day() -> None:
    first = Deadline(MARCH, MARCH, DueBound.WITHIN, JUNE)
    corrected = Move(CORRECTION, JUNE, MARCH, DueBound.NOT_BEFORE, SEPTEMBER)
    assert scored_by(first, [Move(EXTENSION, JUNE)]) == first
    assert scored_by(first, [corrected]) == Deadline(JUNE, MARCH, DueBound.NOT_BEFORE, SEPTEMBER)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_that_newcombe_published_in_1998(hits: int, of: int, low: float, high: float) -> None:
    rate = wilson(hits, of)
    assert (round(rate.low, 4), round(rate.high, 4)) == (low, high)


def end_of(share: float, of: int, outwards: float) -> float:
    """Find by halving the share of many that lies just so far from the share of few that chance may bring it there."""
    near, far = share, outwards
    for _ in range(200):
        middle = (near + far) / 2
        is_likely = abs(share - middle) <= Z * sqrt(middle * (1 - middle) / of)
        near, far = (middle, far) if is_likely else (near, middle)
    return near


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_shares_that_chance_may_bring_there(counted: tuple[int, int]) -> None:
    hits, of = counted
    rate = wilson(hits, of)
    assert rate.value == hits / of
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.low == pytest.approx(end_of(rate.value, of, 0.0), abs=1e-9)
    assert rate.high == pytest.approx(end_of(rate.value, of, 1.0), abs=1e-9)


@given(STATED)
def test_the_brier_score_is_the_mean_of_the_squares(stated: list[Stated]) -> None:
    found, each = brier(stated), one_by_one(stated)
    if found is None:
        assert each == []
    else:
        assert found.count == len(each)
        assert found.score == pytest.approx(sum((said - came) ** 2 for said, came in each) / len(each))


def test_known_brier_scores() -> None:
    assert brier([Stated(1.0, True, 3)]) == brier([Stated(0.0, False, 3)])
    for stated, score in (([(1.0, False)], 1.0), ([(0.5, True), (0.5, False)], 0.25), ([(0.8, True), (0.6, False)], 0.2)):
        found = brier([Stated(*each) for each in stated])
        assert found is not None
        assert found.score == pytest.approx(score)


@given(STATED)
def test_each_probability_is_in_the_one_bin_that_holds_it(stated: list[Stated]) -> None:
    bins, each = calibration(stated), one_by_one(stated)
    assert len(bins) == (10 if each else 0)
    assert sum(held.count for held in bins) == len(each)
    for held in bins:
        here = [(said, came) for said, came in each if held.lower <= said < held.upper or said == held.upper == 1]
        assert held.count == len(here)
        assert held.mean_stated == (pytest.approx(sum(said for said, _ in here) / len(here)) if here else None)
        assert held.share_true == (pytest.approx(sum(came for _, came in here) / len(here)) if here else None)


def test_every_tenth_begins_its_bin_and_certainty_is_in_the_last() -> None:
    bins = calibration([Stated(number / 10, True) for number in range(11)])
    assert [held.lower for held in bins] == [number / 10 for number in range(10)]
    assert [held.count for held in bins] == [1] * 9 + [2]


def test_no_count_goes_without_what_is_unchecked() -> None:
    line = "Of 11 dated predictions now due, 4 YES, 3 NO, 1 PARTIAL, 1 unclear; and 2 past due and unchecked."
    counted = [(YES, 4), (NO, 3), (PARTIAL, 1), (AMBIGUOUS, 1), (None, 2)]
    rows = [Counted(True, verdict, None, number) for verdict, number in counted]
    assert a_record(*rows, Counted(False, YES, None, 7), Counted(None, None, None, 8)).line == line
    annulled = a_record(*rows, Counted(True, ANNULLED, 0.9, 3))
    assert annulled.line == line.replace("unchecked.", "unchecked, and 3 annulled.")
    assert (annulled.due, annulled.annulled, annulled.brier) == (11, 3, None)
    assert a_record(Counted(True, None, None)).line.startswith("Of 1 dated prediction now due, 0 YES")


def test_promises_are_kept_or_broken() -> None:
    rows = (Counted(True, YES, None, 2), Counted(True, NO, None), Counted(True, PARTIAL, None))
    assert a_record(*rows, kind=PredictionKind.PROMISE).line == (
        "Of 4 dated promises now due, 2 kept, 1 broken, 1 kept in part, 0 unclear; and 0 past due and unchecked."
    )
    assert a_record(kind=PredictionKind.FORECAST).line.startswith("Of 0 dated forecasts now due, 0 YES")


def test_a_rate_takes_five_answers_of_yes_or_no() -> None:
    rest = (Counted(True, PARTIAL, None, 9), Counted(True, None, None, 9), Counted(False, YES, None, 9))
    assert a_record(Counted(True, YES, None, 3), Counted(True, NO, None, 1), *rest).rate is None
    assert a_record(Counted(True, YES, None, 3), Counted(True, NO, None, 2), *rest).rate == wilson(3, FEWEST)


def test_only_what_is_due_and_was_answered_yes_or_no_is_scored() -> None:
    rest = [Counted(True, verdict, 0.9) for verdict in (PARTIAL, AMBIGUOUS, ANNULLED, None)]
    rest += [Counted(False, YES, 0.9), Counted(None, YES, 0.9), Counted(True, YES, None)]
    assert a_record(*rest).brier is None
    assert a_record(*rest).calibration == []
    found = a_record(*rest, Counted(True, YES, 0.7, 2)).brier
    assert found is not None
    assert (round(found.score, 12), found.count) == (0.09, 2)
