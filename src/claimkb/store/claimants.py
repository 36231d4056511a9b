"""Which claimants are there?"""

from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import Claim, Claimant, Outcome, Prediction, Review
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.normal_forms import name_form
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.record import Input, Term
from claimkb.domain.review import ReviewState
from claimkb.store.engine import forms, paging
from claimkb.store.engine.conditions import CreatedSince, UpdatedSince, among, since
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection


class ClaimantFilter(Input):
    """Which claimants: all that is given must hold."""

    kind: list[ClaimantKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in name or office, whatever the case and the accents."
    )
    created_since: CreatedSince | None = None
    updated_since: UpdatedSince | None = None


class ClaimantOrderField(Term):
    """What claimants can be ordered by."""

    NAME = "NAME", "The name."
    CREATED_AT = "CREATED_AT", "When it was recorded."
    UPDATED_AT = "UPDATED_AT", "When it last changed."


class ClaimantOrder(Input):
    """How to order claimants."""

    field: ClaimantOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


WORDS, SHORT_WORD = 10, 3
"""How many words of a name are searched for, and their least length."""

_KEYS: dict[ClaimantOrderField, paging.SortKey] = {
    ClaimantOrderField.NAME: col(Claimant.name),
    ClaimantOrderField.CREATED_AT: col(Claimant.created_at),
    ClaimantOrderField.UPDATED_AT: col(Claimant.updated_at),
}


def matching(wanted: ClaimantFilter) -> sa.Select[Claimant]:
    """Select the claimants that meet a filter."""
    select = sa.select(Claimant).where(
        *among(Claimant.kind, wanted.kind), *since(Claimant, wanted.created_since, wanted.updated_since)
    )
    if wanted.text is not None:
        select = select.where(contains(Claimant, wanted.text))
    return select


def ordered(order: ClaimantOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    chosen = order or ClaimantOrder(field=ClaimantOrderField.NAME, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Claimant.id), chosen.direction is OrderDirection.DESC)


def named(session: Session, name: str) -> list[Claimant]:
    """List the claimants of any kind whose name has the same normal form."""
    alike = col(Claimant.name_form) == name_form(name)
    return list(session.scalars(sa.select(Claimant).where(alike).order_by(col(Claimant.kind))))


def nearest(session: Session, name: str, most: int = 5, but: UUID | None = None) -> list[Claimant]:
    """List claimants whose name shares a word with this name, by name, without a certain claimant."""
    shared = [contains(Claimant, word) for word in name.split() if len(word) >= SHORT_WORD][:WORDS]
    others = sa.select(Claimant).where(sa.or_(sa.false(), *shared))
    if but is not None:
        others = others.where(col(Claimant.id) != but)
    return list(session.scalars(others.order_by(col(Claimant.name)).limit(most)))


def find_by_name(session: Session, name: str, kind: ClaimantKind, but: UUID | None = None) -> Claimant | None:
    """Find the claimant of a kind whose name has the same normal form, other than a certain claimant."""
    return forms.find(session, Claimant, name, col(Claimant.kind) == kind, but=but)


def find_decision(session: Session, claimant_id: UUID) -> Outcome | Review | None:
    """Find a confirmed outcome of a prediction of a claimant, or else a confirmed review of a claim."""
    said = col(Claim.claimant_id) == claimant_id
    outcomes = sa.select(Outcome).join(Prediction, col(Prediction.id) == Outcome.prediction_id)
    outcomes = outcomes.join(Claim, col(Claim.id) == Prediction.claim_id).where(
        said, col(Outcome.review) == OutcomeReview.CONFIRMED
    )
    reviews = (
        sa.select(Review).join(Claim, col(Claim.id) == Review.claim_id).where(said, col(Review.state) == ReviewState.CONFIRMED)
    )
    return session.scalars(outcomes.limit(1)).first() or session.scalars(reviews.limit(1)).first()
