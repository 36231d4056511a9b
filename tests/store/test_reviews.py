"""Which reviews are due, on how many origins they rest, and what the database itself refuses."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkb.actions import claims as verbs
from claimkb.actions import reviews as judging
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Evidence, Review, Source
from claimkb.domain.evidence import Stance
from claimkb.store import claims, reviews
from claimkb.store.claims import ClaimFilter
from tests.builders import NOON, TODAY, a_fact, do, plan, reviewed

STAMPS = {"version": 1, "created_at": NOON, "updated_at": NOON}
STANCES = [None, *Stance]
TOMORROW = TODAY + timedelta(days=1)


def some_sources(desk: Desk, repeats: dict[int, int | None]) -> dict[int, UUID]:
    """Insert sources, each with the number of the one that it repeats."""
    ids = {number: desk.new_id() for number in repeats}
    links = [{"id": ids[number], "derived_from_id": ids[above]} for number, above in repeats.items() if above is not None]
    with desk.database.write() as session:
        session.execute(sa.insert(Source), [{"id": id_, "kind": "ARTICLE", "title": "t", **STAMPS} for id_ in ids.values()])
        if links:
            session.execute(sa.update(Source), links)
    return ids


def some_reviews(desk: Desk, claim: Claim, shown: Iterable[Iterable[tuple[UUID, Stance]]]) -> list[UUID]:
    """Insert reviews, each with what shows it."""
    about = {"claim_id": claim.id, "rating": "TRUE", "summary": "s", "recorded_at": NOON, "state": "REJECTED", "proposed_by": "E"}
    made = [(desk.new_id(), list(pairs)) for pairs in shown]
    said = {"recorded_at": NOON, "recorded_by": "E"}
    proofs = [
        {"id": desk.new_id(), "review_id": id_, "source_id": source, "stance": stance, **said}
        for id_, pairs in made
        for source, stance in pairs
    ]
    with desk.database.write() as session:
        session.execute(sa.insert(Review), [{"id": id_, **about, **STAMPS} for id_, _ in made])
        if proofs:
            session.execute(sa.insert(Evidence), proofs)
    return [id_ for id_, _ in made]


def origin(number: int, repeats: dict[int, int | None]) -> int:
    """Follow a source up to one that repeats nothing, one step at a time."""
    above = repeats[number]
    return number if above is None else origin(above, repeats)


@st.composite
def forests(draw: st.DrawFn) -> dict[int, int | None]:
    """Draw sources, each of which repeats an earlier one or nothing."""
    size = draw(st.integers(min_value=1, max_value=12))
    return {each: draw(st.none() | st.integers(min_value=0, max_value=each - 1)) if each else None for each in range(size)}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_origins_are_counted_as_who_follows_each_source_by_hand_would(desk: Desk, data: st.DataObject) -> None:
    repeats = data.draw(forests())
    proof = st.tuples(st.sampled_from(sorted(repeats)), st.sampled_from(list(Stance)))
    shown = data.draw(st.lists(st.lists(proof, max_size=8), min_size=1, max_size=4))
    ids = some_sources(desk, repeats)
    made = some_reviews(desk, a_fact(desk), [[(ids[number], stance) for number, stance in pairs] for pairs in shown])
    for stance in STANCES:
        wanted = [stance] if stance else [Stance.SUPPORTS, Stance.REFUTES]
        expected = [len({origin(number, repeats) for number, taken in pairs if taken in wanted}) for pairs in shown]
        with desk.database.read() as session:
            assert reviews.independent_origins(session, made, stance) == expected


def test_forty_outlets_with_one_wire_story_are_one_origin(desk: Desk) -> None:
    wire: dict[int, int | None] = {0: None, **{outlet: outlet - 1 if outlet % 2 else 0 for outlet in range(1, 41)}}
    ids = some_sources(desk, {**wire, 41: None})
    outlets = [(ids[number], Stance.SUPPORTS) for number in range(1, 41)]
    made = some_reviews(desk, a_fact(desk), [outlets, [*outlets, (ids[41], Stance.REFUTES)], []])
    with desk.database.read() as session:
        assert reviews.independent_origins(session, made, None) == [1, 2, 0]
        assert reviews.independent_origins(session, made, Stance.REFUTES) == [0, 1, 0]


def test_a_ring_of_sources_is_not_followed_for_ever(desk: Desk) -> None:
    ids = some_sources(desk, {0: 2, 1: 0, 2: 1, 3: 2})
    made = some_reviews(desk, a_fact(desk), [[(ids[3], Stance.SUPPORTS)]])
    with desk.database.read() as session:
        assert reviews.independent_origins(session, made, None) == [0]


def found(desk: Desk, days: int = 0, **wanted: bool) -> set[UUID]:
    """Return the ids of the claims that a filter names, as many days on."""
    with desk.database.read() as session:
        select = claims.matching(ClaimFilter.model_validate(wanted), TODAY + timedelta(days=days))
        return {claim.id for claim in session.scalars(select)}


def test_a_review_is_due_from_the_day_after_its_review_by(desk: Desk) -> None:
    dated, undated, bare, gone = (a_fact(desk) for _ in range(4))
    for claim, by in ((dated, TOMORROW), (undated, None), (gone, TOMORROW)):
        reviewed(desk, claim, review_by=by)
    do(desk, verbs.retract_claim, verbs.RetractClaim(claim_id=gone.id, reason="r"))
    assert found(desk, reviewed=True) == {dated.id, undated.id, gone.id}
    assert found(desk, reviewed=False) == {bare.id}
    assert found(desk, days=1, review_due=True) == set()
    assert found(desk, days=2, review_due=True) == {dated.id}
    assert found(desk, days=2, review_due=False) == {undated.id, bare.id, gone.id}


def test_what_stands_no_longer_is_neither_reviewed_nor_due(desk: Desk) -> None:
    claim = a_fact(desk)
    reviewed(desk, claim, review_by=TOMORROW)
    reviewed(desk, claim)
    assert (found(desk, reviewed=True), found(desk, days=2, review_due=True)) == ({claim.id}, set())
    gone = reviewed(desk, a_fact(desk), review_by=TOMORROW)
    do(desk, judging.withdraw_review, judging.WithdrawReview(review_id=gone.id, reason="r"))
    assert (found(desk, reviewed=True), found(desk, days=2, review_due=True)) == ({claim.id}, set())


def test_an_index_serves_the_queue(desk: Desk) -> None:
    fact, about = a_fact(desk).model_dump(), reviewed(desk, a_fact(desk)).model_dump()
    ids = [desk.new_id() for _ in range(400)]
    days = [TODAY + timedelta(days=number - 2) for number in range(400)]
    with desk.database.connection() as connection:
        connection.execute(sa.insert(Claim), [{**fact, "id": id_} for id_ in ids])
        rows = [{**about, "id": id_, "claim_id": id_, "review_by": day} for id_, day in zip(ids, days, strict=True)]
        connection.execute(sa.insert(Review), rows)
        connection.exec_driver_sql("ANALYZE")
    assert "ix_review_queue" in plan(desk, claims.matching(ClaimFilter(review_due=True), TODAY))
    assert found(desk, review_due=True) == set(ids[:2])


@pytest.mark.parametrize("subjects", [(), ("claim_id", "review_id"), ("claim_id", "outcome_id", "review_id"), ("outcome_id",)])
def test_the_database_holds_evidence_about_one_thing_only(desk: Desk, subjects: tuple[str, ...]) -> None:
    source = some_sources(desk, {0: None})[0]
    claim = a_fact(desk)
    about = {"claim_id": claim.id, "review_id": reviewed(desk, claim).id, "outcome_id": claim.id}
    row: dict[str, Any] = dict.fromkeys(about) | {each: about[each] for each in subjects}
    row |= {"id": desk.new_id(), "recorded_at": NOON, "recorded_by": "E", "source_id": source, "stance": "CONTEXT"}
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY|fk_evidence" if subjects == ("outcome_id",) else "one_subject"):
        with desk.database.write() as session:
            session.execute(sa.insert(Evidence), [row])


@pytest.mark.parametrize("change", ["UPDATE review SET rating = 'TRUE'", "UPDATE review SET summary = ''", "DELETE FROM review"])
def test_what_was_found_is_never_changed_in_place(desk: Desk, change: str) -> None:
    reviewed(desk, a_fact(desk))
    with pytest.raises(sa.exc.IntegrityError, match="review is appended to"), desk.database.connection() as connection:
        connection.exec_driver_sql(change)


def test_evidence_is_kept_as_before(desk: Desk) -> None:
    some_reviews(desk, a_fact(desk), [[(some_sources(desk, {0: None})[0], Stance.CONTEXT)]])
    for change in ("UPDATE evidence SET note = 'n'", "UPDATE evidence SET review_id = NULL", "DELETE FROM evidence"):
        with pytest.raises(sa.exc.IntegrityError, match="evidence is appended to"), desk.database.connection() as connection:
            connection.exec_driver_sql(change)
