"""How does a request become an answer? In one order: read, authenticate, judge, find the document, admit, plan or execute, write.

The endpoint stands in front of the web framework, because a pass through that takes as long as a short read. The steps from
"find the document" on are in operations.py, for all transports.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from claimkb import logs
from claimkb.actions.work import Desk
from claimkb.domain.access import Unauthenticated
from claimkb.graphql.execution.admission import READS, READS_AND_WRITES
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.context import Caller, Context
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError
from claimkb.graphql.execution.persisted_documents import Documents
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport import graphiql
from claimkb.graphql.transport.authentication import Authenticator, address_of, charge_body, unauthenticated
from claimkb.graphql.transport.connection_limits import ConnectionLimits
from claimkb.graphql.transport.event_streams import EventStream
from claimkb.graphql.transport.metrics import Metrics
from claimkb.graphql.transport.one_shot import EXCHANGE, OneShotExchange
from claimkb.graphql.transport.operations import Operations
from claimkb.graphql.transport.origins import Origins
from claimkb.graphql.transport.request_heads import RequestHead, RequestHeads
from claimkb.graphql.transport.requests import (
    JSON,
    REQUEST_ID,
    operation_of_url,
    operations_of_body,
    read_body,
    read_idempotency_key,
    request_id_for,
)
from claimkb.graphql.transport.responses import (
    NOT_ACCEPTABLE,
    Headers,
    answer,
    encode,
    event,
    payload_of,
    refusal,
    serialize_headers,
    status_of,
)
from claimkb.graphql.transport.security_headers import SECURITY_HEADERS
from claimkb.identity import Credentials

log = logging.getLogger("claimkb")

PATH = "/graphql"
METHODS = "GET, HEAD, POST, OPTIONS"

CrashHandler = Callable[[Request, Exception], Awaitable[Response]]
"""Answers a request that crashed; the answer says nothing of the cause."""


@dataclass(slots=True)
class HTTPRequest:
    """A request on its way through the steps of the endpoint."""

    scope: Scope
    receive: Receive
    exchange: OneShotExchange | None
    head: RequestHead
    varying_headers: dict[bytes, bytes]
    """The headers that differ from request to request, see request_heads.PER_REQUEST."""
    request_id: str
    address: str
    logged: logs.OfRequest


@dataclass(slots=True)
class Reply:
    """A response in JSON that is not written yet."""

    status_code: int
    body: bytes
    headers: dict[str, str]


@dataclass
class GraphQLEndpoint:
    """The GraphQL endpoint over HTTP: it answers every request in one order of steps."""

    desk: Desk
    authenticator: Authenticator
    limits: Limits
    documents: Documents
    rates: RateLimits
    changes: ChangeFeed
    connections: ConnectionLimits
    operations: Operations
    bulkheads: Bulkheads
    origins: Origins
    answer_crash: CrashHandler
    metrics: Metrics | None = None

    def __post_init__(self) -> None:
        self._heads = RequestHeads(self.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        exchange = scope.pop(EXCHANGE, None)  # removed: scope and exchange would be a cycle for the garbage collector
        head, varying = self._heads.read(scope)
        request_id = request_id_for(varying.get(b"x-request-id", b"").decode("latin-1"))
        address = address_of(scope)
        logged = logs.OfRequest(scope["method"], scope["path"], request_id, address)
        request = HTTPRequest(scope, receive, exchange, head, varying, request_id, address, logged)
        with logged:
            try:
                reply = await self._reply(request)
            except (RequestError, Unauthenticated) as error:
                refused = unauthenticated(error) if isinstance(error, Unauthenticated) else error
                logged.fields["code"] = refused.extensions["code"]
                if self.metrics is not None:
                    self.metrics.refuse(refused.extensions["code"])
                reply = refusal(refused, head.refusal_media_type, request_id)
            except ClientDisconnect:
                log.info("%s %s: the client left", scope["method"], scope["path"])
                return
            except Exception as error:  # noqa: BLE001 - the cause goes to the log, and not to the client
                scope[REQUEST_ID] = request_id
                reply = await self.answer_crash(Request(scope), error)
            if not isinstance(reply, EventStream):  # which is logged when it ends
                logged.answered(reply.status_code)
            if self.metrics is not None:
                self.metrics.answered(reply.status_code)
        if isinstance(reply, Response):
            await self._respond(reply, request, send)
        elif not self._write_in_one(reply, request):
            await self._write(reply, request, send)

    def context(self, caller: Caller) -> Context:
        """Make the context of an operation."""
        return Context(self.desk, caller, self.limits, self.rates, self.changes, self.bulkheads)

    async def _reply(self, request: HTTPRequest) -> Response | Reply:
        """Choose by method and media type how to answer."""
        method, head = request.scope["method"], request.head
        if head.refused is not None:
            request.logged.fields["code"] = head.refused.extensions["code"]
            return refusal(head.refused, JSON, request.request_id)
        if method == "POST":
            return await self._post(request)
        if method == "OPTIONS":
            return Response(None, 204, {"allow": METHODS})
        if method not in ("GET", "HEAD"):
            refused = RequestError(405, f"{method} is not answered here; send a POST with JSON, or a GET for reads.")
            raise refused.with_headers(allow=METHODS)
        if head.accept.prefers_html:
            return graphiql.page()
        if method == "HEAD" and not request.scope["query_string"]:
            return answer({}, JSON)
        return await self._answer(operation_of_url(Request(request.scope), self.limits), request, READS)

    async def _post(self, request: HTTPRequest) -> Response | Reply:
        """Answer the operation of a POST, or those of a batch one after the other."""
        if request.head.content_refused is not None:
            request.logged.fields["code"] = request.head.content_refused.extensions["code"]
            return refusal(request.head.content_refused, request.head.refusal_media_type, request.request_id)
        operations = operations_of_body(await self._body(request), self.limits)
        if len(operations) == 1:
            return await self._answer(operations[0], request, READS_AND_WRITES)
        if b"idempotency-key" in request.varying_headers:
            raise RequestError(400, "An Idempotency-Key is for one operation, and this is a batch: send each by itself.")
        payloads: list[dict[str, object]] = []
        cost = 0
        for each in operations:
            try:
                context, text = await self._context_and_document(each, request)
                result = await self.operations.answer(text, each, context, READS_AND_WRITES)
                payloads.append(payload_of(result, request.request_id))
                cost += context.cost
            except RequestError as refused:
                payloads.append({"errors": [{"message": refused.message, "extensions": refused.extensions}]})
        request.logged.fields.update(operation=None, kind="batch", cost=cost)
        return answer(payloads, self._media_type(request))

    async def _body(self, request: HTTPRequest) -> bytes:
        """Read a body; a long one is charged to its address before it is read as JSON."""
        body = None if request.exchange is None else request.exchange.body()
        if body is None or len(body) > self.limits.max_body_bytes:
            body = await read_body(Request(request.scope, request.receive), self.limits.max_body_bytes, self.limits.request_seconds)
        charge_body(self.rates, request.address, body)
        return body

    def _credentials(self, request: HTTPRequest) -> Credentials:
        """Read the credentials of a request; refuse a token that is malformed, and count it as a guess."""
        if request.head.credentials is not None:
            return request.head.credentials
        connection = Request(request.scope)
        return self.authenticator.credentials(connection, connection.headers.get("authorization"))

    async def _context_and_document(self, operation: OperationRequest, request: HTTPRequest) -> tuple[Context, str]:
        """Authenticate the caller, then find the document, which the request may register; return it with the context."""
        key = read_idempotency_key(request.varying_headers.get(b"idempotency-key"))
        reauthenticate = partial(self.authenticator.identify, self._credentials(request), request.address)
        actor = await reauthenticate()
        text = self.documents.find(operation)
        if not text:
            raise RequestError(400, "The request has no query.")
        fingerprint = "" if key is None else operation.fingerprint(text)
        caller = Caller(actor, request.address, reauthenticate, request.request_id, key, fingerprint)
        return self.context(caller), text

    async def _answer(self, operation: OperationRequest, request: HTTPRequest, allowed: set[OperationType]) -> Response | Reply:
        """Answer one operation: with one result, or with a stream of results."""
        context, text = await self._context_and_document(operation, request)
        if request.head.accepts_events and (
            request.head.media_type is None or await self.operations.is_subscription(text, operation, context)
        ):
            return self._stream(text, operation, context, allowed, request.logged)
        media_type = self._media_type(request)
        result = await self.operations.answer(text, operation, context, allowed)
        status, headers = status_of(result, media_type) if result.errors else (200, {})
        return Reply(status, encode(payload_of(result, request.request_id)), headers)

    def _media_type(self, request: HTTPRequest) -> str:
        """Return the media type of the response; refuse a request that accepts none of ours."""
        if request.head.media_type is None:
            raise RequestError(406, NOT_ACCEPTABLE)
        return request.head.media_type

    def _stream(
        self, text: str, operation: OperationRequest, context: Context, allowed: set[OperationType], logged: logs.OfRequest
    ) -> Response:
        """Answer with server-sent events."""

        async def events() -> AsyncIterator[bytes]:
            async with aclosing(self.operations.stream(text, operation, context, allowed)) as results:
                async for result in results:
                    yield event(payload_of(result, context.caller.request_id))

        return EventStream(events, self.connections.admitted(context.caller.rate_key), self.limits.socket_send_seconds, logged)

    def _write_in_one(self, reply: Reply, request: HTTPRequest) -> bool:
        """Write a response in one piece; return False when the web server cannot take it so."""
        if reply.status_code != 200 or request.exchange is None or request.scope["method"] == "HEAD":
            return False
        return request.exchange.answer(request.head.response_head + serialize_headers(_own_headers(reply, request)), reply.body)

    async def _write(self, reply: Reply, request: HTTPRequest, send: Send) -> None:
        """Write a response in the messages of ASGI."""
        headers = request.head.response_headers + _own_headers(reply, request)
        await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.scope["method"] == "HEAD" else reply.body})

    async def _respond(self, response: Response, request: HTTPRequest, send: Send) -> None:
        """Write a response of the framework, with the headers of every response."""
        response.headers["x-request-id"] = request.request_id
        for name, value in {"vary": "Accept", **SECURITY_HEADERS}.items():
            response.headers.setdefault(name, value)
        if request.scope["method"] == "HEAD":
            response = Response(None, response.status_code, dict(response.headers))
        await response(request.scope, request.receive, send)


def _own_headers(reply: Reply, request: HTTPRequest) -> Headers:
    """Return the headers that differ from response to response."""
    own = [(b"content-length", b"%d" % len(reply.body)), (b"x-request-id", request.request_id.encode())]
    return own + [(name.encode(), value.encode()) for name, value in reply.headers.items()] if reply.headers else own


class Application:
    """Passes requests to the endpoint straight to it, and all others to the framework.

    With CORS, a request with an Origin reaches the endpoint through the framework, whose middleware adds the headers of CORS.
    """

    def __init__(self, framework: ASGIApp, endpoint: GraphQLEndpoint, *, has_cors: bool) -> None:
        self.endpoint = endpoint
        self._framework, self._has_cors = framework, has_cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, by the endpoint or by the framework."""
        if scope["type"] == "http" and scope["path"] == PATH and not (self._has_cors and _has_origin(scope)):
            await self.endpoint(scope, receive, send)
            return
        scope.pop(EXCHANGE, None)
        await self._framework(scope, receive, send)


def _has_origin(scope: Scope) -> bool:
    """Tell whether a request has an Origin."""
    return any(name == b"origin" for name, _ in scope["headers"])
