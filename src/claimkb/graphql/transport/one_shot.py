"""How does a web server hand over a request in one piece, and take its answer in one? ASGI passes on five messages for that."""

from typing import Protocol

EXCHANGE = "claimkb.exchange"
"""Stands in the scope of a request, and holds its exchange, where the web server has one."""

Headers = list[tuple[bytes, bytes]]


class OneShotExchange(Protocol):
    """A request and its answer, each in one piece. ASGI's messages take as long as a short read."""

    def body(self) -> bytes | None:
        """Give the body, if it is whole already."""

    def answer(self, head: bytes, body: bytes) -> bool:
        """Answer with status 200 and these headers, as `serialize_headers` writes them; False where that has to wait."""


def serialize_headers(headers: Headers) -> bytes:
    """Write headers as HTTP/1.1 does."""
    return b"".join([b"%s: %s\r\n" % each for each in headers])
