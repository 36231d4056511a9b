"""Make collections, and put claims into them and take them out."""

from typing import Any
from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claim, CollectedClaim, Collection
from claimkb.domain.collection import MOST_CLAIMS, CollectionKind, put_in, take_out
from claimkb.domain.normal_forms import name_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Name, Note, Reason, Update
from claimkb.domain.reference import ClaimId, CollectionId
from claimkb.domain.revision import revise
from claimkb.domain.several import Mistakes, check_named, in_list
from claimkb.store import collections
from claimkb.store.engine import locks, records


class CreateCollection(Command):
    """What to collect claims under."""

    name: Name = Rule(description="What it is called, such as: the ten-point plan of 2024.")
    kind: CollectionKind = Rule(description="What holds it together.")
    note: Note | None = None


class UpdateCollection(Update):
    """What to change of a collection: a field that is left out is kept, null clears it."""

    collection_id: CollectionId
    name: Name | None = Rule(default=None, description="What it is called.")
    kind: CollectionKind | None = Rule(default=None, description="What holds it together.")
    note: Note | None = None


class AddToCollection(Command):
    """Which claims to put into a collection."""

    collection_id: CollectionId
    claim_ids: list[ClaimId] = Rule(min_length=1, max_length=MOST_CLAIMS, description=f"The claims, {MOST_CLAIMS} at most.")
    note: Note | None = Rule(default=None, description="What a colleague should know about why they are in it.")


class CollectClaim(Command):
    """Which collection a claim is in."""

    collection_id: CollectionId
    claim_id: ClaimId
    note: Note | None = Rule(default=None, description="What a colleague should know about why it is in it.")


class RemoveFromCollection(Command):
    """Which claims to take out of a collection, and why."""

    collection_id: CollectionId
    claim_ids: list[ClaimId] = Rule(min_length=1, max_length=MOST_CLAIMS, description=f"The claims, {MOST_CLAIMS} at most.")
    reason: Reason


def _check_name(work: Work, name: str, own: UUID | None = None) -> None:
    """Refuse a name that looks like the one of another collection."""
    locks.hold_alike(work.session, name_form(name))
    known = collections.find_by_name(work.session, name, but=own)
    refuse_again("collection", known, "name", "Use that one, or add to the name what tells the two apart.")


@needs(Permission.RECORD)
def create_collection(work: Work, command: CreateCollection) -> Collection:
    """Make a collection: a topic, a story, or a tracker of promises."""
    _check_name(work, command.name)
    return work.add(Collection(**command.model_dump()))


@needs(Permission.UPDATE)
def update_collection(work: Work, command: UpdateCollection) -> Collection:
    """Change what a collection is called or what it is. What was there before stays in the history."""
    collection = work.to_change(Collection, command.collection_id, "collection_id", command.expected_version)
    changes = command.changes("collection_id")
    with work.session.no_autoflush:
        revise(collection, changes)
        if "name" in changes:
            _check_name(work, collection.name, own=collection.id)
    return collection


def _collected(
    work: Work, collection_id: UUID, claim_ids: list[UUID], note: str | None
) -> tuple[Collection, dict[UUID, CollectedClaim]]:
    """Put claims into a collection, and return it with what is recorded of each; refuse with every mistake, each at its place."""
    collection = records.get_to_change(work.session, Collection, collection_id, "collection_id")
    there = records.existing_ids(work.session, Claim, claim_ids)
    known = collections.members(work.session, collection.id, claim_ids)
    mistakes, by = Mistakes(), work.actor.name
    before: set[UUID] = set()
    new: dict[UUID, CollectedClaim] = {}
    for place, claim_id in enumerate(claim_ids):
        with mistakes.at(), in_list("claim_ids", place, "claim_id"):
            check_named(Claim.__name__, claim_id, there, before)
            if claim_id in known:
                put_in(known[claim_id], work.now, by, note)
            else:
                added: dict[str, Any] = {"added_at": work.now, "added_by": by, "note": note}
                new[claim_id] = CollectedClaim(collection_id=collection.id, claim_id=claim_id, **added)
    mistakes.refuse()
    work.add_all(list(new.values()))
    return collection, known | new


@needs(Permission.RECORD)
def add_to_collection(work: Work, command: AddToCollection) -> Collection:
    """Put claims into a collection, all of them or none: every one that cannot be is told at its place."""
    return _collected(work, command.collection_id, command.claim_ids, command.note)[0]


@needs(Permission.RECORD)
def collect_claim(work: Work, command: CollectClaim) -> CollectedClaim:
    """Put one claim into a collection, as stories do, and return what is recorded of that."""
    return _collected(work, command.collection_id, [command.claim_id], command.note)[1][command.claim_id]


@needs(Permission.UPDATE)
def remove_from_collection(work: Work, command: RemoveFromCollection) -> Collection:
    """Take claims out of a collection, all of them or none. Who put each in, and who took it out, stays in the history."""
    collection = records.get_to_change(work.session, Collection, command.collection_id, "collection_id")
    there = records.existing_ids(work.session, Claim, command.claim_ids)
    known = collections.members(work.session, collection.id, command.claim_ids)
    mistakes = Mistakes()
    before: set[UUID] = set()
    for place, claim_id in enumerate(command.claim_ids):
        with mistakes.at(), in_list("claim_ids", place, "claim_id"):
            check_named(Claim.__name__, claim_id, there, before)
            take_out(claim_id, known.get(claim_id), work.now, work.actor.name)
    mistakes.refuse()
    return collection
