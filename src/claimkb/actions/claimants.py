"""Record who asserts."""

from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claimant
from claimkb.domain.claimant import ClaimantKind, Office
from claimkb.domain.meaning import changed_meaning, check_may_change
from claimkb.domain.normal_forms import name_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Name, Note, Update
from claimkb.domain.reference import ClaimantId
from claimkb.domain.revision import revise
from claimkb.store import claimants
from claimkb.store.engine import locks


class RecordClaimant(Command):
    """What to record of somebody who asserts."""

    name: Name
    kind: ClaimantKind = Rule(description="What sort of claimant it is.")
    office: Office | None = None
    note: Note | None = None


class UpdateClaimant(Update):
    """What to change of somebody who asserts: a field that is left out is kept, null clears it."""

    claimant_id: ClaimantId
    name: Name | None = None
    kind: ClaimantKind | None = Rule(default=None, description="What sort of claimant it is.")
    office: Office | None = None
    note: Note | None = None


def _check_name(work: Work, name: str, kind: ClaimantKind, own: UUID | None = None) -> None:
    """Refuse a name that looks like the one of another claimant of the kind."""
    locks.hold_alike(work.session, name_form(name))
    known = claimants.find_by_name(work.session, name, kind, but=own)
    refuse_again("claimant", known, "name", "Use that one, or add to the name what tells the two apart.")


@needs(Permission.RECORD)
def record_claimant(work: Work, command: RecordClaimant) -> Claimant:
    """Record somebody who asserts: a person, an organisation, a government, or an unnamed group."""
    _check_name(work, command.name, command.kind)
    return work.add(Claimant(**command.model_dump()))


@needs(Permission.UPDATE)
def update_claimant(work: Work, command: UpdateClaimant) -> Claimant:
    """Correct what is recorded of a claimant. What was there before stays in the history."""
    changes = command.changes("claimant_id")
    if command.name is not None:
        locks.hold_alike(work.session, name_form(command.name))  # before the claimant, as whoever records one does
    claimant = work.to_change(Claimant, command.claimant_id, "claimant_id", command.expected_version)
    before = claimant.name, claimant.kind
    changed = changed_meaning(claimant, changes)
    if changed:
        decision = claimants.find_decision(work.session, claimant.id)
        check_may_change(changed, decision, work.actor, command.reason, work.policy)
    with work.session.no_autoflush:
        revise(claimant, changes)
        if (claimant.name, claimant.kind) != before:
            _check_name(work, claimant.name, claimant.kind, claimant.id)
    return claimant
