"""A story that was edited, or whose records changed meanwhile, finds them again and says where it differs."""

from typing import Any

import sqlalchemy as sa

from claimkb.actions import claimants, claims, mending, merging, outcomes, sources, stories
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, Claim, ClaimRelation, Evidence, Outcome, Prediction, Source
from tests.actions.test_stories import FACT, OKAFOR, OPENS, a_story, answered, one, record
from tests.builders import a_claim, a_claimant, do, resolved

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
