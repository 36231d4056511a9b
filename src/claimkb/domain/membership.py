"""To what does a claimant belong, as what, and from when until when?"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index

from claimkb.domain.dates import Day
from claimkb.domain.record import Instant, Reason, Versioned
from claimkb.domain.refusals import Refusal, WrongState

MemberRole = Annotated[str, Rule(max_length=300, description="As what, such as: Minister of Energy.")]
FromOn = Annotated[Day, Rule(description="The first day of it.")]
UntilOn = Annotated[Day, Rule(description="The last day of it; null while it lasts, or where it is not known.")]


class Membership(Versioned, table=True):
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
    retracted_at: Instant | None = Field(default=None, description="Since when we no longer stand by it.")
    retracted_reason: Reason | None = Field(default=None, description="Why it was retracted.")


class MemberOfItself(Refusal):
    """A claimant cannot belong to itself."""


class WouldBelongToItself(Refusal):
    """This would make the claimant belong to itself, by way of others."""


class EndsBeforeItBegins(Refusal):
    """It ends on {until}, before it begins on {from_}."""


class WhyRetracted(Refusal):
    """Say why we no longer stand by this membership, or why we do again."""


class MembershipStands(WrongState):
    """This membership is not retracted."""


class MembershipRetracted(WrongState):
    """This membership is retracted already."""


def check(membership: Membership, *, belongs_already: bool) -> None:
    """Refuse a membership in itself, one by which a claimant would belong to itself, and one that ends before it begins."""
    if membership.claimant_id == membership.of_id:
        raise MemberOfItself("of_id")
    if belongs_already:
        raise WouldBelongToItself("of_id")
    if membership.from_on and membership.until_on and membership.until_on < membership.from_on:
        raise EndsBeforeItBegins("until", until=membership.until_on, from_=membership.from_on)


def retract(membership: Membership, is_retracted: bool, reason: str | None, now: datetime) -> None:
    """Stand by a membership no longer, or again, for a reason."""
    if is_retracted is (membership.retracted_at is not None):
        raise (MembershipRetracted if is_retracted else MembershipStands)("is_retracted")
    if not reason:
        raise WhyRetracted("reason")
    membership.retracted_at, membership.retracted_reason = (now, reason) if is_retracted else (None, None)
