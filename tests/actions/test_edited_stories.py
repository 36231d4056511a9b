"""A story that was edited, or whose records changed meanwhile, finds them again and says where it differs."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from claimkb.actions import claimants, claims, mending, merging, outcomes, reviews, sources, stories
from claimkb.actions.stories import lists
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, Claim, ClaimRelation, Evidence, Outcome, Prediction, Review, Source
from tests.actions.test_stories import FACT, FOUND, GOVERNMENT, OKAFOR, OPENS, SHOWN, a_story, answered, one, record
from tests.builders import a_claimant, do, resolved

HOMES = {"every": "YEAR", "from_": "2026-01-01", "count": 3, "question": "Homes in {year}?", "criteria": "In {period}."}


def with_a_series(desk: Desk, action: Any = stories.record_story, **changes: Any) -> list[tuple[str, str | None, str | None]]:
    """Record, or apply, a story with a series of three years; return what stays different."""
    rule = {**HOMES, "due_basis": "STATED", "probability": 0.7, **changes}
    run = do(desk, action, a_story({**OPENS, "series": rule}))
    return [(each.field, each.ours, each.given) for each in run.differences]


def test_what_a_series_has_of_its_predictions_is_compared_with_the_first_of_them(desk: Desk) -> None:
    target = {"comparator": "AT_LEAST", "value": "5", "unit": "homes"}
    assert with_a_series(desk) == with_a_series(desk) == []
    assert with_a_series(desk, count=4, bound="WITHIN", probability=0.6, target=target) == [
        ("count", "3", "4"), ("probability", "0.7", "0.6"), ("bound", "BY", "WITHIN"), ("target", None, "at least 5 homes"),
    ]  # fmt: skip


def test_an_applied_story_tells_of_a_series_that_no_update_changes(desk: Desk) -> None:
    with_a_series(desk)
    assert with_a_series(desk, stories.apply_story, count=4) == [("count", "3", "4")]
    with desk.database.read() as session:
        assert len(session.scalars(sa.select(Prediction)).all()) == 3


def test_a_merged_claimant_whose_name_is_no_alias_any_more_is_the_other_one_in_a_new_story(desk: Desk) -> None:
    okafor, other = a_claimant(desk, "Ada Okafor"), a_claimant(desk, "A. Okafor")
    order = merging.MergeClaimants(claimant_id=okafor.id, into_id=other.id, reason="She is one.")
    do(desk, merging.merge_claimants, order)
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=other.id, aliases=[]))
    run = record(desk, {**FACT, "voice": "REPORTED", "claimant_key": "o"}, claimants=[OKAFOR])
    assert (run.existing[0].record.id, one(desk, Claim).claimant_id) == (other.id, other.id)


RETRACTED = ("retracted_at", "2026-11-23T12:00:00+00:00", None)
OTHER = {**FACT, "key": "g", "statement": "The bridge is shut."}
TOLD: dict[str, Any] = {
    **FACT,
    "appearances": [{"source_key": "s", "quote": {"exact": "It opens."}}],
    "evidence": [{"source_key": "s", "stance": "SUPPORTS"}],
}


def differing(desk: Desk, *claims: dict[str, Any], **given: Any) -> list[tuple[str, str | None, str | None]]:
    """Record a story and return where it differs."""
    return [(each.field, each.ours, each.given) for each in record(desk, *claims, **given).differences]


def test_an_appearance_and_evidence_that_were_retracted_differ_and_do_not_come_back(desk: Desk) -> None:
    record(desk, TOLD)
    appearance, evidence = one(desk, Appearance).id, one(desk, Evidence).id
    do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=appearance, reason="It is elsewhere."))
    do(desk, mending.retract_evidence, mending.RetractEvidence(evidence_id=evidence, reason="It says nothing."))
    assert differing(desk, TOLD) == [RETRACTED, RETRACTED]
    assert None not in (one(desk, Appearance).retracted_at, one(desk, Evidence).retracted_at)


def test_a_source_and_a_claim_that_were_retracted_differ_also_where_the_story_is_applied(desk: Desk) -> None:
    record(desk, FACT)
    do(desk, claims.retract_claim, claims.RetractClaim(claim_id=one(desk, Claim).id, reason="Nobody says so."))
    do(desk, sources.retract_source, sources.RetractSource(source_id=one(desk, Source).id, reason="It is none."))
    run = do(desk, stories.apply_story, a_story(FACT))
    assert [(each.field, each.ours, each.given) for each in run.differences] == [RETRACTED, RETRACTED]
    assert run.applied == []


def test_a_relation_that_was_retracted_is_told_and_stays_so(desk: Desk) -> None:
    related = {**FACT, "relations": [{"to_claim_key": "g", "type": "CONTRADICTS"}]}
    record(desk, OTHER, related)
    relation = one(desk, ClaimRelation).id
    do(desk, mending.retract_relation, mending.RetractRelation(relation_id=relation, reason="They do not."))
    run = record(desk, OTHER, related)
    assert (run.recorded, [(each.record.id, each.field) for each in run.differences]) == ([], [(relation, "retracted_at")])


def test_an_outcome_that_was_superseded_differs_and_one_in_its_place_is_compared(desk: Desk) -> None:
    record(desk, answered())
    prediction = one(desk, Prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="A mistake."))
    assert differing(desk, answered()) == [("review", "SUPERSEDED", None)]
    assert one(desk, Outcome).review == "SUPERSEDED"
    resolved(desk, prediction, verdict="NO", rationale="It is open.")
    assert [each[:2] for each in differing(desk, answered())] == [("verdict", "NO"), ("occurred_on", None)]


def test_a_review_that_was_withdrawn_differs(desk: Desk) -> None:
    record(desk, {**FACT, "review": FOUND})
    do(desk, reviews.withdraw_review, reviews.WithdrawReview(review_id=one(desk, Review).id, reason="It is shut again."))
    assert differing(desk, {**FACT, "review": FOUND}) == [("state", "WITHDRAWN", None)]


def standing(*quotes: str) -> dict[str, Any]:
    """Make a claim that stands at these quotes, each of which is evidence, too."""
    places = [{"source_key": "s", "quote": {"exact": quote}} for quote in quotes]
    return {**FACT, "appearances": places, "evidence": [{**SHOWN[0], "quote": quote} for quote in quotes]}


def quotes(desk: Desk) -> dict[str, Any]:
    """Read the ids of the appearances and of the evidence by their quotes."""
    with desk.database.read() as session:
        appear = {f"at {each.quote_exact}": each.id for each in session.scalars(sa.select(Appearance))}
        return appear | {f"by {each.quote}": each.id for each in session.scalars(sa.select(Evidence))}


def test_an_appearance_and_evidence_in_front_of_others_are_recorded_and_the_others_stay(desk: Desk) -> None:
    record(desk, standing("They say so."))
    before = quotes(desk)
    assert differing(desk, standing("It opens.", "They say so.")) == []
    after = quotes(desk)
    assert set(after) - set(before) == {"at It opens.", "by It opens."}
    assert before.items() <= after.items()
    again = record(desk, standing("It opens.", "They say so."))
    assert (again.recorded, again.differences) == ([], [])


def test_one_that_a_story_leaves_out_is_not_taken_for_the_next_one(desk: Desk) -> None:
    record(desk, standing("It opens.", "They say so."))
    run = record(desk, standing("They say so."))
    assert ([each.record.id for each in run.existing[2:]], run.differences) == (list(quotes(desk).values())[1::2], [])
    assert record(desk, standing("They say so.", "so.")).differences == []
    assert {"at It opens.", "at They say so.", "at so."} < set(quotes(desk))


def test_an_edited_quote_differs_from_the_one_in_its_place(desk: Desk) -> None:
    record(desk, standing("It opens."))
    assert [each[0] for each in differing(desk, standing("They say so."))] == ["quote_exact", "quote"]


def test_a_membership_in_front_of_another_is_recorded(desk: Desk) -> None:
    def people(*roles: str) -> list[dict[str, Any]]:
        return [{**OKAFOR, "memberships": [{"of_key": "g", "role": role} for role in roles]}, GOVERNMENT]

    record(desk, claimants=people("Minister"))
    run = record(desk, claimants=people("Envoy", "Minister"))
    assert ([each.record.role for each in run.recorded], run.differences) == (["Envoy"], [])  # type: ignore[attr-defined]


LISTS = st.lists(st.sampled_from("abcde"), max_size=5, unique=True)


@given(LISTS, LISTS)
def test_each_item_that_stays_in_a_list_is_found_wherever_it_stands(before: list[str], after: list[str]) -> None:
    source = UUID(int=1)

    def said(items: list[str]) -> list[Any]:
        return [lists._Said(UUID(int=place), source, (None,), False, (item,), False) for place, item in enumerate(items)]

    pairs = lists.pair(said(after), said(before))
    assert len(set(pairs.values())) == len(pairs)
    for item in set(before) & set(after):
        assert pairs[UUID(int=after.index(item))] == UUID(int=before.index(item))
