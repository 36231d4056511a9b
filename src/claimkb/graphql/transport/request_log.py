"""Which requests does the log tell of? All but those of supervisors. The endpoint logs its own, which take less time than this."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claimkb import logs
from claimkb.graphql.transport.authentication import address_of
from claimkb.graphql.transport.endpoint import PATH
from claimkb.graphql.transport.health import PATHS as OF_SUPERVISORS
from claimkb.graphql.transport.metrics import Metrics
from claimkb.graphql.transport.requests import request_id_of
from claimkb.graphql.transport.websockets import METHOD as WEBSOCKET

ANSWERED = ("http.response.start", "websocket.http.response.start")
"""The messages of ASGI that have a status: of an answer, and of the refusal of a WebSocket."""


class RequestLog:
    """Logs each request that the framework answers, once it is answered, and each WebSocket that is refused."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and log the status of its answer."""
        is_http = scope["type"] == "http"
        if scope["type"] not in ("http", "websocket") or (is_http and scope["path"] in (PATH, *OF_SUPERVISORS)):
            await self._app(scope, receive, send)
            return

        async def send_and_log(message: Message) -> None:
            if message["type"] in ANSWERED:
                logged.answered(message["status"])
                if self._metrics is not None:
                    self._metrics.answered(message["status"])
            await send(message)

        method = scope["method"] if is_http else WEBSOCKET
        with logs.OfRequest(method, scope["path"], request_id_of(HTTPConnection(scope)), address_of(scope)) as logged:
            await self._app(scope, receive, send_and_log)
