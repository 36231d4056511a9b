"""The summary of a collection: its counts add up, and its sentence has the words of what is collected."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.collection import CollectionKind
from claimkb.domain.collection_summary import Alike, CollectionSummary
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.timeliness import Timeliness

TODAY = date(2026, 11, 23)
PROMISE, FORECAST = PredictionKind.PROMISE, PredictionKind.FORECAST
SETTLED = st.builds(
    Alike, st.sampled_from(PredictionKind), st.sampled_from(Verdict), st.just(Timeliness.SETTLED), st.integers(1, 9)
)
WAITING = [each for each in Timeliness if each is not Timeliness.SETTLED]
OPEN = st.builds(Alike, st.sampled_from(PredictionKind), st.none(), st.sampled_from(WAITING), st.integers(1, 9))
NAMES = ("yes", "no", "partial", "unclear", "annulled", "unchecked", "not_yet_due", "undated")
COUNTS = {
    Verdict.YES: "yes",
    Verdict.NO: "no",
    Verdict.PARTIAL: "partial",
    Verdict.AMBIGUOUS: "unclear",
    Verdict.ANNULLED: "annulled",
    Timeliness.OVERDUE: "unchecked",
    Timeliness.LONG_OVERDUE: "unchecked",
    Timeliness.UPCOMING: "not_yet_due",
    Timeliness.DUE_SOON: "not_yet_due",
    Timeliness.REVIEW_DUE: "undated",
    Timeliness.NO_DATE: "undated",
}


def summary(*alike: Alike, kind: CollectionKind = CollectionKind.TOPIC) -> CollectionSummary:
    """Summarise predictions that were counted."""
    return CollectionSummary(kind, TODAY, alike, 0)


def answered(verdict: Verdict, number: int, kind: PredictionKind = FORECAST) -> Alike:
    return Alike(kind, verdict, Timeliness.SETTLED, number)


@given(st.lists(SETTLED | OPEN))
def test_each_prediction_is_in_one_count(alike: list[Alike]) -> None:
    found, expected = summary(*alike), dict.fromkeys(NAMES, 0)
    for each in alike:
        for _ in range(each.number):
            expected[COUNTS[each.verdict or each.timeliness]] += 1
    assert {name: getattr(found, name) for name in NAMES} == expected
    assert found.predictions == sum(expected.values())


@given(st.lists(SETTLED | OPEN, min_size=1))
def test_the_sentence_always_has_what_is_unchecked(alike: list[Alike]) -> None:
    found = summary(*alike)
    assert f"{found.unchecked} past due and unchecked" in found.line


def test_a_tracker_counts_pledges_that_are_kept_and_broken() -> None:
    late, later = Alike(PROMISE, None, Timeliness.OVERDUE, 9), Alike(PROMISE, None, Timeliness.UPCOMING, 14)
    alike = [answered(Verdict.YES, 12), answered(Verdict.NO, 5), answered(Verdict.PARTIAL, 3), answered(Verdict.AMBIGUOUS, 1)]
    assert summary(*alike, late, later, kind=CollectionKind.TRACKER).line == (
        "Of 44 pledges 12 kept, 5 broken, 3 in part, 1 unclear; 9 past due and unchecked; 14 not yet due."
    )


@pytest.mark.parametrize("kind", [CollectionKind.TOPIC, CollectionKind.STORY])
def test_forecasts_come_true_or_do_not(kind: CollectionKind) -> None:
    undated = Alike(PROMISE, None, Timeliness.NO_DATE, 1)
    assert summary(answered(Verdict.YES, 1), answered(Verdict.ANNULLED, 2), undated, kind=kind).line == (
        "Of 4 predictions 1 came true, 0 did not, 0 in part, 0 unclear, 2 annulled; "
        "0 past due and unchecked; 0 not yet due; 1 without a due date."
    )


def test_what_is_nothing_but_promises_is_kept_or_broken() -> None:
    assert summary(answered(Verdict.NO, 1, PROMISE)).line == (
        "Of 1 pledge 0 kept, 1 broken, 0 in part, 0 unclear; 0 past due and unchecked; 0 not yet due."
    )


@pytest.mark.parametrize(("kind", "line"), [("TOPIC", "There is no prediction in it."), ("TRACKER", "There is no pledge in it.")])
def test_an_empty_collection_says_so(kind: str, line: str) -> None:
    assert summary(kind=CollectionKind[kind]).line == line
