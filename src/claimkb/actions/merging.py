"""Say that two claimants are one, and take that back."""

from uuid import UUID

from claimkb.actions.work import Work, needs
from claimkb.domain import Claim, Claimant, SavedSearch, merging
from claimkb.domain.claimant import names_of
from claimkb.domain.merging import SEVERAL, fields_naming, renamed
from claimkb.domain.normal_forms import name_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Reason, Versioned
from claimkb.domain.reference import ClaimantId, global_id
from claimkb.store import claimants, memberships, merges
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class MergeClaimants(Command):
    """Which claimant turned out to be which other one, and why we say so."""

    claimant_id: ClaimantId
    into_id: ClaimantId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class UnmergeClaimants(Command):
    """Which claimant is not the one that it was merged into, and why we say so."""

    claimant_id: ClaimantId
    reason: Reason
    expected_version: ExpectedVersion | None = None


def _both(work: Work, command: MergeClaimants | UnmergeClaimants, other_id: UUID, field: str) -> tuple[Claimant, Claimant]:
    """Lock two claimants, always in one order, and refuse a stale version of the first."""
    names = {command.claimant_id: "claimant_id", other_id: field}
    for id_ in sorted(names):
        records.get_to_change(work.session, Claimant, id_, names[id_])
    claimant = work.to_change(Claimant, command.claimant_id, "claimant_id", command.expected_version)
    return claimant, records.get(work.session, Claimant, other_id, field)


def _move(record: Versioned, field: str, old: UUID, new: UUID, *, keep: bool = False) -> None:
    """Name another claimant in a field of a record."""
    if isinstance(record, SavedSearch):
        record.filter = renamed(record.filter, field, old, new, keep=keep)
    else:
        setattr(record, field, new)


def _names(record: Versioned, field: str, claimant_id: UUID) -> bool:
    """Tell whether a field of a record names a claimant."""
    if isinstance(record, SavedSearch):
        return field in fields_naming(record.filter, claimant_id)
    return bool(getattr(record, field) == claimant_id)


def _correct(work: Work, claimant_id: UUID) -> None:
    """Say of every claim of a claimant about which something stands decided that its change is a correction."""
    for claim_id, decided in merges.decided(work.session, claimant_id).items():
        work.corrects(records.get(work.session, Claim, claim_id), decided)


@needs(Permission.MERGE)
def merge_claimants(work: Work, command: MergeClaimants) -> Claimant:
    """Say that a claimant is another one: all that names the first names the other from then on, which gets its names, too.

    The first stays readable, in no list, and unmergeClaimants takes the two apart again.
    """
    locks.hold(work.session, Lock.RELATING)
    claimant, into = _both(work, command, command.into_id, "into_id")
    ways = ((claimant.id, into.id), (into.id, claimant.id))
    merging.check_merge(claimant, into, is_part=any(memberships.belongs(work.session, *way) for way in ways))
    merges.forget(work.session, claimant.id)
    _correct(work, claimant.id)
    for record, field in list(merges.naming(work.session, claimant.id, into.id)):
        was_beside = field == SEVERAL and _names(record, field, into.id)
        merges.note(work.session, claimant.id, record, field, was_beside=was_beside)
        _move(record, field, claimant.id, into.id)
    claimant.merged_into_id = into.id
    work.session.flush()  # before the other one gets its id in Wikidata, which two may not have
    merging.take_names(claimant, into)
    return claimant


def _check_names_are_free(work: Work, claimant: Claimant) -> None:
    """Refuse to give a claimant names back of which another one has got one since."""
    names = names_of(claimant)
    found = claimants.find_by_aliases(work.session, names, claimant.kind, claimant.id)
    if found is not None:
        place, other = found
        raise merging.NameGivenSince("claimant_id", id=global_id("Claimant", other.id), name=names[place], existing=other)


@needs(Permission.MERGE)
def unmerge_claimants(work: Work, command: UnmergeClaimants) -> Claimant:
    """Take two claimants apart that were merged: what the merge moved comes back, but for what somebody has changed since.

    The names of the first are taken away from the other. `stayed` lists what did not come back.
    """
    claimant = records.get(work.session, Claimant, command.claimant_id, "claimant_id")
    if claimant.merged_into_id is None:
        raise merging.NotMerged("claimant_id")
    locks.hold_all_alike(work.session, [name_form(each) for each in names_of(claimant)])
    claimant, into = _both(work, command, claimant.merged_into_id, "claimant_id")
    merging.check_unmerge(claimant, into)
    merging.give_names_back(claimant, into)
    work.session.flush()
    claimant.merged_into_id = None
    _check_names_are_free(work, claimant)
    _correct(work, into.id)
    for move, record in merges.moved(work.session, claimant.id):
        if _names(record, move.field, into.id):
            _move(record, move.field, into.id, claimant.id, keep=move.was_beside)
            work.session.delete(move)
    return claimant
