"""Which answers the calendar and the measure allow, bound by bound."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from claimkb.domain import Outcome, dating, measuring, refusals
from claimkb.domain.answering import check_after_claim, check_against_deadline, check_measure, final
from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.outcome import Verdict, days_early, days_late, error
from claimkb.domain.target import Target
from tests.builders import NOON

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
DAY = timedelta(days=1)
AFTER = date(2026, 3, 1)
WITHIN, NOT_BEFORE = (Deadline(LAST, FIRST, bound) for bound in (DueBound.WITHIN, DueBound.NOT_BEFORE))
FIVE = Target(comparator="AT_LEAST", value="5", unit="%")


def an_outcome(verdict: str, occurred_on: date | None = None, **given: Any) -> Outcome:
    of: dict[str, Any] = {"prediction_id": UUID(int=1), "rationale": "So it was.", "recorded_at": NOON, "proposed_by": "Edith"}
    return Outcome(verdict=Verdict[verdict], occurred_on=occurred_on, **of, **given)


def check(held_to: Deadline, outcome: Outcome, today: date = AFTER) -> None:
    check_against_deadline(outcome, held_to, today, today)


@pytest.mark.parametrize("verdict", ["YES", "PARTIAL"])
def test_within_a_year_means_not_before_it(verdict: str) -> None:
    check(WITHIN, an_outcome(verdict, FIRST))
    with pytest.raises(dating.HappenedEarly, match="before the first day 2025-01-01"):
        check(WITHIN, an_outcome(verdict, FIRST - DAY))
    with pytest.raises(refusals.HappenedLate):
        check(WITHIN, an_outcome(verdict, LAST + DAY))


def test_by_a_year_may_be_before_it() -> None:
    check(Deadline(LAST, FIRST), an_outcome("YES", FIRST - DAY))


def test_not_before_a_day_is_yes_if_it_had_not_happened_by_then() -> None:
    check(NOT_BEFORE, an_outcome("YES", LAST + DAY))
    check(NOT_BEFORE, an_outcome("NO", LAST))
    with pytest.raises(dating.HappenedTooSoon):
        check(NOT_BEFORE, an_outcome("YES", LAST))
    with pytest.raises(dating.HappenedNotTooSoon):
        check(NOT_BEFORE, an_outcome("NO", LAST + DAY))


def test_what_may_still_happen_is_not_answered_early() -> None:
    early: dict[str, Any] = {"early_reason": "It stands."}
    with pytest.raises(refusals.MayStillChange, match="Only NO or ANNULLED can be final early"):
        check(NOT_BEFORE, an_outcome("YES", **early), LAST)
    check(NOT_BEFORE, an_outcome("NO", LAST - DAY, **early), LAST)
    with pytest.raises(refusals.MayStillChange, match="Only NO or ANNULLED"):
        check(WITHIN, an_outcome("YES", **early), FIRST - DAY)
    check(WITHIN, an_outcome("YES", **early), FIRST)
    assert final(WITHIN, FIRST) == [Verdict.YES, Verdict.NO, Verdict.ANNULLED]


def test_before_the_answer_day_an_answer_says_why_it_is_known() -> None:
    held_to = Deadline(LAST, answer_from=LAST + 60 * DAY)
    with pytest.raises(dating.NotYetKnown, match="cannot be known before 2026-03-01") as caught:
        check(held_to, an_outcome("PARTIAL"), LAST + 59 * DAY)
    assert caught.value.field == ("early_reason",)
    check(held_to, an_outcome("PARTIAL", early_reason="It leaked."), LAST + 59 * DAY)
    check(held_to, an_outcome("PARTIAL"), LAST + 60 * DAY)


def test_a_period_that_had_begun_may_be_answered_by_what_happened_before_the_claim() -> None:
    said_on, nowcast = LAST + 10 * DAY, Deadline(LAST, answer_from=AFTER)
    check_after_claim(an_outcome("YES", LAST), nowcast, said_on)
    with pytest.raises(refusals.BeforeTheClaim):
        check_after_claim(an_outcome("YES", LAST), Deadline(LAST), said_on)
    with pytest.raises(refusals.BeforeTheClaim):
        check_after_claim(an_outcome("YES", known_on=LAST), nowcast, said_on)


def test_how_early_and_how_late_is_counted_from_the_days_of_the_bound() -> None:
    assert (days_early(FIRST - DAY, WITHIN), days_early(FIRST, WITHIN), days_late(LAST + DAY, WITHIN)) == (1, None, 1)
    assert (days_early(LAST, NOT_BEFORE), days_early(LAST + DAY, NOT_BEFORE), days_late(LAST + DAY, NOT_BEFORE)) == (1, None, None)
    assert days_early(FIRST - DAY, Deadline(LAST, FIRST)) is None
    assert days_early(None, WITHIN) is days_early(FIRST, None) is None


@pytest.mark.parametrize(
    ("verdict", "measured", "said"),
    [("YES", "4.1", "4.1 % is not at least 5 %: that is NO."), ("NO", "5.2", "5.2 % is at least 5 %: that is YES.")],
)
def test_a_verdict_that_the_measure_contradicts_is_refused_with_the_sum(verdict: str, measured: str, said: str) -> None:
    with pytest.raises(measuring.NotWhatWasMeasured) as caught:
        check_measure(an_outcome(verdict, measured=measured), FIVE, WITHIN)
    assert str(caught.value) == said


@pytest.mark.parametrize("verdict", ["PARTIAL", "AMBIGUOUS", "ANNULLED"])
def test_other_verdicts_than_yes_and_no_contradict_no_measure(verdict: str) -> None:
    outcome = an_outcome(verdict, measured="4.1")
    check_measure(outcome, FIVE, WITHIN)
    assert outcome.unit == "%"


def test_a_target_that_was_met_out_of_time_is_no() -> None:
    for day in (FIRST - DAY, LAST + DAY):
        check_measure(an_outcome("NO", day, measured="5"), FIVE, WITHIN)
    check_measure(an_outcome("YES", LAST, measured="5"), FIVE, WITHIN)


def test_what_was_not_to_come_before_a_day_is_no_if_it_was_measured() -> None:
    check_measure(an_outcome("NO", LAST, measured="5"), FIVE, NOT_BEFORE)
    check_measure(an_outcome("YES", measured="4"), FIVE, NOT_BEFORE)
    check_measure(an_outcome("YES", LAST + DAY, measured="5"), FIVE, NOT_BEFORE)
    with pytest.raises(measuring.NotWhatWasMeasured, match="5 % is at least 5 %: that is NO"):
        check_measure(an_outcome("YES", measured="5"), FIVE, NOT_BEFORE)


@pytest.mark.parametrize(
    ("refusal", "target", "given_"),
    [
        (measuring.NothingToMeasure, None, {"measured": "5"}),
        (measuring.UnitOfNothing, FIVE, {"unit": "%"}),
        (measuring.OtherUnit, FIVE, {"measured": "5", "unit": "points"}),
    ],
)
def test_a_measure_needs_a_target_in_its_unit(
    refusal: type[refusals.Refusal], target: Target | None, given_: dict[str, Any]
) -> None:
    with pytest.raises(refusal):
        check_measure(an_outcome("YES", **given_), target, None)


def test_an_error_needs_a_measure_in_the_unit_of_the_target() -> None:
    assert error("4.1", "%", FIVE) == "-0.9"
    assert error(None, None, FIVE) is error("4.1", "%", None) is error("4.1", "points", FIVE) is None
