"""Which predictions does a claim have, which of them waits next, and how do the periods of a series stand?

`Claim.next_prediction_id` names, of a claim's predictions, the one that waits for an answer next, or else the last one. So a claim
is joined with one prediction, however many it has. `watch` keeps it, whichever verb changes a status or a date.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm.attributes import get_history
from sqlmodel import Session, col

from claimkb.domain import Claim, Outcome, Prediction, Series
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.series import Standing, line, next_of
from claimkb.store.engine import additions
from claimkb.store.predictions import timeliness_of

_WAITING = ("status", "due_on", "answer_from", "review_on")
"""The fields that decide which prediction waits next."""


def of_claim(session: Session, claim_id: UUID) -> list[Prediction]:
    """List the predictions of a claim, in the order in which they were recorded."""
    if not additions.may_name(session, Prediction, "claim_id", claim_id):
        return []
    rows = sa.select(Prediction).where(col(Prediction.claim_id) == claim_id)
    return list(session.scalars(rows.order_by(col(Prediction.created_at), col(Prediction.id))))


def rules_of(session: Session, claim_id: UUID) -> list[Series]:
    """List the series of a claim."""
    rows = sa.select(Series).where(col(Series.claim_id) == claim_id)
    return list(session.scalars(rows.order_by(col(Series.created_at), col(Series.id))))


def made_by(session: Session, series_id: UUID) -> list[Prediction]:
    """List the predictions of a series, in the order of their periods as they were first recorded."""
    rows = sa.select(Prediction).where(col(Prediction.series_id) == series_id)
    return list(session.scalars(rows.order_by(col(Prediction.original_due_on), col(Prediction.id))))


def outcomes_in_force(session: Session, claim_id: UUID) -> list[Outcome]:
    """List the outcomes of a claim's predictions that stand or wait for another person, the newest first."""
    rows = sa.select(Outcome).join(Prediction, col(Prediction.id) == Outcome.prediction_id)
    in_force = col(Outcome.review).in_((OutcomeReview.CONFIRMED, OutcomeReview.PROPOSED))
    rows = rows.where(col(Prediction.claim_id) == claim_id, in_force)
    return list(session.scalars(rows.order_by(col(Outcome.recorded_at).desc(), col(Outcome.id).desc())))


def watch(session: Session) -> Callable[[], None]:
    """Note the claims of which another prediction may wait next; return the function that names it in the end."""
    claim_ids: set[UUID] = set()

    def note(*_: object) -> None:
        claim_ids.update(each.claim_id for each in session.new if isinstance(each, Prediction))
        changed = (each for each in session.dirty if isinstance(each, Prediction))
        claim_ids.update(each.claim_id for each in changed if any(get_history(each, name).has_changes() for name in _WAITING))

    event.listen(session, "before_flush", note)
    return lambda: _name_next(session, claim_ids)


def _name_next(session: Session, claim_ids: set[UUID]) -> None:
    """Name, of each of these claims' predictions, the one that waits next.

    The claims are held: else two transactions, each of which answers a period of its own, would not see each other's answer.
    """
    if not claim_ids:
        return
    held = sa.select(Claim).where(col(Claim.id).in_(claim_ids)).order_by(col(Claim.id)).with_for_update(key_share=True)
    held_claims = session.scalars(held.execution_options(populate_existing=True)).all()
    rows = sa.select(Prediction).where(col(Prediction.claim_id).in_(claim_ids)).execution_options(populate_existing=True)
    by_claim: dict[UUID, list[Prediction]] = defaultdict(list)
    for each in session.scalars(rows):
        by_claim[each.claim_id].append(each)
    for claim in held_claims:
        claim.next_prediction_id = next_of(by_claim[claim.id]).id
    session.flush()


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
