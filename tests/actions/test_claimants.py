"""Claimants have other names; and what a name finds."""

from typing import Any

import pytest
from pydantic import ValidationError

from claimkb.actions import claimants as actions
from claimkb.actions.work import Desk
from claimkb.domain import Claimant
from claimkb.domain.claimant import AliasIsTheName, ClaimantKind, aliases_of
from claimkb.domain.refusals import AlreadyRecorded
from claimkb.store import claimants
from tests.builders import a_claimant, do, everything, refused

QASSYM, KASSYM, CYRILLIC = "Qassym-Jomart Tokayev", "Kassym-Jomart Tokayev", "Касым-Жомарт Токаев"


def recorded(desk: Desk, name: str, *aliases: str, **given: Any) -> Claimant:
    """Record a person with aliases."""
    order = actions.RecordClaimant.model_validate({"name": name, "kind": "PERSON", "aliases": list(aliases), **given})
    return do(desk, actions.record_claimant, order)


def updated(desk: Desk, claimant: Claimant, **given: Any) -> Claimant:
    """Change a claimant."""
    order = actions.UpdateClaimant.model_validate({"claimant_id": claimant.id, **given})
    return do(desk, actions.update_claimant, order)


def named(desk: Desk, name: str) -> list[str]:
    with desk.database.read() as session:
        return [each.name for each in claimants.named(session, name)]


def similar(desk: Desk, name: str) -> list[str]:
    with desk.database.read() as session:
        return [each.claimant.name for each in claimants.similar(session, name, 10)]


def test_a_claimant_is_found_by_its_aliases(desk: Desk) -> None:
    recorded(desk, QASSYM, CYRILLIC, "K. Tokayev")
    assert named(desk, "касым-жомарт  токаев") == named(desk, "k. tokayev") == named(desk, QASSYM) == [QASSYM]
    assert named(desk, "Tokayev") == []


def test_aliases_replace_those_before_and_null_takes_all_away(desk: Desk) -> None:
    claimant = recorded(desk, QASSYM, KASSYM)
    assert aliases_of(updated(desk, claimant, aliases=[CYRILLIC, "A  B", "a b"])) == [CYRILLIC, "A B"]
    assert (named(desk, KASSYM), named(desk, CYRILLIC)) == ([], [QASSYM])
    assert aliases_of(updated(desk, claimant, aliases=None)) == []
    assert named(desk, CYRILLIC) == []


def test_a_name_in_another_spelling_or_script_is_similar(desk: Desk) -> None:
    recorded(desk, QASSYM)
    recorded(desk, "MBS", "Mohammed bin Salman")
    a_claimant(desk, "John Smith")
    for name in (KASSYM, CYRILLIC, "Tokayev, Kassym Jomart"):
        assert similar(desk, name) == [QASSYM]
    assert similar(desk, "محمد بن سلمان") == ["MBS"]
    assert similar(desk, "Joan Smythe") == similar(desk, "…") == []


def test_an_alias_that_is_the_name_is_refused(desk: Desk) -> None:
    claimant, before = recorded(desk, QASSYM), everything(desk)
    order = actions.UpdateClaimant(claimant_id=claimant.id, aliases=[KASSYM, f" {QASSYM.upper()}"])
    refusal = refused(desk, AliasIsTheName, actions.update_claimant, order)
    assert refusal.field == ("aliases", 1)
    assert str(refusal) == "QASSYM-JOMART TOKAYEV is the claimant's own name: leave it out of the aliases."
    assert everything(desk) == before


@pytest.mark.parametrize("alias", ["the MINISTER", "M. Inister"])
def test_an_alias_that_is_a_name_or_an_alias_of_another_of_the_kind_is_refused(desk: Desk, alias: str) -> None:
    other = recorded(desk, "The minister", "M. Inister")
    before = everything(desk)
    order = actions.RecordClaimant(name="Somebody", kind="PERSON", aliases=["S.", alias])
    refusal = refused(desk, AlreadyRecorded, actions.record_claimant, order)
    assert (refusal.field, refusal.facts["existing"].id) == (("aliases", "1"), other.id)
    assert everything(desk) == before
    do(desk, actions.record_claimant, order.model_copy(update={"kind": ClaimantKind.ORGANIZATION}))


def test_a_name_that_is_an_alias_of_another_is_refused(desk: Desk) -> None:
    other, before = recorded(desk, QASSYM, KASSYM), everything(desk)
    refusal = refused(desk, AlreadyRecorded, actions.record_claimant, actions.RecordClaimant(name=KASSYM, kind="PERSON"))
    assert (refusal.field, refusal.facts["existing"].id) == (("name",), other.id)
    assert everything(desk) == before


def test_an_alias_that_becomes_the_name_is_no_alias_any_more(desk: Desk) -> None:
    claimant = updated(desk, recorded(desk, "Swap I", "Swap II", "Another"), name="SWAP II")
    assert (claimant.name, aliases_of(claimant)) == ("SWAP II", ["Another"])
    assert (named(desk, "swap ii"), named(desk, "Swap I")) == (["SWAP II"], [])
    assert aliases_of(updated(desk, claimant, name="Swap I", aliases=["Swap II"])) == ["Swap II"]


def test_a_kind_in_which_the_alias_is_taken_is_refused(desk: Desk) -> None:
    recorded(desk, "The bank", kind="ORGANIZATION")
    claimant = recorded(desk, "B. Ank", "The bank")
    before = everything(desk)
    order = actions.UpdateClaimant(claimant_id=claimant.id, kind="ORGANIZATION")
    assert refused(desk, AlreadyRecorded, actions.update_claimant, order).field == ("aliases", "0")
    assert everything(desk) == before


def test_an_id_of_wikidata_is_of_one_claimant(desk: Desk) -> None:
    known = recorded(desk, QASSYM, wikidata_id="Q380318")
    other = recorded(desk, "Another")
    before = everything(desk)
    order = actions.UpdateClaimant(claimant_id=other.id, wikidata_id="Q380318")
    refusal = refused(desk, AlreadyRecorded, actions.update_claimant, order)
    assert (refusal.field, refusal.facts["existing"].id) == (("wikidata_id",), known.id)
    assert everything(desk) == before
    assert updated(desk, known, wikidata_id=None).wikidata_id is None
    assert updated(desk, other, wikidata_id="Q380318").wikidata_id == "Q380318"


@pytest.mark.parametrize("given", [{"wikidata_id": "Q0"}, {"wikidata_id": "P31"}, {"aliases": [str(n) for n in range(51)]}])
def test_what_is_no_id_of_wikidata_and_fifty_one_aliases_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        actions.RecordClaimant.model_validate({"name": "A", "kind": "PERSON", **given})
