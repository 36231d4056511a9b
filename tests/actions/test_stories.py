"""A story is recorded whole or not at all, by the rules of the single verbs; what it may hold follows from their commands."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from claimkb.actions import collections, memberships, stories
from claimkb.actions.stories import RecordStory, parts
from claimkb.actions.work import Desk
from claimkb.domain import Claim, CollectedClaim, Collection, Evidence, Membership, Outcome, Prediction, Review, Source
from claimkb.domain.account import Actor
from claimkb.domain.membership import WouldBelongToItself
from claimkb.domain.permissions import SCOPED, Role, Scope
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import AlreadyRecorded, Forbidden, NoEvidence
from claimkb.domain.reviewing import OwnPrediction
from claimkb.domain.several import Several
from claimkb.domain.story import NoSuchKey, SameInTheStory, ThereTwice, TooManyRecords
from tests.builders import a_claim, a_claimant, a_collection, a_fact, a_source, do, everything, refused, reviewed

SOURCE = {"key": "s", "title": "The opening", "snapshot": {"text": "It opens. They say so."}}
SHOWN = [{"source_key": "s", "stance": "SUPPORTS", "quote": "It opens."}]
FACT: dict[str, Any] = {"key": "f", "statement": "The bridge is open.", "kind": "FACT", "voice": "UNATTRIBUTED"}
OPENS = {**FACT, "key": "p", "statement": "The bridge will open.", "kind": "PREDICTION"}
ASKED = {"question": "Does it open?", "criteria": "Cars cross.", "due_on": "2025-11-19", "due_basis": "STATED"}
ANSWER = {"verdict": "YES", "rationale": "It is open.", "occurred_on": "2025-11-18", "evidence": SHOWN}
FOUND = {"rating": "TRUE", "summary": "We stood on it.", "evidence": SHOWN}


def a_story(*claims: dict[str, Any], **given: Any) -> RecordStory:
    """Order a story with a source and these claims."""
    return RecordStory(**{"key": "old", "sources": [SOURCE], "claims": list(claims), **given})


def record(desk: Desk, *claims: dict[str, Any], **given: Any) -> stories.StoryRun:
    """Record a story."""
    return do(desk, stories.record_story, a_story(*claims, **given))


def mistakes(desk: Desk, *claims: dict[str, Any], **given: Any) -> list[tuple[type, tuple[str | int, ...]]]:
    """See a story refused, and return the kind and the place of each mistake."""
    refusal = refused(desk, Several, stories.record_story, a_story(*claims, **given))
    assert isinstance(refusal, Several)
    return [(type(each), each.field) for each in refusal.refusals]


def answered(**changes: Any) -> dict[str, Any]:
    """Make a claim with a prediction and its outcome."""
    return {**OPENS, "prediction": {**ASKED, "outcome": {**ANSWER, **changes}}}


def one(desk: Desk, kind: Any) -> Any:
    """Read the one record of a kind."""
    with desk.database.read() as session:
        return session.scalars(sa.select(kind)).one()


def test_old_outcomes_and_reviews_come_with_their_story(desk: Desk) -> None:
    run = record(desk, answered(), {**FACT, "review": FOUND})
    assert [each.step.kind.__name__ for each in run.recorded] == ["Source", "Claim", "Prediction", "Outcome", "Claim", "Review"]
    assert (one(desk, Outcome).verdict, one(desk, Outcome).review, one(desk, Review).state) == ("YES", "CONFIRMED", "CONFIRMED")
    assert one(desk, Prediction).status == "RESOLVED"
    with desk.database.read() as session:
        assert {each.source_id for each in session.scalars(sa.select(Evidence))} == {one(desk, Source).id}
    assert record(desk, answered(), {**FACT, "review": FOUND}).recorded == []


def test_under_the_two_person_rule_they_wait_for_another_person(desk: Desk) -> None:
    record(replace(desk, policy=Policy(two_person_rule=True)), answered(), {**FACT, "review": FOUND})
    assert (one(desk, Outcome).review, one(desk, Review).state) == ("PROPOSED", "PROPOSED")


def test_who_may_not_resolve_own_predictions_may_not_do_so_by_a_story(desk: Desk) -> None:
    strict = replace(desk, policy=Policy(own_predictions=False))
    assert mistakes(strict, answered()) == [(OwnPrediction, ("claims", 0, "prediction", "outcome"))]


def test_a_token_for_recording_cannot_resolve_by_a_story(desk: Desk) -> None:
    recorder = Actor("Rea", Role.EDITOR, within=SCOPED[Scope.RECORD])
    refused(desk, Forbidden, stories.record_story, a_story(answered()), recorder)
    assert len(do(desk, stories.record_story, a_story(OPENS), recorder).recorded) == 2


def test_what_an_outcome_lacks_is_told_by_its_place(desk: Desk) -> None:
    assert mistakes(desk, answered(evidence=None)) == [(NoEvidence, ("claims", 0, "prediction", "outcome", "evidence"))]
    twice = answered(evidence=SHOWN * 2)
    place = ("claims", 0, "prediction", "outcome", "evidence", 1, "source_key")
    assert mistakes(desk, twice) == [(AlreadyRecorded, place)]


def test_a_review_that_a_person_has_made_is_kept_and_what_differs_is_told(desk: Desk) -> None:
    claim = a_fact(desk)
    reviewed(desk, claim)
    run = record(desk, {**FACT, "review": FOUND})
    assert [(each.field, each.ours, each.given) for each in run.differences] == [
        ("rating", "FALSE", "TRUE"), ("summary", "It is shut.", "We stood on it."),
    ]  # fmt: skip
    assert one(desk, Review).rating == "FALSE"


def test_records_that_are_there_are_named_by_their_ids(desk: Desk) -> None:
    source, claim = a_source(desk), a_claim(desk)
    place = {"source_id": str(source.id), "quote": {"exact": "The bridge is long."}}
    relation = {"to_claim_id": str(claim.id), "type": "QUALIFIES"}
    order = a_story({**FACT, "appearances": [place], "relations": [relation]})
    assert [each.source_id for each in order.quoted()] == [source.id]
    assert len(do(desk, stories.record_story, order).recorded) == 4


def test_a_reporter_may_apply_a_story_and_a_reader_may_not(desk: Desk) -> None:
    record(desk, FACT)
    order = a_story({**FACT, "note": "As we saw."})
    refused(desk, Forbidden, stories.apply_story, order, Actor("Rob", Role.READER))
    assert [each.field for each in do(desk, stories.apply_story, order, Actor("Rea", Role.REPORTER)).applied] == ["note"]
    assert one(desk, Claim).note == "As we saw."


def test_a_story_has_a_thousand_claims_at_most(sqlite_desk: Desk) -> None:
    with pytest.raises(ValidationError, match="at most 1000 items"):
        a_story(*[{**FACT, "key": str(number)} for number in range(1001)])
    many = {**FACT, "appearances": [{"source_key": "s", "paragraph": number} for number in range(1, 6001)]}
    assert (TooManyRecords, ()) in mistakes(sqlite_desk, many)


def test_a_rehearsal_under_the_rules_of_a_mutation_leaves_no_trace(desk: Desk) -> None:
    before = everything(desk)
    assert len(record(desk, answered(), dry_run=True).recorded) == 4
    assert everything(desk) == before


def test_each_claim_costs_as_many_statements_as_the_one_before(desk: Desk) -> None:
    def statements(count: int) -> int:
        sent: list[str] = []
        claims = [{**OPENS, "key": f"{count}/{each}", "statement": f"{count}/{each}", "prediction": ASKED} for each in range(count)]

        def note(*event: Any) -> None:
            sent.append(event[2])

        sa.event.listen(desk.database.writer, "before_cursor_execute", note)
        record(desk, *claims, key=str(count), sources=[])
        sa.event.remove(desk.database.writer, "before_cursor_execute", note)
        return len(sent)

    one_claim, two, four = statements(1), statements(2), statements(4)
    assert four - two == 2 * (two - one_claim)


def test_every_command_of_a_story_has_its_fields_there() -> None:
    for part in (*parts.PARTS, *parts.PARTS[1].parts, *parts.PARTS[-1].parts, parts.PARTS[-1].parts[2].parts[0]):
        fields = set(part.command.model_fields) - {part.subject, "expected_version", "outcome_id", "review_id", "source"}
        assert fields - {"appearance"} <= set(part.input.model_fields), part.name


KEYS = st.sampled_from(["a", "b", "c"])


@settings(max_examples=50)
@given(st.lists(st.tuples(KEYS, KEYS, KEYS), max_size=4))
def test_a_story_taken_apart_names_every_claim_once_or_has_a_mistake_for_it(listed: list[tuple[str, str, str]]) -> None:
    claims = [
        {**FACT, "key": key, "relations": [{"to_claim_key": to, "type": "SUPPORTS"} for to in {one, two}]}
        for key, one, two in listed
    ]
    apart = a_story(*claims).taken_apart
    known, given_twice = {key for key, *_ in listed}, len(listed) - len({key for key, *_ in listed})
    assert len([step for step in apart.steps if step.kind is Claim]) == len(known)
    firsts = {key: ends for key, *ends in reversed(listed)}
    dangling = 0 if given_twice else sum(len(set(ends) - known) for ends in firsts.values())
    assert len(apart.mistakes) == given_twice + dangling


OKAFOR = {"key": "o", "name": "Ada Okafor", "kind": "PERSON"}
GOVERNMENT = {"key": "g", "name": "Government of Norland", "kind": "GOVERNMENT"}
MINISTER = {"of_key": "g", "role": "Minister of housing", "from_": "2025-03-04"}
TEN_POINTS = {"key": "t", "name": "Ten points for Norland", "kind": "TRACKER"}
PLEDGE = {**FACT, "kind": "PROMISE", "collections": [{"collection_key": "t"}]}


def with_a_minister(desk: Desk, action: Any = stories.record_story, **changes: Any) -> stories.StoryRun:
    """Record, or apply, a story with a minister of a government."""
    run: stories.StoryRun = do(desk, action, a_story(claimants=[{**OKAFOR, "memberships": [{**MINISTER, **changes}]}, GOVERNMENT]))
    return run


def with_a_tracker(desk: Desk, action: Any = stories.record_story) -> stories.StoryRun:
    """Record, or apply, a story with a tracker of promises."""
    run: stories.StoryRun = do(desk, action, a_story(PLEDGE, collections=[TEN_POINTS]))
    return run


def test_a_story_says_to_whom_a_claimant_belongs_and_finds_it_again(desk: Desk) -> None:
    assert [each.step.kind.__name__ for each in with_a_minister(desk).recorded][-1] == "Membership"
    assert (one(desk, Membership).role, str(one(desk, Membership).from_on)) == ("Minister of housing", "2025-03-04")
    again = with_a_minister(desk)
    assert (again.recorded, again.differences) == ([], [])


def test_a_membership_that_a_person_has_recorded_is_that_of_the_story(desk: Desk) -> None:
    okafor, government = a_claimant(desk, "Ada Okafor"), a_claimant(desk, "Government of Norland", "GOVERNMENT")
    named = {"role": "Minister of housing", "from_": "2025-03-04"}
    order = memberships.RecordMembership(claimant_id=okafor.id, of_id=government.id, **named)
    made = do(desk, memberships.record_membership, order)
    run = with_a_minister(desk, until="2026-11-01")
    assert [each.record.id for each in run.existing] == [okafor.id, government.id, made.id]
    assert [(each.field, each.ours, each.given) for each in run.differences] == [("until", None, "2026-11-01")]


def test_a_membership_is_changed_to_what_an_applied_story_says(desk: Desk) -> None:
    with_a_minister(desk)
    run = with_a_minister(desk, stories.apply_story, from_="2025-03-05")
    assert [(each.field, each.given) for each in run.applied] == [("from_", "2025-03-05")]
    assert str(one(desk, Membership).from_on) == "2025-03-05"


def test_a_membership_that_a_person_retracted_stays_so_and_differs(desk: Desk) -> None:
    with_a_minister(desk)
    order = {"membership_id": one(desk, Membership).id, "is_retracted": True, "reason": "It was her namesake."}
    do(desk, memberships.update_membership, memberships.UpdateMembership(**order))
    run = with_a_minister(desk)
    assert [(each.ours, each.given) for each in run.differences] == [(None, "Government of Norland")]
    assert one(desk, Membership).retracted_at is not None


def test_two_claimants_that_belong_to_each_other_are_a_mistake_of_the_story(desk: Desk) -> None:
    circle = [{**OKAFOR, "memberships": [{"of_key": "g"}]}, {**GOVERNMENT, "memberships": [{"of_key": "o"}]}]
    place = ("claimants", 1, "memberships", 0, "of_key")
    assert mistakes(desk, claimants=circle) == [(WouldBelongToItself, place)]


def test_a_story_puts_its_claims_into_a_tracker_and_finds_them_there_again(desk: Desk) -> None:
    kinds = [each.step.kind.__name__ for each in with_a_tracker(desk).recorded]
    assert kinds == ["Source", "Collection", "Claim", "CollectedClaim"]
    assert one(desk, CollectedClaim).claim_id == one(desk, Claim).id
    again = with_a_tracker(desk)
    assert (again.recorded, again.differences) == ([], [])


def test_a_series_of_a_story_says_when_its_answers_can_be_known(desk: Desk) -> None:
    rule = {"every": "YEAR", "from_": "2025-01-01", "count": 1, "question": "{year}?", "criteria": "C.", "due_basis": "STATED"}
    record(desk, {**OPENS, "series": {**rule, "answer_after_days": 31}})
    assert str(one(desk, Prediction).answer_from) == "2026-01-31"


def test_two_collections_of_one_name_are_a_mistake_of_the_story(desk: Desk) -> None:
    before, named = (
        everything(desk),
        [{"key": key, "name": name, "kind": "TOPIC"} for key, name in (("t", "Homes"), ("u", "homes"))],
    )
    refusal = refused(desk, Several, stories.record_story, a_story(collections=named))
    assert refusal.facts["messages"] == (
        "This story has the same collection at collections.0, under the key t: leave one of them out, or say what tells them apart."
    )
    assert mistakes(desk, collections=named) == [(SameInTheStory, ("collections", 1, "name"))]
    assert everything(desk) == before


def test_a_collection_of_the_same_name_is_used_and_what_differs_is_told(desk: Desk) -> None:
    there = a_collection(desk, name="Ten points for Norland", kind="TOPIC")
    run = with_a_tracker(desk)
    assert one(desk, CollectedClaim).collection_id == there.id
    assert [(each.field, each.ours, each.given) for each in run.differences] == [("kind", "TOPIC", "TRACKER")]
    assert [each.field for each in with_a_tracker(desk, stories.apply_story).applied] == ["kind"]
    assert one(desk, Collection).kind == "TRACKER"


def test_a_claim_that_a_person_has_put_into_the_tracker_is_in_it_once(desk: Desk) -> None:
    a_collection(desk, a_fact(desk, kind="PROMISE"), name="Ten points for Norland", kind="TRACKER")
    run = with_a_tracker(desk)
    assert [each.step.kind.__name__ for each in run.existing] == ["Collection", "Claim", "CollectedClaim"]


def test_a_claim_that_a_person_took_out_stays_out_and_differs(desk: Desk) -> None:
    with_a_tracker(desk)
    order = {"collection_id": one(desk, Collection).id, "claim_ids": [one(desk, Claim).id], "reason": "It is no pledge."}
    do(desk, collections.remove_from_collection, collections.RemoveFromCollection(**order))
    run = with_a_tracker(desk, stories.apply_story)
    assert [(each.ours, each.given) for each in run.differences] == [(None, "Ten points for Norland")]
    assert one(desk, CollectedClaim).removed_at is not None


def test_a_claim_that_is_twice_in_a_tracker_is_a_mistake_of_the_story(desk: Desk) -> None:
    twice = {**PLEDGE, "collections": PLEDGE["collections"] * 2}
    assert mistakes(desk, twice, collections=[TEN_POINTS]) == [(ThereTwice, ("claims", 0, "collections", 1))]


def test_a_tracker_that_the_story_does_not_list_is_told(desk: Desk) -> None:
    assert mistakes(desk, PLEDGE) == [(NoSuchKey, ("claims", 0, "collections", 0, "collection_key"))]
