"""Record published documents and the texts that were captured of them."""

from uuid import UUID

from pydantic import Field as Rule

from claimkb.actions.quotes import Captures, Capturing
from claimkb.actions.reanchoring import find_quotes_again
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Snapshot, Source
from claimkb.domain.dates import DatePrecision, DayOf, check_not_future, precision_of, redate
from claimkb.domain.normal_forms import address_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import VERBATIM, Command, ExpectedVersion, Input, Reason, Update
from claimkb.domain.reference import SourceId
from claimkb.domain.refusals import CannotBeCleared, DerivedFromItself
from claimkb.domain.retraction import check_stands, check_unused, restore, retract
from claimkb.domain.revision import revise
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
from claimkb.store import appearances, sources
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock

UNSENT = object()
"""Stands for a field that was left out, where null means something else."""


class CaptureSnapshot(Input):
    """The text of the source as captured: the text itself, or its fingerprint and length where the text is kept elsewhere."""

    model_config = VERBATIM
    text: SnapshotText | None = None
    sha256: Sha256 | None = None
    length: Length | None = None
    captured_at: Captured | None = Rule(default=None, description="When it was captured; now where left out.")


class RecordSource(Command):
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


class UpdateSource(Update, Capturing):
    """What to change of a published document: a field that is left out is kept, null clears it."""

    source_id: SourceId
    title: Title | None = None
    kind: SourceKind | None = Rule(default=None, description="What sort of document it is.")
    url: Url | None = None
    publisher: Publisher | None = None
    byline: Byline | None = None
    language: Language | None = None
    published_on: DayOf | None = Rule(default=None, description="When it was published.")
    published_on_precision: DatePrecision | None = Rule(default=None, description="How much of that date is known.")
    published_on_note: DateNote | None = None
    derived_from_id: SourceId | None = Rule(default=None, description="The source that this one repeats, such as a wire story.")
    snapshot: CaptureSnapshot | None = Rule(
        default=None,
        description="Another capture of the text; the ones before stay. Quotes that stand in it to the letter are anchored in it.",
    )

    def captured(self) -> Captures | None:
        """Tell the source and the text of another capture."""
        return _captures(self.source_id, self.snapshot)


class AddSnapshot(Capturing):
    """Another capture of a source's text."""

    source_id: SourceId
    snapshot: CaptureSnapshot = Rule(description="The text as captured, or its fingerprint and length.")

    def captured(self) -> Captures | None:
        """Tell the source and the text of another capture."""
        return _captures(self.source_id, self.snapshot)


class RetractSource(Command):
    """Which source to retract, and why."""

    source_id: SourceId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class RestoreSource(RetractSource):
    """Which retracted source to stand by again, and why."""


def _captures(source_id: UUID, snapshot: CaptureSnapshot | None) -> Captures | None:
    """Tell the source and the text of another capture; None where only its fingerprint is kept."""
    return None if snapshot is None or snapshot.text is None else Captures(source_id, snapshot.text)


def _snapshot(work: Work, source: Source, command: CaptureSnapshot) -> Snapshot:
    """Take the text's fingerprint, or the stated one where the text is kept elsewhere."""
    sha256, length = identify(command.text, command.sha256, command.length)
    check_captured(command.captured_at, work.now)
    return Snapshot(
        source_id=source.id, captured_at=command.captured_at or work.now, sha256=sha256, length=length, text=command.text
    )


def check_new(work: Work, url: str | None, own: UUID | None = None) -> None:
    """Refuse a source whose address is recorded already, however it is written."""
    if url:
        locks.hold_alike(work.session, address_form(url))
        refuse_again("source", sources.find_by_url(work.session, url, but=own), "url", "Use that one.")


def add_source(work: Work, command: RecordSource) -> Source:
    """Add a new source and its snapshot, in the transaction of another action."""
    check_not_future("published_on", command.published_on, command.published_on_precision, work.newest_day)
    if command.derived_from_id is not None:
        check_stands(records.get(work.session, Source, command.derived_from_id, "derived_from_id"), "derived_from_id")
    precision = precision_of(command.published_on, command.published_on_precision, "published_on")
    fields = command.model_dump(exclude={"snapshot", "published_on_precision"})
    source = work.add(Source(**fields, published_on_precision=precision))
    if command.snapshot:
        work.add(_snapshot(work, source, command.snapshot))
    return source


@needs(Permission.RECORD)
def record_source(work: Work, command: RecordSource) -> Source:
    """Record a published document: an article, a report, a transcript, a post or a dataset."""
    check_new(work, command.url)
    return add_source(work, command)


def capture_again(work: Work, source: Source, command: CaptureSnapshot | None) -> Snapshot:
    """Add another capture of a source's text, and find the quotes of the source again there."""
    if command is None:
        raise CannotBeCleared("snapshot")
    snapshot = _snapshot(work, source, command)
    refuse_again("snapshot", sources.find_snapshot(work.session, source.id, snapshot.sha256), "snapshot")
    find_quotes_again(work, source, work.add(snapshot))
    return snapshot


def _check_derived(work: Work, source: Source) -> None:
    """Refuse a source that repeats itself, directly or by way of others."""
    if source.derived_from_id is not None:
        check_stands(records.get(work.session, Source, source.derived_from_id, "derived_from_id"), "derived_from_id")
        if sources.derives_from(work.session, source.derived_from_id, source.id):
            raise DerivedFromItself("derived_from_id")


@needs(Permission.UPDATE)
def update_source(work: Work, command: UpdateSource) -> Source:
    """Correct what is recorded of a source, or add another capture of its text. What was there before stays in the history."""
    changes = command.changes("source_id")
    if command.url is not None:
        locks.hold_alike(work.session, address_form(command.url))  # before the source, as whoever gives evidence of it does
    source = work.to_change(Source, command.source_id, "source_id", command.expected_version)
    captured = changes.pop("snapshot", UNSENT)
    redate(changes, source, "published_on", work.newest_day)
    derives_anew = changes.get("derived_from_id", source.derived_from_id) != source.derived_from_id
    with work.session.no_autoflush:
        if changes.get("url") not in (None, source.url):
            check_new(work, command.url, source.id)
        revise(source, changes)
        if derives_anew:
            locks.hold(work.session, Lock.RELATING)
            _check_derived(work, source)
    if captured is not UNSENT:
        capture_again(work, source, command.snapshot)
    return source


@needs(Permission.UPDATE)
def add_snapshot(work: Work, command: AddSnapshot) -> Snapshot:
    """Add another capture of a source's text. Quotes that stand in the newest text to the letter are anchored in it; those that
    changed, or are gone, stay where they stand and wait for a person: see `anchorsToDecide`.
    """
    source = work.to_change(Source, command.source_id, "source_id", None)
    check_stands(source, "source_id")
    return capture_again(work, source, command.snapshot)


@needs(Permission.RETRACT)
def retract_source(work: Work, command: RetractSource) -> Source:
    """Say that a source was recorded in error: nothing may appear in it, or rest on it. It stays readable."""
    source = work.to_change(Source, command.source_id, "source_id", command.expected_version)
    check_unused(*appearances.count_in(work.session, source.id), "source_id")
    retract(source, command.reason, work.now, "source_id")
    return source


@needs(Permission.RETRACT)
def restore_source(work: Work, command: RestoreSource) -> Source:
    """Stand by a retracted source again."""
    source = work.to_change(Source, command.source_id, "source_id", command.expected_version)
    restore(source, "source_id")
    return source
