"""What does a document say? It is read by its kind; one whose kind nobody tells is known by its first bytes."""

import re
from dataclasses import replace

from claimkb.capture import characters
from claimkb.capture.fetching import HTML, PDF, PLAIN, Page
from claimkb.capture.published import dated, of_address
from claimkb.domain.capturing import Extract, PageWithoutText, TextTooLong, with_line_ends
from claimkb.domain.source import LONGEST_TEXT

_PDF_WITHIN = 1024
"""Within how many bytes a PDF says that it is one (ISO 32000, annex H)."""

_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)


def kind_of(page: Page) -> str:
    """Tell the kind of a document: a PDF by its first bytes, whatever is said of it; else as is said, or as it begins."""
    if b"%PDF-" in page.content[:_PDF_WITHIN]:
        return PDF
    if page.kind is not None:
        return page.kind
    return HTML if _MARKUP.match(page.content.removeprefix(b"\xef\xbb\xbf")[:4096]) else PLAIN


def _plain(page: Page) -> Extract:
    """Read a plain text: it is kept as it is, but for its line ends."""
    decoded, guessed = characters.decode(page.content, page.charset)
    text = with_line_ends(decoded)
    if not text.strip():
        raise PageWithoutText("url")
    return Extract(text, url=page.url, language=page.language, warnings=guessed, **dated(of_address(page.url)))


def read(page: Page) -> Extract:
    """Read a document."""
    kind = kind_of(page)
    if kind == PDF:
        from claimkb.capture import pdfs

        extract = pdfs.read(page)
    elif kind == HTML:
        from claimkb.capture import pages

        extract = pages.read(page)
    else:
        extract = _plain(page)
    if len(extract.text) > LONGEST_TEXT:
        raise TextTooLong("url", length=f"{len(extract.text):,}", most=f"{LONGEST_TEXT:,}")
    return replace(extract, text=with_line_ends(extract.text))
