"""Traces of changes that were never made are found, each by its name, and nothing else is."""

from dataclasses import replace

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain.record import Appended, Versioned
from claimkb.domain.verification import Finding, Trace
from claimkb.store import ghosts, revisions
from tests.builders import a_claim, do
from tests.ghosts import a_change_that_was_never_made, an_outcome_that_was_never_recorded
from tests.verbs import COMMANDS, TWO_PEOPLE, carry_out, given


def found(desk: Desk) -> list[Finding]:
    """List the traces in a desk's database."""
    with desk.database.read() as session:
        return list(ghosts.find(session))


def test_every_kind_of_record_with_a_history_is_looked_at() -> None:
    kinds = {*Versioned.__subclasses__(), *Appended.__subclasses__()}
    assert {each.__name__ for each in ghosts.TOLD_OF} == {each.__name__ for each in kinds} - {"Revision"}


def test_where_every_change_is_whole_there_is_no_trace(story: Desk) -> None:
    two = replace(story, policy=TWO_PEOPLE)
    for verb in COMMANDS:
        carry_out(two, verb, given(two, verb))
    assert found(story) == []


def test_a_record_that_was_never_recorded_leaves_three_traces(desk: Desk) -> None:
    id_ = an_outcome_that_was_never_recorded(desk)
    assert found(desk) == [Finding(each, "Outcome", id_) for each in (Trace.RECORD, Trace.ANNOUNCEMENT, Trace.SEARCH_ENTRY)]


def test_a_change_that_was_never_made_is_named_and_the_record_can_be_changed_again(desk: Desk) -> None:
    claim = a_claim(desk)
    a_change_that_was_never_made(desk, claim)
    assert found(desk) == [Finding(Trace.CHANGE, "Claim", claim.id)]
    order = claims.UpdateClaim(claim_id=claim.id, statement="It closes.", expected_version=1)
    assert do(desk, claims.update_claim, order).version == 3
    with desk.database.read() as session:
        told = revisions.since(session, claim.id, 0)
    assert [each.version for each in told] == [1, 2, 3]
    assert [each.previous_hash for each in told] == [None, *(each.hash for each in told[:-1])]
    assert found(desk) == []


def test_a_record_that_the_history_does_not_tell_of_is_named(desk: Desk) -> None:
    claim = a_claim(desk)
    with desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE claim SET version = 2")
    assert found(desk) == [Finding(Trace.UNTOLD, "Claim", claim.id)]
