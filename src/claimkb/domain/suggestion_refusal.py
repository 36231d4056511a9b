"""What was suggested of a text, and is not to be recorded?"""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, UniqueConstraint

from claimkb.domain.record import Appended, Reason

SpanStart = Annotated[int, Rule(description="Where the statement begins, in Unicode code points from the start of the text.")]
SpanEnd = Annotated[int, Rule(description="Where it ends: the position after its last character.")]


class SuggestionRefusal(Appended, table=True):
    """A suggestion that a person refused, for the text of a snapshot and every other one of the same SHA-256. Appended."""

    __tablename__ = "suggestion_refusal"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "start", "end"),
        CheckConstraint('"start" >= 0 AND "start" < "end"', name="span"),
    )

    snapshot_id: UUID = Field(foreign_key="snapshot.id", description="The snapshot whose text it was suggested of.")
    start: SpanStart
    end: SpanEnd
    reason: Reason | None = None
