"""Which predictions are there, and which wait for an answer?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from claimkb.domain import Claim, ClaimRelation, Flag, Outcome, Prediction, Source
from claimkb.domain.account import AccountName
from claimkb.domain.claim import RelationState, RelationType
from claimkb.domain.normal_forms import name_form
from claimkb.domain.outcome import UNDERMINING, OutcomeReview, Verdict
from claimkb.domain.prediction import OPEN_STATUSES, SETTLED, Checkability, PredictionKind, PredictionStatus
from claimkb.domain.record import Input, Term
from claimkb.domain.reference import ClaimantId, SourceId
from claimkb.domain.source import Byline
from claimkb.domain.timeliness import DUE_SOON_DAYS, LATE, LONG_OVERDUE_DAYS, Timeliness
from claimkb.store import claims
from claimkb.store.engine import paging, records
from claimkb.store.engine.conditions import MOST_IDS, CreatedSince, DateRange, UpdatedSince, among, during, since
from claimkb.store.engine.forms import contains
from claimkb.store.engine.ordering import OrderDirection


class PredictionFilter(Input):
    """Which predictions: all that is given must hold."""

    status: list[PredictionStatus] | None = Rule(default=None, max_length=10, description="Standing at one of these.")
    timeliness: list[Timeliness] | None = Rule(
        default=None, max_length=10, description="Standing to the calendar in one of these ways."
    )
    is_overdue: bool | None = Rule(default=None, description="Overdue, however long (OVERDUE and LONG_OVERDUE); or not.")
    flagged: bool | None = Rule(default=None, description="With a flag that still applies, or without.")
    kind: PredictionKind | None = Rule(
        default=None, description="Of this kind.", deprecated="Use kinds, which takes several. It may be gone after 2027-12-31."
    )
    kinds: list[PredictionKind] | None = Rule(default=None, max_length=10, description="Of one of these kinds.")
    verdict: list[Verdict] | None = Rule(
        default=None, max_length=10, description="Answered with one of these: the verdict of the outcome that stands."
    )
    checkability: Checkability | None = Rule(default=None, description="Of this checkability.")
    claimant_id: ClaimantId | None = Rule(default=None, description="Made by this claimant.")
    claimant_ids: list[ClaimantId] | None = Rule(default=None, max_length=MOST_IDS, description="Made by one of these claimants.")
    on_behalf_of_id: ClaimantId | None = Rule(default=None, description="Made on behalf of this claimant.")
    source_id: SourceId | None = Rule(default=None, description="Appearing in this source.")
    byline: Byline | None = Rule(default=None, description="Appearing in a source with this byline.")
    lost_footing: bool | None = Rule(
        default=None, description="Waiting for an answer, and depending on one that was answered NO or ANNULLED; or not so."
    )
    assignee: AccountName | None = Rule(default=None, description="That this account looks after.")
    is_assigned: bool | None = Rule(default=None, description="That an account looks after, whichever; or that none does.")
    due_on: DateRange | None = Rule(default=None, description="With the last day of the due date in this range.")
    review_on: DateRange | None = Rule(default=None, description="With the review date in this range.")
    created_since: CreatedSince | None = None
    updated_since: UpdatedSince | None = None
    text: str | None = Rule(
        default=None, max_length=300, description="With this text in the question or the claim, whatever the case and the accents."
    )


class PredictionOrderField(Term):
    """What predictions can be ordered by."""

    DUE_ON = "DUE_ON", "The last day of the due date; where there is none, the review date."
    CREATED_AT = "CREATED_AT", "When it was recorded."
    UPDATED_AT = "UPDATED_AT", "When it last changed."


class PredictionOrder(Input):
    """How to order predictions."""

    field: PredictionOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


queue_day: sa.ColumnElement[date] = sa.func.coalesce(col(Prediction.due_on), col(Prediction.review_on), type_=sa.Date())
"""The day that a prediction waits for. The index of the queue is on this expression."""

_KEYS: dict[PredictionOrderField, paging.SortKey] = {
    PredictionOrderField.DUE_ON: queue_day,
    PredictionOrderField.CREATED_AT: col(Prediction.created_at),
    PredictionOrderField.UPDATED_AT: col(Prediction.updated_at),
}


def is_open() -> sa.ColumnElement[bool]:
    """Hold for open predictions. The statuses are literals, so that the partial index serves the condition."""
    return sa.or_(*(col(Prediction.status) == sa.literal_column(f"'{status}'") for status in OPEN_STATUSES))


def stands(timeliness: Timeliness, today: date) -> sa.ColumnElement[bool]:
    """Hold for predictions of a timeliness: the condition that domain/timeliness.py states, in SQL."""
    return stand([timeliness], today)


def stand(wanted: Sequence[Timeliness], today: date) -> sa.ColumnElement[bool]:
    """Hold for predictions of one of these.

    It begins with the open predictions and the days from the first to the last, so that the index of the queue serves it.
    """
    windows = [_window(each, today) for each in wanted if each is not Timeliness.SETTLED]
    ways: list[sa.ColumnElement[bool]] = [col(Prediction.status).in_(SETTLED)] if Timeliness.SETTLED in wanted else []
    if windows:
        firsts, lasts = [each.first for each in windows], [each.last for each in windows]
        first = None if None in firsts else min(day for day in firsts if day is not None)
        last = None if None in lasts else max(day for day in lasts if day is not None)
        ways.append(sa.and_(is_open(), *_between(first, last), sa.or_(*(each.holds() for each in windows))))
    return sa.or_(sa.false(), *ways)


class _Window(NamedTuple):
    """The days for which the predictions of a timeliness wait, both included, and whether they have a due date."""

    is_dated: bool
    first: date | None
    last: date | None

    def holds(self) -> sa.ColumnElement[bool]:
        """Hold for predictions in it."""
        due_on = col(Prediction.due_on)
        return sa.and_(due_on.is_not(None) if self.is_dated else due_on.is_(None), *_between(self.first, self.last))


def _window(timeliness: Timeliness, today: date) -> _Window:
    """Return the days of a timeliness other than SETTLED."""
    day = timedelta(days=1)
    soon, long_ago = today + timedelta(days=DUE_SOON_DAYS), today - timedelta(days=LONG_OVERDUE_DAYS)
    return {
        Timeliness.UPCOMING: _Window(True, soon + day, None),
        Timeliness.DUE_SOON: _Window(True, today, soon),
        Timeliness.OVERDUE: _Window(True, long_ago + day, today - day),
        Timeliness.LONG_OVERDUE: _Window(True, None, long_ago),
        Timeliness.REVIEW_DUE: _Window(False, None, today - day),
        Timeliness.NO_DATE: _Window(False, today, None),
    }[timeliness]


def _between(first: date | None, last: date | None) -> list[sa.ColumnElement[bool]]:
    """Write that a prediction waits for a day of these; without a first or a last, open at that end."""
    return [*([queue_day >= first] if first else []), *([queue_day <= last] if last else [])]


def timeliness_of(today: date) -> sa.ColumnElement[str]:
    """Write a prediction's timeliness as SQL."""
    return sa.case(*((stands(each, today), each.value) for each in Timeliness), else_=sa.null())


