"""Which predictions does a claim have, which of them waits next, and how do the periods of a series stand?

`Prediction.is_next` marks, of a claim's predictions, the one that waits for an answer next, or else the last one. So an index leads
from a claim to it, however many there are. `watch` keeps the mark, whichever verb changes a status or a date.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from claimkb.domain import Claim, Outcome, Prediction, Series
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.series import Standing, line, next_of
from claimkb.store.engine import records
from claimkb.store.predictions import timeliness_of

_WAITING = ("status", "due_on", "review_on")
"""The fields that decide which prediction waits next."""


def of_claim(session: Session, claim_id: UUID) -> list[Prediction]:
    """List the predictions of a claim, in the order in which they were recorded."""
    rows = sa.select(Prediction).where(col(Prediction.claim_id) == claim_id)
    return list(session.scalars(rows.order_by(col(Prediction.created_at), col(Prediction.id))))


def rules_of(session: Session, claim_id: UUID) -> list[Series]:
    """List the series of a claim."""
    rows = sa.select(Series).where(col(Series.claim_id) == claim_id)
    return list(session.scalars(rows.order_by(col(Series.created_at), col(Series.id))))


def outcomes_in_force(session: Session, claim_id: UUID) -> list[Outcome]:
    """List the outcomes of a claim's predictions that stand or wait for another person, the newest first."""
    rows = sa.select(Outcome).join(Prediction, col(Prediction.id) == Outcome.prediction_id)
    in_force = col(Outcome.review).in_((OutcomeReview.CONFIRMED, OutcomeReview.PROPOSED))
    rows = rows.where(col(Prediction.claim_id) == claim_id, in_force)
    return list(session.scalars(rows.order_by(col(Outcome.recorded_at).desc(), col(Outcome.id).desc())))


def watch(session: Session) -> Callable[[], None]:
    """Note the claims of which another prediction may wait next; return the function that marks it in the end."""
    claim_ids: set[UUID] = set()

    def note(*_: object) -> None:
        for each in session.new:
            if isinstance(each, Prediction) and not each.is_next:
                claim_ids.add(each.claim_id)
        for each in session.dirty:
            if isinstance(each, Prediction):
                attributes = sa.inspect(each).attrs
                if any(attributes[name].history.has_changes() for name in _WAITING):
                    claim_ids.add(each.claim_id)

    event.listen(session, "before_flush", note)
    return lambda: _mark(session, claim_ids)


def _mark(session: Session, claim_ids: set[UUID]) -> None:
    """Mark, of each of these claims' predictions, the one that waits next.

    The claims are held: else two transactions, each of which answers a period of its own, would not see each other's answer.
    """
    if not claim_ids:
        return
    if session.get_bind().dialect.name == "postgresql":
        held = sa.select(col(Claim.id)).where(col(Claim.id).in_(claim_ids)).order_by(col(Claim.id))
        session.execute(held.with_for_update(key_share=True))
    rows = sa.select(Prediction).where(col(Prediction.claim_id).in_(claim_ids)).execution_options(populate_existing=True)
    by_claim: dict[UUID, list[Prediction]] = defaultdict(list)
    for each in session.scalars(rows):
        by_claim[each.claim_id].append(each)
    wrong = [each for each in map(next_of, by_claim.values()) if not each.is_next]
    if wrong:
        table = records.table_of(Prediction)
        session.execute(sa.update(table).where(table.c.claim_id.in_([each.claim_id for each in wrong])).values(is_next=False))
        session.execute(sa.update(table).where(table.c.id.in_([each.id for each in wrong])).values(is_next=True))


def lines(session: Session, keys: Sequence[UUID], today: date) -> list[str]:
    """Say of each of these series how its periods turned out, in one statement."""
    standing = (col(Prediction.kind), col(Prediction.status), col(Outcome.verdict), timeliness_of(today).label("timeliness"))
    counted = (
        sa.select(col(Prediction.series_id), *standing, sa.func.count())
        .outerjoin(Outcome, (col(Outcome.prediction_id) == Prediction.id) & (col(Outcome.review) == OutcomeReview.CONFIRMED))
        .where(col(Prediction.series_id).in_(keys))
        .group_by(col(Prediction.series_id), *standing)
    )
    found: dict[UUID, Counter[Standing]] = defaultdict(Counter)
    for key, *alike, number in session.execute(counted):
        found[key][Standing(*alike)] += number
    return [line(found[key]) for key in keys]
