"""Where does a claim stand in a source? What people say of the place, and how its quote is anchored there."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field as Rule

from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.work import Work
from claimkb.domain import Source
from claimkb.domain.anchoring import UNPLACED
from claimkb.domain.appearance import (
    At,
    ClaimantRole,
    Entry,
    Exact,
    Page,
    Paragraph,
    Prefix,
    Section,
    Speech,
    Start,
    Suffix,
    Translated,
    Translator,
)
from claimkb.domain.record import VERBATIM, Input
from claimkb.domain.reference import SourceId
from claimkb.domain.source import Language
from claimkb.store import sources


class Quote(Input):
    """The quote's words and its place, as the W3C Web Annotation model has it: TextQuoteSelector and TextPositionSelector."""

    model_config = VERBATIM
    exact: Exact
    prefix: Prefix | None = None
    suffix: Suffix | None = None
    start: Start | None = None


class Translation(Input):
    """The words of a quote in another language, and whose translation it is."""

    text: Translated
    language: Language = Rule(description="The language that it is translated into, as a BCP 47 tag.")
    by: Translator | None = None


WHERE = ("section", "paragraph", "speech", "claimant_role", "page", "at", "entry", "language")
"""The fields that say where in its source a claim stands, besides the quote, and how."""


class Place(Quoting):
    """Where a claim stands in a source."""

    source_id: SourceId
    section: Section | None = None
    paragraph: Paragraph | None = None
    speech: Speech = Rule(default=Speech.INDIRECT, description="In what form the source gives the claim.")
    claimant_role: ClaimantRole | None = None
    page: Page | None = None
    at: At | None = None
    entry: Entry | None = None
    quote: Quote | None = Rule(default=None, description="The words that make the claim, and where they stand.")
    language: Language | None = Rule(default=None, description="The language of the quote, where it is not that of the source.")
    translation: Translation | None = Rule(default=None, description="The quote in another language.")

    def quoted(self) -> Iterable[Quoted]:
        """List the quote, if there is one."""
        if self.quote is not None:
            yield Quoted(self.source_id, None, **self.quote.model_dump(), is_placed=True)


def anchored(work: Work, source: Source, quote: Quote | None) -> dict[str, Any]:
    """Anchor a quote in the newest snapshot of a source: the fields of an appearance that say so."""
    snapshot = sources.latest_snapshot(work.session, source.id)
    found, words = UNPLACED, None
    if quote is not None:
        found, words = work.anchors.place(snapshot, quote.exact, quote.prefix, quote.suffix, quote.start)
    return {
        "snapshot_id": snapshot.id if snapshot and quote else None,
        "quote_exact": words or (quote.exact if quote else None),
        "quote_prefix": quote.prefix if quote else None,
        "quote_suffix": quote.suffix if quote else None,
        "quote_start": found.start,
        "quote_end": found.end,
        "anchor_status": found.status,
    }


def translated(translation: Translation | None) -> dict[str, Any]:
    """Write a translation as the fields of an appearance."""
    return {f"translation_{name}": getattr(translation, name, None) for name in Translation.model_fields}