def is_answered(verdicts: Sequence[Verdict]) -> sa.ColumnElement[bool]:
    """Hold for predictions whose confirmed outcome has one of these verdicts."""
    stands = (col(Outcome.prediction_id) == Prediction.id, col(Outcome.review) == OutcomeReview.CONFIRMED)
    return sa.select(col(Outcome.id)).where(*stands, col(Outcome.verdict).in_(verdicts)).exists()


def has_flag() -> sa.ColumnElement[bool]:
    """Hold for predictions with a flag that still applies."""
    return sa.select(col(Flag.id)).where(col(Flag.prediction_id) == Prediction.id, col(Flag.cleared_at).is_(None)).exists()


def _undermines(other: type[Prediction]) -> list[sa.ColumnElement[bool]]:
    """Write the conditions on a relation, the prediction that it depends on, and its outcome: answered NO or ANNULLED."""
    return [
        col(ClaimRelation.type) == RelationType.DEPENDS_ON,
        col(ClaimRelation.state) == RelationState.ASSERTED,
        col(other.claim_id) == col(ClaimRelation.to_claim_id),
        col(Outcome.prediction_id) == col(other.id),
        col(Outcome.review) == OutcomeReview.CONFIRMED,
        col(Outcome.verdict).in_(UNDERMINING),
    ]


def has_lost_footing() -> sa.ColumnElement[bool]:
    """Hold for open predictions that depend on one that was answered NO or ANNULLED."""
    held = sa.select(col(ClaimRelation.id)).where(*_undermines(aliased(Prediction)))
    return is_open() & held.where(col(ClaimRelation.from_claim_id) == Prediction.claim_id).correlate(Prediction).exists()


def undermining(session: Session, keys: list[UUID]) -> list[list[Prediction]]:
    """List, for each of these predictions that is open, those it depends on that were answered NO or ANNULLED, in one statement."""
    other = aliased(Prediction)
    rows = sa.select(other, col(Prediction.id)).where(
        col(Prediction.id).in_(keys), is_open(), col(ClaimRelation.from_claim_id) == Prediction.claim_id, *_undermines(other)
    )
    found: dict[UUID, list[Prediction]] = {}
    for row, key in session.execute(rows.order_by(col(other.created_at), col(other.id))):
        found.setdefault(key, []).append(row)
    return [found.get(key, []) for key in keys]


