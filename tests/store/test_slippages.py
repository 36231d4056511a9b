"""Which predictions are in a chain: those of one claimant whose claims repeat one another, and that count."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions import claims, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Claimant, Prediction
from claimkb.domain.slippage import Slippage
from claimkb.store import series, slippages
from tests.builders import a_claim, a_claimant, a_prediction, a_series, do, plan, resolved

MARCH = date(2026, 3, 1)


@pytest.fixture
def minister(desk: Desk) -> Claimant:
    return a_claimant(desk)


def promised(desk: Desk, claimant: Claimant | None, month: int = 1, due_on: date | None = MARCH, **given: Any) -> Prediction:
    """Record a promise, said in a month of 2025."""
    who = {"voice": "REPORTED", "claimant_id": claimant.id} if claimant else {}
    claim = a_claim(desk, said_on=date(2025, month, 1), said_on_precision="MONTH", **who)
    return a_prediction(desk, due_on, claim=claim, **{"kind": "PROMISE", **given})


def repeats(desk: Desk, one: Prediction, other: Prediction, **given: Any) -> None:
    order = {"from_claim_id": one.claim_id, "to_claim_id": other.claim_id, "type": "REPEATS", **given}
    do(desk, claims.relate_claims, claims.RelateClaims.model_validate(order))


def chains(desk: Desk, *asked: Prediction) -> list[Slippage | None]:
    with desk.database.read() as session:
        return slippages.by_predictions(session, [each.id for each in asked])


def in_chain(desk: Desk, prediction: Prediction) -> list[Any]:
    """List the predictions of a chain by their ids; none where there is no chain."""
    (chain,) = chains(desk, prediction)
    return [each.id for each in chain.said] if chain else []


def test_a_promise_that_is_put_off_twice_is_one_chain_from_wherever_it_is_asked(desk: Desk, minister: Claimant) -> None:
    first = promised(desk, minister, 1)
    third = promised(desk, minister, 3, MARCH + timedelta(days=212))
    second = promised(desk, minister, 2, MARCH + timedelta(days=90))
    alone = promised(desk, minister)
    repeats(desk, second, first)
    repeats(desk, third, second)
    *found, none = chains(desk, third, first, second, alone)
    assert none is None
    for chain in found:
        assert chain is not None
        assert [each.id for each in chain.said] == [first.id, second.id, third.id]
        assert chain.line == "Promised 3 times; slipped 212 days."
    assert in_chain(desk, first) == in_chain(desk, third) == [first.id, second.id, third.id]


def test_a_circle_ends(desk: Desk, minister: Claimant) -> None:
    three = [promised(desk, minister) for _ in range(3)]
    for one, other in zip(three, [*three[1:], three[0]], strict=True):
        repeats(desk, one, other)
    assert in_chain(desk, three[1]) == [each.id for each in three]


def test_moves_within_a_prediction_count_and_corrections_do_not(desk: Desk, minister: Claimant) -> None:
    first, second = promised(desk, minister), promised(desk, minister, 2)
    repeats(desk, second, first)
    repeats(desk, promised(desk, minister, 1), first)
    for prediction, kind, days in ((first, "CORRECTION", 10), (second, "EXTENSION", 40), (second, "EXTENSION", 20)):
        move = {"prediction_id": prediction.id, "kind": kind, "due_on": MARCH + timedelta(days=days), "reason": "r"}
        do(desk, predictions.move_due_date, predictions.MoveDueDate.model_validate(move))
    (chain,) = chains(desk, first)
    assert chain is not None
    assert (chain.promised, chain.slipped_days, chain.first_due_on) == (3, 10, MARCH + timedelta(days=10))


def test_what_is_withdrawn_or_retracted_is_in_no_chain_and_leads_to_none(desk: Desk, minister: Claimant) -> None:
    first, gone, wrong, last = (promised(desk, minister, month) for month in (1, 2, 3, 4))
    for one, other in ((gone, first), (last, gone), (wrong, first), (last, wrong)):
        repeats(desk, one, other)
    assert len(in_chain(desk, first)) == 4
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=gone.id, reason="r"))
    assert in_chain(desk, first) == [first.id, wrong.id, last.id]
    resolved(desk, wrong)
    do(desk, claims.retract_claim, claims.RetractClaim(claim_id=wrong.claim_id, reason="r"))
    assert [in_chain(desk, each) for each in (first, gone, wrong, last)] == [[], [], [], []]


def test_only_the_same_claimant_repeats_itself_and_only_in_predictions(desk: Desk, minister: Claimant) -> None:
    first, other = promised(desk, minister), promised(desk, a_claimant(desk, "The bank"))
    repeats(desk, other, first)
    one, nobody = promised(desk, None), promised(desk, None)
    repeats(desk, nobody, one)
    fact = a_claim(desk, voice="REPORTED", claimant_id=minister.id)
    related = claims.RelateClaims(from_claim_id=fact.id, to_claim_id=first.claim_id, type="REPEATS")
    do(desk, claims.relate_claims, related)
    assert [in_chain(desk, each) for each in (first, other, one, nobody)] == [[], [], [], []]


@pytest.mark.parametrize("given", [{"state": "DENIED"}, {"type": "SAME_AS"}, {"type": "SUPPORTS"}])
def test_only_what_is_asserted_to_repeat_makes_a_chain(sqlite_desk: Desk, given: dict[str, str]) -> None:
    minister = a_claimant(sqlite_desk)
    first, second = promised(sqlite_desk, minister), promised(sqlite_desk, minister)
    repeats(sqlite_desk, second, first, **given)
    assert in_chain(sqlite_desk, first) == []


def test_a_page_of_predictions_takes_one_statement_and_reads_by_indexes(desk: Desk, minister: Claimant) -> None:
    pairs = [(promised(desk, minister), promised(desk, minister)) for _ in range(3)]
    for one, other in pairs:
        repeats(desk, one, other)
    given: list[str] = []
    sa.event.listen(desk.database.engine, "before_cursor_execute", lambda *event: given.append(event[2]))
    found = chains(desk, *(each for pair in pairs for each in pair))
    assert [chain and chain.promised for chain in found] == [2] * 6
    assert len([each for each in given if "SELECT" in each]) == 1
    explained = plan(desk, slippages._with_links(slippages._reached([pairs[0][0].id])))
    for table in ("claim", "claim_relation", "prediction", "due_date_change"):
        assert not any(f"{how} {table}'" in explained or f"{how} {table} " in explained for how in ("SCAN", "Seq Scan on"))


def of_series(desk: Desk, claimant: Claimant, month: int, **given: Any) -> list[Prediction]:
    """Record a series of two years, said in a month of 2025."""
    claim = a_claim(desk, said_on=date(2025, month, 1), said_on_precision="MONTH", voice="REPORTED", claimant_id=claimant.id)
    made = a_series(desk, claim=claim, **{"kind": "PROMISE", "count": 2, **given})
    with desk.database.read() as session:
        return series.of_claim(session, made.claim_id)


def test_what_is_said_again_of_a_series_is_the_same_period(desk: Desk, minister: Claimant) -> None:
    first, again = of_series(desk, minister, 1), of_series(desk, minister, 2, from_="2026-01-01")
    repeats(desk, again[0], first[0])
    assert [in_chain(desk, each) for each in (*first, *again)] == [[], [first[1].id, again[0].id], [first[1].id, again[0].id], []]
    (chain,) = chains(desk, again[0])
    assert chain is not None
    assert chain.line == "Promised 2 times; slipped 0 days."


def test_a_prediction_by_itself_says_no_period_again_and_a_withdrawn_period_is_in_no_chain(desk: Desk, minister: Claimant) -> None:
    first, again, alone = (
        of_series(desk, minister, 1),
        of_series(desk, minister, 2),
        promised(desk, minister, 3, date(2025, 12, 31)),
    )
    repeats(desk, again[0], first[0])
    repeats(desk, alone, first[0])
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=again[0].id, reason="r"))
    assert [in_chain(desk, each) for each in (alone, first[0], again[0])] == [[], [], []]
    assert in_chain(desk, first[1]) == [first[1].id, again[1].id]


def test_periods_of_different_lengths_that_end_on_one_day_are_apart(desk: Desk, minister: Claimant) -> None:
    years, again = of_series(desk, minister, 1), of_series(desk, minister, 2)
    a_series(desk, claim=a_claim(desk).model_copy(update={"id": years[0].claim_id}), every="HALF_YEAR", count=2, question="{from}?")
    repeats(desk, again[0], years[0])
    assert in_chain(desk, years[0]) == [years[0].id, again[0].id]
