"""How is what is new written as an Atom feed (RFC 4287)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

from claimkb.outbound.writable import writable

ATOM = "http://www.w3.org/2005/Atom"
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True)
class Entry:
    """Something that a feed tells: when it happened, to which prediction, and what."""

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


def atom(title: str, address: str, entries: Sequence[Entry]) -> bytes:
    """Write a feed: its entries, the newest first, each under an id that never changes."""
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", max((each.at for each in entries), default=NOTHING_YET).isoformat())
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    for each in entries:
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
