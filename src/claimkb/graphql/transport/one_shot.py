"""How does a web server hand over a request, and take its response, in one piece each? ASGI needs five messages for that."""

from typing import Protocol

EXCHANGE = "claimkb.exchange"
"""The key in the ASGI scope under which a web server may offer a OneShotExchange."""


class OneShotExchange(Protocol):
    """A request and its response, each in one piece. ASGI's messages for them take as long as a short read.

    The one implementation is in claimkb.cli.connections.
    """

    def body(self) -> bytes | None:
        """Return the body if all of it has been received."""

    def answer(self, head: bytes, body: bytes) -> bool:
        """Write a response of status 200 with these serialized headers; return False if the client is too slow to take it now."""
