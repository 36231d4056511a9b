"""To what does a claimant belong, as what, and from when until when?"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index

from claimkb.domain import retraction
from claimkb.domain.dates import Day
from claimkb.domain.record import Retractable, Versioned
from claimkb.domain.refusals import Refusal

MemberRole = Annotated[str, Rule(max_length=300, description="As what, such as: Minister of Energy.")]
FromOn = Annotated[Day, Rule(description="The first day of it.")]
UntilOn = Annotated[Day, Rule(description="The last day of it; null while it lasts, or where it is not known.")]


class Membership(Versioned, Retractable, table=True):
    """That a claimant belongs to another: a minister to a government, a party to a coalition; as what, and from when until when."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("claimant_id <> of_id", name="two_claimants"),
        CheckConstraint("from_on <= until_on", name="forward"),
        Index("ix_membership_claimant_id", "claimant_id", "created_at", "id"),
        Index("ix_membership_of_id", "of_id", "created_at", "id"),
    )

    claimant_id: UUID = Field(foreign_key="claimant.id", description="Who belongs to the other.")
    of_id: UUID = Field(foreign_key="claimant.id", description="To whom it belongs.")
    role: MemberRole | None = None
    from_on: FromOn | None = None
    until_on: UntilOn | None = None


class MemberOfItself(Refusal):
    """A claimant cannot belong to itself."""


class WouldBelongToItself(Refusal):
    """This would make the claimant belong to itself, by way of others."""


class EndsBeforeItBegins(Refusal):
    """It ends on {until}, before it begins on {from_}."""


class WhyRetracted(Refusal):
    """Say why we no longer stand by this membership, or why we do again."""


def check(membership: Membership, *, belongs_already: bool) -> None:
    """Refuse a membership in itself, one by which a claimant would belong to itself, and one that ends before it begins."""
    if membership.claimant_id == membership.of_id:
        raise MemberOfItself("of_id")
    if belongs_already:
        raise WouldBelongToItself("of_id")
    if membership.from_on and membership.until_on and membership.until_on < membership.from_on:
        raise EndsBeforeItBegins("until", until=membership.until_on, from_=membership.from_on)


def stand_by(membership: Membership, is_retracted: bool, reason: str | None, now: datetime) -> None:
    """Stand by a membership no longer, or again, for a reason."""
    if not reason:
        raise WhyRetracted("reason")
    if is_retracted:
        retraction.retract(membership, reason, now, "is_retracted")
    else:
        retraction.restore(membership, "is_retracted")
