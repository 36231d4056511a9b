"""Where does a claim appear?"""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import CheckConstraint, Field, Index, UniqueConstraint

from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.record import Retractable, Term, Versioned
from claimkb.domain.source import Language


class Speech(Term):
    """In what form the source gives a claim."""

    DIRECT_QUOTE = "DIRECT_QUOTE", "In the claimant's own words, between quotation marks."
    INDIRECT = "INDIRECT", "In the words of the source."
    DOCUMENT = "DOCUMENT", "As the content of a document that the source cites."


Section = Annotated[str, Rule(max_length=300, description="The heading under which it stands.")]
Paragraph = Annotated[
    int, Rule(ge=1, le=1_000_000, description="The paragraph of the source, counted from 1 for the first under the title.")
]
ClaimantRole = Annotated[str, Rule(max_length=300, description="The office or role that the source gives the claimant.")]
LONGEST_QUOTE = 2000
Exact = Annotated[str, Rule(min_length=1, max_length=LONGEST_QUOTE, description="The words as they stand in the source.")]
Prefix = Annotated[str, Rule(max_length=200, description="The words right before the quote.")]
Suffix = Annotated[str, Rule(max_length=200, description="The words right after the quote.")]
Start = Annotated[
    int,
    Rule(
        ge=0, le=1_000_000_000, description="Where the quote begins, in Unicode code points from the start of the snapshot's text."
    ),
]

Page = Annotated[int, Rule(ge=1, le=1_000_000, description="The page, as of a PDF, counted from 1.")]
At = Annotated[int, Rule(ge=0, le=1_000_000_000, description="How many seconds into a recording.")]
Entry = Annotated[str, Rule(min_length=1, max_length=300, description="The entry of a live blog: its heading, time or number.")]
Translated = Annotated[str, Rule(min_length=1, max_length=4000, description="The words of the quote in another language.")]
Translator = Annotated[str, Rule(min_length=1, max_length=300, description="Who translated: a person, an agency or a program.")]


class Appearance(Versioned, Retractable, table=True):
    """A claim in a source: the quote's anchor, the section and paragraph, and the claimant's role then."""

    __tablename__ = "appearance"
    __table_args__ = (
        UniqueConstraint("claim_id", "snapshot_id", "quote_start"),
        Index("ix_appearance_claim_id", "claim_id", "created_at", "id"),
        Index("ix_appearance_source_id", "source_id", "created_at", "id"),
        CheckConstraint("(quote_start IS NULL) = (quote_end IS NULL) AND quote_start < quote_end", name="quote_place"),
        CheckConstraint(
            "(translation_text IS NULL) = (translation_language IS NULL)"
            " AND (translation_by IS NULL OR translation_text IS NOT NULL)",
            name="translation_whole",
        ),
    )

    claim_id: UUID = Field(foreign_key="claim.id", description="The claim.")
    source_id: UUID = Field(foreign_key="source.id", description="The source.")
    snapshot_id: UUID | None = Field(
        default=None, foreign_key="snapshot.id", index=True, description="The snapshot that the quote is anchored in."
    )
    section: Section | None = None
    paragraph: Paragraph | None = None
    speech: Speech = Field(default=Speech.INDIRECT, description="In what form the source gives the claim.")
    claimant_role: ClaimantRole | None = None
    page: Page | None = None
    at: At | None = None
    entry: Entry | None = None
    language: Language | None = Field(default=None, description="The language of the quote, where it is not that of the source.")
    translation_text: Translated | None = None
    translation_language: Language | None = Field(default=None, description="The language that it is translated into.")
    translation_by: Translator | None = None
    quote_exact: Exact | None = None
    quote_prefix: Prefix | None = None
    quote_suffix: Suffix | None = None
    quote_start: Start | None = None
    quote_end: int | None = Field(default=None, description="Where the quote ends: the position after its last character.")
    anchor_status: AnchorStatus = Field(default=AnchorStatus.NONE, description="How surely the place is known.")
    quote_was: Exact | None = Field(
        default=None, description="The words before, where they changed in a newer snapshot and a person accepted that."
    )
