"""How is a page fetched that somebody names? From public addresses only, within bounds, and each redirect as a new address."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from socket import gaierror
from time import monotonic
from urllib.parse import urljoin, urlsplit

import httpx2

from claimkb import __version__
from claimkb.capture.bounds import Bounds
from claimkb.domain.capturing import (
    AddressWithSecrets,
    NoAnswer,
    NoPortOfTheWeb,
    NotOfText,
    NotPublicAddress,
    PageLocked,
    PageNotThere,
    PageTooLong,
    RedirectsElsewhere,
    RedirectsTooOften,
    SiteFails,
    TakesTooLong,
    UnknownEncoding,
)
from claimkb.domain.ip_address import is_of_network
from claimkb.domain.visible import visible, without_secrets
from claimkb.public_http.lookup import Address, NotPublic, look_up
from claimkb.public_http.transport import PublicTransport

MOST_REDIRECTS = 5
WEB_PORTS, FREE_PORTS = (80, 443), 1024
"""The ports of the web, and from which on a port may be anybody's; those in between are of mail, shells and databases."""

READ_SECONDS = 10.0
"""How long a site may take to connect, and between two parts of its answer."""

HTML, PDF, PLAIN = "html", "pdf", "plain"
KINDS = {
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "application/pdf": PDF,
    "text/plain": PLAIN,
    "text/markdown": PLAIN,
    "": None,
}
"""The media types that are read, and how; one that is not told is seen from the bytes."""

HEADERS = {
    "user-agent": f"claimkb/{__version__} (a newsroom's archive; fetches a page when a person asks for it)",
    "accept": "text/html, application/xhtml+xml, application/pdf, text/plain, text/markdown",
    "accept-encoding": "gzip",
}
_LOCKED, _NOT_THERE = (401, 402, 403, 407, 451), (404, 410)

LookUp = Callable[..., list[Address]]


@dataclass(frozen=True)
class Page:
    """What was fetched from an address, or lies in a file."""

    content: bytes
    kind: str | None = None
    """HTML, PDF or PLAIN; None where nobody says."""
    charset: str | None = None
    url: str | None = None
    language: str | None = None
    robots: str = ""
    """What the site says to robots in a header."""


def check(address: str) -> None:
    """Refuse an address that holds a password, or names a port of something else than the web."""
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise AddressWithSecrets("url", address=without_secrets(address))
    port = parts.port
    if port is not None and port not in WEB_PORTS and port < FREE_PORTS:
        raise NoPortOfTheWeb("url", port=port)


def _next(address: str, location: str) -> str:
    """Read where a redirect leads; refuse what is no address of the web."""
    try:
        leads_to = urljoin(address, location.strip())
        parts = urlsplit(leads_to)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise RedirectsElsewhere("url", address=visible(without_secrets(location))[:200])
    return leads_to


def _check_status(status: int) -> None:
    """Refuse an answer that holds no page."""
    if status in _LOCKED:
        raise PageLocked("url", status=status)
    if status in _NOT_THERE:
        raise PageNotThere("url", status=status)
    if status != httpx2.codes.OK:
        raise SiteFails("url", status=status)


def _unpacked(chunks: Iterator[bytes], encoding: str, most: int) -> Iterator[bytes]:
    """Unpack an answer, never more of it at once than is left: a bomb is not unpacked to be measured."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise UnknownEncoding("url", encoding=visible(encoding)[:100])
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # a head of gzip or of zlib
    for chunk in chunks:
        packed = chunk
        while packed:
            yield unpacker.decompress(packed, most + 1)
            packed = unpacker.unconsumed_tail
            if unpacker.eof and unpacker.unused_data:  # gzip may have several parts
                packed, unpacker = unpacker.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 32)
    if not unpacker.eof:
        raise NoAnswer("url", problem="it breaks off")


def _read(response: httpx2.Response, bounds: Bounds, ends: float) -> bytes:
    """Read an answer within its bounds."""
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > bounds.most_bytes:
        raise PageTooLong("url", most=f"{bounds.most_bytes:,}")
    content = bytearray()
    encoding = response.headers.get("content-encoding", "").strip().lower()
    for part in _unpacked(response.iter_raw(), encoding, bounds.most_bytes):
        content += part
        if len(content) > bounds.most_bytes:
            raise PageTooLong("url", most=f"{bounds.most_bytes:,}")
        if monotonic() > ends:
            raise TakesTooLong("url", seconds=f"{bounds.seconds:g}")
    return bytes(content)


def _page(response: httpx2.Response, address: str, bounds: Bounds, ends: float) -> Page:
    """Read the page of an answer; refuse one of a type that holds no text."""
    _check_status(response.status_code)
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in KINDS:
        raise NotOfText("url", media_type=visible(media_type)[:100])
    return Page(
        _read(response, bounds, ends),
        KINDS[media_type],
        response.charset_encoding,
        address,
        response.headers.get("content-language"),
        response.headers.get("x-robots-tag", "").lower(),
    )


def _told(error: Exception) -> str:
    """Tell what went wrong on the way."""
    if isinstance(error.__cause__, gaierror):
        return "there is no site of this name"
    return visible(without_secrets(str(error))).rstrip(".")[:200] or type(error).__name__


def _transport(bounds: Bounds, look_up: LookUp) -> PublicTransport:
    """Choose which addresses are reached."""
    return PublicTransport(partial(look_up, is_allowed=is_of_network) if bounds.private else look_up)


def fetch(address: str, bounds: Bounds, look_up: LookUp = look_up) -> Page:
    """Fetch a page. Each redirect is looked at as the first address is; all of it ends within the bounds."""
    ends = monotonic() + bounds.seconds
    try:
        with httpx2.Client(transport=_transport(bounds, look_up), timeout=READ_SECONDS, headers=HEADERS) as client:
            for _ in range(MOST_REDIRECTS + 1):
                check(address)
                with client.stream("GET", address) as response:
                    if not response.has_redirect_location:
                        return _page(response, address, bounds, ends)
                    address = _next(address, response.headers["location"])
    except NotPublic as refused:
        raise NotPublicAddress("url", host=refused.host, address=refused.address) from None
    except (httpx2.HTTPError, zlib.error) as error:
        raise NoAnswer("url", problem=_told(error)) from None
    except (httpx2.InvalidURL, UnicodeError):
        raise NoAnswer("url", problem="there is no site of this name") from None
    raise RedirectsTooOften("url", most=MOST_REDIRECTS)
