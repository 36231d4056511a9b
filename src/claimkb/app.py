"""Assembles the web application around a desk: identity, the API, and the hosts that it answers to. No one else does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from claimkb import __version__
from claimkb.actions.work import Desk
from claimkb.graphql.http import routes
from claimkb.identity import LOCAL_EDITOR
from claimkb.settings import Settings, open_desk

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
"""While there are no accounts, only requests that name this machine are answered: a page elsewhere cannot reach in by DNS."""


def app_of(desk: Desk) -> FastAPI:
    """Put the web application together around a desk."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.database.close()

    app = FastAPI(title="claimkb", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL_HOSTS, www_redirect=False)
    app.include_router(routes(desk, lambda: LOCAL_EDITOR))
    return app


def create() -> FastAPI:
    """Make the application from the settings, for a web server to serve."""
    return app_of(open_desk(Settings()))
