"""Which records of a story are there already, under its own ids or under others, and which are added?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from claimkb.actions.claims import RecordClaim, RelateClaims
from claimkb.actions.collections import CollectClaim
from claimkb.actions.outcomes import ResolvePrediction
from claimkb.actions.reviews import ReviewClaim
from claimkb.actions.sources import RecordSource
from claimkb.actions.stories.lists import LISTED, Lists
from claimkb.actions.stories.steps import Step, id_within, references_in
from claimkb.actions.work import Work
from claimkb.domain import Claim, Claimant, Outcome, Review, Source
from claimkb.domain.claim import RelationType
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.record import Command, Input, Record, forms_of
from claimkb.domain.refusals import AlreadyRecorded, Forbidden, Refusal
from claimkb.domain.review import ReviewState
from claimkb.domain.several import each_of
from claimkb.domain.story import SameInTheStory
from claimkb.store import claims, collections, doubles, predictions, reviews, sources
from claimkb.store.engine import records

NOT_IN_FORCE = {
    OutcomeReview.REJECTED,
    OutcomeReview.SUPERSEDED,
    ReviewState.REJECTED,
    ReviewState.SUPERSEDED,
    ReviewState.WITHDRAWN,
}
"""The states of outcomes and reviews that stay readable, and neither stand nor wait."""


@dataclass(frozen=True)
class Taken:
    """The record of a step, with the command that named it; it is new or was there already."""

    step: Step
    command: Command
    record: Record
    is_new: bool


def _ids_from(first: UUID) -> Callable[[], UUID]:
    """Make the ids of the records that one step adds: its own, and others that follow from it."""
    ids: Iterator[UUID] = (id_within(first, index) if index else first for index in count())
    return lambda: next(ids)


def _placed(command: Input, there: Mapping[UUID, Record]) -> Any:
    """Let a command, and what it holds, refer to the records that are there under other ids."""

    def placed(value: object) -> object:
        if isinstance(value, UUID) and value in there:
            return there[value].id
        if isinstance(value, list):
            return [placed(each) for each in value]
        return _placed(value, there) if isinstance(value, Input) else value

    changed = {name: new for name, value in command if (new := placed(value)) != value}
    return command.model_copy(update=changed) if changed else command


class Recording:
    """The records of a story, step by step: its own, another that says the same, or a new one."""

    def __init__(self, work: Work, steps: list[Step]) -> None:
        self._work = work
        self.mistakes: list[Refusal] = []
        self._there: dict[UUID, Record] = {}
        """The records that are there, by the ids of their steps."""
        self._added: dict[UUID, Step] = {}
        self._refused: set[UUID] = set()
        for kind in {step.kind for step in steps}:
            ids = [step.id for step in steps if step.kind is kind]
            found = {id_: each for id_, each in zip(ids, records.by_ids(work.session, kind, ids), strict=True) if each is not None}
            self._there |= {id_: self._standing(each) for id_, each in found.items()}
        self._lists = Lists(work.session, steps, self._there)
        self._used = {step.id for step in steps}
        """The records that another one of the story cannot be: its own, and those that were found to be one of it."""
        self._doubles = {kind: doubles.of(work.session, kind, self._forms(kind, steps)) for kind in (Source, Claim)}

    def _standing(self, record: Record) -> Record:
        """Return the claimant into which one was merged, what stands in the place of an outcome or a review, else the record."""
        session = self._work.session
        while isinstance(record, Claimant) and record.merged_into_id is not None:
            record = records.get(session, Claimant, record.merged_into_id)
        if isinstance(record, Outcome) and record.review in NOT_IN_FORCE:
            return predictions.find_in_force(session, record.prediction_id) or record
        if isinstance(record, Review) and record.state in NOT_IN_FORCE:
            return reviews.find_in_force(session, record.claim_id) or record
        return record

    @staticmethod
    def _form(kind: type[Source] | type[Claim], command: Command) -> str | None:
        """Write the normal form by which a command's record is compared with others."""
        return forms_of(kind)["filter_form"].read(command)

    def _forms(self, kind: type[Source] | type[Claim], steps: list[Step]) -> set[str]:
        """List the normal forms of a story's sources, or of its claims."""
        wanted = [step.command for step in steps if step.kind is kind and step.command is not None]
        return {form for command in wanted if (form := self._form(kind, command))}

    def taken(self, steps: list[Step]) -> Iterator[Taken]:
        """Take the steps in their order. Note each refusal, and leave out what refers to it: all mistakes are told at once."""
        for index, step in enumerate(steps):
            if step.command is None or not self._refused.isdisjoint(references_in(step.command)):
                self._refused.add(step.id)
                continue
            command = self._placed(step.command)
            try:
                record, is_new = self._take(step, command, index)
            except Forbidden:
                raise
            except Refusal as refusal:
                self.refuse(step, refusal)
            else:
                yield Taken(step, command, record, is_new)

    def _placed(self, command: Command) -> Any:
        """Let a command refer to the records that are there."""
        return _placed(command, self._there)

    def refuse(self, step: Step, refusal: Refusal) -> None:
        """Note what is refused of a step, at its place in the story."""
        for each in each_of(refusal):
            each.field = step.place_of(each.field)
            self.mistakes.append(each)
        self._refused.add(step.id)

    def _take(self, step: Step, command: Command, index: int) -> tuple[Record, bool]:
        """Find the record of a step, or add it; tell whether it is new."""
        own = self._lists.find(step, self._placed) if step.kind in LISTED else self._there.get(step.id)
        record, is_new = own or self._elsewhere(step, command), False
        if record is None:
            record, is_new = self._add(step, command, index)
        self._there[step.id] = record
        self._used.add(record.id)
        return record, is_new

    def _add(self, step: Step, command: Command, index: int) -> tuple[Record, bool]:
        """Add a record, unless another one says the same; two of one story that do are a mistake of the story."""
        # Each record a microsecond after the one before, so that the story's order is kept.
        id_ = self._lists.free_id(step) if step.kind in LISTED else step.id
        work = replace(self._work, now=self._work.now + timedelta(microseconds=index), new_id=_ids_from(id_))
        try:
            record = step.part.action(work, command)
        except AlreadyRecorded as refusal:
            existing: Record = refusal.facts["existing"]
            first = self._added.get(existing.id)
            if first is not None:
                place = ".".join(map(str, first.place))
                raise SameInTheStory(*refusal.field, kind=refusal.facts["kind"], place=place, key=first.key) from refusal
            if not isinstance(existing, step.kind):
                raise
            return self._standing(existing), False
        self._added[record.id] = step
        return record, True

    def _elsewhere(self, step: Step, command: Command) -> Record | None:
        """Find a record that says the same where no action refuses a second one."""
        session = self._work.session
        is_mutual = isinstance(command, RelateClaims) and command.type is RelationType.SAME_AS
        if step.part.subject is not None and getattr(command, step.part.subject) in self._added and not is_mutual:
            return None  # nothing belongs yet to a record that is new
        match command:
            case RelateClaims():
                return claims.find_relation(session, command.from_claim_id, command.to_claim_id, command.type)
            case CollectClaim():
                return collections.members(session, command.collection_id, [command.claim_id]).get(command.claim_id)
            case RecordClaim():
                return self._double(Claim, command, {"claimant_id": command.claimant_id})
            case RecordSource():
                known = sources.find_by_url(session, command.url) if command.url else None
                said: dict[str, object] = {"url": None, "kind": command.kind, "published_on": command.published_on}
                return known or self._double(Source, command, said)
            case ResolvePrediction():
                return predictions.find_in_force(session, command.prediction_id)
            case ReviewClaim():
                return reviews.find_in_force(session, command.claim_id)
        return None

    def _double(self, kind: type[Source] | type[Claim], command: Command, said: dict[str, object]) -> Record | None:
        """Find a record of another story that has the same normal form and says the same."""
        said["filter_form"] = self._form(kind, command)
        same = (each for each in self._doubles[kind] if all(getattr(each, name) == value for name, value in said.items()))
        return next((each for each in same if each.id not in self._used), None)
