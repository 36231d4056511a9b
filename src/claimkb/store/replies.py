"""Which replies were asked for?"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import ReplyRequest


def of_prediction(session: Session, prediction_id: UUID) -> list[ReplyRequest]:
    """List the requests about a prediction, the first one first."""
    requests = sa.select(ReplyRequest).where(col(ReplyRequest.prediction_id) == prediction_id)
    return list(session.scalars(requests.order_by(col(ReplyRequest.created_at), col(ReplyRequest.id))))
