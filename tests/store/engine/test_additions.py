"""What a transaction added, only it can change or name; what it holds needs no second lock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions import claims, predictions, reviews
from claimkb.actions.work import Desk, Work
from claimkb.domain import Appearance, Claim, ClaimRelation, Prediction
from claimkb.domain.refusals import AlreadyRecorded, Refusal
from claimkb.domain.reviewing import ClaimReviewed
from claimkb.store import series
from claimkb.store.engine import additions
from tests.builders import EDITOR, a_claim, a_claimant, a_source, everything


@contextmanager
def reads(desk: Desk) -> Iterator[list[str]]:
    """Collect the tables that are read."""
    sent: list[str] = []

    def note(*event: Any) -> None:
        if event[2].startswith("SELECT") and (table := re.search(r"\bFROM (\w+)", event[2])):
            sent.append(table[1])

    sa.event.listen(desk.database.writer, "before_cursor_execute", note)
    yield sent
    sa.event.remove(desk.database.writer, "before_cursor_execute", note)


def record(work: Work, **given: Any) -> Claim:
    """Record a claim about the future."""
    order = {"statement": "The bridge will open.", "kind": "PREDICTION", "voice": "UNATTRIBUTED", **given}
    return claims.record_claim(work, claims.RecordClaim(**order))


def predict(work: Work, claim: Claim) -> Prediction:
    """Record a prediction of a claim."""
    order = {"claim_id": claim.id, "question": "Does it open?", "criteria": "Cars cross."}
    return predictions.record_prediction(work, predictions.RecordPrediction(**order))


def place(work: Work, claim: Claim, source_id: object) -> Appearance:
    """Record where a claim appears."""
    return claims.add_appearance(work, claims.AddAppearance(claim_id=claim.id, source_id=source_id, paragraph=1))


def relate(work: Work, one: Claim, other: Claim, type_: str = "SUPPORTS") -> ClaimRelation:
    """Record how a claim stands to another."""
    return claims.relate_claims(work, claims.RelateClaims(from_claim_id=one.id, to_claim_id=other.id, type=type_))


def test_what_a_new_claim_has_is_known_without_a_statement(desk: Desk) -> None:
    source = a_source(desk)
    with desk.work(EDITOR) as work:
        one, other = record(work), record(work, statement="It will be long.")
        place(work, one, source.id)
        with reads(desk) as sent:
            prediction = predict(work, one)
            relate(work, one, other)
        assert sent == []
        with reads(desk) as sent:
            assert series.of_claim(work.session, one.id) == [prediction]
        assert sent == ["prediction"]


def test_a_record_that_is_held_is_not_locked_again(desk: Desk) -> None:
    claimant, source = a_claimant(desk), a_source(desk)
    said = {"voice": "REPORTED", "claimant_id": claimant.id}
    with desk.work(EDITOR) as work:
        place(work, record(work, **said), source.id)
        with reads(desk) as sent:
            place(work, record(work, **said, statement="It will be long."), source.id)
    assert sent == ["snapshot"]


@pytest.mark.parametrize("again", ["prediction", "appearance", "relation", "relation back"])
def test_what_a_transaction_recorded_it_refuses_to_record_again(desk: Desk, again: str) -> None:
    source, before = a_source(desk), everything(desk)
    with pytest.raises(AlreadyRecorded), desk.work(EDITOR) as work:
        one, other = record(work), record(work, statement="It will be long.")
        if again == "prediction":
            predict(work, one), predict(work, one)
        elif again == "appearance":
            place(work, one, source.id), place(work, one, source.id)
        elif again == "relation":
            relate(work, one, other), relate(work, one, other)
        else:
            relate(work, one, other, "SAME_AS"), relate(work, other, one, "SAME_AS")
    assert everything(desk) == before


def test_a_claim_that_a_transaction_reviewed_it_does_not_predict(desk: Desk) -> None:
    with pytest.raises(Refusal) as refusal, desk.work(EDITOR) as work:
        fact = record(work, kind="FACT")
        found = {"rating": "TRUE", "summary": "We stood on it.", "no_evidence_reason": "Seen ourselves."}
        reviews.review_claim(work, reviews.ReviewClaim(claim_id=fact.id, **found))
        predict(work, fact)
    assert type(refusal.value) is ClaimReviewed


def test_a_session_that_nobody_watches_knows_of_nothing(desk: Desk) -> None:
    claim = a_claim(desk)
    with desk.database.read() as session:
        assert not additions.is_new(session, claim.id)
        assert additions.may_name(session, Prediction, "claim_id", claim.id)
