"""What do commands share? How they open the desk, read a day, and print JSON and pages of lists."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from typer.models import OptionInfo

from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.cli.tables import Row
from claimkb.domain.record import storable
from claimkb.domain.reference import RefersTo
from claimkb.domain.source import LONGEST_TEXT
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations
from claimkb.store.engine.paging import Page

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of a table.")]

MOST_BYTES = 4 * LONGEST_TEXT
"""How many bytes of a text are read: a character has four at most."""

_ENDING: ContextVar[ExitStack] = ContextVar("_ENDING")
"""Callbacks that run when the command ends."""


@contextmanager
def command() -> Iterator[None]:
    """Run a command, and close what it opened."""
    with ExitStack() as ending:
        before = _ENDING.set(ending)
        try:
            yield
        finally:
            _ENDING.reset(before)


def open_desk_for(settings: Settings) -> Desk:
    """Open the desk for a command; when the command ends, it is closed."""
    desk = open_desk(settings)
    _ENDING.get().callback(desk.database.close)
    return desk


def open_current_desk() -> Desk:
    """Open the desk, and refuse a database whose tables this program does not know."""
    desk = open_desk_for(Settings())
    migrations.require_current(desk.database)
    return desk


def content_of(what: str, most: int) -> bytes:
    """Read a file, or the standard input for -, up to one byte more than it may have: a device or a pipe may have no end."""
    if what == "-":
        return sys.stdin.buffer.read(most + 1)
    with Path(what).open("rb") as file:
        return file.read(most + 1)


def text_of(what: str) -> str:
    """Read a text to the letter, where Python would write line ends anew; refuse what is no text, or longer than a snapshot."""
    content = content_of(what, MOST_BYTES)
    if len(content) > MOST_BYTES:
        raise typer.BadParameter(f"{what} is longer than {MOST_BYTES:,} bytes: take the part that you need.")
    try:
        return str(storable(content.decode()))
    except ValueError:
        raise typer.BadParameter(f"{what} is not a text in UTF-8.") from None


def day(text: str) -> date:
    """Read a day of the calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day of the calendar: write it as 2025-11-19.") from None


def dated(help_: str) -> OptionInfo:
    """Make an option that takes a day."""
    option: OptionInfo = typer.Option(metavar="DATE", parser=day, help=help_)
    return option


def id_of(kind: str | None) -> Callable[[str], UUID]:
    """Make what reads the id of a record of a kind, or of any."""

    def read(given: str) -> UUID:
        try:
            return UUID(str(RefersTo(kind).read(given)))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return read


PredictionArgument = Annotated[
    UUID, typer.Argument(metavar="ID", parser=id_of("Prediction"), help="The prediction's id, as claimkb predictions shows it.")
]
ClaimArgument = Annotated[
    UUID, typer.Argument(metavar="ID", parser=id_of("Claim"), help="The claim's id, as claimkb claims shows it.")
]
CollectionArgument = Annotated[
    UUID,
    typer.Argument(
        metavar="COLLECTION", parser=id_of("Collection"), help="The collection's id, as claimkb collection list shows it."
    ),
]
CollectionOption = Annotated[
    UUID | None,
    typer.Option("--collection", metavar="ID", parser=id_of("Collection"), help="Only of the claims in this collection."),
]
SourceArgument = Annotated[UUID, typer.Argument(metavar="ID", parser=id_of("Source"), help="The source's id.")]
AnchorArgument = Annotated[
    UUID, typer.Argument(metavar="ID", parser=id_of("AnchorProposal"), help="The anchor's id, as claimkb anchors shows it.")
]
RecordArgument = Annotated[UUID, typer.Argument(metavar="ID", parser=id_of(None), help="The id of the record, of whatever kind.")]


def print_rows(rows: Sequence[Row], as_json: bool, title: str, none: str, shown: Callable[..., Row] = dict) -> None:
    """Print rows as JSON, or as a table with their number; say so where there are none. A table may show them otherwise."""
    if as_json:
        print_json(rows)
    elif rows:
        tables.show_plain([shown(**row) for row in rows], f"{title}: {len(rows)}")
    else:
        tables.say(none)


def print_page(page: Page[T], total: int, name: str, rows: Sequence[Row], as_json: bool, show: Callable[[], None]) -> None:
    """Print a page of a list: as JSON under a name, or as it is shown to people; and say how to go on."""
    if as_json:
        print_json({"total": total, "next": page.cursors[-1] if page.has_next else None, name: rows})
        return
    show()
    if page.has_next:
        tables.say(f"More with --after {page.cursors[-1]}")


def print_json(value: object) -> None:
    """Print JSON, as it is; instants to the minute."""

    def written(each: date | datetime) -> str:
        return each.isoformat(timespec="minutes") if isinstance(each, datetime) else each.isoformat()

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=written))
