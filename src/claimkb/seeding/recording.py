"""Which records of a story are there already, under its own ids or under others, and which are added?"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid5

from claimkb.actions.claims import RecordClaim, RelateClaims
from claimkb.actions.sources import RecordSource
from claimkb.actions.work import Work
from claimkb.domain import Claim, Claimant, Source
from claimkb.domain.record import Command, Record, forms_of
from claimkb.domain.refusals import AlreadyRecorded
from claimkb.seeding.stories import Step
from claimkb.store import claims, doubles, sources
from claimkb.store.engine import records


def _ids_from(first: UUID) -> Callable[[], UUID]:
    """Make the ids of the records that one step adds: its own, and others that follow from it."""
    ids: Iterator[UUID] = (uuid5(first, str(index)) if index else first for index in count())
    return lambda: next(ids)


class Recording:
    """The records of a story, step by step: its own, another that says the same, or a new one."""

    def __init__(self, work: Work, steps: list[Step], commands: list[Command | None]) -> None:
        self._work = work
        self._there: dict[UUID, Record] = {}
        """The records that are there, by the ids of their steps."""
        self._added: set[UUID] = set()
        for kind in {step.kind for step in steps}:
            ids = [step.id for step in steps if step.kind is kind]
            found = {id_: each for id_, each in zip(ids, records.by_ids(work.session, kind, ids), strict=True) if each is not None}
            self._there |= {id_: self._standing(each) for id_, each in found.items()}
        self._used = {step.id for step in steps}
        """The records that another one of the story cannot be: its own, and those that were found to be one of it."""
        self._doubles = {kind: doubles.of(work.session, kind, self._forms(kind, commands)) for kind in (Source, Claim)}

    def _standing(self, record: Record) -> Record:
        """Return the claimant into which one was merged, and any other record as it is."""
        while isinstance(record, Claimant) and record.merged_into_id is not None:
            record = records.get(self._work.session, Claimant, record.merged_into_id)
        return record

    @staticmethod
    def _form(kind: type[Source] | type[Claim], command: Command) -> str | None:
        """Write the normal form by which a command's record is compared with others."""
        return forms_of(kind)["filter_form"].read(command)

    def _forms(self, kind: type[Source] | type[Claim], commands: list[Command | None]) -> set[str]:
        """List the normal forms of a story's sources, or of its claims."""
        wanted = RecordSource if kind is Source else RecordClaim
        return {form for command in commands if isinstance(command, wanted) and (form := self._form(kind, command))}

    def placed(self, command: Command) -> Command:
        """Let a command refer to the records that are there under other ids."""
        given = {name: self._there[value].id for name, value in command if isinstance(value, UUID) and value in self._there}
        return command.model_copy(update=given)

    def take(self, step: Step, command: Command, index: int) -> tuple[Record, bool]:
        """Find the record of a step, or add it; tell whether it is new."""
        record = self._there.get(step.id) or self._elsewhere(command)
        if record is None:
            record, is_new = self._add(step, command, index)
        else:
            is_new = False
        self._there[step.id] = record
        self._used.add(record.id)
        return record, is_new

    def _add(self, step: Step, command: Command, index: int) -> tuple[Record, bool]:
        """Add a record, unless another one says the same; two of one story that do are a mistake of the story."""
        # Each record a microsecond after the one before, so that the story's order is kept.
        work = replace(self._work, now=self._work.now + timedelta(microseconds=index), new_id=_ids_from(step.id))
        try:
            record = step.action(work, command)
        except AlreadyRecorded as refusal:
            existing: Record = refusal.facts["existing"]
            if existing.id in self._added:
                raise
            return existing, False
        self._added.add(record.id)
        return record, True

    def _elsewhere(self, command: Command) -> Record | None:
        """Find a record that says the same where no action refuses a second one."""
        if isinstance(command, RelateClaims):
            return claims.find_relation(self._work.session, command.from_claim_id, command.to_claim_id, command.type)
        if isinstance(command, RecordClaim):
            return self._double(Claim, command, {"claimant_id": command.claimant_id})
        if isinstance(command, RecordSource):
            known = sources.find_by_url(self._work.session, command.url) if command.url else None
            said: dict[str, object] = {"url": None, "kind": command.kind, "published_on": command.published_on}
            return known or self._double(Source, command, said)
        return None

    def _double(self, kind: type[Source] | type[Claim], command: Command, said: dict[str, object]) -> Record | None:
        """Find a record of another story that has the same normal form and says the same."""
        said["filter_form"] = self._form(kind, command)
        same = (each for each in self._doubles[kind] if all(getattr(each, name) == value for name, value in said.items()))
        return next((each for each in same if each.id not in self._used), None)
