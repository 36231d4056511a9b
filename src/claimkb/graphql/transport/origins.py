"""From where may a request come? Under the names that this server has, and from no page elsewhere.

A page of another site can point a name of its own at this machine (DNS rebinding), or open a WebSocket, which no browser
asks about beforehand. So Host is checked, and Origin where there is one.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from claimkb.graphql.execution.operation_request import Refused
from claimkb.graphql.transport.requests import JSON
from claimkb.graphql.transport.responses import refusal
from claimkb.identity import LOCAL_HOSTS

SINGLE_HEADERS = ("host", "origin", "authorization")
"""Headers of which a proxy might read the first, and this server the last."""

FEEDS_PATH = "/feeds/"
"""Where an address holds a key, as programs that read feeds and calendars send no header. Such a key opens nothing else."""

_TOKEN = re.compile(rb"ckb_[a-z0-9]+_")


def is_same_origin(connection: HTTPConnection) -> bool:
    """Tell whether a request says that it was sent by a page of this server."""
    origin = connection.headers.get("origin")
    return origin is not None and _netloc(origin) == connection.headers.get("host", "").lower()


def is_fetched_from_elsewhere(connection: HTTPConnection) -> bool:
    """Tell whether a browser says that a page of another site sent a request (Fetch Metadata), and not to show what it leads to.

    An image or a script of another site is fetched without an Origin; the time that takes would tell what is recorded.
    """
    headers = connection.headers
    is_visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    is_reading = connection.scope.get("method") in ("GET", "HEAD")
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not (is_visit and is_reading)


def host_of(address: str) -> str | None:
    """Read the host of an address or of a Host header; None if it has none."""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return None


class Origins:
    """The hosts that a server answers to, and the origins of pages that may use it beside its own."""

    def __init__(self, hosts: Iterable[str], cors_origins: Iterable[str] = ()) -> None:
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}
        self.cors_origins = frozenset(cors_origins)

    def judge(self, scope: Scope) -> Refused | None:
        """Find what is wrong with where a request comes from."""
        connection = HTTPConnection(scope)
        for name in SINGLE_HEADERS:
            if len(connection.headers.getlist(name)) > 1:
                return Refused(400, f"The header {name} stands there twice, and they may not mean the same. Send it once.")
        origin = connection.headers.get("origin")
        if host_of(connection.headers.get("host", "")) not in self.hosts:
            message = "This server does not answer to that name. Use localhost or 127.0.0.1, or add it to CLAIMKB_HOSTS."
            return Refused(400, message)
        if not scope["path"].startswith(FEEDS_PATH) and _TOKEN.search(scope.get("query_string", b"")):
            message = "A token stands in this address, so it is in logs and histories now: revoke it. Send tokens in the header."
            return Refused(400, message)
        is_elsewhere = origin is not None and not is_same_origin(connection)
        if origin not in self.cors_origins and (is_elsewhere or is_fetched_from_elsewhere(connection)):
            return Refused(403, "A page of another site may not use this server.", "FORBIDDEN")
        return None


def _netloc(origin: str) -> str | None:
    """Read host and port of an Origin header; None where it names none, such as null."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


class OriginCheck:
    """Middleware that answers only requests which name one of the hosts, and come from no page elsewhere but of the origins."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        refused = self._origins.judge(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(refused, JSON, "")(scope, receive, send)
        else:
            await WebSocket(scope, receive, send).send_denial_response(refusal(refused, JSON, ""))
