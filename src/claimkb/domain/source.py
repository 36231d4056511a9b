"""What is a source? A published document, with the text as it was captured."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AwareDatetime, GetCoreSchemaHandler
from pydantic import Field as Rule
from pydantic_core import CoreSchema, core_schema
from sqlmodel import Field, Index, UniqueConstraint

from claimkb.domain import normal_forms
from claimkb.domain.dates import DatePrecision, DayOf
from claimkb.domain.quantity import counted
from claimkb.domain.record import Appended, CanBeSeen, Form, Instant, Retractable, Term, Versioned
from claimkb.domain.refusals import InTheFuture, NoFingerprint, WrongFingerprint, WrongLength


class SourceKind(Term):
    """What sort of document a source is."""

    ARTICLE = "ARTICLE", "An article or a post of a news organisation."
    REPORT = "REPORT", "A report of an organisation, commission or government."
    TRANSCRIPT = "TRANSCRIPT", "The words of a speech, an interview or a briefing."
    POST = "POST", "A post on a social network."
    DATASET = "DATASET", "Figures in a table or a database."


LONGEST_ADDRESS = 2000


@dataclass(frozen=True)
class WebAddress:
    """Marks a text as an address of the web, and refuses what is not one."""

    def check(self, text: str) -> str:
        """Refuse what a browser could not open."""
        try:
            parts = urlsplit(text)
            is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_one = False
        if not is_one or not text.isprintable() or " " in text:
            raise ValueError("This is not a web address: write it with https:// or http://.")
        if len(text.encode()) > LONGEST_ADDRESS:
            raise ValueError(f"This web address is longer than {LONGEST_ADDRESS} bytes, which no index can hold.")
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the address after pydantic has checked the text."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


Url = Annotated[str, WebAddress(), Rule(max_length=LONGEST_ADDRESS, description="Where it is published, with https:// or http://.")]
Title = Annotated[str, Rule(min_length=1, max_length=500, description="The title, as it is printed."), CanBeSeen]
Publisher = Annotated[str, Rule(min_length=1, max_length=300, description="Who published it."), CanBeSeen]
Byline = Annotated[str, Rule(min_length=1, max_length=300, description="The author or authors, as it names them."), CanBeSeen]
Language = Annotated[
    str,
    Rule(
        min_length=2,
        max_length=35,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language, as a BCP 47 tag: en, kk, ru.",
    ),
]
DateNote = Annotated[str, Rule(max_length=1000, description="How the date was found where none is printed.")]
Sha256 = Annotated[
    str,
    Rule(
        pattern=r"^[0-9a-f]{64}$", max_length=64, description="The SHA-256 of the text in UTF-8, in lower-case hexadecimal digits."
    ),
]
LONGEST_TEXT = 1_000_000
SnapshotText = Annotated[str, Rule(min_length=1, max_length=LONGEST_TEXT, description="The text as captured, whole and unchanged.")]
Captured = Annotated[AwareDatetime, Rule(ge=datetime(1000, 1, 1, tzinfo=UTC), le=datetime(3000, 1, 1, tzinfo=UTC))]
Length = Annotated[int, Rule(ge=1, le=1_000_000_000, description="The length of the text in Unicode code points.")]


class Source(Versioned, Retractable, table=True):
    """A published document: an article, a report, a transcript, a post or a dataset. Not a person: that is a Claimant."""

    __tablename__ = "source"
    __table_args__ = tuple(Index(f"ix_source_{key}", key, "id") for key in ("created_at", "updated_at", "title"))

    kind: SourceKind = Field(description="What sort of document it is.")
    title: Title
    url: Url | None = Field(default=None, unique=True)
    publisher: Publisher | None = None
    byline: Byline | None = None
    language: Language | None = None
    published_on: DayOf | None = Field(default=None, description="When it was published.")
    published_on_precision: DatePrecision | None = Field(default=None, description="How much of that date is known.")
    published_on_note: DateNote | None = None
    derived_from_id: UUID | None = Field(
        default=None, foreign_key="source.id", index=True, description="The source that this one repeats, such as a wire story."
    )
    url_form: Annotated[str | None, Form(normal_forms.address_form, ("url",))] = Field(
        default=None, index=True, description="The address as it is compared."
    )
    publisher_form: Annotated[str | None, Form(normal_forms.name_form, ("publisher",))] = Field(
        default=None, index=True, description="The publisher as it looks."
    )
    byline_form: Annotated[str | None, Form(normal_forms.name_form, ("byline",))] = Field(
        default=None, index=True, description="The byline as it looks."
    )
    filter_form: Annotated[str | None, Form(normal_forms.filter_form, ("title", "publisher", "byline"))] = Field(
        default=None, description="What a filter looks for a text in."
    )


class Snapshot(Appended, table=True):
    """The text of a source as captured at an instant, known by its SHA-256. It never changes."""

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("source_id", "sha256"),
        Index("ix_snapshot_source_id", "source_id", "captured_at", "id"),
        Index("ix_snapshot_sha256", "sha256"),
    )

    source_id: UUID = Field(foreign_key="source.id", description="The source.")
    captured_at: Instant = Field(description="When the text was captured, in UTC.")
    sha256: Sha256
    length: Length
    text: SnapshotText | None = Field(default=None, description="The text; absent where only its fingerprint is kept.")


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 (FIPS 180-4), in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_captured(captured_at: datetime | None, now: datetime) -> None:
    """Refuse a text that was captured in the future."""
    if captured_at and captured_at > now:
        raise InTheFuture("snapshot", "captured_at", day=captured_at, today=now)


def identify(text: str | None, sha256: str | None, length: int | None) -> tuple[str, int]:
    """Return the fingerprint and the length of a text, or those stated of a text that is kept elsewhere."""
    if text is not None:
        actual = fingerprint(text)
        if sha256 not in (None, actual):
            raise WrongFingerprint("snapshot", "sha256", actual=actual, stated=sha256)
        if length not in (None, len(text)):
            raise WrongLength("snapshot", "length", actual=counted(len(text), "character"), stated=length)
        return actual, len(text)
    if sha256 is None or length is None:
        raise NoFingerprint("snapshot", "text")
    return sha256, length
