"""What is counted of a claimant's predictions, against a plain count of the same, one by one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from claimkb import domain
from claimkb.actions import claims, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Claimant, Prediction
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.track_record import TrackRecord
from claimkb.store import track_records
from tests.builders import TODAY, a_claim, a_claimant, a_prediction, do, resolved

AT = datetime(2026, 1, 1, tzinfo=UTC)
PAST = TODAY - timedelta(days=100)


class Foretold(NamedTuple):
    """What matters of a prediction, in days from today."""

    original: int | None
    moves: list[tuple[str, int]]
    status: str
    verdict: str
    occurred: int | None
    probability: float | None
    kind: str
    is_retracted: bool


DAYS = st.integers(-3, 2)
FORETOLD = st.builds(
    Foretold,
    original=st.none() | DAYS,
    moves=st.lists(st.tuples(st.sampled_from(["CORRECTION", "EXTENSION", "EDITORIAL"]), DAYS), max_size=3),
    status=st.sampled_from(["OPEN", "PROPOSED", "RESOLVED", "RESOLVED", "RESOLVED", "WITHDRAWN"]),
    verdict=st.sampled_from(["YES", "YES", "NO", "PARTIAL", "AMBIGUOUS", "ANNULLED"]),
    occurred=st.none() | DAYS,
    probability=st.sampled_from([None, 0.0, 0.3, 0.7, 1.0]),
    kind=st.sampled_from(["FORECAST", "PROMISE"]),
    is_retracted=st.sampled_from([False, False, False, True]),
)


def day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(days=offset)


def rows(claimant_id: UUID, each: Foretold) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """Write the rows of a prediction, with outcomes that do not stand beside the one that may."""
    claim_id, prediction_id = uuid7(), uuid7()
    stamps = {"version": 1, "created_at": AT, "updated_at": AT}
    said = {"statement": "s", "kind": "PREDICTION", "voice": "REPORTED", "check_worthiness": "LOW", "is_hedged": False}
    retracted = {"retracted_at": AT if each.is_retracted else None}
    yield domain.Claim, {"id": claim_id, "claimant_id": claimant_id, **said, **retracted, **stamps}
    due_on = day(each.moves[-1][1] if each.moves else each.original)
    asked = {"question": "q", "criteria": "c", "kind": each.kind, "checkability": "VAGUE", "seal": "0" * 64}
    due: dict[str, Any] = {"due_on": due_on, "due_from": due_on, "due_precision": due_on and DatePrecision.DAY, "review_on": TODAY}
    due["waits_for"] = due_on or TODAY
    stated = {"original_due_on": day(each.original), "probability": each.probability, "status": each.status}
    yield domain.Prediction, {"id": prediction_id, "claim_id": claim_id, **asked, **due, **stated, **stamps}
    for number, (kind, offset) in enumerate(each.moves):
        new = {"new_due_from": day(offset), "new_due_on": day(offset), "new_due_precision": DatePrecision.DAY}
        by = {"reason": "r", "recorded_at": AT + timedelta(hours=number), "recorded_by": "Edith"}
        yield domain.DueDateChange, {"id": uuid7(), "prediction_id": prediction_id, "kind": kind, **new, **by}
    found = {"rationale": "r", "proposed_by": "Edith", "recorded_at": AT, "occurred_on": day(each.occurred), **stamps}
    reviews = {"RESOLVED": "CONFIRMED", "PROPOSED": "PROPOSED"}
    for review in {reviews.get(each.status, "REJECTED"), "SUPERSEDED"}:
        verdict = "NO" if review == "SUPERSEDED" else each.verdict
        yield domain.Outcome, {"id": uuid7(), "prediction_id": prediction_id, "verdict": verdict, "review": review, **found}


def told(desk: Desk, foretold: list[Foretold]) -> UUID:
    """Record a claimant with these predictions, whatever rules they break."""
    claimant_id = uuid7()
    row = {"id": claimant_id, "kind": "PERSON", "name": str(claimant_id), "version": 1, "created_at": AT, "updated_at": AT}
    with desk.database.connection() as connection:
        connection.execute(sa.insert(Claimant), [row])
        for each in foretold:
            for kind, values in rows(claimant_id, each):
                connection.execute(sa.insert(kind), [values])
    return claimant_id


def judged(each: Foretold) -> tuple[str, float | None]:
    """Say in what way a prediction counts, and with what probability it is scored: the rules of DOMAIN.md, one by one."""
    dates = [("FIRST", each.original)] if each.original is not None else []
    dates += each.moves
    if not dates:
        return "undated", None
    scored = dates[0][1]
    for kind, offset in dates[1:]:
        if kind != "CORRECTION":
            break
        scored = offset
    if scored is None or scored >= 0:
        return "not_yet_due", None
    if each.status != "RESOLVED":
        return "unchecked", None
    verdict, last = each.verdict, dates[-1][1]
    assert last is not None
    if verdict in ("YES", "PARTIAL") and last > scored:
        if each.occurred is None:
            return "unclear", None
        verdict = "NO" if each.occurred > scored else verdict
    elif verdict == "NO" and each.occurred is not None and last < each.occurred <= scored:
        verdict = "YES"
    names = {"YES": "yes", "NO": "no", "PARTIAL": "partial", "AMBIGUOUS": "unclear", "ANNULLED": "annulled"}
    return names[verdict], each.probability if verdict in ("YES", "NO") else None


def recounted(foretold: list[Foretold], kind: PredictionKind | None) -> tuple[dict[str, int], list[float]]:
    """Count predictions one by one, and list the squares of how far their probabilities were from what came."""
    counts = dict.fromkeys(("yes", "no", "partial", "unclear", "unchecked", "annulled", "not_yet_due", "undated"), 0)
    squares = []
    for each in foretold:
        if not each.is_retracted and each.status != "WITHDRAWN" and kind in (None, each.kind):
            way, probability = judged(each)
            counts[way] += 1
            if probability is not None:
                squares.append((probability - (way == "yes")) ** 2)
    return counts, squares


def read(desk: Desk, *ids: UUID, kind: PredictionKind | None = None) -> list[TrackRecord]:
    with desk.database.read() as session:
        return track_records.by_claimants(session, ids, kind, TODAY)


@pytest.mark.long
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(FORETOLD, max_size=6), min_size=1, max_size=2), st.sampled_from([None, *PredictionKind]))
def test_the_counts_are_those_of_a_plain_count(
    sqlite_desk: Desk, told_by: list[list[Foretold]], kind: PredictionKind | None
) -> None:
    ids = [told(sqlite_desk, each) for each in told_by]
    for record, foretold in zip(read(sqlite_desk, *ids, kind=kind), told_by, strict=True):
        counts, squares = recounted(foretold, kind)
        assert {name: getattr(record, name) for name in counts} == counts
        assert record.due == sum(counts[name] for name in ("yes", "no", "partial", "unclear", "unchecked"))
        assert (record.brier and record.brier.count) == (len(squares) or None)
        assert sum(held.count for held in record.calibration) == len(squares)
        if record.brier:
            assert record.brier.score == pytest.approx(sum(squares) / len(squares))


MANY = [
    Foretold(-3, [], "RESOLVED", "YES", None, 0.7, "FORECAST", False),
    Foretold(-3, [], "RESOLVED", "YES", None, 0.7, "PROMISE", False),
    Foretold(-3, [("EXTENSION", -1)], "RESOLVED", "YES", -2, 0.7, "FORECAST", False),
    Foretold(-3, [("CORRECTION", -1)], "RESOLVED", "YES", -2, 0.7, "FORECAST", False),
    Foretold(-3, [("EXTENSION", -1)], "RESOLVED", "PARTIAL", None, None, "FORECAST", False),
    Foretold(None, [("EDITORIAL", -2), ("EXTENSION", 2)], "OPEN", "YES", None, None, "FORECAST", False),
    Foretold(-1, [], "PROPOSED", "YES", None, None, "FORECAST", False),
    Foretold(-1, [], "RESOLVED", "ANNULLED", None, None, "FORECAST", False),
    Foretold(0, [], "RESOLVED", "YES", None, 0.9, "FORECAST", False),
    Foretold(None, [], "OPEN", "YES", None, None, "FORECAST", False),
    Foretold(-1, [], "RESOLVED", "YES", None, None, "FORECAST", True),
    Foretold(-1, [], "WITHDRAWN", "YES", None, None, "FORECAST", False),
]


def test_both_engines_count_the_same(desk: Desk) -> None:
    one, other = told(desk, MANY), told(desk, [])
    found, empty = read(desk, one, other)
    expected = "Of 7 dated predictions now due, 3 YES, 1 NO, 0 PARTIAL, 1 unclear; and 2 past due and unchecked, and 1 annulled."
    assert (found.line, found.not_yet_due, found.undated) == (expected, 1, 1)
    assert found.brier is not None
    assert (round(found.brier.score, 12), found.brier.count) == (0.19, 4)
    assert empty.line == "Of 0 dated predictions now due, 0 YES, 0 NO, 0 PARTIAL, 0 unclear; and 0 past due and unchecked."
    (promises,) = read(desk, one, kind=PredictionKind.PROMISE)
    assert (promises.due, promises.yes) == (1, 1)


def test_any_number_of_claimants_takes_two_statements(sqlite_desk: Desk) -> None:
    ids = [told(sqlite_desk, MANY[:4]) for _ in range(5)]
    given_: list[str] = []
    sa.event.listen(sqlite_desk.database.engine, "before_cursor_execute", lambda *event: given_.append(event[2]))
    assert [record.due for record in read(sqlite_desk, *ids)] == [4] * 5
    assert len([each for each in given_ if "SELECT" in each]) == 2


def test_what_never_moved_comes_counted(sqlite_desk: Desk) -> None:
    claimant_id = told(sqlite_desk, [MANY[0]] * 50 + [MANY[6]] * 50)
    (record,) = read(sqlite_desk, claimant_id)
    assert sorted(each.number for each in record.counted) == [50, 50]


def foretold_by(desk: Desk, claimant: Claimant, due_on: date | None = PAST, **given: Any) -> Prediction:
    """Record a prediction of a claimant, as people do."""
    return a_prediction(desk, due_on, claim=a_claim(desk, voice="REPORTED", claimant_id=claimant.id), **given)


def moved(desk: Desk, prediction: Prediction, kind: str, days: int) -> None:
    order = predictions.MoveDueDate(prediction_id=prediction.id, kind=kind, due_on=PAST + timedelta(days=days), reason="r")
    do(desk, predictions.move_due_date, order)


def test_what_people_do_with_predictions_is_what_counts(desk: Desk) -> None:
    minister = a_claimant(desk)
    late, corrected, reopened, gone, _ = (foretold_by(desk, minister, probability=0.9) for _ in range(5))
    moved(desk, late, "EXTENSION", 20)
    resolved(desk, late, occurred_on=PAST + timedelta(days=10))
    moved(desk, corrected, "CORRECTION", 20)
    resolved(desk, corrected, occurred_on=PAST + timedelta(days=10))
    resolved(desk, reopened)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=reopened.id, reason="r"))
    resolved(desk, gone)
    do(desk, claims.retract_claim, claims.RetractClaim(claim_id=gone.claim_id, reason="r"))
    (record,) = read(desk, minister.id)
    assert record.line == "Of 4 dated predictions now due, 1 YES, 1 NO, 0 PARTIAL, 0 unclear; and 2 past due and unchecked."
    assert record.brier is not None
    assert (round(record.brier.score, 12), record.brier.count) == (0.41, 2)


def test_what_is_known_later_is_due_later(desk: Desk) -> None:
    minister = a_claimant(desk)
    foretold_by(desk, minister, answer_from=TODAY)
    foretold_by(desk, minister, answer_from=TODAY - timedelta(days=1))
    moved(desk, foretold_by(desk, minister, answer_from=TODAY), "EXTENSION", 20)
    (record,) = read(desk, minister.id)
    assert (record.due, record.not_yet_due) == (1, 2)


def test_the_bound_that_was_first_given_counts(desk: Desk) -> None:
    minister = a_claimant(desk)
    made = foretold_by(desk, minister, bound="WITHIN", due_from=PAST - timedelta(days=9))
    order = predictions.MoveDueDate(
        prediction_id=made.id, kind="EXTENSION", due_on=PAST + timedelta(days=9), bound="BY", reason="r"
    )
    do(desk, predictions.move_due_date, order)
    resolved(desk, made, occurred_on=PAST - timedelta(days=10))
    (record,) = read(desk, minister.id)
    assert (record.yes, record.no) == (0, 1)


def test_numbers_count_where_they_are_due_and_measured_also_after_a_move(desk: Desk) -> None:
    minister, target = a_claimant(desk), {"comparator": "ABOUT", "value": "2.5", "tolerance": "0.1", "unit": "%"}
    for measured, days in (("2.4", None), ("2.4", None), ("3", 20)):
        made = foretold_by(desk, minister, target=target)
        if days is not None:
            moved(desk, made, "CORRECTION", days)
        resolved(desk, made, verdict="YES" if measured == "2.4" else "NO", measured=measured)
    resolved(desk, foretold_by(desk, minister, target=target), verdict="ANNULLED", measured="9")
    resolved(desk, foretold_by(desk, minister, TODAY, target=target), verdict="NO", measured="9", early_reason="It is out.")
    foretold_by(desk, minister, target=target)
    (record,) = read(desk, minister.id)
    (errors,) = record.errors
    assert (errors.count, errors.within, errors.mean_error, errors.mean_absolute_error) == (
        3,
        2,
        "0.1",
        "0.233333",
    )
    assert record.line.endswith("In %, of 3 numbers measured 2 met the target; off by 0.233 on average, 0.1 above in the mean.")
    assert sorted(each.number for each in record.counted if each.is_due) == [1, 1, 1, 2]


def test_what_was_resolved_early_counts_from_the_day_after_its_due_date(desk: Desk) -> None:
    minister = a_claimant(desk)
    early = foretold_by(desk, minister, TODAY)
    resolved(desk, early, early_reason="It stands.")
    with desk.database.read() as session:
        today, tomorrow = (
            track_records.by_claimants(session, [minister.id], None, TODAY + timedelta(days=days))[0] for days in (0, 1)
        )
    assert (today.due, today.not_yet_due) == (0, 1)
    assert (tomorrow.due, tomorrow.yes) == (1, 1)


def test_what_was_said_on_behalf_counts_where_asked_and_the_line_says_so(desk: Desk) -> None:
    minister, house = a_claimant(desk), a_claimant(desk, "The government", "GOVERNMENT")
    both = [(minister.id, house.id), (house.id, house.id), (house.id, None), (minister.id, None)]
    for by, on_behalf in both:
        claim = a_claim(desk, voice="REPORTED", claimant_id=by, on_behalf_of_id=on_behalf)
        moved(desk, a_prediction(desk, PAST, claim=claim), "EXTENSION", 20)
    with desk.database.read() as session:
        own, others = (
            [each.due for each in track_records.by_claimants(session, [house.id, minister.id], None, TODAY, None, included)]
            for included in (False, True)
        )
        (included,) = track_records.by_claimants(session, [house.id], None, TODAY, None, True)
    assert (own, others) == ([2, 2], [3, 2])
    assert included.line == (
        "Of 3 dated predictions now due, 0 YES, 0 NO, 0 PARTIAL, 0 unclear; and 3 past due and unchecked, "
        "including what was said on its behalf."
    )
