"""How does a request become an answer?"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType as Allowed

from claimkb import logs
from claimkb.actions.work import Desk
from claimkb.domain.access import Unauthenticated
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.context import Caller, Context
from claimkb.graphql.execution.operation_request import OperationRequest, Refused
from claimkb.graphql.execution.persisted_documents import Documents
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import Rates
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.known import PreparedDocument
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.errors import coded, failed, given_up, of_bounded_length
from claimkb.graphql.transport import graphiql, websockets
from claimkb.graphql.transport.authentication import Authenticator, address_of, charge_body, unauthenticated
from claimkb.graphql.transport.connection_limits import ConnectionLimits
from claimkb.graphql.transport.event_streams import EventStream
from claimkb.graphql.transport.requests import JSON, from_address, from_body, key_of, request_id_of
from claimkb.graphql.transport.responses import (
    EVENTS,
    NEGOTIABLE,
    Accepts,
    accepts,
    answer,
    answer_to,
    encode,
    media_for,
    payload_of,
    refusal,
)
from claimkb.identity import Credentials
from claimkb.store.engine.outages import DatabaseUnavailable

log = logging.getLogger("claimkb")

METHODS = "GET, HEAD, POST, OPTIONS"
READS = {Allowed.QUERY}
"""What a GET may do: any page of another site can make a browser send one."""

LEFT = "claimkb.left"
"""Stands in the scope of a request that front.py did not answer by a plan, and holds its context: what was done, and for whom."""

EVERYTHING = {Allowed.QUERY, Allowed.MUTATION}

Results = AsyncGenerator[ExecutionResult, None]


@dataclass
class GraphQLEndpoint:
    """The address of the API. Every request and every connection comes in here."""

    desk: Desk
    callers: Authenticator
    limits: Limits
    documents: Documents
    rates: Rates
    bus: ChangeFeed
    subscribers: ConnectionLimits
    plans: Planner
    bulkheads: Bulkheads

    async def context(self, credentials: Credentials, address: str, **said: str | None) -> Context:
        """Find out who sends a request, and make what it carries."""
        again = partial(self.callers.identify, credentials, address)
        given: dict[str, Any] = {name: each for name, each in said.items() if each is not None}
        caller = Caller(await again(), address, again, **given)
        return Context(self.desk, caller, self.limits, self.rates, self.bus, self.bulkheads)

    async def context_of(self, request: Request, **said: str | None) -> Context:
        """Make what a request over HTTP carries; refuse who is not let in."""
        credentials = self.callers.credentials(request, request.headers.get("authorization"))
        return await self.context(credentials, address_of(request), **said)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request over HTTP."""
        request = Request(scope, receive)
        request_id = request_id_of(request)
        wanted = accepts(request.headers.get("accept"))
        media = wanted.prefers(*NEGOTIABLE) or JSON
        with logs.OfRequest(request.method, request.url.path, request_id) as asked_for:
            try:
                response = await self._answer(request, wanted, request_id)
            except Refused as refused:
                response = refusal(refused, media, request_id)
            except Unauthenticated as refused:
                response = refusal(unauthenticated(refused), media, request_id)
            except ClientDisconnect:
                log.info("%s %s: the client left", request.method, request.url.path)
                return
            asked_for.answered(response.status_code)
        response.headers["x-request-id"] = request_id
        response.headers.setdefault("vary", "Accept")
        if request.method == "HEAD":
            response = Response(None, response.status_code, dict(response.headers))
        await response(scope, receive, send)

    async def _answer(self, request: Request, wanted: Accepts, request_id: str) -> Response:
        """Choose by method and media type how to answer."""
        if request.method == "OPTIONS":
            return Response(None, 204, {"allow": METHODS})
        if request.method == "POST":
            return await self._post(request, wanted, request_id)
        if request.method not in ("GET", "HEAD"):
            refused = Refused(405, f"{request.method} is not answered here; send a POST with JSON, or a GET for reads.")
            raise refused.answered_with(allow=METHODS)
        if wanted.is_of_browser:
            return graphiql.page()
        if request.method == "HEAD" and not request.query_params:
            return answer({}, JSON)
        return await self._run(from_address(request, self.limits), request, wanted, request_id, READS)

    async def _post(self, request: Request, wanted: Accepts, request_id: str) -> Response:
        """Answer the operation of a POST, or those of a batch one after the other."""
        asked = await from_body(request, self.limits, partial(charge_body, self.rates, address_of(request)))
        if len(asked) == 1:
            return await self._run(asked[0], request, wanted, request_id, EVERYTHING)
        if key_of(request) is not None:
            raise Refused(400, "An Idempotency-Key is for one operation, and this is a batch: send each by itself.")
        payloads = []
        for each in asked:
            try:
                context = await self.context_of(request, request_id=request_id)
                result = await self._execute(self.documents.find(each), each, context, EVERYTHING)
                payloads.append(payload_of(result, request_id))
            except Refused as refused:
                payloads.append({"errors": [{"message": refused.message, "extensions": refused.extensions}]})
        return answer(payloads, media_for(wanted))

    async def _run(
        self, asked: OperationRequest, request: Request, wanted: Accepts, request_id: str, allowed: set[Allowed]
    ) -> Response:
        """Answer one operation: with a result, or with a stream of them."""
        key = key_of(request)
        left: Context | None = request.scope.get(LEFT)
        context = left or await self.context_of(request, request_id=request_id, key=key)
        query = self.documents.find(asked)  # only now that it is known who asks: a document may be registered by it
        if key is not None:
            context.caller = replace(context.caller, fingerprint=asked.fingerprint(query))
        if await self._is_to_stream(query, asked, wanted, context):
            return self._stream(query, asked, context, allowed)
        media = media_for(wanted)
        result = await self._execute(query, asked, context, allowed, is_left=left is not None)
        return answer_to(result, media, request_id)

    async def _is_to_stream(self, query: str | None, asked: OperationRequest, wanted: Accepts, context: Context) -> bool:
        """Tell whether an answer is streamed: subscriptions where events are accepted, anything where nothing else is."""
        if wanted.prefers(EVENTS) is None or wanted.anything:
            return False
        return wanted.prefers(*NEGOTIABLE) is None or await self._is_subscription(query, asked, context)

    async def _is_subscription(self, query: str | None, asked: OperationRequest, context: Context) -> bool:
        """Tell whether an operation is a subscription."""
        document = await self.plans.known(query, context) if query else None
        return isinstance(document, PreparedDocument) and document.is_subscription(asked.operation_name)

    async def results(
        self, query: str, asked: OperationRequest, context: Context, allowed: set[Allowed]
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Give the results of an operation whose answer is streamed: one, or of a subscription as many as there is news."""
        may_write = Allowed.MUTATION in allowed
        planned = await self.plans.answer(query, asked, context, may_write=may_write)
        if planned is not None:
            yield planned
            return
        await context.parse(query)
        results = await schema.stream(
            query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            allowed_operation_types=allowed | {Allowed.SUBSCRIPTION},
        )
        async with aclosing(cast("Results", results)) as each:
            async for result in each:
                yield coded(of_bounded_length(result, context), context)

    async def _execute(
        self, query: str | None, asked: OperationRequest, context: Context, allowed: set[Allowed], *, is_left: bool = False
    ) -> ExecutionResult:
        """Carry out one operation, and say what became of it also where the web server ends it as it stops; none begins then."""
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return given_up(context)
        try:
            return await self._carry_out(query, asked, context, allowed, is_left=is_left)
        except asyncio.CancelledError:
            return given_up(context)

    async def _carry_out(
        self, query: str | None, asked: OperationRequest, context: Context, allowed: set[Allowed], *, is_left: bool
    ) -> ExecutionResult:
        """Carry out one operation: by its plan, unless that was left before, or by the executor."""
        may_write = Allowed.MUTATION in allowed
        planned = await self.plans.answer(query, asked, context, may_write=may_write) if query and not is_left else None
        if planned is not None:
            return planned
        await context.parse(query)
        try:
            async with context.executing():
                result = await schema.execute(
                    query,
                    variable_values=asked.variables,
                    context_value=context,
                    operation_name=asked.operation_name,
                    allowed_operation_types=allowed,
                )
        except DatabaseUnavailable as outage:
            result = failed(outage)
        except MissingQueryError:
            raise Refused(400, "The request has no query.") from None
        except CannotGetOperationTypeError:
            name = f" named {asked.operation_name[:100]!r}" if asked.operation_name is not None else ""
            raise Refused(400, f"The document has no operation{name}.") from None
        except InvalidOperationTypeError as error:
            raise not_allowed(error.operation_type) from None
        return coded(of_bounded_length(result, context), context)

    def _stream(self, query: str | None, asked: OperationRequest, context: Context, allowed: set[Allowed]) -> Response:
        """Answer with server-sent events."""
        if not query:
            raise Refused(400, "The request has no query.")

        def event(payload: dict[str, Any]) -> bytes:
            return b"event: next\ndata: " + encode(payload) + b"\n\n"

        async def events() -> AsyncIterator[bytes]:
            try:
                async with aclosing(self.results(query, asked, context, allowed)) as results:
                    async for result in results:
                        yield event(payload_of(result, context.caller.request_id))
            except asyncio.CancelledError:
                if context.document is not None and context.document.is_subscription(asked.operation_name):
                    raise  # it changes nothing, and its client asks for it again
                yield event(payload_of(given_up(context), context.caller.request_id))

        return EventStream(events, self.subscribers.admitted(context.caller.rated), self.limits.socket_send_seconds)

    async def socket(self, websocket: WebSocket) -> None:
        """Answer the operations of a WebSocket."""
        request_id = request_id_of(websocket)
        try:
            with ExitStack() as place:
                place.enter_context(self.subscribers.admitted(address_of(websocket)))
                visit = Visit(self, websocket, place, request_id)
                await websockets.serve(websocket, visit, self.documents, self.limits)
        except Refused as refused:
            await websocket.send_denial_response(refusal(refused, JSON, request_id))


class Visit:
    """A WebSocket's connection: it shows a token once, and each operation looks again whether that is still accepted."""

    def __init__(self, door: GraphQLEndpoint, websocket: WebSocket, place: ExitStack, request_id: str) -> None:
        self._door, self._websocket, self._place, self._request_id = door, websocket, place, request_id
        self._credentials: Credentials | None = None

    async def enter(self, authorization: str | None) -> None:
        """Find out who connects: from the first message, or from the header where a client can send one."""
        shown = authorization or self._websocket.headers.get("authorization")
        self._credentials = self._door.callers.credentials(self._websocket, shown)
        context = await self.context()
        self._place.close()
        self._place.enter_context(self._door.subscribers.admitted(context.caller.rated))

    def results(self, query: str, asked: OperationRequest, context: Context) -> Results:
        """Give the results of an operation."""
        return self._door.results(query, asked, context, EVERYTHING)

    async def context(self) -> Context:
        """Make what an operation carries."""
        credentials = self._credentials or Credentials(None, is_from_here=False)
        return await self._door.context(credentials, address_of(self._websocket), request_id=self._request_id)


def not_allowed(kind: Allowed) -> Refused:
    """Refuse an operation that this way in does not take."""
    if kind is Allowed.SUBSCRIPTION:
        message = f"A subscription is streamed: open a WebSocket ({websockets.PROTOCOL}) or accept {EVENTS}."
        return Refused(406, message)
    return Refused(405, "A GET only reads: send a mutation by POST.").answered_with(allow="POST")
