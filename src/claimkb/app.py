"""Assembles the web application around a desk: identity, the API, and the hosts that it answers to. No one else does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from claimkb import __version__, logs
from claimkb.actions.work import Desk
from claimkb.graphql.answers import refusal
from claimkb.graphql.documents import Documents, Listed
from claimkb.graphql.http import request_id_of, routes
from claimkb.graphql.limits import Limits
from claimkb.graphql.origins import Origins
from claimkb.graphql.requests import JSON, Refused
from claimkb.identity import LOCAL_EDITOR
from claimkb.settings import Settings, open_desk

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
"""While there are no accounts, only requests that name this machine are answered."""


async def _refuse(request: Request, error: HTTPException) -> Response:
    """Answer in JSON what leads nowhere."""
    refused = Refused(error.status_code, f"{error.detail}: the API is at /graphql.").answered_with(**dict(error.headers or {}))
    return refusal(refused, JSON, request_id_of(request))


def app_of(desk: Desk, limits: Limits | None = None, documents: Documents | None = None) -> FastAPI:
    """Put the web application together around a desk."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.database.close()

    handlers: dict[Any, Any] = {HTTPException: _refuse}
    app = FastAPI(
        title="claimkb",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        exception_handlers=handlers,
        routes=routes(desk, lambda: LOCAL_EDITOR, limits or Limits(), documents),
    )
    app.add_middleware(Origins, hosts=LOCAL_HOSTS)
    return app


def create() -> FastAPI:
    """Make the application from the settings, for a web server to serve."""
    settings = Settings()
    logs.configure(settings.log)
    documents = Listed(settings.documents_folder) if settings.documents == "only" else None
    return app_of(open_desk(settings), settings, documents)
