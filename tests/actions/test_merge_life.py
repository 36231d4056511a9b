"""Merges at random, taken apart again in the opposite order: after each step back all is as it was before."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkb.actions import memberships, merging, searches
from claimkb.actions.work import Desk
from claimkb.domain import Channel, Claim, Claimant, Membership, MergeMove, NameKey, SavedSearch, SearchEntry
from claimkb.domain.refusals import Refusal
from claimkb.store import verification
from claimkb.store.engine import records
from tests.builders import a_channel, a_claim, a_claimant, do

RAISED = {"version", "updated_at"}
"""The columns that each change raises."""
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6)


def shown(desk: Desk) -> dict[str, Any]:
    """Read what records say, and what is computed from them."""
    found = {}
    with desk.database.connection() as connection:
        for kind in (Claim, Claimant, Membership, Channel, SavedSearch, NameKey, SearchEntry, MergeMove):
            table = records.table_of(kind)
            columns = [each for each in table.columns if each.name not in RAISED]
            rows = [dict(row) for row in connection.execute(sa.select(*columns)).mappings()]
            for row in rows if kind is SavedSearch else ():
                row["filter"] = {name: sorted(value) for name, value in json.loads(row["filter"]).items()}
            found[table.name] = sorted(map(repr, rows))
    return found


def world(desk: Desk, said: list[tuple[int, int]], belongs: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> list[UUID]:
    """Record five claimants, and what names them; return their ids."""
    ids = [a_claimant(desk, f"{name} {desk.new_id()}", "ORGANIZATION").id for name in "ABCDE"]
    for by, on_behalf in said:
        a_claim(desk, voice="REPORTED", claimant_id=ids[by], on_behalf_of_id=ids[on_behalf])
    for one, of in belongs:
        attempt(desk, memberships.record_membership, memberships.RecordMembership(claimant_id=ids[one], of_id=ids[of]))
    for one, two in wanted:
        filter_ = {"claimant_ids": [str(ids[each]) for each in {one, two}]}
        do(desk, searches.save_search, searches.SaveSearch.model_validate({"name": "S", "filter": filter_}))
        a_channel(desk, "desk@example.org", name=str(desk.new_id()), claimant_id=ids[one])
    return ids


def attempt(desk: Desk, action: Any, order: Any) -> bool:
    """Do something that may be refused; tell whether it was done."""
    try:
        do(desk, action, order)
    except Refusal:
        return False
    return True


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=PAIRS, belongs=PAIRS, wanted=PAIRS, merged=PAIRS)
def test_after_each_step_back_all_is_as_before(desk: Desk, said: Any, belongs: Any, wanted: Any, merged: Any) -> None:
    ids = world(desk, said, belongs, wanted)
    done = []
    for one, into in merged:
        before = shown(desk)
        order = merging.MergeClaimants(claimant_id=ids[one], into_id=ids[into], reason="r")
        if attempt(desk, merging.merge_claimants, order):
            done.append((ids[one], before))
        else:
            assert shown(desk) == before
    for claimant_id, before in reversed(done):
        do(desk, merging.unmerge_claimants, merging.UnmergeClaimants(claimant_id=claimant_id, reason="r"))
        assert shown(desk) == before
    assert list(verification.find(desk.database)) == []
