"""What does a PDF say? Its text by pypdf; a form feed stands before each page but the first, so that the page can be told."""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from claimkb.capture.fetching import Page
from claimkb.capture.published import Published, dated, of_address
from claimkb.domain.capturing import Extract, PdfBroken, PdfLocked, PdfWithoutText, with_line_ends
from claimkb.domain.dates import EARLIEST, DatePrecision

PAGE_BREAK = "\f"
MADE_ON = "The date is that on which the PDF was made: correct it (publishedOn) where it was published on another day."
_OF_PROGRAMS = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - |\.(?:docx?|pptx?|xlsx?|indd|odt|pdf|tex)$", re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff\x00]")
"""Halves of surrogate pairs and NUL: fonts without a table of their characters lead to them."""


def _opened(content: bytes) -> PdfReader:
    """Open a PDF; refuse one that takes a password."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise PdfLocked("url")
    return reader


def _text(reader: PdfReader) -> str:
    """Read the text, page by page."""
    pages = (_HALF.sub("", page.extract_text() or "").strip() for page in reader.pages)
    return with_line_ends(f"\n{PAGE_BREAK}".join(pages))


def _told(reader: PdfReader, name: str) -> Any:
    """Read what a PDF says of itself, if that can be read."""
    with suppress(PyPdfError, ValueError, TypeError, AttributeError, KeyError):
        return getattr(reader.metadata, name, None)
    return None


def _made(reader: PdfReader) -> list[Published]:
    """Tell when a PDF was made, if it says so."""
    made = _told(reader, "creation_date")
    if made is None or made.date() < EARLIEST:
        return []
    return [Published(made.date(), DatePrecision.DAY, "the PDF's metadata (CreationDate)", made.isoformat())]


def _name(told: object) -> str | None:
    """Take a title or an author; not what a program calls its file."""
    return (_OF_PROGRAMS.sub("", told).strip() or None) if isinstance(told, str) else None


def read(page: Page) -> Extract:
    """Read a PDF; refuse one without text."""
    try:
        reader = _opened(page.content)
        text = _text(reader)
        language = reader.root_object.get("/Lang")
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError):
        raise PdfBroken("url") from None
    if not text.replace(PAGE_BREAK, "").strip():
        raise PdfWithoutText("url")
    made = _made(reader)
    at_address = of_address(page.url)
    fields = dated([*at_address, *made], *([MADE_ON] if made and not at_address else []))
    fields |= {"title": _name(_told(reader, "title")), "byline": _name(_told(reader, "author"))}
    return Extract(text, url=page.url, language=language and str(language), **fields)
