"""Which command captures an article? It fetches an address, or reads a file or what is piped into it."""

from datetime import date
from typing import Annotated, Any

import typer

from claimkb.actions import capturing
from claimkb.actions.capturing import Captured, CaptureSource
from claimkb.actions.work import Desk
from claimkb.capture.reader import read_content
from claimkb.cli.acting import As, acting, input_of
from claimkb.cli.reading import AsJson, content_of, open_current_desk, print_json
from claimkb.cli.tables import Row, say
from claimkb.domain import Source
from claimkb.domain.dates import Interval, parse
from claimkb.domain.permissions import Permission
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.domain.source import SourceKind
from claimkb.settings import Settings
from claimkb.store import appearances
from claimkb.store.appearances import AnchorFilter
from claimkb.store.engine import paging


def _date(text: str) -> Interval:
    """Read when something was published: a day, or as much of it as is known."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _found(desk: Desk, what: str, command: CaptureSource) -> CaptureSource:
    """Fetch an address, or read a file or the standard input."""
    if "://" in what:
        return capturing.fetch(desk, command)
    bounds = Settings().capture_bounds
    return command.found(read_content(bounds, content_of(what, bounds.most_bytes), command.url))


def capture(
    what: Annotated[
        str, typer.Argument(metavar="ADDRESS|FILE|-", help="An address, a file of HTML, PDF or text, or - for a text.")
    ],
    title: Annotated[str | None, typer.Option(help="The title, where it is another than the one that is found.")] = None,
    kind: Annotated[SourceKind, typer.Option(help="What sort of document it is.")] = SourceKind.ARTICLE,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    byline: Annotated[str | None, typer.Option(help="The author or authors, as it names them.")] = None,
    language: Annotated[str | None, typer.Option(help="The language, as a BCP 47 tag: en, kk, ru.")] = None,
    published_on: Annotated[
        Interval | None,
        typer.Option(metavar="DATE", parser=_date, help="When it was published: 2025-11-07, or 2025-11 if no more is known."),
    ] = None,
    address: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where a file or a text was published.")] = None,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Capture an article, a report or a text: a source with its text, and what the document says of itself."""
    command = input_of(
        CaptureSource,
        url=what if "://" in what else address,
        title=title,
        kind=kind,
        publisher=publisher,
        byline=byline,
        language=language,
        published_on=published_on and published_on.first,
        published_on_precision=published_on and published_on.precision,
    )
    desk = open_current_desk()
    with acting(desk, by) as actor:
        actor.need(Permission.RECORD)
        found = _found(desk, what, command)
        with desk.work(actor) as work:
            source = capturing.capture_source(work, found)
    done = capturing.captured_of(source)
    assert done is not None  # noqa: S101 - it was captured in the lines above
    row = _described(source, done, found.extract.text)
    if as_json:
        print_json(row)
        return
    _show(row)
    with desk.database.read() as session:
        waiting = paging.count(session, appearances.to_decide(AnchorFilter(source_id=source.id)))
    if waiting:
        say(f"Quotes that changed and wait for a person: {waiting}. See claimkb anchors --source {source.id}")
    say(f"Next: claimkb suggest {source.id}")


def _described(source: Source, done: Captured, text: str) -> Row:
    """Describe what was captured."""
    return {
        "id": global_id("Source", source.id),
        "uuid": str(source.id),
        "isNewSource": done.is_new,
        "title": source.title,
        "byline": source.byline,
        "publisher": source.publisher,
        "url": source.url,
        "publishedOn": source.published_on,
        "publishedOnPrecision": source.published_on_precision and source.published_on_precision.value,
        "publishedOnNote": source.published_on_note,
        "language": source.language,
        "words": len(text.split()),
        "characters": done.snapshot.length,
        "sha256": done.snapshot.sha256,
        "snapshot": global_id("Snapshot", done.snapshot.id),
        "sameText": [global_id("Source", each.id) for each in done.same_text],
        "warnings": done.warnings,
    }


def _show(row: Row) -> None:
    """Print what was captured, a line for each fact."""
    day: date | None = row["publishedOn"]
    precision = f" ({row['publishedOnPrecision']})" if day and row["publishedOnPrecision"] != "DAY" else ""
    facts: dict[str, Any] = {
        "Title": row["title"],
        "Byline": row["byline"],
        "Publisher": row["publisher"],
        "Address": row["url"],
        "Published": f"{day}{precision}" if day else None,
        "": row["publishedOnNote"],
        "Language": row["language"],
        "Text": f"{counted(row['words'], 'word')}, {counted(row['characters'], 'character')}",
        "SHA-256": row["sha256"],
    }
    say("Recorded" if row["isNewSource"] else "Recorded before")
    for name, value in facts.items():
        if value:
            say(f"  {name:<11}{value}")
    for each in row["sameText"]:
        say(f"The same text is recorded under another address: {each}")
    for warning in row["warnings"]:
        say(f"Look: {warning}")
