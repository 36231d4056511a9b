"""Which claims are there, and how do they depend on one another?"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Evidence, Source
from claimkb.domain.claim import ONE_WAY, CheckWorthiness, ClaimKind, RelationState, RelationType, Voice
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.evidence import SUBJECTS, Stance
from claimkb.domain.normal_forms import name_form
from claimkb.domain.record import Input, Term
from claimkb.domain.reference import ClaimantId, CollectionId, SourceId
from claimkb.domain.source import Byline, Publisher
from claimkb.store import collections, reviews
from claimkb.store.engine import additions, paging
from claimkb.store.engine.conditions import MOST_IDS, Conditions, CreatedSince, UpdatedSince, among, since, stands
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection

IncludeOnBehalf = Annotated[
    bool, Rule(description="With claimantId or claimantIds: also what others asserted on behalf of these claimants.")
]


class ClaimFilter(Input):
    """Which claims: all that is given must hold."""

    kind: list[ClaimKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    voice: list[Voice] | None = Rule(default=None, max_length=10, description="Voiced in one of these ways.")
    check_worthiness: list[CheckWorthiness] | None = Rule(default=None, max_length=10, description="Of one of these degrees.")
    is_hedged: bool | None = Rule(default=None, description="Weakened by a word such as may, or not.")
    claimant_id: ClaimantId | None = Rule(default=None, description="Asserted by this claimant.")
    claimant_ids: list[ClaimantId] | None = Rule(
        default=None, max_length=MOST_IDS, description="Asserted by one of these claimants."
    )
    on_behalf_of_id: ClaimantId | None = Rule(default=None, description="Asserted on behalf of this claimant.")
    include_on_behalf: IncludeOnBehalf | None = None
    claimant_kind: list[ClaimantKind] | None = Rule(
        default=None, max_length=10, description="Asserted by a claimant of one of these kinds."
    )
    source_id: SourceId | None = Rule(default=None, description="Appearing in this source.")
    collection_id: CollectionId | None = Rule(default=None, description="In this collection.")
    byline: Byline | None = Rule(default=None, description="Appearing in a source with this byline.")
    rests_only_on: Publisher | None = Rule(
        default=None, description="With supporting evidence from this publisher and from no other."
    )
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in the statement, whatever the case and the accents."
    )
    reviewed: bool | None = Rule(default=None, description="With a review that stands, or without.")
    review_due: bool | None = Rule(
        default=None, description="With a review that stands and whose reviewBy has passed; or not so. None that was retracted is."
    )
    is_retracted: bool | None = Rule(default=None, description="Retracted as recorded in error, or not.")
    created_since: CreatedSince | None = None
    updated_since: UpdatedSince | None = None


class ClaimOrderField(Term):
    """What claims can be ordered by."""

    CREATED_AT = "CREATED_AT", "When it was recorded."
    UPDATED_AT = "UPDATED_AT", "When it last changed."


class ClaimOrder(Input):
    """How to order claims."""

    field: ClaimOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


_KEYS: dict[ClaimOrderField, paging.SortKey] = {
    ClaimOrderField.CREATED_AT: col(Claim.created_at),
    ClaimOrderField.UPDATED_AT: col(Claim.updated_at),
}


def in_sources(*conditions: sa.ColumnElement[bool]) -> sa.Select[UUID]:
    """Select the ids of the claims that appear in sources that meet the conditions."""
    appear = sa.select(col(Appearance.claim_id)).join(Source, col(Source.id) == Appearance.source_id)
    return appear.where(stands(Appearance), *conditions)


def is_related(*types: RelationType) -> sa.ColumnElement[bool]:
    """Hold for relations of these types that are so, and that were not retracted."""
    among_types = col(ClaimRelation.type) == types[0] if len(types) == 1 else col(ClaimRelation.type).in_(types)
    return among_types & (col(ClaimRelation.state) == RelationState.ASSERTED) & stands(ClaimRelation)


def naming(*claimants: UUID) -> sa.CompoundSelect[tuple[UUID]]:
    """Select the ids of the claims that claimants made, and that others made on their behalf: each from its index."""
    ways = (col(Claim.claimant_id), col(Claim.on_behalf_of_id))
    return sa.union(*(sa.select(col(Claim.id)).where(way.in_(claimants)) for way in ways))


def asserted(
    by: UUID | None, by_one_of: Sequence[UUID] | None, on_behalf_of: UUID | None, include_on_behalf: bool | None = None
) -> Conditions:
    """Write the conditions on the claimant of a claim, and on whose behalf it was made."""
    on_behalf = [] if on_behalf_of is None else [col(Claim.on_behalf_of_id) == on_behalf_of]
    if include_on_behalf:
        named = [*([] if by is None else [[by]]), *([] if by_one_of is None else [by_one_of])]
        return [*(col(Claim.id).in_(naming(*each)) for each in named), *on_behalf]
    own = [] if by is None else [col(Claim.claimant_id) == by]
    return [*own, *among(Claim.claimant_id, by_one_of), *on_behalf]


def _rests_only_on(publisher: str) -> sa.ColumnElement[bool]:
    """Hold for claims that have supporting evidence, all of it from one publisher."""
    supporting = (
        sa.select(col(Evidence.id))
        .join(Source, col(Source.id) == Evidence.source_id)
        .where(col(Evidence.claim_id) == Claim.id, col(Evidence.stance) == Stance.SUPPORTS, stands(Evidence))
    )
    other = supporting.where(col(Source.publisher_form).is_distinct_from(name_form(publisher)))
    return supporting.where(col(Source.publisher_form) == name_form(publisher)).exists() & ~other.exists()


def matching(wanted: ClaimFilter, today: date) -> sa.Select[Claim]:
    """Select the claims that meet a filter."""
    select = sa.select(Claim).where(
        *among(Claim.kind, wanted.kind),
        *among(Claim.voice, wanted.voice),
        *among(Claim.check_worthiness, wanted.check_worthiness),
        *asserted(wanted.claimant_id, wanted.claimant_ids, wanted.on_behalf_of_id, wanted.include_on_behalf),
        *since(Claim, wanted.created_since, wanted.updated_since),
    )
    if wanted.is_hedged is not None:
        select = select.where(col(Claim.is_hedged).is_(wanted.is_hedged))
    if wanted.claimant_kind is not None:
        kinds = sa.select(col(Claimant.id)).where(col(Claimant.kind).in_(wanted.claimant_kind))
        select = select.where(col(Claim.claimant_id).in_(kinds))
    if wanted.source_id is not None:
        select = select.where(col(Claim.id).in_(in_sources(col(Source.id) == wanted.source_id)))
    if wanted.collection_id is not None:
        select = select.where(col(Claim.id).in_(collections.claims_in(wanted.collection_id)))
    if wanted.byline is not None:
        select = select.where(col(Claim.id).in_(in_sources(col(Source.byline_form) == name_form(wanted.byline))))
    if wanted.rests_only_on is not None:
        select = select.where(_rests_only_on(wanted.rests_only_on))
    if wanted.reviewed is not None:
        select = select.where(reviews.is_reviewed() if wanted.reviewed else ~reviews.is_reviewed())
    if wanted.review_due is not None:
        select = select.where(reviews.is_due(today) if wanted.review_due else ~reviews.is_due(today))
    if wanted.is_retracted is not None:
        select = select.where(~stands(Claim) if wanted.is_retracted else stands(Claim))
    if wanted.text is not None:
        select = select.where(contains(Claim, wanted.text))
    return select


def ordered(order: ClaimOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the order of recording."""
    chosen = order or ClaimOrder(field=ClaimOrderField.CREATED_AT, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Claim.id), chosen.direction is OrderDirection.DESC)


