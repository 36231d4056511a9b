"""What is the short way in? Operations that have a plan are answered in front of the web framework.

The same rules hold: who may come in and from where, the limits, the charge, the headers, the line in the log. Whatever is
not plain JSON by POST from somebody who was known a moment ago, or has no plan, or is to be refused, goes the ordinary way, as
it came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claimkb import logs
from claimkb.domain.access import Unauthenticated
from claimkb.graphql.execution.context import Caller, Context
from claimkb.graphql.execution.operation_request import Refused
from claimkb.graphql.limits.cost_directives import BODY
from claimkb.graphql.schema.errors import given_up
from claimkb.graphql.transport.authentication import address_of, credentials_of
from claimkb.graphql.transport.endpoint import LEFT, GraphQLEndpoint
from claimkb.graphql.transport.one_shot import EXCHANGE, Headers, OneShotExchange, written
from claimkb.graphql.transport.origins import Origins
from claimkb.graphql.transport.requests import asked, parse_json, request_id_for
from claimkb.graphql.transport.responses import EVENTS, NEGOTIABLE, accepts, encode, payload_of, status_of
from claimkb.graphql.transport.security_headers import USUAL
from claimkb.identity import Credentials

OWN = (b"content-length", b"x-request-id")
"""Headers that differ from request to request, of one sender too."""

PLAIN = {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
ELSEWHERE = (b"idempotency-key", b"content-encoding", b"origin", b"cookie", *OWN)
"""Headers with which a request goes the ordinary way; of those of its own, if one stands there twice."""

HEADERS: Headers = [(name.lower().encode(), value.encode()) for name, value in USUAL.items()]
HEADERS += [(b"cache-control", b"no-store"), (b"vary", b"Accept")]


MOST_JUDGED, LONGEST_JUDGED = 1_000, 4_096
"""How many different headers are remembered with what they say, and how many bytes of them; longer ones go the ordinary way."""


@dataclass(frozen=True)
class Judged:
    """What the headers of a request say: how it is to be answered, and who sends it."""

    headers: Headers
    """The headers of the answer that are the same for all such requests."""
    head: bytes
    """The same, as HTTP/1.1 writes them."""
    credentials: Credentials
    media: str


class Front:
    """Answers what has a plan, and passes everything else on."""

    def __init__(
        self, app: ASGIApp, door: GraphQLEndpoint, origins: Origins, excuse: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self.app, self.door, self.origins, self._excuse = app, door, origins, excuse
        self._most_bytes = door.limits.max_body_bytes
        self._judged = lru_cache(MOST_JUDGED)(self._judge)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        exchange: OneShotExchange | None = scope.pop(
            EXCHANGE, None
        )  # left there, each would hold the other until the collector comes
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/graphql":
            headers = scope["headers"]
            said, own = tuple([each for each in headers if each[0] not in OWN]), dict([each for each in headers if each[0] in OWN])
            length = own.get(b"content-length", b"")
            is_usual = len(said) + len(own) == len(headers) and length.isdigit() and int(length[:18]) <= self._most_bytes
            if is_usual and sum([len(name) + len(value) for name, value in said]) <= LONGEST_JUDGED:
                judged = self._judged(scope["http_version"], scope["query_string"], said)
                if judged is not None:
                    body = None if exchange is None else exchange.body()
                    if body is None:
                        body, receive = await self._first(receive)
                    if body is not None and await self._answered(
                        scope, body, judged, own.get(b"x-request-id", b""), exchange, send
                    ):
                        return
        await self.app(scope, receive, send)

    async def _answered(
        self, scope: Scope, body: bytes, judged: Judged, given_id: bytes, exchange: OneShotExchange | None, send: Send
    ) -> bool:
        """Answer a request, unless it goes the ordinary way."""
        request_id = request_id_for(given_id.decode("latin-1"))
        try:
            answered = await self._answer(scope, body, judged, request_id)
        except Exception as error:  # noqa: BLE001 - excused here: what a mutation did must not be done again behind
            await (await self._excuse(Request(scope), error))(scope, _nothing, send)
            return True
        if answered is None:
            return False
        payload, status, more = answered
        own = [(b"content-length", b"%d" % len(payload)), (b"x-request-id", request_id.encode())]
        own += [(name.encode(), value.encode()) for name, value in more.items()]
        if status != 200 or exchange is None or not exchange.answer(judged.head + written(own), payload):
            await send({"type": "http.response.start", "status": status, "headers": judged.headers + own})
            await send({"type": "http.response.body", "body": payload})
        return True

    def _judge(self, http_version: str, query: bytes, said: tuple[tuple[bytes, bytes], ...]) -> Judged | None:
        """Read what the headers say but for those of each request's own; None with which a request goes the ordinary way."""
        scope = {"type": "http", "method": "POST", "path": "/graphql", "http_version": http_version, "query_string": query}
        connection = HTTPConnection({**scope, "headers": list(said)})
        headers = dict(said)
        if len(headers) < len(said) or any(name in headers for name in ELSEWHERE) or headers.get(b"content-type") not in PLAIN:
            return None
        accept = connection.headers.get("accept", "*/*")
        media = None if EVENTS in accept else accepts(accept).prefers(*NEGOTIABLE)
        if media is None or self.origins.judge(connection.scope) is not None:
            return None
        try:
            credentials = credentials_of(connection, connection.headers.get("authorization"))
        except Unauthenticated:
            return None
        answered = [(b"content-type", f"{media}; charset=utf-8".encode()), *HEADERS]
        return Judged(answered, written(answered), credentials, media)

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

    async def _answer(self, scope: Scope, body: bytes, judged: Judged, request_id: str) -> tuple[bytes, int, dict[str, str]] | None:
        """Answer an operation by its plan: the body, the status, and headers; None where it goes the ordinary way."""
        door = self.door
        actor = door.callers.known(judged.credentials)
        if actor is None or len(body) >= BODY:  # a long one is charged before it is read
            return None
        try:
            wanted = asked(parse_json(body), door.limits)
            query = door.documents.find(wanted)
        except Refused:
            return None
        if not query:
            return None
        caller = Caller(actor, address_of(scope), request_id=request_id)
        context = Context(door.desk, caller, door.limits, door.rates, door.bus, door.bulkheads)
        with logs.OfRequest("POST", "/graphql", request_id) as asked_for:
            try:
                result = await door.plans.answer(query, wanted, context)
            except asyncio.CancelledError:  # so does the web server end what takes too long when it stops
                result = given_up(context)
            if result is None:
                scope[LEFT] = context
                return None
            status, headers = status_of(result, judged.media) if result.errors else (200, {})
            asked_for.answered(status)
        return encode(payload_of(result, request_id)), status, headers


async def _nothing() -> Message:
    """Receive nothing more: an excuse does not read what was sent."""
    return {"type": "http.disconnect"}
