"""What is a claim, and how do claims relate?"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index, UniqueConstraint

from claimkb.domain import normal_forms
from claimkb.domain.dates import DatePrecision, DayOf, interval
from claimkb.domain.record import Appended, Form, Note, Retractable, Term, Versioned
from claimkb.domain.refusals import (
    NobodyNamed,
    RelatedToItself,
    RepeatsBothWays,
    RepeatsWhatCameLater,
    SomebodyNamed,
    WouldGoRound,
)
from claimkb.domain.source import Language


class ClaimKind(Term):
    """What sort of proposition a claim is."""

    FACT = "FACT", "Something that happened or is so."
    STATISTIC = "STATISTIC", "A number."
    QUOTE = "QUOTE", "That somebody said something."
    CAUSAL = "CAUSAL", "That one thing brought about another."
    INTERPRETATION = "INTERPRETATION", "What something means, or what somebody wants or believes."
    PREDICTION = "PREDICTION", "What will or may happen."
    PROMISE = "PROMISE", "What the claimant will do."


class Voice(Term):
    """How the source voices a claim."""

    OWN = "OWN", "The author says so."
    REPORTED = "REPORTED", "A named party, or a group, said so."
    ASCRIBED = "ASCRIBED", "The author reads a belief, a wish or a motive into a party without citing a statement."
    UNATTRIBUTED = "UNATTRIBUTED", "Nobody is said to have said so: it is planned, it is expected."


class CheckWorthiness(Term):
    """How much it matters to check a claim."""

    HIGH = "HIGH", "Readers rely on it, and it may be wrong."
    MEDIUM = "MEDIUM", "Worth checking when there is time."
    LOW = "LOW", "Common knowledge, or opinion."


class RelationType(Term):
    """How one claim stands to another. Read it as a sentence: this claim SUPPORTS that one."""

    SUPPORTS = "SUPPORTS", "If this claim is true, that one is likelier."
    CONTRADICTS = "CONTRADICTS", "Both cannot be true."
    QUALIFIES = "QUALIFIES", "This claim limits that one."
    DEPENDS_ON = "DEPENDS_ON", "Without that claim this one loses its footing."
    REPEATS = "REPEATS", "This claim says again what that one said before."
    SAME_AS = "SAME_AS", "Both say the same."
    REVISES = "REVISES", "This claim has a newer figure or date for the same thing than that one."
    QUOTES = "QUOTES", "This claim quotes that one."


class RelationState(Term):
    """What a person found when they looked at how two claims stand to one another."""

    ASSERTED = "ASSERTED", "It is so."
    DENIED = "DENIED", "Somebody looked, and it is not so."


Statement = Annotated[str, Rule(min_length=1, max_length=1000, description="One checkable proposition, in our own words.")]


class Claim(Versioned, Retractable, table=True):
    """One atomic, checkable proposition, in our own words."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("(voice = 'UNATTRIBUTED') = (claimant_id IS NULL)", name="voice_names_claimant"),
        Index("ix_claim_created_at", "created_at", "id"),
        Index("ix_claim_updated_at", "updated_at", "id"),
        Index("ix_claim_claimant_id", "claimant_id", "created_at", "id"),
    )

    statement: Statement
    kind: ClaimKind = Field(index=True, description="What sort of proposition it is.")
    claimant_id: UUID | None = Field(
        default=None, foreign_key="claimant.id", description="Who asserts it; nobody where the voice is UNATTRIBUTED."
    )
    on_behalf_of_id: UUID | None = Field(
        default=None, foreign_key="claimant.id", index=True, description="For whom the claimant speaks."
    )
    voice: Voice = Field(description="How the source voices it.")
    said_on: DayOf | None = Field(default=None, description="When it was asserted.")
    said_on_precision: DatePrecision | None = Field(default=None, description="How much of that date is known.")
    check_worthiness: CheckWorthiness = Field(description="How much it matters to check it.")
    is_hedged: bool = Field(default=False, description="Whether it is weakened by a word such as may, could or seems.")
    note: Note | None = None
    next_prediction_id: UUID | None = Field(
        default=None, description="Of its predictions the one that waits for an answer next, or else the last one."
    )
    language: Language | None = None
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("statement",))] = Field(
        default=None, description="What a filter looks for a text in."
    )


class ClaimRelation(Versioned, Appended, Retractable, table=True):
    """How one claim stands to another, read as a sentence: `fromClaim` SUPPORTS `toClaim`. Its state says if that is so."""

    __tablename__ = "claim_relation"
    __table_args__ = (
        UniqueConstraint("from_claim_id", "to_claim_id", "type"),
        CheckConstraint("from_claim_id <> to_claim_id", name="two_claims"),
        Index("ix_claim_relation_from_claim_id", "from_claim_id", "recorded_at", "id"),
        Index("ix_claim_relation_to_claim_id", "to_claim_id", "recorded_at", "id"),
    )

    from_claim_id: UUID = Field(foreign_key="claim.id", description="The claim that the sentence begins with.")
    to_claim_id: UUID = Field(foreign_key="claim.id", description="The claim that the sentence ends with.")
    type: RelationType = Field(description="How the first stands to the second.")
    state: RelationState = Field(default=RelationState.ASSERTED, description="Whether it is so.")
    note: Note | None = None


def check_voice(voice: Voice, claimant_id: UUID | None) -> None:
    """Refuse a claimant where the source names nobody, and the lack of one where it names somebody."""
    if voice is Voice.UNATTRIBUTED and claimant_id is not None:
        raise SomebodyNamed("claimant_id")
    if voice is not Voice.UNATTRIBUTED and claimant_id is None:
        raise NobodyNamed("claimant_id")


def first_said_on(claim: Claim) -> date | None:
    """Return the earliest day on which the claim may have been made."""
    if claim.said_on is None:
        return None
    return interval(claim.said_on, claim.said_on_precision or DatePrecision.DAY).first


def check_relation(from_id: UUID, to_id: UUID, type_: RelationType, *, depends_already: bool) -> None:
    """Refuse a claim related to itself, and one that would come to depend on itself by way of others."""
    if from_id == to_id:
        raise RelatedToItself("to_claim_id")
    if type_ is RelationType.DEPENDS_ON and depends_already:
        raise WouldGoRound("to_claim_id")


ONE_WAY = {RelationType.REPEATS: "repeat", RelationType.REVISES: "revise"}
"""The relations of a claim to one that was made before it: in words, what a claim does to the other."""


def holds(relation: ClaimRelation) -> bool:
    """Tell whether a relation is so, and we stand by it."""
    return relation.state is RelationState.ASSERTED and relation.retracted_at is None


def check_repeats_one_way(back: ClaimRelation | None) -> None:
    """Refuse that a claim repeats what repeats it, or revises what revises it."""
    if back is not None and holds(back):
        raise RepeatsBothWays("to_claim_id", does=f"{ONE_WAY[back.type]}s")


def check_repeats(type_: RelationType, again: Claim, first: Claim, field: str) -> None:
    """Refuse that a claim repeats or revises what was said later: time runs one way.

    Of dates that are months or years only those are refused of which nothing can have been in order.
    """
    if again.said_on is None or first.said_on is None:
        return
    last = interval(again.said_on, again.said_on_precision or DatePrecision.DAY).last
    begun = first_said_on(first)
    if begun is not None and last < begun:
        raise RepeatsWhatCameLater(field, does=ONE_WAY[type_], said_on=again.said_on, first_said_on=first.said_on)
