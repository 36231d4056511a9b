"""How are requests sent to addresses from outside? To public addresses only, and to the very address that was checked.

This module is imported when something is to be sent, as the HTTP client takes its time to load.
"""

from collections.abc import Callable

import httpx2

from claimkb.public_http.lookup import Address, look_up

MOST_ADDRESSES = 3
"""How many addresses of a host are tried: each that does not answer takes its time."""


class PublicTransport(httpx2.BaseTransport):
    """Resolves a host, and sends to the address. Certificates are still checked for the host, and the header Host names it."""

    def __init__(self, look_up: Callable[[str, int], list[Address]] = look_up) -> None:
        self._look_up = look_up
        # A pool keeps connections by address and port: one could serve another name, which its certificate does not hold.
        self._transport = httpx2.HTTPTransport(limits=httpx2.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to the first of the addresses that takes a connection."""
        host = request.url.raw_host.decode()
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            *others, last = self._look_up(host, port)[:MOST_ADDRESSES]
        except OSError as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        for address in others:
            try:
                return self._send(request, host, address)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return self._send(request, host, last)

    def _send(self, request: httpx2.Request, host: str, address: Address) -> httpx2.Response:
        """Send a request to an address, in the name of a host."""
        sent = httpx2.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return self._transport.handle_request(sent)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


def client(seconds: float) -> httpx2.Client:
    """Make a client that reaches public addresses only, by no proxy, and follows no redirect."""
    return httpx2.Client(transport=PublicTransport(), timeout=seconds)
