"""Two claimants turn out to be one, or not to be."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from claimkb.actions import claimants, claims, memberships, merging, outcomes, searches
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Claimant, Membership, SavedSearch
from claimkb.domain.account import Actor
from claimkb.domain.claimant import aliases_of
from claimkb.domain.merging import (
    AlreadyMerged,
    MergedIntoItself,
    MergedOn,
    NameGivenSince,
    NotMerged,
    OfAnotherKind,
    OneIsPartOfTheOther,
    OtherWikidataId,
    TooManyAliases,
)
from claimkb.domain.permissions import Role
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Forbidden, StaleVersion
from claimkb.store import claimants as stored
from claimkb.store import merges, revisions, verification
from claimkb.store.claimants import ClaimantFilter, matching
from claimkb.store.engine import records
from claimkb.store.revisions import CorrectionFilter
from tests.builders import a_channel, a_claim, a_claimant, a_prediction, do, everything, refused, resolved
from tests.verbs import OTTO, TWO_PEOPLE


def merged(desk: Desk, one: Claimant, into: Claimant) -> Claimant:
    order = merging.MergeClaimants(claimant_id=one.id, into_id=into.id, reason="The same man.")
    return do(desk, merging.merge_claimants, order)


def taken_apart(desk: Desk, one: Claimant) -> Claimant:
    return do(desk, merging.unmerge_claimants, merging.UnmergeClaimants(claimant_id=one.id, reason="Two men."))


def said(desk: Desk, by: UUID, **given: Any) -> Claim:
    return a_claim(desk, voice="REPORTED", claimant_id=by, **given)


def again(desk: Desk, record: Any) -> Any:
    with desk.database.read() as session:
        return records.get(session, type(record), record.id)


def belongs(desk: Desk, one: Claimant, of: Claimant, **given: Any) -> Membership:
    order = memberships.RecordMembership(claimant_id=one.id, of_id=of.id, **given)
    return do(desk, memberships.record_membership, order)


def saved(desk: Desk, **wanted: Any) -> SavedSearch:
    return do(desk, searches.save_search, searches.SaveSearch.model_validate({"name": "S", "filter": wanted}))


def holds_together(desk: Desk) -> bool:
    return list(verification.find(desk.database)) == []


def test_all_that_names_a_claimant_names_the_other_since_the_merge(desk: Desk) -> None:
    one, two, house = a_claimant(desk, "Tokaev"), a_claimant(desk, "Tokayev"), a_claimant(desk, "The house", "GOVERNMENT")
    moved = said(desk, one.id), said(desk, house.id, on_behalf_of_id=one.id), belongs(desk, one, house)
    channel = a_channel(desk, "desk@example.org", claimant_id=one.id)
    search = saved(desk, claimant_ids=[str(one.id), str(two.id)], on_behalf_of_id=str(one.id))
    merged(desk, one, two)
    assert [again(desk, moved[0]).claimant_id, again(desk, moved[1]).on_behalf_of_id] == [two.id, two.id]
    assert [again(desk, moved[2]).claimant_id, again(desk, channel).claimant_id] == [two.id, two.id]
    assert again(desk, search).filter == f'{{"claimant_ids":["{two.id}"],"on_behalf_of_id":"{two.id}"}}'
    assert holds_together(desk)


def test_a_merged_claimant_stays_readable_and_its_names_find_the_other(desk: Desk) -> None:
    one, two = a_claimant(desk, "Tokaev"), a_claimant(desk, "Tokayev")
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=one.id, aliases=["K. T."], wikidata_id="Q380318"))
    merged(desk, one, two)
    assert again(desk, one).merged_into_id == two.id
    assert (aliases_of(again(desk, two)), again(desk, two).wikidata_id) == (["Tokaev", "K. T."], "Q380318")
    with desk.database.read() as session:
        assert [each.id for each in session.scalars(matching(ClaimantFilter()))] == [two.id]
        assert [each.id for each in stored.named(session, "k. t.")] == [two.id]
        assert [each.claimant.id for each in stored.similar(session, "Tokaev", 9)] == [two.id]


def test_a_merge_is_in_the_history_of_each_record_with_its_reason(desk: Desk) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    claim = said(desk, one.id)
    merged(desk, one, two)
    with desk.database.read() as session:
        for record in (one, two, claim):
            newest = revisions.since(session, record.id, 1)[-1]
            assert (newest.action, newest.reason, newest.version) == ("mergeClaimants", "The same man.", 2)


def test_a_merge_under_what_was_decided_is_a_correction(desk: Desk) -> None:
    two_people = Desk(**{**vars(desk), "policy": TWO_PEOPLE})
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    prediction = a_prediction(two_people)
    order = claims.UpdateClaim(claim_id=prediction.claim_id, voice="REPORTED", claimant_id=one.id)
    do(desk, claims.update_claim, order)
    do(two_people, outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=resolved(two_people, prediction).id), OTTO)
    merged(desk, one, two)
    with desk.database.read() as session:
        (correction,) = session.scalars(revisions.corrections(CorrectionFilter(prediction_id=prediction.id)))
    assert (correction.record_id, correction.action) == (prediction.claim_id, "mergeClaimants")


def test_what_a_merge_moved_comes_back_but_for_what_was_changed_since(desk: Desk) -> None:
    one, two, three = (a_claimant(desk, name) for name in "ABC")
    back, elsewhere, own = said(desk, one.id), said(desk, one.id), said(desk, two.id)
    merged(desk, one, two)
    since = said(desk, two.id)
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=elsewhere.id, claimant_id=three.id))
    taken_apart(desk, one)
    found = [again(desk, each).claimant_id for each in (back, elsewhere, own, since)]
    assert found == [one.id, three.id, two.id, two.id]
    assert (again(desk, one).merged_into_id, again(desk, two).aliases) == (None, None)
    with desk.database.read() as session:
        assert [each.id for each in merges.stayed(session, one.id)] == [elsewhere.id]
    assert holds_together(desk)


def test_a_claim_of_a_merged_claimant_is_refused(desk: Desk) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    claim = said(desk, two.id)
    merged(desk, one, two)
    before = everything(desk)
    new = claims.RecordClaim(statement="S.", kind="FACT", voice="REPORTED", claimant_id=one.id)
    assert refused(desk, AlreadyMerged, claims.record_claim, new).field == ("claimant_id",)
    changed = claims.UpdateClaim(claim_id=claim.id, on_behalf_of_id=one.id)
    assert refused(desk, AlreadyMerged, claims.update_claim, changed).field == ("on_behalf_of_id",)
    renamed = claimants.UpdateClaimant(claimant_id=one.id, name="C")
    assert refused(desk, AlreadyMerged, claimants.update_claimant, renamed).field == ("claimant_id",)
    assert everything(desk) == before


def refused_merge(desk: Desk, refusal: Any, one: Claimant, into: Claimant, **given: Any) -> str:
    """Refuse a merge, with nothing changed; return what is said."""
    before = everything(desk)
    order = merging.MergeClaimants(claimant_id=one.id, into_id=into.id, reason="r", **given)
    said = str(refused(desk, refusal, merging.merge_claimants, order))
    assert everything(desk) == before
    return said


def test_a_merge_into_itself_is_refused(desk: Desk) -> None:
    one = a_claimant(desk)
    said = refused_merge(desk, MergedIntoItself, one, one)
    assert said == "A claimant cannot be merged into itself: name two."


def test_a_merge_in_a_circle_or_of_what_is_merged_is_refused(desk: Desk) -> None:
    one, two, three = (a_claimant(desk, name) for name in "ABC")
    merged(desk, one, two)
    for pair in ((two, one), (one, three), (three, one)):
        refused_merge(desk, AlreadyMerged, *pair)


def test_a_merge_of_two_kinds_is_refused(desk: Desk) -> None:
    refused_merge(desk, OfAnotherKind, a_claimant(desk, "A"), a_claimant(desk, "B", "GOVERNMENT"))


def test_a_merge_of_two_that_wikidata_tells_apart_is_refused(desk: Desk) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    for each, wikidata_id in ((one, "Q1"), (two, "Q2")):
        do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=each.id, wikidata_id=wikidata_id))
    refused_merge(desk, OtherWikidataId, one, two)


def test_a_merge_of_a_part_with_its_whole_is_refused(desk: Desk) -> None:
    one, two, three = (a_claimant(desk, name, "ORGANIZATION") for name in "ABC")
    belongs(desk, one, two)
    belongs(desk, two, three)
    refused_merge(desk, OneIsPartOfTheOther, three, one)


def test_a_merge_into_too_many_names_is_refused(desk: Desk) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    many = claimants.UpdateClaimant(claimant_id=two.id, aliases=[f"B{number}" for number in range(50)])
    do(desk, claimants.update_claimant, many)
    assert "they have 51 names" in refused_merge(desk, TooManyAliases, one, two)


def test_a_merge_of_a_version_that_changed_is_refused(desk: Desk) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=one.id, note="n"))
    refused_merge(desk, StaleVersion, one, two, expected_version=1)


def test_a_reporter_merges_nobody(desk: Desk) -> None:
    order = merging.MergeClaimants(claimant_id=a_claimant(desk, "A").id, into_id=a_claimant(desk, "B").id, reason="r")
    refused(desk, Forbidden, merging.merge_claimants, order, Actor("Rea", Role.REPORTER))


def refused_apart(desk: Desk, refusal: Any, one: Claimant) -> Any:
    before = everything(desk)
    found = refused(desk, refusal, merging.unmerge_claimants, merging.UnmergeClaimants(claimant_id=one.id, reason="r"))
    assert everything(desk) == before
    return found


def test_to_take_apart_what_was_never_merged_is_refused(desk: Desk) -> None:
    refused_apart(desk, NotMerged, a_claimant(desk))


def test_to_take_apart_what_was_merged_on_is_refused(desk: Desk) -> None:
    one, two, three = (a_claimant(desk, name) for name in "ABC")
    merged(desk, one, two)
    merged(desk, two, three)
    refused_apart(desk, MergedOn, one)


def test_to_take_apart_whose_name_somebody_else_has_by_now_is_refused(desk: Desk) -> None:
    one, two, three = (a_claimant(desk, name) for name in "ABC")
    merged(desk, one, two)
    for each, aliases in ((two, None), (three, ["a"])):
        do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=each.id, aliases=aliases))
    found = refused_apart(desk, NameGivenSince, one)
    assert (found.field, found.facts["existing"].id) == (("claimant_id",), three.id)
    assert str(found).startswith(f"{global_id('Claimant', three.id)} has the name A by now")


@pytest.mark.parametrize("given", [{"aliases": ["x."]}, {"name": "X."}])
def test_claimants_come_apart_once_nobody_else_has_another_name_of_the_first(desk: Desk, given: Any) -> None:
    one, two, three = (a_claimant(desk, name) for name in "ABC")
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=one.id, aliases=["X."]))
    merged(desk, one, two)
    for each, changes in ((two, {"aliases": []}), (three, given)):
        do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=each.id, **changes))
    refused_apart(desk, NameGivenSince, one)
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=three.id, name="C", aliases=[]))
    assert aliases_of(taken_apart(desk, one)) == ["X."]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_what_is_merged_twice_comes_apart_step_by_step(desk: Desk, order: tuple[int, ...]) -> None:
    every = [a_claimant(desk, name) for name in "ABC"]
    spoken = [said(desk, each.id) for each in every]
    one, two, three = (every[place] for place in order)
    merged(desk, one, two)
    merged(desk, two, three)
    taken_apart(desk, two)
    taken_apart(desk, one)
    assert [again(desk, each).claimant_id for each in spoken] == [each.id for each in every]
    assert [again(desk, each).aliases for each in every] == [None, None, None]


def test_no_claim_gets_to_a_claimant_while_it_is_merged(desk: Desk) -> None:
    for number in range(4):
        one, two = a_claimant(desk, f"A{number}"), a_claimant(desk, f"B{number}")
        with ThreadPoolExecutor(3) as pool:
            merge = pool.submit(merged, desk, one, two)
            spoken = [pool.submit(said, desk, one.id) for _ in range(4)]
            merge.result()
        for each in spoken:
            assert isinstance(each.exception(), AlreadyMerged) or again(desk, each.result()).claimant_id == two.id
