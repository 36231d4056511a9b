"""Which claimants are there, and which are found by a name?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import Claim, Claimant, NameKey, Outcome, Prediction, Review
from claimkb.domain.claimant import ClaimantKind, KeySort, WikidataId, names_of
from claimkb.domain.normal_forms import ALIKE, name_form, name_likeness, sound_keys
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.record import Input, Term
from claimkb.domain.review import ReviewState
from claimkb.store import name_keys as _name_keys  # noqa: F401 - its hook writes the keys
from claimkb.store.engine import paging, records
from claimkb.store.engine.conditions import CreatedSince, UpdatedSince, among, since
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection


class ClaimantFilter(Input):
    """Which claimants: all that is given must hold."""

    kind: list[ClaimantKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in name, aliases or office, whatever the case and the accents."
    )
    wikidata_id: WikidataId | None = None
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


CANDIDATES, MOST_NAMES = 200, 400
"""How many claimants with a word that sounds the same are compared with a name, and how many names they may have together."""

_KEYS: dict[ClaimantOrderField, paging.SortKey] = {
    ClaimantOrderField.NAME: col(Claimant.name),
    ClaimantOrderField.CREATED_AT: col(Claimant.created_at),
    ClaimantOrderField.UPDATED_AT: col(Claimant.updated_at),
}


def matching(wanted: ClaimantFilter) -> sa.Select[Claimant]:
    """Select the claimants that meet a filter."""
    select = sa.select(Claimant).where(
        col(Claimant.merged_into_id).is_(None),
        *among(Claimant.kind, wanted.kind),
        *since(Claimant, wanted.created_since, wanted.updated_since),
    )
    if wanted.wikidata_id is not None:
        select = select.where(col(Claimant.wikidata_id) == wanted.wikidata_id)
    if wanted.text is not None:
        select = select.where(contains(Claimant, wanted.text))
    return select


def ordered(order: ClaimantOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    chosen = order or ClaimantOrder(field=ClaimantOrderField.NAME, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Claimant.id), chosen.direction is OrderDirection.DESC)


def _called(forms: Sequence[str]) -> sa.Select[Claimant]:
    """Select the claimants that have one of these normal forms as their name or alias."""
    select = sa.select(Claimant).join(NameKey, col(NameKey.claimant_id) == Claimant.id)
    return select.where(col(NameKey.sort) == KeySort.NAME, col(NameKey.key).in_(forms))


def named(session: Session, name: str) -> list[Claimant]:
    """List the claimants of any kind that have this name or alias, as it looks; not those that were merged into another."""
    alike = _called([name_form(name)]).where(col(Claimant.merged_into_id).is_(None))
    return list(session.scalars(alike.order_by(col(Claimant.kind), col(Claimant.id))))


def named_all(session: Session, names: Sequence[str]) -> dict[str, Claimant]:
    """Find for each of some names the one claimant, of any kind, that has it as name or alias; leave out those of several."""
    forms = {name: name_form(name) for name in names}
    alike = _called(sorted(set(forms.values()))).where(col(Claimant.merged_into_id).is_(None))
    found: dict[str, dict[UUID, Claimant]] = {}
    for claimant, form in session.execute(alike.add_columns(col(NameKey.key))) if forms else ():
        found.setdefault(form, {})[claimant.id] = claimant
    return {name: each for name, form in forms.items() for each in found.get(form, {}).values() if len(found[form]) == 1}


def find_by_name(session: Session, name: str, kind: ClaimantKind, but: UUID | None = None) -> Claimant | None:
    """Find the claimant of a kind that has this name or alias, as it looks, other than a certain claimant.

    There may be several, recorded before that was refused: then prefer the one with exactly this name. One that was merged into
    another comes last: it keeps its name.
    """
    alike = _called([name_form(name)]).where(col(Claimant.kind) == kind)
    if but is not None:
        alike = alike.where(col(Claimant.id) != but)
    order = (col(Claimant.merged_into_id).is_not(None), col(Claimant.name) != name, col(Claimant.id))
    return session.scalars(alike.order_by(*order).limit(1)).one_or_none()


def find_by_aliases(session: Session, aliases: Sequence[str], kind: ClaimantKind, but: UUID | None) -> tuple[int, Claimant] | None:
    """Find a claimant of a kind that has one of these names as name or alias, other than a certain one; say which name."""
    places = {name_form(alias): place for place, alias in enumerate(aliases)}
    alike = _called(list(places)).where(col(Claimant.kind) == kind, col(Claimant.merged_into_id).is_(None))
    if but is not None:
        alike = alike.where(col(Claimant.id) != but)
    found = session.execute(alike.add_columns(col(NameKey.key)).order_by(col(Claimant.id)).limit(1)).one_or_none()
    return None if found is None else (places[found[1]], found[0])


def find_by_wikidata_id(session: Session, wikidata_id: str, but: UUID | None = None) -> Claimant | None:
    """Find the claimant with an id of Wikidata, other than a certain claimant."""
    same = sa.select(Claimant).where(col(Claimant.wikidata_id) == wikidata_id, col(Claimant.merged_into_id).is_(None))
    return session.scalars(same if but is None else same.where(col(Claimant.id) != but)).one_or_none()


@dataclass(frozen=True)
class AlikeClaimant:
    """A claimant whose name or alias is like a name: a score from 0 to 1, and the words that are alike."""

    claimant: Claimant
    score: float
    why: list[str]


def similar(session: Session, name: str, most: int, but: UUID | None = None) -> list[AlikeClaimant]:
    """List the claimants with a name or alias like a name, the likeliest first, without a certain claimant, in two statements."""
    keys = sorted(sound_keys(name))
    sounds = sa.select(col(NameKey.claimant_id)).where(col(NameKey.sort) == KeySort.SOUND, col(NameKey.key).in_(keys))
    if but is not None:
        sounds = sounds.where(col(NameKey.claimant_id) != but)
    shared = sounds.group_by(col(NameKey.claimant_id)).order_by(sa.func.count().desc(), col(NameKey.claimant_id).desc())
    ids = list(session.scalars(shared.limit(CANDIDATES))) if keys else []
    candidates = [each for each in records.by_ids(session, Claimant, ids) if each is not None] if ids else []
    best: dict[UUID, AlikeClaimant] = {}
    for claimant, known in islice(((each, known) for each in candidates for known in names_of(each)), MOST_NAMES):
        score, why = name_likeness(name, known)
        if score >= ALIKE and (claimant.id not in best or best[claimant.id].score < score):
            best[claimant.id] = AlikeClaimant(claimant, score, why)
    return sorted(best.values(), key=lambda each: (-each.score, each.claimant.name, each.claimant.id))[:most]


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
