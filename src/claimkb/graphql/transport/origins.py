"""Which Host and Origin may a request have? The names of this server, and no page of another site.

Another site can point its own name at this machine (DNS rebinding), or open a WebSocket, for which browsers send no preflight.
So Host is always checked, and Origin when there is one.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from claimkb import logs
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.transport.requests import JSON
from claimkb.graphql.transport.responses import refusal
from claimkb.identity import LOCAL_HOSTS

SINGLE_HEADERS = ("host", "origin", "authorization")
"""Headers that may not be repeated: a proxy might read the first, and this server the last."""

FEEDS_PATH = "/feeds/"
"""Addresses below may have a key in them, because feed readers and calendars send no header. Such a key opens nothing else."""

_TOKEN = re.compile(rb"ckb_[a-z0-9]+_")


def is_same_origin(connection: HTTPConnection) -> bool:
    """Tell whether the Origin of a request is this server."""
    origin = connection.headers.get("origin")
    return origin is not None and _netloc(origin) == connection.headers.get("host", "").lower()


def is_fetched_from_elsewhere(connection: HTTPConnection) -> bool:
    """Tell whether a page of another site sent a request (Fetch Metadata), other than by a link that a person followed.

    Browsers fetch an image or a script of another site without an Origin; the time of the answer would tell what is recorded.
    """
    headers = connection.headers
    is_visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    is_reading = connection.scope.get("method") in ("GET", "HEAD")
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not (is_visit and is_reading)


def host_of(address: str) -> str | None:
    """Read the host from a URL or a Host header; None if it has none."""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return None


class Origins:
    """The hosts that a server answers to, and the other origins whose pages may use it (CORS)."""

    def __init__(self, hosts: Iterable[str], cors_origins: Iterable[str] = ()) -> None:
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}
        self.cors_origins = frozenset(cors_origins)

    def judge(self, scope: Scope) -> RequestError | None:
        """Return why the Host, the Origin or the address of a request is refused; None if they are allowed."""
        connection = HTTPConnection(scope)
        for name in SINGLE_HEADERS:
            if len(connection.headers.getlist(name)) > 1:
                return RequestError(400, f"The header {name} stands there twice, and they may not mean the same. Send it once.")
        origin = connection.headers.get("origin")
        if host_of(connection.headers.get("host", "")) not in self.hosts:
            message = "This server does not answer to that name. Use localhost or 127.0.0.1, or add it to CLAIMKB_HOSTS."
            return RequestError(400, message)
        if not scope["path"].startswith(FEEDS_PATH) and _TOKEN.search(scope.get("query_string", b"")):
            message = "A token stands in this address, so it is in logs and histories now: revoke it. Send tokens in the header."
            return RequestError(400, message)
        is_cross_origin = origin is not None and not is_same_origin(connection)
        if origin not in self.cors_origins and (is_cross_origin or is_fetched_from_elsewhere(connection)):
            return RequestError(403, "A page of another site may not use this server.", "FORBIDDEN")
        return None


def _netloc(origin: str) -> str | None:
    """Read host and port from an Origin header; None if it has none, such as `null`."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


class OriginCheck:
    """Middleware that refuses requests whose Host or Origin is not allowed."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        refused = self._origins.judge(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
            return
        logs.note(code=refused.extensions["code"])
        if scope["type"] == "http":
            await refusal(refused, JSON, "")(scope, receive, send)
        else:
            await WebSocket(scope, receive, send).send_denial_response(refusal(refused, JSON, ""))
