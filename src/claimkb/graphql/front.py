"""What is the short way in? Operations that have a plan are answered in front of the router and of all that it passes on.

The same rules hold: who may come in and from where, the limits, the charge, the headers, the line in the log. Whatever is
not plain JSON by POST from somebody who was known a moment ago, or has no plan, or is to be refused, goes the ordinary way, as
it came.
"""

import asyncio
from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claimkb import logs
from claimkb.domain.access import Unauthenticated
from claimkb.graphql.answers import EVENTS, NEGOTIABLE, accepts, encode, payload_of
from claimkb.graphql.callers import address_of, credentials_of
from claimkb.graphql.context import Caller, Context
from claimkb.graphql.headers import USUAL
from claimkb.graphql.http import LEFT, Door, request_id_of
from claimkb.graphql.origins import Origins
from claimkb.graphql.requests import Refused, asked, parse_json

PLAIN = {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
ELSEWHERE = (b"idempotency-key", b"content-encoding", b"origin", b"cookie")
"""Headers with which a request goes the ordinary way."""

HEADERS = [(name.lower().encode(), value.encode()) for name, value in USUAL.items()]
HEADERS += [(b"cache-control", b"no-store"), (b"vary", b"Accept")]


@lru_cache(maxsize=100)
def media_of(accept: bytes) -> str | None:
    """Choose the media type of an answer; None where it might be a stream, or where none is accepted."""
    text = accept.decode("latin-1")
    return None if EVENTS in text else accepts(text).prefers(*NEGOTIABLE)


class Front:
    """Answers what has a plan, and passes everything else on."""

    def __init__(self, app: ASGIApp, door: Door, origins: Origins) -> None:
        self.app, self.door, self.origins = app, door, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/graphql":
            headers = dict(scope["headers"])
            media = media_of(headers.get(b"accept", b"*/*"))
            if media is not None and self._is_plain(scope, headers):
                first, receive = await self._first(receive)
                if first is not None and await self._answer(scope, first, media, send):
                    return
        await self.app(scope, receive, send)

    def _is_plain(self, scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a request may be answered here: JSON of usual length, each header once, and nothing to be refused."""
        length = headers.get(b"content-length", b"")
        return (
            headers.get(b"content-type") in PLAIN
            and length.isdigit()
            and int(length[:18]) <= self.door.limits.max_body_bytes
            and len(headers) == len(scope["headers"])
            and not any(name in headers for name in ELSEWHERE)
            and self.origins.judge(scope) is None
        )

    async def _first(self, receive: Receive) -> tuple[bytes | None, Receive]:
        """Take the body, if it comes whole and in time; and give what can be received again by those behind."""
        try:
            async with asyncio.timeout(self.door.limits.request_seconds):
                message = await receive()
        except TimeoutError:
            message = {"type": "claimkb.late"}
        is_whole = message["type"] == "http.request" and not message.get("more_body", False)
        waiting = [message]

        async def again() -> Message:
            if waiting and waiting[0]["type"] == "claimkb.late":
                raise TimeoutError
            return waiting.pop() if waiting else await receive()

        return message.get("body", b"") if is_whole else None, again

    async def _answer(self, scope: Scope, body: bytes, media: str, send: Send) -> bool:
        """Answer an operation by its plan; tell whether it was."""
        connection, door = HTTPConnection(scope), self.door
        try:
            wanted = asked(parse_json(body), door.limits)
            query = door.documents.find(wanted)
            credentials = credentials_of(connection, connection.headers.get("authorization"))
        except (Refused, Unauthenticated):
            return False
        actor = door.callers.known(credentials)
        if actor is None or not query:
            return False
        request_id = request_id_of(connection)
        context = Context(
            door.desk, Caller(actor, address_of(connection), request_id=request_id), door.limits, door.rates, door.bus
        )
        with logs.of_request("POST", "/graphql", request_id) as answered:
            result = await door.plans.answer(query, wanted, context)
            if result is None:
                scope[LEFT] = True
                return False
            answered(200)
        payload = encode(payload_of(result, request_id))
        told = [
            (b"content-type", f"{media}; charset=utf-8".encode()),
            (b"content-length", str(len(payload)).encode()),
            (b"x-request-id", request_id.encode()),
            *HEADERS,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": payload})
        return True
