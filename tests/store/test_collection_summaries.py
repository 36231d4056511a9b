"""What is counted of the predictions of a collection, against a plain count of the same, one by one."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col
from uuid_utils.compat import uuid7

from claimkb import domain
from claimkb.actions import claims, collections, predictions
from claimkb.actions.work import Desk
from claimkb.domain.collection_summary import CollectionSummary
from claimkb.store import collection_summaries
from tests.builders import NOON, TODAY, a_claim, a_collection, a_fact, a_prediction, do, resolved
from tests.store.test_track_records import FORETOLD, Foretold, told

COUNTS = {"YES": "yes", "NO": "no", "PARTIAL": "partial", "AMBIGUOUS": "unclear", "ANNULLED": "annulled"}


def collected(desk: Desk, foretold: list[Foretold]) -> UUID:
    """Write predictions, and collect their claims."""
    claimant, collection = told(desk, foretold), a_collection(desk)
    stamps = {"version": 1, "created_at": NOON, "updated_at": NOON, "added_at": NOON, "added_by": "Edith"}
    with desk.database.write() as session:
        of_claimant = sa.select(col(domain.Claim.id)).where(col(domain.Claim.claimant_id) == claimant)
        rows = [{"id": uuid7(), "collection_id": collection.id, "claim_id": id_, **stamps} for id_ in session.scalars(of_claimant)]
        if rows:
            session.execute(sa.insert(domain.CollectedClaim), rows)
    return collection.id


def read(desk: Desk, *ids: UUID) -> list[CollectionSummary]:
    with desk.database.read() as session:
        return collection_summaries.by_collections(session, ids, TODAY)


def counted(foretold: list[Foretold]) -> dict[str, int]:
    """Count predictions one by one, by the due date as it stands."""
    counts = dict.fromkeys([*COUNTS.values(), "unchecked", "not_yet_due", "undated"], 0)
    for each in foretold:
        due = each.moves[-1][1] if each.moves else each.original
        if each.is_retracted or each.status == "WITHDRAWN":
            continue
        if each.status == "RESOLVED":
            counts[COUNTS[each.verdict]] += 1
        else:
            counts["undated" if due is None else "unchecked" if due < 0 else "not_yet_due"] += 1
    return counts


@pytest.mark.long
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(FORETOLD, max_size=6), min_size=1, max_size=2))
def test_the_counts_are_those_of_a_plain_count(sqlite_desk: Desk, in_each: list[list[Foretold]]) -> None:
    ids = [collected(sqlite_desk, each) for each in in_each]
    for found, foretold in zip(read(sqlite_desk, *ids), in_each, strict=True):
        counts = counted(foretold)
        assert {name: getattr(found, name) for name in counts} == counts
        assert found.predictions == sum(counts.values())


def test_a_summary_counts_what_is_in_the_collection(desk: Desk) -> None:
    yes, late, soon = a_prediction(desk), a_prediction(desk), a_prediction(desk, TODAY + timedelta(days=3))
    undated, out, withdrawn = a_prediction(desk, None), a_prediction(desk), a_prediction(desk)
    retracted, fact = a_fact(desk), a_fact(desk)
    resolved(desk, yes)
    every = [yes, late, soon, undated, out, withdrawn]
    with desk.database.read() as session:
        told_of = [session.get_one(domain.Claim, each.claim_id) for each in every]
    collection = a_collection(desk, *told_of, retracted, fact)
    take_out = collections.RemoveFromCollection(collection_id=collection.id, claim_ids=[out.claim_id], reason="r")
    do(desk, collections.remove_from_collection, take_out)
    do(desk, predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=withdrawn.id, reason="r"))
    do(desk, claims.retract_claim, claims.RetractClaim(claim_id=retracted.id, reason="r"))
    (found,) = read(desk, collection.id)
    assert (found.predictions, found.claims_without_prediction) == (4, 2)
    assert found.line == (
        "Of 4 predictions 1 came true, 0 did not, 0 in part, 0 unclear; "
        "1 past due and unchecked; 1 not yet due; 1 without a due date."
    )


def test_an_empty_collection_has_nothing_to_count(desk: Desk) -> None:
    (found,) = read(desk, a_collection(desk, kind="TRACKER").id)
    assert (found.predictions, found.claims_without_prediction, found.line) == (0, 0, "There is no pledge in it.")


def test_any_number_of_collections_takes_one_statement(sqlite_desk: Desk) -> None:
    ids = [a_collection(sqlite_desk, a_claim(sqlite_desk)).id for _ in range(5)]
    given_: list[str] = []
    sa.event.listen(sqlite_desk.database.engine, "before_cursor_execute", lambda *event: given_.append(event[2]))
    assert [found.claims_without_prediction for found in read(sqlite_desk, *ids)] == [1] * 5
    assert len([each for each in given_ if "SELECT" in each]) == 1
