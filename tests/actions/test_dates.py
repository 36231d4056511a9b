"""Dates as newsrooms elsewhere give them: of a day that has begun, of their interval, and with what was known of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claimkb.actions import claims, following, outcomes, predictions, sources
from claimkb.actions.work import Desk
from claimkb.domain import Claim, ClaimRelation, Prediction, refusals
from claimkb.domain.claim import RelationState, RelationType
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import DueBasis, DueDateChangeKind, PredictionKind
from claimkb.identity import COMMAND_LINE
from claimkb.store.engine import records
from tests.builders import a_claim, a_prediction, a_source, do, refused

TODAY, TOMORROW, DAY_AFTER = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def honolulu(desk: Desk) -> Desk:
    """Give a desk in Honolulu, where it is still Sunday: in Auckland Monday has begun, and Tuesday nowhere."""
    return replace(desk, timezone=ZoneInfo("Pacific/Honolulu"), clock=lambda: datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


def dated(desk: Desk, day: date) -> dict[str, tuple[Any, Any]]:
    """Order something of a day in every way in which that can be done."""
    prediction, asked, other = (a_prediction(desk) for _ in range(3))
    request = following.RequestReply(prediction_id=asked.id, asked_of="They", asked="Why?", answer_by=DAY_AFTER)
    waiting = do(desk, following.request_reply, request)
    answer = {"prediction_id": prediction.id, "verdict": "NO", "rationale": "It did not.", "no_evidence_reason": "Seen."}
    noted = {"prediction_id": prediction.id, "progress": "NOTE", "text": "T."}
    return {
        "published": (sources.record_source, sources.RecordSource(title="T", published_on=day)),
        "published anew": (sources.update_source, sources.UpdateSource(source_id=a_source(desk).id, published_on=day)),
        "said": (claims.record_claim, claims.RecordClaim(statement="S.", kind="FACT", voice="UNATTRIBUTED", said_on=day)),
        "said anew": (claims.update_claim, claims.UpdateClaim(claim_id=a_claim(desk).id, said_on=day)),
        "noted": (following.note_progress, following.NoteProgress(**noted, noted_on=day)),
        "asked": (following.request_reply, request.model_copy(update={"prediction_id": other.id, "asked_on": day})),
        "replied": (following.record_reply, following.RecordReply(reply_request_id=waiting.id, reply="So.", replied_on=day)),
        "known": (outcomes.resolve_prediction, outcomes.ResolvePrediction(**answer, known_on=day)),
        "happened": (outcomes.resolve_prediction, outcomes.ResolvePrediction(**answer, occurred_on=day)),
    }


def test_a_day_that_has_begun_anywhere_is_not_in_the_future(honolulu: Desk) -> None:
    assert honolulu.today() == TODAY
    for name, (action, order) in dated(honolulu, DAY_AFTER).items():
        found = refused(honolulu, refusals.InTheFuture, action, order)
        assert str(found) == "2026-11-24 is in the future: no later day than 2026-11-23 has begun anywhere on earth.", name
    for name, (action, order) in dated(honolulu, TOMORROW).items():
        if name != "happened":  # one prediction has one answer
            do(honolulu, action, order)


def moved(desk: Desk, prediction: Prediction, **given: Any) -> Prediction:
    """Move a due date by a year."""
    order = {"prediction_id": prediction.id, "due_on": date(2027, 11, 19), "reason": "Misread.", **given}
    do(desk, predictions.move_due_date, predictions.MoveDueDate.model_validate(order))
    with desk.database.read() as session:
        return records.get(session, Prediction, prediction.id)


CORRECTION, EXTENSION = DueDateChangeKind.CORRECTION, DueDateChangeKind.EXTENSION


@pytest.mark.parametrize(
    ("given", "basis", "text", "reasoning"),
    [
        ({"kind": CORRECTION}, "STATED", "in twelve days", "Misread."),
        ({"kind": CORRECTION, "due_text": None}, "STATED", None, "Misread."),
        ({"kind": CORRECTION, "due_text": "in two weeks"}, "STATED", "in two weeks", "Misread."),
        ({"kind": CORRECTION, "due_basis": "DERIVED", "due_reasoning": "7 + 12"}, "DERIVED", "in twelve days", "7 + 12"),
        ({"kind": EXTENSION}, "EDITORIAL", None, "Misread."),
        ({"kind": EXTENSION, "due_text": "next year", "due_basis": "STATED"}, "STATED", "next year", "Misread."),
    ],
)
def test_a_correction_keeps_what_is_left_out_of_where_a_due_date_comes_from(
    desk: Desk, given: dict[str, Any], basis: str, text: str | None, reasoning: str
) -> None:
    now = moved(desk, a_prediction(desk, due_text="in twelve days"), **given)
    assert (now.due_basis, now.due_text, now.due_reasoning) == (DueBasis[basis], text, reasoning)


@pytest.mark.parametrize(
    ("claimed", "given", "kind"),
    [
        ("PROMISE", None, "PROMISE"),
        ("PREDICTION", None, "FORECAST"),
        ("PROMISE", "FORECAST", "FORECAST"),
        ("PREDICTION", "PROMISE", "PROMISE"),
    ],
)
def test_a_prediction_is_of_the_kind_of_its_claim_unless_told_otherwise(
    desk: Desk, claimed: str, given: str | None, kind: str
) -> None:
    told: dict[str, Any] = {} if given is None else {"kind": given}
    assert a_prediction(desk, claim=a_claim(desk, kind=claimed), **told).kind is PredictionKind[kind]


def said(desk: Desk, day: str | None, precision: str | None = None) -> Claim:
    """Record a claim that was said on a day."""
    return a_claim(desk, **({} if day is None else {"said_on": day, "said_on_precision": precision}))


def repeats(again: Claim, first: Claim, **given: Any) -> claims.RelateClaims:
    """Say that a claim says again what another said."""
    return claims.RelateClaims.model_validate({"from_claim_id": again.id, "to_claim_id": first.id, "type": "REPEATS", **given})


def test_nothing_says_again_what_came_later(desk: Desk) -> None:
    march, april, month, undated = (
        said(desk, "2025-03-05"),
        said(desk, "2025-04-01"),
        said(desk, "2025-03-01", "MONTH"),
        said(desk, None),
    )
    found = refused(desk, refusals.RepeatsWhatCameLater, claims.relate_claims, repeats(march, april))
    assert found.field == ("to_claim_id",)
    refused(desk, refusals.RepeatsWhatCameLater, claims.relate_claims, repeats(month, april))
    for again, first in ((april, march), (march, month), (undated, april), (march, undated)):
        do(desk, claims.relate_claims, repeats(again, first))


def test_what_says_again_is_not_dated_before_what_it_repeats(desk: Desk) -> None:
    march, april = said(desk, "2025-03-05"), said(desk, "2025-04-01")
    do(desk, claims.relate_claims, repeats(april, march))
    for claim, day in ((april, date(2025, 3, 4)), (march, date(2025, 4, 2))):
        order = claims.UpdateClaim(claim_id=claim.id, said_on=day)
        assert refused(desk, refusals.RepeatsWhatCameLater, claims.update_claim, order).field == ("said_on",)
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=april.id, said_on=date(2025, 3, 5)))


def test_what_was_related_in_another_order_before_can_be_corrected_all_the_same(desk: Desk) -> None:
    again, first = said(desk, "2025-03-05"), said(desk, "2025-04-01")
    with desk.work(COMMAND_LINE) as work:
        work.session.info.update(action="relateClaims", reason=None)
        work.add(
            ClaimRelation(from_claim_id=again.id, to_claim_id=first.id, type=RelationType.REPEATS, state=RelationState.ASSERTED)
        )
    assert do(desk, claims.update_claim, claims.UpdateClaim(claim_id=again.id, note="n")).note == "n"


def test_of_two_claims_one_repeats_the_other(desk: Desk) -> None:
    one, other = said(desk, None), said(desk, None)
    do(desk, claims.relate_claims, repeats(one, other))
    refused(desk, refusals.RepeatsBothWays, claims.relate_claims, repeats(other, one))
    do(desk, claims.relate_claims, repeats(one, other, state="DENIED"))
    do(desk, claims.relate_claims, repeats(other, one))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"due_on": "2030-01-01", "due_precision": "YEAR"},
            "The YEAR that holds 2030-01-01 is 2030-01-01 to 2030-12-31: send its last day, or another precision.",
        ),
        (
            {"due_on": "2030-06-30", "due_from": "2030-01-01", "due_precision": "QUARTER"},
            "The QUARTER that holds 2030-06-30 is 2030-04-01 to 2030-06-30: send its first day or none, or another precision.",
        ),
    ],
)
def test_what_is_declared_of_a_due_date_is_so(desk: Desk, given: dict[str, str], said: str) -> None:
    order = {"claim_id": a_claim(desk).id, "question": "?", "criteria": "c", "due_basis": "STATED", **given}
    found = refused(
        desk, refusals.NotThatInterval, predictions.record_prediction, predictions.RecordPrediction.model_validate(order)
    )
    assert str(found) == said
    prediction = a_prediction(desk)
    move = {"prediction_id": prediction.id, "kind": "EXTENSION", "reason": "r", **given}
    refused(desk, refusals.NotThatInterval, predictions.move_due_date, predictions.MoveDueDate.model_validate(move))


def test_a_date_of_a_month_or_a_year_is_its_first_or_its_last_day(desk: Desk) -> None:
    for day in ("2025-03-01", "2025-03-31"):
        assert said(desk, day, "MONTH").said_on_precision is DatePrecision.MONTH
        assert a_source(desk, published_on=day, published_on_precision="MONTH").published_on_precision is DatePrecision.MONTH
    order = claims.RecordClaim(statement="S.", kind="FACT", voice="UNATTRIBUTED", said_on="2025-03-05", said_on_precision="MONTH")
    found = refused(desk, refusals.NotThatInterval, claims.record_claim, order)
    assert str(found) == (
        "The MONTH that holds 2025-03-05 is 2025-03-01 to 2025-03-31: send its first or its last day, or another precision."
    )
    article = sources.RecordSource(title="T", published_on="2025-03-05", published_on_precision="YEAR")
    refused(desk, refusals.NotThatInterval, sources.record_source, article)


def test_six_months_are_given_by_their_days(desk: Desk) -> None:
    half = a_prediction(desk, date(2030, 6, 30), due_from=date(2030, 1, 1))
    assert (half.due_from, half.due_on, half.due_precision) == (date(2030, 1, 1), date(2030, 6, 30), DatePrecision.SPAN)