def _about_claim(wanted: PredictionFilter) -> list[sa.ColumnElement[bool]]:
    """Write the conditions of a filter that the prediction's claim must meet."""
    claim_id = col(Prediction.claim_id)
    conditions: list[sa.ColumnElement[bool]] = []
    if asserted := claims.asserted(wanted.claimant_id, wanted.claimant_ids, wanted.on_behalf_of_id):
        conditions.append(claim_id.in_(sa.select(col(Claim.id)).where(*asserted)))
    if wanted.source_id is not None:
        conditions.append(claim_id.in_(claims.in_sources(col(Source.id) == wanted.source_id)))
    if wanted.byline is not None:
        conditions.append(claim_id.in_(claims.in_sources(col(Source.byline_form) == name_form(wanted.byline))))
    if wanted.text is not None:
        said = sa.select(col(Claim.id)).where(contains(Claim, wanted.text))
        conditions.append(contains(Prediction, wanted.text) | claim_id.in_(said))
    return conditions


def matching(wanted: PredictionFilter, today: date) -> sa.Select[Prediction]:
    """Select the predictions that meet a filter."""
    kind = dict(wanted)["kind"]  # to read the deprecated attribute would be a warning
    select = sa.select(Prediction).where(
        *_about_claim(wanted),
        *among(Prediction.status, wanted.status),
        *among(Prediction.kind, wanted.kinds),
        *during(col(Prediction.due_on), wanted.due_on),
        *during(col(Prediction.review_on), wanted.review_on),
        *since(Prediction, wanted.created_since, wanted.updated_since),
    )
    if kind is not None:
        select = select.where(col(Prediction.kind) == kind)
    if wanted.timeliness is not None:
        select = select.where(stand(wanted.timeliness, today))
    if wanted.is_overdue is not None:
        select = select.where(stand([each for each in Timeliness if (each in LATE) == wanted.is_overdue], today))
    if wanted.flagged is not None:
        select = select.where(has_flag() if wanted.flagged else ~has_flag())
    if wanted.verdict is not None:
        select = select.where(is_answered(wanted.verdict))
    if wanted.checkability is not None:
        select = select.where(col(Prediction.checkability) == wanted.checkability)
    if wanted.lost_footing is not None:
        select = select.where(has_lost_footing() if wanted.lost_footing else ~has_lost_footing())
    if wanted.assignee is not None:
        select = select.where(col(Prediction.assignee) == wanted.assignee)
    if wanted.is_assigned is not None:
        nobody = col(Prediction.assignee).is_(None)
        select = select.where(~nobody if wanted.is_assigned else nobody)
    return select


def ordered(order: PredictionOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the longest waiting first."""
    chosen = order or PredictionOrder(field=PredictionOrderField.DUE_ON, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Prediction.id), chosen.direction is OrderDirection.DESC)


def count_by_timeliness(session: Session, today: date) -> dict[Timeliness, int]:
    """Count all predictions by their timeliness, in one statement."""
    stand = timeliness_of(today).label("timeliness")
    rows = session.execute(sa.select(stand, sa.func.count()).select_from(Prediction).group_by(stand))
    found = {Timeliness[name]: number for name, number in rows}
    return {each: found.get(each, 0) for each in Timeliness}


def oldest_overdue(session: Session, today: date) -> Prediction | None:
    """Find the prediction that has been overdue for longest."""
    late = PredictionFilter(is_overdue=True)
    return session.scalars(matching(late, today).order_by(*ordered(None).by()).limit(1)).one_or_none()


_OF_CLAIM = sa.select(Prediction).where(col(Prediction.claim_id) == sa.bindparam("claim_id"))


def find_by_claim(session: Session, claim_id: UUID) -> Prediction | None:
    """Find the prediction that is part of a claim."""
    return session.scalars(_OF_CLAIM, {"claim_id": claim_id}).one_or_none()


_OUTCOME = sa.select(Outcome).where(
    col(Outcome.prediction_id) == sa.bindparam("prediction_id"), col(Outcome.review) == sa.bindparam("review")
)
_OUTCOME = _OUTCOME.order_by(col(Outcome.recorded_at).desc(), col(Outcome.id).desc()).limit(1)


def find_outcome(session: Session, prediction_id: UUID, review: OutcomeReview) -> Outcome | None:
    """Find a prediction's newest outcome of a review state."""
    return session.scalars(_OUTCOME, {"prediction_id": prediction_id, "review": review}).one_or_none()


def find_in_force(session: Session, prediction_id: UUID) -> Outcome | None:
    """Find the outcome that stands, or else the one that waits."""
    stands = find_outcome(session, prediction_id, OutcomeReview.CONFIRMED)
    return stands or find_outcome(session, prediction_id, OutcomeReview.PROPOSED)


def by_ids(session: Session, ids: Sequence[UUID]) -> list[Prediction]:
    """Fetch predictions by their ids, in their order, in one statement."""
    found = records.by_ids(session, Prediction, list(ids))
    return [each for each in found if each is not None]
