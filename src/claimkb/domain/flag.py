"""What did the scheduled job notice?"""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Field, Index, UniqueConstraint

from claimkb.domain.prediction import SETTLED, Prediction, waited_for
from claimkb.domain.record import Instant, Record, Term
from claimkb.domain.timeliness import DUE_SOON_DAYS, Timeliness


class FlagLevel(Term):
    """What the job noticed about a prediction."""

    DUE_SOON = "DUE_SOON", "The due date is within 7 days."
    OVERDUE = "OVERDUE", "The due date passed without an answer."
    LONG_OVERDUE = "LONG_OVERDUE", "The due date passed 30 days ago or more, without an answer."
    REVIEW_DUE = "REVIEW_DUE", "A prediction without a due date came up for review."


FLAGGED = {Timeliness[level.name]: level for level in FlagLevel}
"""The timeliness that the job flags, and the level it gives."""


def first_look(prediction: Prediction) -> date | None:
    """Tell on which day the job has to look at a prediction first; None if it is settled."""
    if prediction.status in SETTLED:
        return None
    day = waited_for(prediction)
    if day is None:
        return None
    return day - timedelta(days=DUE_SOON_DAYS) if prediction.due_on is not None else day + timedelta(days=1)


def is_rehearsal(as_of: date, today: date) -> bool:
    """Tell whether a run of the job may write nothing: a flag says that its day has come, and uses up its key."""
    return as_of > today


class Flag(Record, table=True):
    """The job noticed on this day that this prediction is overdue, or due soon, or due for review. Appended."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("prediction_id", "due_on", "level"),
        Index("ix_flag_noticed_at", "noticed_at", "id"),
        Index("ix_flag_prediction_id", "prediction_id", "noticed_at", "id"),
    )

    prediction_id: UUID = Field(foreign_key="prediction.id", description="The prediction.")
    level: FlagLevel = Field(description="What was noticed.")
    due_on: date = Field(
        description="The day that had come: the due date's last day, the answer day where that is later, or the review date."
    )
    noticed_at: Instant = Field(description="When the job noticed, in UTC.")
    cleared_at: Instant | None = Field(default=None, description="Since when it no longer applies: settled, or the date moved.")
