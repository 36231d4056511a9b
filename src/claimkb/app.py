"""How is the web application assembled? Here alone: identity, the API, the pages, and the hosts that it answers to."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from claimkb import __version__, logs
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.channel import ChannelKind
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.execution.persisted_documents import DocumentFolder, Documents
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.transport.authentication import Authenticator
from claimkb.graphql.transport.endpoint import Application
from claimkb.graphql.transport.origins import OriginCheck, Origins
from claimkb.graphql.transport.request_log import RequestLog
from claimkb.graphql.transport.requests import JSON, request_id_of
from claimkb.graphql.transport.responses import refusal
from claimkb.graphql.transport.routes import endpoint_of, routes
from claimkb.graphql.transport.security_headers import SECURITY_HEADERS, SecurityHeaders
from claimkb.identity import AnonymousAccess, Identities, SignIns
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.digests import Digests
from claimkb.outbound.scheduler import Scheduler
from claimkb.outbound.webhooks import Webhooks
from claimkb.settings import Settings, open_desk
from claimkb.web import feeds, pack, sign_in, signposts

CORS_REQUEST_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"]
CORS_RESPONSE_HEADERS = ["Retry-After", "X-Request-Id"]
"""The headers that a page of another origin may send and read."""

log = logging.getLogger("claimkb")


async def _refuse(request: Request, error: HTTPException) -> Response:
    """Answer an address without a route: with a page for a browser, else in JSON."""
    if error.status_code == 404 and signposts.is_browser(request):
        return signposts.nowhere()
    refused = RequestError(error.status_code, f"{error.detail}: the API is at /graphql.").with_headers(**dict(error.headers or {}))
    return refusal(refused, JSON, request_id_of(request))


async def _answer_crash(request: Request, error: Exception) -> Response:
    """Answer a request that crashed outside of an operation. The answer has only the request id; the cause goes to the log."""
    request_id = request_id_of(request)
    log.error("Request %s crashed", request_id, exc_info=error)
    message = f"Something went wrong here. Tell us the request id: {request_id}."
    answer = refusal(RequestError(500, message, "INTERNAL_SERVER_ERROR", requestId=request_id), JSON, request_id)
    answer.headers.update(SECURITY_HEADERS)  # this response does not pass through the middleware that adds them
    return answer


def app_of(
    desk: Desk,
    limits: Limits | None = None,
    documents: Documents | None = None,
    anonymous: AnonymousAccess | None = None,
    hosts: Sequence[str] = (),
    cors_origins: Sequence[str] = (),
    scheduler: Scheduler | None = None,
    address: str = "http://127.0.0.1:8000",
    plans: Planner | None = None,
    *,
    has_metrics: bool = False,
) -> Application:
    """Assemble the web application around a desk.

    It answers to the names of this machine and to `hosts`, and to its own pages and those of `cors_origins`. The `scheduler`
    runs while it serves.
    """
    limits = limits or Limits()
    bulkheads = Bulkheads(desk.database)
    authenticator = Authenticator(Identities(desk, anonymous or AnonymousAccess()), limits, bulkheads)
    origins = Origins(hosts, cors_origins)
    endpoint = endpoint_of(
        desk,
        authenticator,
        limits,
        documents,
        plans or Planner(),
        bulkheads,
        origins,
        _answer_crash,
        has_metrics=has_metrics,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if scheduler is not None:
            scheduler.begin()
        yield
        if scheduler is not None:
            await to_thread.run_sync(scheduler.end)
        if desk.database.async_reader is not None:
            await desk.database.async_reader.close()
        desk.database.close()

    handlers: dict[Any, Any] = {HTTPException: _refuse, Exception: _answer_crash}
    app = FastAPI(
        title="claimkb",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        exception_handlers=handlers,
        routes=[
            *routes(endpoint),
            *sign_in.routes(SignIns(desk, authenticator.may_guess_code), authenticator, limits, endpoint.rates),
            *pack.routes(desk, authenticator, limits, endpoint.rates),
            *signposts.routes(endpoint.rates),
            *feeds.routes(desk, authenticator, limits, endpoint.rates, address, partial(link, address)),
        ],
    )
    if cors_origins:  # never with credentials: a page of another origin sends a token, and no cookie
        app.add_middleware(
            CORSMiddleware,
            allow_origins=cors_origins,
            allow_methods=["POST"],
            allow_headers=CORS_REQUEST_HEADERS,
            expose_headers=CORS_RESPONSE_HEADERS,
        )
    app.add_middleware(OriginCheck, origins=origins)
    app.add_middleware(SecurityHeaders)
    return Application(RequestLog(app, endpoint.metrics), endpoint, has_cors=bool(cors_origins))


def digests_of(desk: Desk, settings: Settings) -> Digests:
    """Make the sender of digests."""
    return Digests(desk, settings.mail_url, partial(link, settings.address))


def webhooks_of(desk: Desk, settings: Settings) -> Webhooks:
    """Make the sender of webhooks."""
    return Webhooks(desk, partial(link, settings.address))


def outbox_of(desk: Desk, settings: Settings) -> Outbox:
    """Make the outbox with its senders."""
    return Outbox(desk, {ChannelKind.DIGEST: digests_of(desk, settings), ChannelKind.WEBHOOK: webhooks_of(desk, settings)})


def with_assistant(desk: Desk, settings: Settings) -> Desk:
    """Give a desk the assistant that is set up for it, if one is."""
    if settings.assistant_url is None:
        return desk
    from claimkb.assistant.assistant import assistant_of  # few desks have one

    return replace(desk, assistant=assistant_of(desk, settings))


def link(address: str, prediction: Prediction) -> str:
    """Write the link to a prediction."""
    return f"{address}/predictions/{prediction.id}"


def create(settings: Settings | None = None, local_secret_hash: str | None = None) -> Application:
    """Make the application from the settings, for a web server."""
    settings = settings or Settings()
    logs.configure(settings.log)
    documents = DocumentFolder(settings.documents_folder) if settings.documents == "only" else None
    anonymous = AnonymousAccess(settings.is_loopback, local_secret_hash, settings.public_read)
    hosts = (settings.host, *settings.hosts)
    desk = with_assistant(open_desk(settings), settings)
    checkpointing = Checkpointing.of_files(desk, settings.checkpoint_key_file, settings.checkpoint_folder)
    scheduler = Scheduler(desk, outbox_of(desk, settings) if settings.scheduler else None, checkpointing=checkpointing)
    plans = Planner(is_on=settings.plans)
    return app_of(
        desk,
        settings,
        documents,
        anonymous,
        hosts,
        settings.cors_origins,
        scheduler,
        settings.address,
        plans,
        has_metrics=settings.metrics,
    )
