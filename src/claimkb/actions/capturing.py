"""Capture a published text: from its address, or from its words, to a source with a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

from pydantic import Field as Rule
from pydantic import PrivateAttr, StringConstraints, ValidationError

from claimkb.actions.quotes import Captures, Capturing
from claimkb.actions.sources import CaptureSnapshot, RecordSource, UpdateSource, add_source, capture_again, update_source
from claimkb.actions.work import Desk, Work, camel, needs
from claimkb.domain import Snapshot, Source
from claimkb.domain.capturing import Extract, NothingToCapture, never, with_line_ends
from claimkb.domain.dates import DatePrecision, DayOf, interval
from claimkb.domain.normal_forms import address_form
from claimkb.domain.permissions import Permission
from claimkb.domain.record import longest
from claimkb.domain.retraction import check_stands
from claimkb.domain.source import Byline, DateNote, Language, Publisher, SnapshotText, SourceKind, Title, Url, fingerprint
from claimkb.store import sources
from claimkb.store.engine import locks

NO_DATE = "No date of publication was found: give one (publishedOn), as dates such as “next week” need it."
OWN_TITLE = "No title was found: its first line is taken for it. Correct it by updateSource."
IN_THE_FUTURE = "It says that it was published on {day}, which is in the future: that date was not taken."
UNCHANGED = "Its text is as in the newest snapshot: there is nothing to add."
CAPTURED_BEFORE = "Its text is as in an older snapshot of it: there is nothing to add."
KEPT = "The source was recorded before, and keeps its {fields}: updateSource changes that."
NO_LANGUAGE = "No language was found: give one (language), as words are read by the rules of one."
UNDER_ANOTHER = "The page names {url} as its address: it is recorded under that."

FOUND = ("title", "byline", "publisher", "language")
"""What is found of a document, beside its date and address."""

DATED = ("published_on", "published_on_precision", "published_on_note")


class CaptureSource(Capturing):
    """What to capture, and what you know better than the document says."""

    url: Url | None = Rule(default=None, description="Where it is published: it is fetched from there, unless you send its text.")
    text: Annotated[SnapshotText, StringConstraints(strip_whitespace=False)] | None = Rule(
        default=None, description="Its words, as they are: then nothing is fetched."
    )
    title: Title | None = Rule(default=None, description="The title, as it is printed; as it is found where left out.")
    kind: SourceKind = Rule(default=SourceKind.ARTICLE, description="What sort of document it is.")
    publisher: Publisher | None = None
    byline: Byline | None = None
    language: Language | None = None
    published_on: DayOf | None = Rule(default=None, description="When it was published; as it is found where left out.")
    published_on_precision: DatePrecision | None = Rule(
        default=None, description="How much of that date is known; DAY where left out."
    )
    published_on_note: DateNote | None = None
    _extract: Extract | None = PrivateAttr(default=None)

    @property
    def extract(self) -> Extract:
        """What was found: of words that were sent, nothing but them."""
        return self._extract or Extract(with_line_ends(self.text or ""), url=self.url)

    @property
    def is_to_fetch(self) -> bool:
        """Whether its address has to be fetched."""
        return self.url is not None and self.text is None and self._extract is None

    def found(self, extract: Extract) -> Self:
        """Return the command with what was found."""
        made = self.model_copy()
        made._extract = extract
        return made

    @property
    def addresses(self) -> list[str]:
        """The addresses of the document: that which was sent, where it led, and that which the page names."""
        named = (self.url, self.extract.url, _fits("url", self.extract.canonical))
        return list(dict.fromkeys(each for each in named if each and _fits("url", each)))

    def captured(self) -> Captures | None:
        """Tell the addresses and the text of another capture."""
        return Captures(None, self.extract.text, tuple(self.addresses)) if self.extract.text and self.addresses else None


@dataclass(frozen=True)
class Captured:
    """What a capture did: it stands beside the source that it gives."""

    snapshot: Snapshot
    is_new: bool
    same_text: list[Source] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def fetch(desk: Desk, command: CaptureSource, is_stopped: Callable[[], bool] = never) -> CaptureSource:
    """Fetch what a command names, before its transaction: that may take seconds, and writers wait in line."""
    return command.found(desk.fetch(command.url or "", is_stopped)) if command.is_to_fetch else command


def captured_of(source: Source) -> Captured | None:
    """Tell what the capture that gave this source did; None where it was read again."""
    captured: Captured | None = vars(source).get("captured")
    return captured


def _fits(name: str, told: str | None) -> str | None:
    """Take what a document says of itself, cut to the length of its field; nothing that its field refuses."""
    if not told:
        return None
    most = longest(RecordSource.model_fields[name])
    value = " ".join(told.split()) if name == "url" else " ".join(told.split())[:most]
    try:
        RecordSource.model_validate({"title": "-", name: value})
    except ValidationError:
        return None
    return value or None


def _first_line(text: str) -> str:
    """Take the first line for a title."""
    lines = (each for line in text.splitlines() if (each := _fits("title", line)))
    return next(lines, "—")


def _fields(work: Work, command: CaptureSource) -> tuple[dict[str, Any], list[str]]:
    """Put together what is recorded: what a person sent, else what was found. Tell what is missing."""
    extract, warnings = command.extract, list(command.extract.warnings)
    fields: dict[str, Any] = {name: getattr(command, name) or _fits(name, getattr(extract, name)) for name in FOUND}
    if fields["title"] is None:
        fields["title"] = _first_line(extract.text)
        warnings.append(OWN_TITLE)
    if fields["language"] is None:
        warnings.append(NO_LANGUAGE)
    dating, told = _dating(work, command)
    return fields | dating, [*warnings, *told]


def _dating(work: Work, command: CaptureSource) -> tuple[dict[str, Any], list[str]]:
    """Choose the date: that which a person sent, else that which was found, unless it is in the future."""
    is_sent = command.published_on is not None or command.published_on_precision is not None
    dating = command if is_sent else command.extract
    day, precision, note = dating.published_on, dating.published_on_precision, command.published_on_note
    told = [] if is_sent else list(command.extract.date_warnings)
    if not is_sent and day is None:
        told = [NO_DATE]
    elif not is_sent and day and interval(day, precision or DatePrecision.DAY).first > work.newest_day:
        return {"published_on_note": note}, [IN_THE_FUTURE.format(day=day)]
    note = note or dating.published_on_note
    return {"published_on": day, "published_on_precision": precision, "published_on_note": note}, told


def _known(work: Work, command: CaptureSource, sha256: str) -> Source | None:
    """Find the source that this is: by its addresses; without one, by its text."""
    if not command.addresses:
        locks.hold_alike(work.session, sha256)
        return next((each for each in sources.with_text(work.session, sha256) if each.url is None), None)
    locks.hold_all_alike(work.session, map(address_form, command.addresses))
    found = (sources.find_by_url(work.session, each) for each in command.addresses)
    return next((each for each in found if each is not None), None)


def _record(work: Work, command: CaptureSource, fields: dict[str, Any]) -> tuple[Source, Snapshot]:
    """Record a new source with its snapshot."""
    url = command.addresses[-1] if command.addresses else None
    snapshot = CaptureSnapshot(text=command.extract.text)
    source = add_source(work, RecordSource(**fields, kind=command.kind, url=url, snapshot=snapshot))
    newest = sources.latest_snapshot(work.session, source.id)
    assert newest is not None  # noqa: S101 - it was added in the line above
    return source, newest


def _again(work: Work, command: CaptureSource, known: Source, sha256: str) -> tuple[Source, Snapshot, list[str]]:
    """Add another snapshot to a source that was recorded before; none where its text was captured already. What a person sends
    and the source lacks is filled in: a day that was forgotten at first must not be lost.
    """
    work.actor.need(Permission.UPDATE)
    source = work.to_change(Source, known.id, "url", None)
    check_stands(source, "url")
    sent = {name: getattr(command, name) for name in ("kind", *FOUND, *DATED) if name in command.model_fields_set}
    differing = {name: value for name, value in sent.items() if value not in (None, getattr(source, name))}
    missing = {name: value for name, value in differing.items() if getattr(source, name) is None}
    if missing:
        update_source(work, UpdateSource(source_id=source.id, **missing))
    kept = [camel(name) for name in differing if name not in missing]
    warnings = [KEPT.format(fields=", ".join(kept))] if kept else []
    there = sources.find_snapshot(work.session, source.id, sha256)
    if there is None:
        return source, capture_again(work, source, CaptureSnapshot(text=command.extract.text)), warnings
    newest = sources.latest_snapshot(work.session, source.id)
    is_newest = newest is not None and newest.id == there.id
    return source, there, [*warnings, UNCHANGED if is_newest else CAPTURED_BEFORE]


@needs(Permission.RECORD)
def capture_source(work: Work, command: CaptureSource) -> Source:
    """Capture a published text: from its address, which is fetched, or from its words. Title, byline, publisher, date and language
    are found in the page or the PDF, unless you send them. An address that is recorded already gets another snapshot, as by
    `addSnapshot`, and of what you send the fields that the source lacks; that takes the permission to update.
    """
    if not command.extract.text.strip():
        raise NothingToCapture("text" if command.text is not None else "url")
    sha256 = fingerprint(command.extract.text)
    fields, warnings = _fields(work, command)
    known = _known(work, command, sha256)
    if known is None:
        source, snapshot = _record(work, command, fields)
        if source.url not in (None, command.url, command.extract.url):
            warnings.append(UNDER_ANOTHER.format(url=source.url))
    else:
        source, snapshot, told = _again(work, command, known, sha256)
        warnings = [*told, *command.extract.warnings]
    same = [each for each in sources.with_text(work.session, sha256) if each.id != source.id]
    vars(source)["captured"] = Captured(snapshot, known is None, same, warnings)
    return source
