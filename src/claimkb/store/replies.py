"""Which replies were requested?"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import ReplyRequest

_OF_PREDICTION = sa.select(ReplyRequest).where(col(ReplyRequest.prediction_id) == sa.bindparam("prediction_id"))
_OF_PREDICTION = _OF_PREDICTION.order_by(col(ReplyRequest.created_at), col(ReplyRequest.id))


def of_prediction(session: Session, prediction_id: UUID) -> list[ReplyRequest]:
    """List the requests about a prediction, the first one first."""
    return list(session.scalars(_OF_PREDICTION, {"prediction_id": prediction_id}))
