"""Recording claims: what is refused changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from claimkb.actions import claims, evidence
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, refusals
from claimkb.domain.account import Actor
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.permissions import Role
from claimkb.store.engine import records
from tests.builders import a_claim, a_claimant, a_source, do, everything, refused

NOWHERE = UUID(int=1)


def claim_order(**given: Any) -> claims.RecordClaim:
    return claims.RecordClaim.model_validate({"statement": "S", "kind": "FACT", "voice": "UNATTRIBUTED", **given})


def test_a_claim_is_recorded_with_its_place(desk: Desk) -> None:
    source, minister = a_source(desk), a_claimant(desk)
    place = {"source_id": source.id, "section": "News", "paragraph": 1, "quote": {"exact": "the bridge will open"}}
    claim = a_claim(desk, voice="REPORTED", claimant_id=minister.id, said_on="2025-11-07", appearance=place)
    (appearance,) = everything(desk)["appearance"]
    assert claim.said_on_precision == "DAY"
    with desk.database.read() as session:
        found = records.get(session, Appearance, appearance[0])
    assert (found.quote_start, found.quote_end, found.anchor_status) == (18, 38, AnchorStatus.EXACT)


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"voice": "REPORTED"}, refusals.NobodyNamed, ("claimant_id",)),
        ({"claimant_id": NOWHERE}, refusals.SomebodyNamed, ("claimant_id",)),
        ({"voice": "OWN", "claimant_id": NOWHERE}, refusals.NotFound, ("claimant_id",)),
        ({"on_behalf_of_id": NOWHERE}, refusals.NotFound, ("on_behalf_of_id",)),
        ({"said_on_precision": "DAY"}, refusals.NoPrecision, ("said_on_precision",)),
        ({"said_on": "2026-11-25"}, refusals.InTheFuture, ("said_on",)),
        ({"appearance": {"source_id": NOWHERE}}, refusals.NotFound, ("appearance", "source_id")),
    ],
)
def test_a_claim_that_cannot_be_is_refused(
    desk: Desk, given: dict[str, Any], refusal: type[refusals.Refusal], field: tuple[str, ...]
) -> None:
    assert refused(desk, refusal, claims.record_claim, claim_order(**given)).field == field


@pytest.mark.parametrize(
    ("quote", "refusal"),
    [
        ({"exact": "the tunnel"}, refusals.QuoteNotFound),
        ({"exact": "bridge"}, refusals.QuoteAmbiguous),
        ({"exact": "bridge", "start": 9999}, refusals.QuoteOutside),
    ],
)
def test_a_quote_without_its_one_place_is_refused_with_the_claim(
    desk: Desk, quote: dict[str, Any], refusal: type[refusals.Refusal]
) -> None:
    order = claim_order(appearance={"source_id": a_source(desk).id, "quote": quote})
    assert refused(desk, refusal, claims.record_claim, order).field[:2] == ("appearance", "quote")


def test_a_claim_of_a_megabyte_is_refused_by_its_size() -> None:
    with pytest.raises(ValidationError, match="at most 1000 characters"):
        claim_order(statement="x" * 1_000_000)


def test_the_same_place_is_recorded_once(desk: Desk) -> None:
    source, claim = a_source(desk), a_claim(desk)
    order = claims.AddAppearance.model_validate({"claim_id": claim.id, "source_id": source.id, "quote": {"exact": "Critics"}})
    do(desk, claims.add_appearance, order)
    refused(desk, refusals.AlreadyRecorded, claims.add_appearance, order)
    unplaced = claims.AddAppearance.model_validate({"claim_id": claim.id, "source_id": source.id, "section": "News"})
    do(desk, claims.add_appearance, unplaced)
    refused(desk, refusals.AlreadyRecorded, claims.add_appearance, unplaced)


def test_a_quote_is_kept_as_the_text_has_it(sqlite_desk: Desk) -> None:
    source = a_source(sqlite_desk, snapshot={"text": "It is “the state’s”  bridge."})
    place = {"source_id": source.id, "quote": {"exact": '"the state\'s" bridge'}}
    a_claim(sqlite_desk, appearance=place)
    with sqlite_desk.database.read() as session:
        assert session.scalars(sa.select(Appearance)).one().quote_exact == "“the state’s”  bridge"


def test_a_word_that_stands_everywhere_is_refused_at_once(sqlite_desk: Desk) -> None:
    source = a_source(sqlite_desk, snapshot={"text": "the " * 100_000})
    order = claim_order(appearance={"source_id": source.id, "quote": {"exact": "the"}})
    assert refused(sqlite_desk, refusals.QuoteAmbiguous, claims.record_claim, order).facts["times"] == 100_000


def test_two_who_relate_at_once_cannot_close_a_circle(desk: Desk) -> None:
    def relate(ends: tuple[UUID, UUID]) -> bool:
        try:
            do(desk, claims.relate_claims, relation(*ends))
        except refusals.WouldGoRound:
            return False
        return True

    for _ in range(5):
        one, two = a_claim(desk), a_claim(desk)
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(relate, [(one.id, two.id), (two.id, one.id)])) == [False, True]


def relation(from_: UUID, to: UUID, type_: str = "DEPENDS_ON") -> claims.RelateClaims:
    return claims.RelateClaims.model_validate({"from_claim_id": from_, "to_claim_id": to, "type": type_})


def test_claims_are_related_once_and_not_to_themselves(desk: Desk) -> None:
    one, other = a_claim(desk), a_claim(desk)
    do(desk, claims.relate_claims, relation(one.id, other.id, "SUPPORTS"))
    refused(desk, refusals.AlreadyRecorded, claims.relate_claims, relation(one.id, other.id, "SUPPORTS"))
    refused(desk, refusals.RelatedToItself, claims.relate_claims, relation(one.id, one.id))
    refused(desk, refusals.NotFound, claims.relate_claims, relation(one.id, NOWHERE))


def test_a_claim_cannot_come_to_depend_on_itself(desk: Desk) -> None:
    one, two, three = a_claim(desk), a_claim(desk), a_claim(desk)
    do(desk, claims.relate_claims, relation(one.id, two.id))
    do(desk, claims.relate_claims, relation(two.id, three.id))
    refused(desk, refusals.WouldGoRound, claims.relate_claims, relation(three.id, one.id))
    do(desk, claims.relate_claims, relation(three.id, one.id, "SUPPORTS"))


@pytest.mark.parametrize("action", [claims.record_claim, claims.add_appearance, claims.relate_claims])
def test_a_reader_records_nothing(sqlite_desk: Desk, action: Any) -> None:
    refused(sqlite_desk, refusals.Forbidden, action, claim_order(), Actor("Rea", Role.READER))


def test_a_retracted_claim_grows_no_further_until_it_is_restored(desk: Desk) -> None:
    claim, other, source = a_claim(desk), a_claim(desk), a_source(desk)
    which: Any = {"claim_id": claim.id, "reason": "Misread."}
    do(desk, claims.retract_claim, claims.RetractClaim(**which))
    for action, field, order in (
        (claims.add_appearance, "claim_id", claims.AddAppearance(claim_id=claim.id, source_id=source.id)),
        (evidence.add_evidence, "claim_id", evidence.AddEvidence(claim_id=claim.id, source_id=source.id, stance="CONTEXT")),
        (claims.relate_claims, "from_claim_id", claims.RelateClaims(from_claim_id=claim.id, to_claim_id=other.id, type="QUOTES")),
        (claims.relate_claims, "to_claim_id", claims.RelateClaims(from_claim_id=other.id, to_claim_id=claim.id, type="QUOTES")),
    ):
        assert refused(desk, refusals.Retracted, action, order).field == (field,)
    do(desk, claims.restore_claim, claims.RestoreClaim(**which))
    order = claims.AddAppearance(claim_id=claim.id, source_id=source.id)
    assert do(desk, claims.add_appearance, order).claim_id == claim.id
