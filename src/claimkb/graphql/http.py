"""Under which addresses is the API reached?"""

import logging
from collections.abc import Callable

import anyio.to_thread
import strawberry.fastapi
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql import graphiql
from claimkb.graphql.context import Context
from claimkb.graphql.schema import schema, sdl
from claimkb.store import migrations
from claimkb.store.database import DatabaseUnavailable

log = logging.getLogger("claimkb")


class _Router(strawberry.fastapi.GraphQLRouter[Context, None]):
    """The API; a browser that asks nothing of it gets our page instead of strawberry's."""

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:  # noqa: ARG002
        """Answer with the page."""
        return graphiql.page()


def routes(desk: Desk, who: Callable[[], Actor]) -> APIRouter:
    """Make the routes: the API, its schema, and whether the server is alive and ready."""
    router = APIRouter()

    async def context() -> Context:
        return Context(desk, who())

    router.include_router(_Router(schema, path="/graphql", context_getter=context, allow_queries_via_get=True))
    router.routes.append(graphiql.files())

    @router.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/graphql")

    @router.get("/schema.graphql")
    async def schema_as_sdl() -> PlainTextResponse:
        return PlainTextResponse(sdl())

    @router.get("/schema.json")
    async def schema_as_json() -> JSONResponse:
        return JSONResponse(schema.introspect())

    @router.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def ready() -> Response:
        try:
            await anyio.to_thread.run_sync(migrations.require_current, desk.database)
        except DatabaseUnavailable as unavailable:
            log.warning("Not ready: %s", unavailable)
            return JSONResponse({"status": "not ready", "reason": "The log says why."}, status_code=503)
        return JSONResponse({"status": "ready"})

    return router