def depends_on(session: Session, claim_id: UUID, other_id: UUID) -> bool:
    """Tell whether a claim depends on another, directly or by way of others."""
    needs = sa.select(col(ClaimRelation.from_claim_id), col(ClaimRelation.to_claim_id))
    edges = needs.where(is_related(RelationType.DEPENDS_ON)).subquery()
    reached = sa.select(edges.c.to_claim_id.label("id")).where(edges.c.from_claim_id == claim_id).cte(recursive=True)
    reached = reached.union(sa.select(edges.c.to_claim_id).join(reached, reached.c.id == edges.c.from_claim_id))
    return session.execute(sa.select(reached.c.id).where(reached.c.id == other_id)).first() is not None


_FROM: sa.BindParameter[UUID] = sa.bindparam("from_id")
_TO: sa.BindParameter[UUID] = sa.bindparam("to_id")
_THERE = (col(ClaimRelation.from_claim_id) == _FROM, col(ClaimRelation.to_claim_id) == _TO)
_BACK = (col(ClaimRelation.from_claim_id) == _TO, col(ClaimRelation.to_claim_id) == _FROM)
_RELATION = sa.select(ClaimRelation).where(col(ClaimRelation.type) == sa.bindparam("type")).limit(1)
_ONE_WAY, _BOTH_WAYS = _RELATION.where(*_THERE), _RELATION.where(sa.or_(sa.and_(*_THERE), sa.and_(*_BACK)))


