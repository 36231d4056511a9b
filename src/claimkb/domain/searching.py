"""What of a record can be found by its words?"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel, text

from claimkb.domain.announcement import Counting
from claimkb.domain.claim import Claim
from claimkb.domain.claimant import Claimant
from claimkb.domain.outcome import Outcome
from claimkb.domain.prediction import Prediction
from claimkb.domain.record import Record, Term
from claimkb.domain.source import Source


class SearchKind(Term):
    """The kinds of records that a search finds."""

    SOURCE = "SOURCE", "Sources, by title, publisher and byline."
    CLAIMANT = "CLAIMANT", "Claimants, by name, aliases, office and note."
    CLAIM = "CLAIM", "Claims, by statement, note, the words that are quoted of them, and those of a prediction's due date."
    PREDICTION = "PREDICTION", "Predictions, by question and criteria."
    OUTCOME = "OUTCOME", "Outcomes, by rationale."


FOUND_BY: dict[type[Record], tuple[SearchKind, tuple[str, ...]]] = {
    Source: (SearchKind.SOURCE, ("title", "publisher", "byline")),
    Claimant: (SearchKind.CLAIMANT, ("name", "aliases", "office", "note")),
    Claim: (SearchKind.CLAIM, ("statement", "note")),
    Prediction: (SearchKind.PREDICTION, ("question", "criteria")),
    Outcome: (SearchKind.OUTCOME, ("rationale",)),
}
"""The kind of each record that can be found, and the fields whose words find it."""

KINDS = {kind: record for record, (kind, _) in FOUND_BY.items()}


class SearchEntry(SQLModel, table=True):
    """The words by which a record is found, folded. Derived from the record, and written in the same transaction."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_stale", "position", sqlite_where=text("is_stale"), postgresql_where=text("is_stale")),)

    position: int = Field(default=None, primary_key=True, sa_type=Counting, description="The newest record has the highest.")
    kind: SearchKind = Field(sa_type=sa.String(20), description="The kind of the record.")
    record_id: UUID = Field(unique=True, description="The record.")
    words: str = Field(sa_type=sa.Text, description="Its words, folded, with spaces between.")
    said: str | None = Field(default=None, sa_type=sa.Text, description="What else finds a claim: the words of sources.")
    is_stale: bool = Field(default=False, description="Whether its words are of an older normal form, and are to be folded anew.")


MOST_SAID = 20_000
"""How many characters of what sources say find a claim."""


def text_of(record: Record, said: str | None = None) -> str:
    """Put together the text by which a record is found, with what sources say of it; none of a claimant that was merged."""
    if isinstance(record, Claimant) and record.merged_into_id is not None:
        return ""
    _, fields = FOUND_BY[type(record)]
    return joined([*(getattr(record, name) for name in fields), said])


def joined(parts: Sequence[str | None]) -> str:
    """Put together a text of parts, some of which may be missing."""
    return " · ".join(each for each in parts if each)
