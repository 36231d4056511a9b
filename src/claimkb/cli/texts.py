"""Which text does a command ask about? That of a file or of the standard input, read as `claimkb capture` reads it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from claimkb.capture.reader import read_content
from claimkb.cli.reading import content_of
from claimkb.domain.capturing import Extract, with_line_ends
from claimkb.domain.country import check_country
from claimkb.domain.dates import DatePrecision
from claimkb.domain.suggesting.asking import Asked, note_of
from claimkb.settings import Settings

_PDF_WITHIN = 1024


@dataclass(frozen=True)
class Known:
    """What a person knows better of a text than it says itself."""

    said_on: date | None
    language: str | None
    country: str | None
    title: str | None


def _is_plain(content: bytes) -> bool:
    """Tell whether a document can be nothing but plain text: it begins with no markup, and is no PDF."""
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not begins.startswith(b"<") and b"%PDF-" not in content[:_PDF_WITHIN]


def _extract(what: str) -> Extract:
    """Read a file or the standard input. Plain text in UTF-8 needs no process of its own."""
    if what != "-" and not Path(what).exists():
        raise typer.BadParameter(f"{what} is neither a file nor the id of a source.")
    bounds = Settings().capture_bounds
    content = content_of(what, bounds.most_bytes)
    if len(content) <= bounds.most_bytes and _is_plain(content):
        try:
            return Extract(with_line_ends(content.decode("utf-8-sig")))
        except UnicodeDecodeError:
            pass  # it is of another charset, which is found out below
    return read_content(bounds, content)


def asked_in(what: str, known: Known) -> tuple[Asked, list[str | None]]:
    """Read the text that a command asks about, with its day, language and title, and what there is to say of these."""
    extract = _extract(what)
    is_day = extract.published_on_precision in (None, DatePrecision.DAY)
    found = extract.published_on if is_day else None
    said_on, language = known.said_on or found, known.language or extract.language
    country = check_country(known.country) or Settings().country
    asked = Asked(extract.text, said_on, language, country, known.title or extract.title)
    notes = [note_of(asked), *extract.warnings]
    if found is not None and known.said_on is None:
        notes.append(f"Days are counted from {found}. {extract.published_on_note}.")
    elif said_on is None:
        notes.append("Say it with --published-on.")
    return asked, notes
