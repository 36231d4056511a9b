"""What the recording of a whole story did, as the API shows it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.actions.stories import StoryRun, differing, likenesses
from claimkb.actions.stories.recording import Taken
from claimkb.actions.work import camel
from claimkb.domain import Claim
from claimkb.domain.questions import check_first
from claimkb.domain.story import MOST_RECORDS
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import ListSize, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema.similar import ALIKE
from claimkb.graphql.schema.types import Node

USUAL, USUAL_COMPARED = 100, 10
"""How many rows the lists of a story have where the caller does not say, and how many new records are compared."""

_First = Annotated[
    int | None, strawberry.argument(description=f"How many: {USUAL} where left out; a story has {MOST_RECORDS} records at most.")
]


def _place(place: Sequence[str | int]) -> list[str]:
    """Write a place of the input as user errors do."""
    return ["input", *(camel(str(step)) for step in place)]


@object_type()
class StoryRecord:
    """A record of a story."""

    place: list[str] = strawberry.field(description="Its place in the input, such as input, claims, 3, prediction.")
    key: str = strawberry.field(description="Its key in the story, or that of its claim.")
    kind: str = strawberry.field(description="What it is, such as Claim.")
    record: Node | None = strawberry.field(description="The record; null for a new one of a dry run, which records nothing.")


@object_type()
class Difference:
    """A field in which a story differs from the record that is there. The record keeps what it has."""

    record: Node = strawberry.field(description="The record.")
    place: list[str] = strawberry.field(description="The place of the field in the input.")
    field: str = strawberry.field(description="The name of the field.")
    ours: str | None = strawberry.field(
        description="What is recorded, as text: of a long one the part that differs; null if nothing is."
    )
    given: str | None = strawberry.field(description="What the story says, as text; null if it says that there is nothing.")


@object_type()
class StoryLikeness:
    """A record that was there before, and looks like a new one of the story. A person says whether they are the same."""

    place: list[str] = strawberry.field(description="The place of the new record in the input.")
    key: str = strawberry.field(description="The key of the new record.")
    record: Node = strawberry.field(description="The record that was there before.")
    score: float | None = strawberry.field(description="How alike two claims are, from 0 to 1; null for sources and claimants.")
    why: list[str] = strawberry.field(description="The words that both claims share, folded.")


def _rows(type_: Any, description: str, rows: Callable[[Any], list[object]]) -> StrawberryField:
    """Make a list of a story, as long as the caller says."""

    def ask(root: Any, _info: strawberry.Info, first: _First = None) -> Callable[[Session], object]:
        most = check_first(first, USUAL, MOST_RECORDS)
        return lambda _session: rows(root)[:most]

    sizes = ListSize(assumed_size=USUAL, slicing_arguments=["first"])
    return question(list[type_], description=description, directives=[sizes])(ask)


def _record(run: StoryRun, taken: Taken) -> StoryRecord:
    """Show a record of a story."""
    step = taken.step
    record: Any = None if run.dry_run and taken.is_new else taken.record
    return StoryRecord(place=_place(step.place), key=step.key, kind=step.kind.__name__, record=record)


def _difference(each: differing.Difference) -> Difference:
    """Show a difference."""
    record: Any = each.record
    return Difference(record=record, place=_place(each.place), field=camel(each.field), ours=each.ours, given=each.given)


def _likeness(each: likenesses.Likeness) -> StoryLikeness:
    """Show a likeness."""
    record: Any = each.record
    step = each.taken.step
    return StoryLikeness(place=_place(step.place), key=step.key, record=record, score=each.score, why=each.why)


@object_type()
class RecordedStory:
    """What recording a story did, or what it would do."""

    key: str = strawberry.field(description="The name of the story.")
    dry_run: bool = strawberry.field(description="Whether it only looked and recorded nothing.")

    @strawberry.field(description="How many records are new.")
    def recorded_count(self: Any) -> int:
        return len(self.recorded)

    @strawberry.field(description="How many records of the story were there already.")
    def existing_count(self: Any) -> int:
        return len(self.existing)

    recorded = _rows(
        StoryRecord, "The new records, in the order of recording.", lambda run: [_record(run, each) for each in run.recorded]
    )
    existing = _rows(
        StoryRecord,
        "The records that were there already, under the story's ids or under others: they are kept as they are.",
        lambda run: [_record(run, each) for each in run.existing],
    )
    differences = _rows(
        Difference,
        "The fields in which the story differs from the records that were there. What it leaves out is not compared.",
        lambda run: [_difference(each) for each in run.differences],
    )

    @question(
        list[StoryLikeness],
        description="What looks like a new source, claimant or claim of the story and was there before: sources at "
        "nearly the same address, claimants of nearly the same words, claims that say nearly the same.",
        directives=[weighing(ALIKE), ListSize(assumed_size=USUAL_COMPARED, slicing_arguments=["first"])],
    )
    def similar(
        self: Any,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description=f"How many new records to compare: {USUAL_COMPARED} where left out.")
        ] = None,
    ) -> Callable[[Session], object]:
        most, run = check_first(first, USUAL_COMPARED, MOST_RECORDS), self
        own = [each.record.id for each in (*run.recorded, *run.existing)]
        new = [each for each in run.recorded if likenesses.is_compared(each)][:most]
        context_of(info).spend(ALIKE * max(0, sum(each.step.kind is Claim for each in new) - 1))  # the weight has the first
        return lambda session: [_likeness(each) for each in likenesses.find(session, new, own)]
