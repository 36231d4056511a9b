"""To whom does a claimant belong, as what, and from when until when?"""

from datetime import date
from typing import Any

import pytest

from claimkb.actions import memberships, merging
from claimkb.actions.work import Desk
from claimkb.domain import Membership
from claimkb.domain.membership import (
    EndsBeforeItBegins,
    MemberOfItself,
    WhyRetracted,
    WouldBelongToItself,
)
from claimkb.domain.merging import AlreadyMerged
from claimkb.domain.refusals import AlreadyRecorded, AlreadyRetracted, NotRetracted
from tests.builders import NOON, a_claimant, do, everything, refused


def order(desk: Desk, **given: Any) -> memberships.RecordMembership:
    """Order that a minister belongs to a government."""
    minister, house = a_claimant(desk), a_claimant(desk, "The government", "GOVERNMENT")
    return memberships.RecordMembership.model_validate({"claimant_id": minister.id, "of_id": house.id, **given})


def recorded(desk: Desk, **given: Any) -> Membership:
    return do(desk, memberships.record_membership, order(desk, **given))


def updated(desk: Desk, membership: Membership, **given: Any) -> Membership:
    command = memberships.UpdateMembership.model_validate({"membership_id": membership.id, **given})
    return do(desk, memberships.update_membership, command)


def refused_update(desk: Desk, refusal: Any, membership: Membership, **given: Any) -> str:
    """Refuse a change, with nothing changed; return what is said."""
    before = everything(desk)
    command = memberships.UpdateMembership.model_validate({"membership_id": membership.id, **given})
    said = str(refused(desk, refusal, memberships.update_membership, command))
    assert everything(desk) == before
    return said


def test_a_minister_belongs_to_a_government_from_a_day_until_another(desk: Desk) -> None:
    membership = recorded(desk, role="Minister of Energy", from_="2023-09-04")
    membership = updated(desk, membership, until="2025-03-18")
    shown = (membership.role, membership.from_on, membership.until_on, membership.version)
    assert shown == ("Minister of Energy", date(2023, 9, 4), date(2025, 3, 18), 2)
    assert updated(desk, membership, until=None).until_on is None


def test_a_membership_is_retracted_for_a_reason_and_restored(desk: Desk) -> None:
    membership = recorded(desk)
    retracted = updated(desk, membership, is_retracted=True, reason="Another of that name.")
    assert (retracted.retracted_at, retracted.retracted_reason) == (NOON, "Another of that name.")
    refused_update(desk, AlreadyRetracted, membership, is_retracted=True, reason="r")
    restored = updated(desk, membership, is_retracted=False, reason="The same after all.")
    assert (restored.retracted_at, restored.retracted_reason) == (None, None)


def test_to_retract_without_a_reason_or_to_restore_what_stands_is_refused(desk: Desk) -> None:
    membership = recorded(desk)
    refused_update(desk, WhyRetracted, membership, is_retracted=True)
    refused_update(desk, NotRetracted, membership, is_retracted=False, reason="r")


def test_days_that_run_backward_are_refused(desk: Desk) -> None:
    membership = recorded(desk, from_="2023-09-04")
    said = refused_update(desk, EndsBeforeItBegins, membership, until="2023-09-03")
    assert said == "It ends on 2023-09-03, before it begins on 2023-09-04."


def refused_order(desk: Desk, refusal: Any, command: memberships.RecordMembership) -> Any:
    before = everything(desk)
    found = refused(desk, refusal, memberships.record_membership, command)
    assert everything(desk) == before
    return found


def test_nobody_belongs_to_itself(desk: Desk) -> None:
    one = a_claimant(desk)
    refused_order(desk, MemberOfItself, memberships.RecordMembership(claimant_id=one.id, of_id=one.id))


def test_nobody_belongs_to_itself_by_way_of_others(desk: Desk) -> None:
    ids = [a_claimant(desk, name, "ORGANIZATION").id for name in "ABC"]
    for claimant_id, of_id in ((ids[0], ids[1]), (ids[1], ids[2])):
        last = do(desk, memberships.record_membership, memberships.RecordMembership(claimant_id=claimant_id, of_id=of_id))
    round_ = memberships.RecordMembership(claimant_id=ids[2], of_id=ids[0])
    refused_order(desk, WouldBelongToItself, round_)
    updated(desk, last, is_retracted=True, reason="r")
    do(desk, memberships.record_membership, round_)
    refused_update(desk, WouldBelongToItself, last, is_retracted=False, reason="r")


def test_the_same_membership_is_refused_again_but_not_another_term(desk: Desk) -> None:
    first = order(desk, role="Minister", from_="2023-09-04")
    known = do(desk, memberships.record_membership, first)
    assert refused_order(desk, AlreadyRecorded, first).facts["existing"].id == known.id
    again = do(desk, memberships.record_membership, first.model_copy(update={"from_": date(2026, 1, 1)}))
    refused_update(desk, AlreadyRecorded, again, from_="2023-09-04")


@pytest.mark.parametrize("field", ["claimant_id", "of_id"])
def test_a_membership_of_who_was_merged_is_refused(desk: Desk, field: str) -> None:
    one, two = a_claimant(desk, "A"), a_claimant(desk, "B")
    do(desk, merging.merge_claimants, merging.MergeClaimants(claimant_id=one.id, into_id=two.id, reason="r"))
    ends = {"claimant_id": a_claimant(desk, "C").id, "of_id": two.id, field: one.id}
    assert refused_order(desk, AlreadyMerged, memberships.RecordMembership.model_validate(ends)).field == (field,)
