"""What belongs together? Claims, and through them predictions and sources, under a name: with who put each in, and when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from claimkb.domain import normal_forms
from claimkb.domain.record import Form, Instant, Name, Note, Person, Term, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Refusal, UserErrorCode, WrongState

MOST_CLAIMS = 500
"""How many claims are added to a collection, or removed from it, at once."""


class CollectionKind(Term):
    """What holds a collection together."""

    TOPIC = "TOPIC", "A subject, such as: hydrogen."
    STORY = "STORY", "An investigation of the desk."
    TRACKER = "TRACKER", "A programme of promises, such as a coalition agreement: its summary says kept and broken."


class Collection(Versioned, table=True):
    """Claims that belong together under a name: a topic, a story, or a tracker of promises."""

    __tablename__ = "collection"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("ix_collection_name_form", "name_form"),
        Index("ix_collection_name", "name", "id"),
        Index("ix_collection_created_at", "created_at", "id"),
        Index("ix_collection_updated_at", "updated_at", "id"),
    )

    name: Name = Field(description="What it is called, such as: the ten-point plan of 2024.")
    kind: CollectionKind = Field(description="What holds it together.")
    note: Note | None = None
    name_form: Annotated[str | None, Form(normal_forms.name_form, ("name",))] = Field(
        default=None, description="The name as it looks."
    )
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("name", "note"))] = Field(
        default=None, description="What a filter looks for a text in."
    )


class CollectedClaim(Versioned, table=True):
    """That a claim is in a collection: who put it in, and when; or that it was, and who took it out."""

    __tablename__ = "collected_claim"
    __table_args__ = (
        UniqueConstraint("collection_id", "claim_id"),
        Index("ix_collected_claim_collection_id", "collection_id", "added_at", "id"),
        Index("ix_collected_claim_claim_id", "claim_id", "collection_id"),
    )

    collection_id: UUID = Field(foreign_key="collection.id", description="The collection.")
    claim_id: UUID = Field(foreign_key="claim.id", description="The claim.")
    added_at: Instant = Field(description="When it was put in; if it was taken out meanwhile, the last time.")
    added_by: Person = Field(description="Who put it in.")
    note: Note | None = None
    removed_at: Instant | None = Field(default=None, description="When it was taken out; null while it is in.")
    removed_by: Person | None = Field(default=None, description="Who took it out.")


IS_IN = (("removed_at", None),)
"""What the columns of a claim that is in its collection hold."""


class CollectedAlready(Refusal):
    """The claim {id} is in this collection already: leave it out of the list."""

    code = UserErrorCode.DUPLICATE


class NotCollected(WrongState):
    """The claim {id} is not in this collection: leave it out of the list."""


def put_in(member: CollectedClaim, now: datetime, by: str, note: str | None) -> None:
    """Put a claim into a collection again; refuse one that is in it."""
    if member.removed_at is None:
        raise CollectedAlready(id=global_id("Claim", member.claim_id), existing=member)
    member.added_at, member.added_by, member.note = now, by, note
    member.removed_at, member.removed_by = None, None


def take_out(claim_id: UUID, member: CollectedClaim | None, now: datetime, by: str) -> None:
    """Take a claim out of a collection; refuse one that is not in it."""
    if member is None or member.removed_at is not None:
        raise NotCollected(id=global_id("Claim", claim_id))
    member.removed_at, member.removed_by = now, by
