"""How are entries written as an Atom feed (RFC 4287) with its archives (RFC 5005, section 4)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree

from claimkb.outbound.writable import writable

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
ElementTree.register_namespace("", ATOM)
ElementTree.register_namespace("fh", HISTORY)


@dataclass(frozen=True)
class Entry:
    """An entry of a feed: an event, with its instant and the address of its prediction."""

    id: UUID
    at: datetime
    title: str
    text: str
    link: str
    author: str
    category: str


def _add(to: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """Add an element."""
    added = ElementTree.SubElement(to, f"{{{ATOM}}}{name}", attributes)
    added.text = text and writable(text)
    return added


@dataclass(frozen=True)
class Document:
    """A document of a feed: the one that readers subscribe to, or one of its archives."""

    title: str
    current: str
    """The address that readers subscribe to, which is the id of the feed as well."""
    address: str
    earlier: str | None
    """The address of the archive that goes before; None if nothing is older."""
    entries: Sequence[Entry]
    """The newest first, each under an id that never changes."""
    empty_at: datetime
    """The date of a document without entries."""


def atom(document: Document) -> bytes:
    """Write a document of a feed."""
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", document.current)
    _add(feed, "title", document.title)
    _add(feed, "updated", max((each.at for each in document.entries), default=document.empty_at).isoformat())
    links = {"self": document.address}
    if document.address != document.current:
        ElementTree.SubElement(feed, f"{{{HISTORY}}}archive")
        links["current"] = document.current
    if document.earlier:
        links["prev-archive"] = document.earlier
    for rel, href in links.items():
        _add(feed, "link", rel=rel, type="application/atom+xml", href=href)
    for each in document.entries:
        entry = _add(feed, "entry")
        _add(entry, "id", each.id.urn)
        _add(entry, "title", each.title)
        _add(entry, "updated", each.at.isoformat())
        _add(_add(entry, "author"), "name", each.author)
        _add(entry, "link", rel="alternate", href=each.link)
        _add(entry, "category", term=each.category)
        _add(entry, "content", each.text, type="text")
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written
