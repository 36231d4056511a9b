"""How are operations answered over a WebSocket? By graphql-transport-ws, with a time limit for each step of the client."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any, cast

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.http.exceptions import NonJsonMessageReceived, WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    CompleteMessage,
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from claimkb import logs
from claimkb.domain.access import Unauthenticated
from claimkb.graphql.execution.admission import READS_AND_WRITES
from claimkb.graphql.execution.context import Caller, Context
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError, ServiceUnavailable
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.transport.authentication import address_of, unauthenticated
from claimkb.graphql.transport.endpoint import PATH, GraphQLEndpoint
from claimkb.graphql.transport.requests import JSON, operation_request, parse_json, request_id_of
from claimkb.graphql.transport.responses import GRAPHQL, encode, payload_of, refusal, status_of
from claimkb.identity import Credentials

METHOD = "WEBSOCKET"
"""The method of an operation of a WebSocket in the log: HTTP's own, which opens one, is GET."""

PROTOCOL = GRAPHQL_TRANSPORT_WS_PROTOCOL
CLOSE_IDLE = 4408
CLOSE_FORBIDDEN = 4403
CLOSE_TRY_LATER = 1013
"""Try Again Later (IANA's registry of RFC 6455): credentials cannot be checked during an outage of the database."""


class Socket:
    """A WebSocket with time limits for receiving and sending."""

    def __init__(self, websocket: WebSocket, limits: Limits) -> None:
        self._websocket, self._limits = websocket, limits
        self.is_busy: Callable[[], bool] = lambda: False

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:  # noqa: ARG002 - Strawberry's signature
        """Yield each message; refuse one that is not an object with a type."""
        while True:
            text = await self._receive()
            try:
                message = parse_json(text, "The message")
            except RequestError:
                raise NonJsonMessageReceived from None
            if not isinstance(message, dict) or not isinstance(message.get("type"), str):
                raise NonJsonMessageReceived
            yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message; close if the client does not read it in time."""
        try:
            async with asyncio.timeout(self._limits.socket_send_seconds):
                await self._websocket.send_text(encode(message).decode())
        except TimeoutError:
            await self.close(CLOSE_IDLE, "Messages are not read in time")
            raise WebSocketDisconnected from None
        except (WebSocketDisconnect, RuntimeError):
            raise WebSocketDisconnected from None

    async def close(self, code: int, reason: str) -> None:
        """Close the WebSocket, once."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            try:
                async with asyncio.timeout(self._limits.socket_send_seconds):
                    await self._websocket.close(code, reason[:100])
            except (TimeoutError, WebSocketDisconnect, RuntimeError):
                return

    async def _receive(self) -> str:
        """Receive a text; close if none comes in time and no operation runs."""
        while True:
            try:
                async with asyncio.timeout(self._limits.socket_idle_seconds):
                    message = await self._websocket.receive()
            except TimeoutError:
                if self.is_busy():
                    continue
                await self.close(CLOSE_IDLE, "No operation for too long")
                raise WebSocketDisconnected from None
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnected
            text: str | None = message.get("text")
            if text is None or len(text) > self._limits.max_body_bytes:
                raise NonJsonMessageReceived
            return text


class WebSocketSession:
    """A connected client. It sends its credentials once; they are checked again for each operation."""

    def __init__(self, endpoint: GraphQLEndpoint, websocket: WebSocket, slot: ExitStack, request_id: str) -> None:
        self.endpoint = endpoint
        self._websocket, self._slot, self._request_id = websocket, slot, request_id
        self.address = address_of(websocket)
        self._credentials = Credentials(None, is_from_here=False)

    async def authenticate(self, authorization: str | None) -> None:
        """Authenticate the client by the first message, or by the header if the client can send one."""
        header = authorization or self._websocket.headers.get("authorization")
        self._credentials = self.endpoint.authenticator.credentials(self._websocket, header)
        context = await self.context()
        self._slot.close()
        self._slot.enter_context(self.endpoint.connections.admitted(context.caller.rate_key))

    async def context(self) -> Context:
        """Make the context of an operation; refuse credentials that are not accepted any more."""
        reauthenticate = partial(self.endpoint.authenticator.identify, self._credentials, self.address)
        return self.endpoint.context(Caller(await reauthenticate(), self.address, reauthenticate, self._request_id))

    def logged(self) -> logs.OfRequest:
        """Begin the line that the log has of an operation, or of a client that is refused."""
        return logs.OfRequest(METHOD, PATH, self._request_id, self.address)

    def results(self, query: str, request: OperationRequest, context: Context) -> AsyncGenerator[ExecutionResult, None]:
        """Yield the results of an operation."""
        return self.endpoint.operations.stream(query, request, context, READS_AND_WRITES)


def errors_of(refused: RequestError | Unauthenticated) -> dict[str, object]:
    """Write a refusal as the errors of a response."""
    extensions = refused.extensions if isinstance(refused, RequestError) else {"code": "UNAUTHENTICATED"}
    return {"errors": [{"message": str(refused), "extensions": extensions}]}


class _AcceptAnyConnection:
    """The view that Strawberry's handler calls: it accepts every connection, because the session has authenticated it before."""

    async def on_ws_connect(self, _context: Context) -> object:
        """Acknowledge a connection."""
        return UNSET