def find_relation(session: Session, from_id: UUID, to_id: UUID, type_: RelationType) -> ClaimRelation | None:
    """Find the relation of a type between two claims; SAME_AS reads the same both ways."""
    ends = {"from_claim_id": from_id, "to_claim_id": to_id}
    if type_ is not RelationType.SAME_AS and not all(additions.may_name(session, ClaimRelation, *end) for end in ends.items()):
        return None
    select = _BOTH_WAYS if type_ is RelationType.SAME_AS else _ONE_WAY
    return session.scalars(select, {"from_id": from_id, "to_id": to_id, "type": type_}).first()


def repeats(session: Session, claim_id: UUID) -> list[tuple[RelationType, Claim, Claim]]:
    """List the pairs of claims with a certain claim in which one repeats or revises the other: that one comes first."""
    again, first = aliased(Claim), aliased(Claim)
    pairs = sa.select(col(ClaimRelation.type), again, first).where(
        is_related(*ONE_WAY),
        col(again.id) == col(ClaimRelation.from_claim_id),
        col(first.id) == col(ClaimRelation.to_claim_id),
        sa.or_(col(again.id) == claim_id, col(first.id) == claim_id),
    )
    return [(row[0], row[1], row[2]) for row in session.execute(pairs)]


def judged(claim_id: UUID, state: RelationState) -> sa.Select[UUID]:
    """Select the ids of the claims whose SAME_AS relation to a claim is in a state: asserted or denied."""
    one, other = col(ClaimRelation.from_claim_id), col(ClaimRelation.to_claim_id)
    relation = sa.select(sa.case((one == claim_id, other), else_=one))
    same = (col(ClaimRelation.type) == RelationType.SAME_AS, col(ClaimRelation.state) == state, stands(ClaimRelation))
    return relation.where((one == claim_id) | (other == claim_id), *same)


_IN_SOURCE = sa.select(Appearance).where(
    col(Appearance.claim_id) == sa.bindparam("claim_id"), col(Appearance.source_id) == sa.bindparam("source_id")
)
_PLACED = ("section", "paragraph", "quote_exact", "quote_start")
_AT_START = _IN_SOURCE.where(
    col(Appearance.quote_start) == sa.bindparam("quote_start"), col(Appearance.snapshot_id) == sa.bindparam("snapshot_id")
)
_AT_PLACE = _IN_SOURCE.where(*(getattr(Appearance, name).is_not_distinct_from(sa.bindparam(name)) for name in _PLACED))


def find_appearance(session: Session, wanted: Appearance) -> Appearance | None:
    """Find the appearance of a claim at the same place of a source: the same anchor, or else section, paragraph and quote."""
    if not additions.may_name(session, Appearance, "claim_id", wanted.claim_id):
        return None
    names = ("quote_start", "snapshot_id") if wanted.quote_start is not None else _PLACED
    same = {name: getattr(wanted, name) for name in ("claim_id", "source_id", *names)}
    return session.scalars(_AT_PLACE if wanted.quote_start is None else _AT_START, same).first()


def _evidence_about(subject: str) -> sa.Select[Evidence]:
    """Select the same evidence about a claim, an outcome or a review."""
    names = (subject, "source_id", "stance")
    same = [getattr(Evidence, name) == sa.bindparam(name) for name in names]
    return sa.select(Evidence).where(*same, col(Evidence.quote).is_not_distinct_from(sa.bindparam("quote"))).limit(1)


_EVIDENCE = {subject: _evidence_about(subject) for subject in SUBJECTS}


def evidence_of_outcome(session: Session, outcome_id: UUID) -> list[tuple[Evidence, Source]]:
    """List the evidence of an outcome, each with its source, in the order in which it was recorded."""
    rows = sa.select(Evidence, Source).join(Source, col(Source.id) == col(Evidence.source_id))
    rows = rows.where(col(Evidence.outcome_id) == outcome_id, stands(Evidence)).order_by(
        col(Evidence.recorded_at), col(Evidence.id)
    )
    return [tuple(row) for row in session.execute(rows)]


def find_evidence(session: Session, wanted: Evidence) -> Evidence | None:
    """Find the same evidence about the same claim, outcome or review."""
    (subject,) = (each for each in SUBJECTS if getattr(wanted, each) is not None)
    values = {name: getattr(wanted, name) for name in (subject, "source_id", "stance", "quote")}
    return session.scalars(_EVIDENCE[subject], values).one_or_none()
