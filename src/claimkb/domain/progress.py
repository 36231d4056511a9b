"""How is it going with a prediction whose day has not come? Dated notes, which are no answers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, Index

from claimkb.domain.dates import Day, check_begun
from claimkb.domain.prediction import SETTLED, Prediction
from claimkb.domain.record import Appended, Term
from claimkb.domain.reviewing import NothingToFollow


class Progress(Term):
    """How it looks on the way. PolitiFact's trackers of promises use these words."""

    IN_THE_WORKS = "IN_THE_WORKS", "Something is being done towards it."
    STALLED = "STALLED", "Nothing moves, or something stands in the way."
    NOTE = "NOTE", "Something to know, which says neither."


ProgressText = Annotated[str, Rule(min_length=1, max_length=4000, description="What was seen.")]
NotedOn = Annotated[Day, Rule(description="The day for which it holds.")]


class ProgressNote(Appended, table=True):
    """What was seen of a prediction on the way, on a day. It answers nothing: the prediction waits as before. Appended."""

    __tablename__ = "progress_note"
    __table_args__ = (Index("ix_progress_note_prediction_id", "prediction_id", "recorded_at", "id"),)

    prediction_id: UUID = Field(foreign_key="prediction.id", description="The prediction.")
    progress: Progress = Field(description="How it looks.")
    noted_on: NotedOn
    text: ProgressText
    source_id: UUID | None = Field(default=None, foreign_key="source.id", index=True, description="Where it was published.")


def check_followed(prediction: Prediction, noted_on: date, newest: date) -> None:
    """Refuse a note on what is settled, or of a day to come."""
    if prediction.status in SETTLED:
        raise NothingToFollow("prediction_id", status=prediction.status)
    check_begun("noted_on", noted_on, newest)