class ProtocolHandler(BaseGraphQLTransportWSHandler[None, None]):
    """Strawberry's implementation of the protocol, with a new context for each operation and our own results."""

    def __init__(self, socket: Socket, session: WebSocketSession) -> None:
        limits = session.endpoint.limits
        self._session, self._documents, self._limits = session, session.endpoint.documents, limits
        super().__init__(
            view=cast("Any", _AcceptAnyConnection()),
            websocket=cast("Any", socket),
            context=None,
            root_value=None,
            schema=schema,
            connection_init_wait_timeout=timedelta(seconds=limits.socket_init_seconds),
        )
        socket.is_busy = lambda: bool(self.operations) or not self.connection_acknowledged

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Authenticate the client by the payload `{"authorization": "Bearer ckb_…"}`; close if that fails."""
        payload = message.get("payload") or {}
        if isinstance(payload, dict) and not self.connection_init_received:
            authorization = payload.get("authorization", payload.get("Authorization"))
            try:
                await self._session.authenticate(authorization if isinstance(authorization, str) else None)
            except (RequestError, Unauthenticated) as refused:
                _tell_of(refused, self._session.logged())
                code = CLOSE_TRY_LATER if isinstance(refused, ServiceUnavailable) else CLOSE_FORBIDDEN
                await self.websocket.close(code, str(refused))
                return
        await super().handle_connection_init({"type": "connection_init", "payload": payload})

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Read an operation as strictly as over HTTP, then start it."""
        if not self.connection_acknowledged:
            await super().handle_subscribe(message)
            return
        if not isinstance(message.get("id"), str) or len(message["id"]) > 100:
            await self.handle_invalid_message("A subscribe message has an id, a text of at most 100 characters")
            return
        try:
            request = operation_request(message.get("payload"), self._limits)
            running, maximum = len(self.operations) + 1, self._limits.max_socket_operations
            if running > maximum:
                text = f"{maximum} operations run on this connection already, as many as there may be. Complete one first."
                raise RequestError(429, text, "RATE_LIMITED", requested=running, maximum=maximum)
            query = self._documents.find(request)
            if not query:
                raise RequestError(400, "The operation has no query.")
        except RequestError as refused:
            _tell_of(refused, self._session.logged())
            error = {"message": refused.message, "extensions": refused.extensions}
            await self.send_message(cast("Message", {"id": message["id"], "type": "error", "payload": [error]}))
            return
        payload: Any = {"query": query, "variables": request.variables, "operationName": request.operation_name}
        await super().handle_subscribe({"id": message["id"], "type": "subscribe", "payload": payload})

    async def handle_complete(self, message: CompleteMessage) -> None:
        """Stop an operation."""
        if isinstance(message.get("id"), str):
            await super().handle_complete(message)
        else:
            await self.handle_invalid_message("A complete message has an id, a text")

    async def run_operation(self, operation: Operation[None, None]) -> None:
        """Answer an operation: send each of its results; then log it."""
        with self._session.logged() as logged:
            try:
                context = await self._session.context()
            except (RequestError, Unauthenticated) as refused:
                _tell_of(refused, logged)
                await operation.send_operation_message(cast("Message", self._error(operation.id, errors_of(refused))))
                return
            status = 200
            try:
                status = await self._send_results(operation, context)
            finally:
                logged.answered(status)

    async def _send_results(self, operation: Operation[None, None], context: Context) -> int:
        """Send each result of an operation; return the status that it would have over HTTP."""
        request = OperationRequest(operation.query, operation.variables, operation.operation_name)
        results = self._session.results(operation.query, request, context)
        try:
            async for result in results:
                payload = payload_of(result, context.caller.request_id)
                if "data" not in payload:
                    await operation.send_operation_message(cast("Message", self._error(operation.id, payload)))
                    return status_of(result, GRAPHQL)[0]
                await operation.send_operation_message(cast("Message", {"id": operation.id, "type": "next", "payload": payload}))
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
        finally:
            await results.aclose()
        return 200

    @staticmethod
    def _error(id_: str, payload: Mapping[str, object]) -> dict[str, object]:
        """Write the message that ends an operation by request errors."""
        return {"id": id_, "type": "error", "payload": payload["errors"]}


def _tell_of(refused: RequestError | Unauthenticated, logged: logs.OfRequest) -> None:
    """Log a refusal, with the status that it would have over HTTP."""
    over_http = unauthenticated(refused) if isinstance(refused, Unauthenticated) else refused
    logged.fields["code"] = over_http.extensions["code"]
    logged.answered(over_http.status)


async def answer(endpoint: GraphQLEndpoint, websocket: WebSocket) -> None:
    """Answer the operations of a WebSocket until it closes."""
    request_id = request_id_of(websocket)
    try:
        with ExitStack() as slot:
            slot.enter_context(endpoint.connections.admitted(address_of(websocket)))
            await _serve(websocket, WebSocketSession(endpoint, websocket, slot, request_id))
    except RequestError as refused:
        logs.note(code=refused.extensions["code"])
        await websocket.send_denial_response(refusal(refused, JSON, request_id))


async def _serve(websocket: WebSocket, session: WebSocketSession) -> None:
    """Accept a WebSocket that offers the protocol, and answer its operations."""
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(PROTOCOL if PROTOCOL in offered else None)
    if PROTOCOL not in offered:
        await websocket.close(4406, f"Ask for the subprotocol {PROTOCOL}")
        return
    await ProtocolHandler(Socket(websocket, session.endpoint.limits), session).handle()
