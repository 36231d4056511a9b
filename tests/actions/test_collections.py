"""Collections: made, changed, filled and emptied; each mistake is told at its place, and nothing has changed then."""

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from claimkb.actions import collections
from claimkb.actions.collections import AddToCollection, CreateCollection, RemoveFromCollection, UpdateCollection
from claimkb.actions.work import Desk
from claimkb.domain import Claim, CollectedClaim, Collection
from claimkb.domain.collection import MOST_CLAIMS, CollectedAlready, NotCollected
from claimkb.domain.refusals import AlreadyRecorded, CannotBeCleared, NotFound, StaleVersion
from claimkb.domain.several import NamedTwice, Several
from claimkb.store import verification
from claimkb.store.collections import claims_in, members
from tests.builders import EDITOR, a_claim, a_collection, do, refused


def added(desk: Desk, collection: Collection, *claims: Claim, **given: Any) -> Collection:
    order = AddToCollection(collection_id=collection.id, claim_ids=[each.id for each in claims], **given)
    return do(desk, collections.add_to_collection, order)


def removed(desk: Desk, collection: Collection, *claims: Claim) -> Collection:
    order = RemoveFromCollection(collection_id=collection.id, claim_ids=[each.id for each in claims], reason="Off topic.")
    return do(desk, collections.remove_from_collection, order)


def member(desk: Desk, collection: Collection, claim: Claim) -> CollectedClaim:
    with desk.database.read() as session:
        return members(session, collection.id, [claim.id])[claim.id]


def test_a_claim_is_in_a_collection_with_who_put_it_in_and_when(desk: Desk) -> None:
    claim = a_claim(desk)
    found = member(desk, added(desk, a_collection(desk), claim, note="The first."), claim)
    assert (found.added_by, found.added_at, found.note, found.removed_at) == (EDITOR.name, desk.now(), "The first.", None)


def test_a_claim_that_is_taken_out_keeps_its_row_and_its_history(desk: Desk) -> None:
    claim = a_claim(desk)
    collection = removed(desk, a_collection(desk, claim), claim)
    found = member(desk, collection, claim)
    assert (found.removed_by, found.removed_at, found.version) == (EDITOR.name, desk.now(), 2)


def test_a_claim_that_is_put_in_again_is_in_by_the_same_row(desk: Desk) -> None:
    claim = a_claim(desk)
    collection = a_collection(desk, claim)
    before = member(desk, collection, claim)
    found = member(desk, added(desk, removed(desk, collection, claim), claim, note="After all."), claim)
    assert (found.id, found.version, found.removed_at, found.note) == (before.id, 3, None, "After all.")
    assert list(verification.find(desk.database)) == []


def test_every_claim_that_cannot_be_put_in_is_told_at_its_place(desk: Desk) -> None:
    there, fresh = a_claim(desk), a_claim(desk)
    order = AddToCollection(collection_id=a_collection(desk, there).id, claim_ids=[fresh.id, there.id, uuid7(), fresh.id])
    several = refused(desk, Several, collections.add_to_collection, order)
    assert isinstance(several, Several)
    assert [(type(each), each.field) for each in several.refusals] == [
        (CollectedAlready, ("claim_ids", 1)),
        (NotFound, ("claim_ids", 2)),
        (NamedTwice, ("claim_ids", 3)),
    ]


def test_a_single_mistake_is_refused_by_its_own_name(desk: Desk) -> None:
    claim = a_claim(desk)
    order = AddToCollection(collection_id=a_collection(desk, claim).id, claim_ids=[claim.id])
    assert refused(desk, CollectedAlready, collections.add_to_collection, order).field == ("claim_ids", 0)


def test_what_is_not_in_a_collection_cannot_be_taken_out(desk: Desk) -> None:
    never, gone, there = a_claim(desk), a_claim(desk), a_claim(desk)
    collection = removed(desk, a_collection(desk, gone, there), gone)
    order = RemoveFromCollection(collection_id=collection.id, claim_ids=[never.id, there.id, gone.id], reason="r")
    several = refused(desk, Several, collections.remove_from_collection, order)
    assert isinstance(several, Several)
    assert [(type(each), each.field[1]) for each in several.refusals] == [(NotCollected, 0), (NotCollected, 2)]


@pytest.mark.parametrize("order", [AddToCollection, RemoveFromCollection])
def test_a_collection_that_is_not_there_is_refused(desk: Desk, order: Any) -> None:
    action = collections.add_to_collection if order is AddToCollection else collections.remove_from_collection
    more = {} if order is AddToCollection else {"reason": "r"}
    given = order(collection_id=uuid7(), claim_ids=[a_claim(desk).id], **more)
    assert refused(desk, NotFound, action, given).field == ("collection_id",)


def test_more_claims_than_one_change_takes_are_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {MOST_CLAIMS}"):
        AddToCollection(collection_id=uuid7(), claim_ids=[uuid7() for _ in range(MOST_CLAIMS + 1)])


def test_a_name_that_looks_the_same_is_refused_and_told(desk: Desk) -> None:
    known = a_collection(desk, name="The ten-point plan")
    refusal = refused(
        desk, AlreadyRecorded, collections.create_collection, CreateCollection(name="the  TEN-point plan", kind="STORY")
    )
    assert refusal.facts["existing"].id == known.id


def test_a_collection_is_not_renamed_to_another_ones_name(desk: Desk) -> None:
    a_collection(desk, name="The ten-point plan")
    order = UpdateCollection(collection_id=a_collection(desk).id, name="THE TEN-POINT PLAN")
    assert refused(desk, AlreadyRecorded, collections.update_collection, order).field == ("name",)


def test_a_collection_is_changed_and_keeps_what_is_left_out(desk: Desk) -> None:
    collection = a_collection(desk, name="Plan")
    order = UpdateCollection(
        collection_id=collection.id, name="PLAN", kind="TRACKER", reason="It has promises.", expected_version=1
    )
    changed = do(desk, collections.update_collection, order)
    assert (changed.name, changed.kind, changed.note, changed.version) == ("PLAN", "TRACKER", None, 2)


def test_a_collection_keeps_a_name(desk: Desk) -> None:
    order = UpdateCollection(collection_id=a_collection(desk).id, name=None)
    refused(desk, CannotBeCleared, collections.update_collection, order)


def test_a_collection_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    collection = a_collection(desk)
    do(desk, collections.update_collection, UpdateCollection(collection_id=collection.id, note="N."))
    order = UpdateCollection(collection_id=collection.id, note="M.", expected_version=1)
    assert refused(desk, StaleVersion, collections.update_collection, order).facts["current"] == 2


STEPS = st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 3), min_size=1, max_size=3)), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_in_a_collection_is_what_was_put_in_and_not_taken_out(sqlite_desk: Desk, steps: list[tuple[bool, list[int]]]) -> None:
    claims, collection, inside = [a_claim(sqlite_desk) for _ in range(4)], a_collection(sqlite_desk), set[int]()
    for puts_in, which in steps:
        is_allowed = len(set(which)) == len(which) and all((each in inside) != puts_in for each in which)
        with nullcontext() if is_allowed else pytest.raises((Several, CollectedAlready, NotCollected, NamedTwice)):
            (added if puts_in else removed)(sqlite_desk, collection, *(claims[each] for each in which))
        if is_allowed:
            inside = inside | set(which) if puts_in else inside - set(which)
        with sqlite_desk.database.read() as session:
            assert set(session.scalars(claims_in(collection.id))) == {claims[each].id for each in inside}
    assert list(verification.find(sqlite_desk.database)) == []
