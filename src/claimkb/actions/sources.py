"""Record published documents and the texts that were captured of them."""

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Snapshot, Source
from claimkb.domain.dates import DatePrecision, DayOf, check_not_future, precision_of
from claimkb.domain.permissions import Permission
from claimkb.domain.record import VERBATIM, Order
from claimkb.domain.reference import SourceId
from claimkb.domain.source import (
    Byline,
    Captured,
    DateNote,
    Language,
    Length,
    Publisher,
    Sha256,
    SnapshotText,
    SourceKind,
    Title,
    Url,
    check_captured,
    identify,
)
from claimkb.store import records, sources


class CaptureSnapshot(Order):
    """The text of the source as captured: the text itself, or its fingerprint and length where the text is kept elsewhere."""

    model_config = VERBATIM
    text: SnapshotText | None = None
    sha256: Sha256 | None = None
    length: Length | None = None
    captured_at: Captured | None = Rule(default=None, description="When it was captured; now where left out.")


class RecordSource(Order):
    """What to record of a published document."""

    title: Title
    kind: SourceKind = Rule(default=SourceKind.ARTICLE, description="What sort of document it is.")
    url: Url | None = None
    publisher: Publisher | None = None
    byline: Byline | None = None
    language: Language | None = None
    published_on: DayOf | None = Rule(default=None, description="When it was published.")
    published_on_precision: DatePrecision | None = Rule(
        default=None, description="How much of that date is known; DAY where left out."
    )
    published_on_note: DateNote | None = None
    derived_from_id: SourceId | None = Rule(default=None, description="The source that this one repeats, such as a wire story.")
    snapshot: CaptureSnapshot | None = Rule(default=None, description="The text as captured.")


def _snapshot(work: Work, source: Source, order: CaptureSnapshot) -> Snapshot:
    """Take the text's fingerprint, or the stated one where the text is kept elsewhere."""
    sha256, length = identify(order.text, order.sha256, order.length)
    check_captured(order.captured_at, work.now)
    return Snapshot(source_id=source.id, captured_at=order.captured_at or work.now, sha256=sha256, length=length, text=order.text)


def check_new(work: Work, order: RecordSource) -> None:
    """Refuse a source whose address is recorded already."""
    known = sources.find_by_url(work.session, order.url) if order.url else None
    refuse_again("source", known, "url", "Use that one.")


def add_source(work: Work, order: RecordSource) -> Source:
    """Add a source and its snapshot, inside whichever action asked for it."""
    check_new(work, order)
    check_not_future("published_on", order.published_on, order.published_on_precision, work.today)
    if order.derived_from_id is not None:
        records.get(work.session, Source, order.derived_from_id, "derived_from_id")
    precision = precision_of(order.published_on, order.published_on_precision, "published_on")
    fields = order.model_dump(exclude={"snapshot", "published_on_precision"})
    source = work.add(Source(**fields, published_on_precision=precision))
    if order.snapshot:
        work.add(_snapshot(work, source, order.snapshot))
    return source


@needs(Permission.RECORD)
def record_source(work: Work, order: RecordSource) -> Source:
    """Record a published document: an article, a report, a transcript, a post or a dataset."""
    return add_source(work, order)
