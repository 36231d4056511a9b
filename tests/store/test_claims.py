"""The questions about claims, sources and claimants."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims as actions
from claimkb.actions import evidence
from claimkb.actions.work import Desk
from claimkb.domain import NameKey
from claimkb.store import claimants, claims, sources
from claimkb.store.claimants import ClaimantFilter
from claimkb.store.claims import ClaimFilter
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice
from claimkb.store.sources import SourceFilter
from tests.builders import NOON, TODAY, a_claim, a_claimant, a_source, do, plan

HOUR = timedelta(hours=1)


def found(desk: Desk, **wanted: Any) -> set[str]:
    """Return the statements of the claims that a filter names."""
    with desk.database.read() as session:
        select = claims.matching(ClaimFilter.model_validate(wanted), TODAY)
        return {row.statement for row in paging.page(session, select, claims.ordered(None), Slice(first=100)).rows}


def test_each_filter_finds_the_claims_that_it_names(desk: Desk) -> None:
    experts, source = a_claimant(desk, "Experts", "UNNAMED_GROUP"), a_source(desk)
    place = {"source_id": source.id}
    a_claim(desk, statement="A", voice="REPORTED", claimant_id=experts.id, kind="CAUSAL", is_hedged=True, appearance=place)
    a_claim(desk, statement="B 100%", check_worthiness="HIGH")
    assert found(desk) == {"A", "B 100%"}
    assert found(desk, kind=["CAUSAL", "FACT"]) == {"A"}
    assert found(desk, voice=["UNATTRIBUTED"]) == {"B 100%"}
    assert found(desk, check_worthiness=["HIGH"]) == {"B 100%"}
    assert found(desk, is_hedged=True) == {"A"}
    assert found(desk, is_hedged=False) == {"B 100%"}
    assert found(desk, claimant_id=experts.id) == {"A"}
    assert found(desk, claimant_kind=["UNNAMED_GROUP"]) == {"A"}
    assert found(desk, source_id=source.id) == {"A"}
    assert found(desk, byline="Ann Author") == {"A"}
    assert found(desk, text="0%") == {"B 100%"}
    assert found(desk, text="_") == set()
    assert found(desk, kind=[]) == set()


def test_claims_are_found_by_who_made_them_on_whose_behalf_and_when(desk: Desk) -> None:
    minister, ministry = a_claimant(desk), a_claimant(desk, "The ministry", "GOVERNMENT")
    said = {"voice": "REPORTED", "claimant_id": minister.id}
    old = a_claim(desk, **said, statement="A", on_behalf_of_id=ministry.id)
    a_claim(desk, **said, statement="B")
    later = replace(desk, clock=lambda: NOON + HOUR)
    a_claim(later, statement="C")
    do(later, actions.update_claim, actions.UpdateClaim(claim_id=old.id, note="n"))
    assert found(desk, claimant_ids=[minister.id, ministry.id]) == {"A", "B"}
    assert found(desk, on_behalf_of_id=ministry.id) == {"A"}
    assert found(desk, claimant_ids=[ministry.id]) == found(desk, claimant_ids=[]) == set()
    assert found(desk, created_since=NOON + HOUR) == {"C"}
    assert found(desk, updated_since=NOON + HOUR) == {"A", "C"}


def supported(desk: Desk, statement: str, *publishers: str | None, stance: str = "SUPPORTS") -> None:
    """Record a claim with evidence from these publishers."""
    claim = a_claim(desk, statement=statement)
    for publisher in publishers:
        source = a_source(desk, title=f"{statement} {publisher}", publisher=publisher)
        given = {"claim_id": claim.id, "source_id": source.id, "stance": stance}
        do(desk, evidence.add_evidence, evidence.AddEvidence.model_validate(given))


def test_a_claim_rests_on_one_publisher_only_where_no_other_supports_it(desk: Desk) -> None:
    supported(desk, "alone", "Astana Times")
    supported(desk, "twice the same", "Astana Times", "Astana Times")
    supported(desk, "two", "Astana Times", "Reuters")
    supported(desk, "one unnamed", "Astana Times", None)
    supported(desk, "another", "Reuters")
    supported(desk, "context", "Astana Times", stance="CONTEXT")
    supported(desk, "nothing")
    assert found(desk, rests_only_on="Astana Times") == {"alone", "twice the same"}


def test_sources_and_claimants_are_found_by_what_they_are(desk: Desk) -> None:
    a_source(desk, title="The bridge", kind="REPORT", publisher="Ministry", byline="Ann Author")
    a_source(desk, title="The tunnel", publisher="The Daily", byline="Bo Writer")
    a_claimant(desk, "Jane Doe")
    a_claimant(desk, "Қасым-Жомарт Тоқаев")

    def titles(**wanted: Any) -> set[str]:
        with desk.database.read() as session:
            select = sources.matching(SourceFilter.model_validate(wanted))
            return {row.title for row in paging.page(session, select, sources.ordered(None), Slice()).rows}

    def names(**wanted: Any) -> set[str]:
        with desk.database.read() as session:
            select = claimants.matching(ClaimantFilter.model_validate(wanted))
            return {row.name for row in paging.page(session, select, claimants.ordered(None), Slice()).rows}

    later = replace(desk, clock=lambda: NOON + HOUR)
    a_source(later, title="The ferry", published_on="2025-11-10", published_on_precision="DAY")
    a_source(later, title="The port", published_on="2025-12-31", published_on_precision="YEAR")
    a_claimant(later, "Bo")
    assert titles(published_on={"from_": "2025-11-10", "to": "2025-11-10"}) == {"The ferry"}
    assert titles(published_on={"from_": "2025-11-11"}) == {"The port"}
    assert titles(published_on={"to": "2025-11-09"}) == set()
    assert titles(created_since=NOON + HOUR) == titles(updated_since=NOON + HOUR) == {"The ferry", "The port"}
    assert names(created_since=NOON + HOUR) == names(updated_since=NOON + HOUR) == {"Bo"}
    assert titles(kind=["REPORT"]) == titles(publisher="Ministry") == titles(text="BRIDGE") == {"The bridge"}
    assert titles(byline="Bo Writer") == titles(text="daily") == {"The tunnel"}
    assert names(text="jane") == {"Jane Doe"}
    assert names(text="Тоқаев") == {"Қасым-Жомарт Тоқаев"}
    assert names(kind=["GOVERNMENT"]) == set()


def test_what_was_said_on_behalf_is_included_where_asked(desk: Desk) -> None:
    minister, house = a_claimant(desk), a_claimant(desk, "The government", "GOVERNMENT")
    a_claim(desk, statement="A", voice="REPORTED", claimant_id=minister.id, on_behalf_of_id=house.id)
    a_claim(desk, statement="B", voice="REPORTED", claimant_id=house.id, on_behalf_of_id=house.id)
    a_claim(desk, statement="C", voice="REPORTED", claimant_id=minister.id)
    assert found(desk, claimant_id=house.id) == found(desk, claimant_id=house.id, include_on_behalf=False) == {"B"}
    assert found(desk, claimant_id=house.id, include_on_behalf=True) == {"A", "B"}
    assert found(desk, claimant_ids=[house.id, minister.id], include_on_behalf=True) == {"A", "B", "C"}
    assert found(desk, claimant_ids=[], include_on_behalf=True) == set()
    assert found(desk, include_on_behalf=True) == {"A", "B", "C"}


def test_what_was_said_on_behalf_is_read_from_indexes(desk: Desk) -> None:
    house = a_claimant(desk)
    said = plan(desk, claims.naming(house.id))  # type: ignore[arg-type]
    assert "ix_claim_claimant_id" in said
    assert "ix_claim_on_behalf_of_id" in said


def test_a_name_is_looked_up_in_an_index(desk: Desk) -> None:
    keys = sa.select(NameKey).where(col(NameKey.sort) == "SOUND", col(NameKey.key).in_(["tkv", "jmrt"]))
    assert ("SEARCH name_key USING" if desk.database.is_sqlite else "pk_name_key") in plan(desk, keys)
