"""Record who asserts, and under which names."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claimant
from claimkb.domain.claimant import (
    MOST_ALIASES,
    ClaimantKind,
    Office,
    WikidataId,
    aliases_of,
    aliases_without,
    check_aliases,
    names_of,
    written,
)
from claimkb.domain.meaning import changed_meaning, check_may_change
from claimkb.domain.merging import check_not_merged
from claimkb.domain.normal_forms import name_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Name, Note, Update
from claimkb.domain.reference import ClaimantId
from claimkb.domain.refusals import within
from claimkb.domain.revision import revise
from claimkb.store import claimants
from claimkb.store.engine import locks

OtherNames = Annotated[
    list[Name],
    Rule(
        max_length=MOST_ALIASES,
        description="All its other names, and other spellings: it is found by each. The list replaces the one that is there.",
    ),
]
SAME_NAME = "Use that one, or add to the name what tells the two apart."


class RecordClaimant(Command):
    """What to record of somebody who asserts."""

    name: Name
    kind: ClaimantKind = Rule(description="What sort of claimant it is.")
    aliases: OtherNames | None = None
    office: Office | None = None
    note: Note | None = None
    wikidata_id: WikidataId | None = None


class UpdateClaimant(Update):
    """What to change of somebody who asserts: a field that is left out is kept, null clears it."""

    claimant_id: ClaimantId
    name: Name | None = None
    kind: ClaimantKind | None = Rule(default=None, description="What sort of claimant it is.")
    aliases: OtherNames | None = None
    office: Office | None = None
    note: Note | None = None
    wikidata_id: WikidataId | None = None


def _hold(work: Work, names: Sequence[str]) -> None:
    """Keep others from recording one of these names meanwhile."""
    locks.hold_all_alike(work.session, [name_form(each) for each in names])


def check_names(work: Work, claimant: Claimant, own: UUID | None = None) -> None:
    """Refuse a name or an alias that looks like a name or an alias of another claimant of the kind, or that says nothing new."""
    aliases = aliases_of(claimant)
    check_aliases(claimant.name, aliases)
    _hold(work, names_of(claimant))
    known = claimants.find_by_name(work.session, claimant.name, claimant.kind, but=own)
    merged = known is not None and known.merged_into_id is not None
    advice = "It was merged into another, and keeps its name: undo that first, and merge the other way." if merged else SAME_NAME
    refuse_again("claimant", known, "name", advice)
    found = claimants.find_by_aliases(work.session, aliases, claimant.kind, own) if aliases else None
    if found is not None:
        with within("aliases"):
            refuse_again("claimant", found[1], str(found[0]), "Leave that name out, or add to it what tells the two apart.")


def _check_wikidata_id(work: Work, wikidata_id: str | None, own: UUID | None = None) -> None:
    """Refuse an id of Wikidata that another claimant has."""
    if wikidata_id is not None:
        locks.hold_alike(work.session, wikidata_id)
        known = claimants.find_by_wikidata_id(work.session, wikidata_id, own)
        refuse_again("claimant", known, "wikidata_id", "Use that one, or merge the two.")


@needs(Permission.RECORD)
def record_claimant(work: Work, command: RecordClaimant) -> Claimant:
    """Record somebody who asserts: a person, an organisation, a government, or an unnamed group."""
    claimant = Claimant(**command.model_dump(exclude={"aliases"}), aliases=written(command.aliases))
    check_names(work, claimant)
    _check_wikidata_id(work, command.wikidata_id)
    return work.add(claimant)


@needs(Permission.UPDATE)
def update_claimant(work: Work, command: UpdateClaimant) -> Claimant:
    """Correct what is recorded of a claimant. What was there before stays in the history."""
    changes = command.changes("claimant_id")
    if "aliases" in changes:
        changes["aliases"] = written(command.aliases)
    names = [*([command.name] if command.name else []), *(command.aliases or [])]
    if names:
        _hold(work, names)  # before the claimant, as whoever records one does
    claimant = work.to_change(Claimant, command.claimant_id, "claimant_id", command.expected_version)
    check_not_merged(claimant, "claimant_id")
    before = claimant.name, claimant.kind, claimant.aliases
    if command.name and "aliases" not in changes and before[0] != command.name:
        changes["aliases"] = aliases_without(claimant, [command.name])  # what becomes its name is no other name any more
    changed = changed_meaning(claimant, changes)
    if changed:
        decision = claimants.find_decision(work.session, claimant.id)
        check_may_change(changed, decision, work.actor, command.reason, work.policy)
    with work.session.no_autoflush:
        revise(claimant, changes)
        if (claimant.name, claimant.kind, claimant.aliases) != before:
            check_names(work, claimant, claimant.id)
        if "wikidata_id" in changes:
            _check_wikidata_id(work, command.wikidata_id, claimant.id)
    return claimant
