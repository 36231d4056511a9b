"""The questions about claims, sources and claimants."""

from typing import Any

from claimkb.actions import evidence
from claimkb.actions.work import Desk
from claimkb.store import claimants, claims, paging, sources
from claimkb.store.claimants import ClaimantFilter
from claimkb.store.claims import ClaimFilter
from claimkb.store.paging import Slice
from claimkb.store.sources import SourceFilter
from tests.builders import TODAY, a_claim, a_claimant, a_source, do


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

    assert titles(kind=["REPORT"]) == titles(publisher="Ministry") == titles(text="BRIDGE") == {"The bridge"}
    assert titles(byline="Bo Writer") == titles(text="daily") == {"The tunnel"}
    assert names(text="jane") == {"Jane Doe"}
    assert names(text="Тоқаев") == {"Қасым-Жомарт Тоқаев"}
    assert names(kind=["GOVERNMENT"]) == set()
