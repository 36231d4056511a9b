"""Under which addresses is the API reached?"""

from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from claimkb.actions.work import Desk
from claimkb.graphql import graphiql, health
from claimkb.graphql.bus import Bus
from claimkb.graphql.callers import Callers
from claimkb.graphql.documents import Documents, Registered
from claimkb.graphql.http import Door
from claimkb.graphql.limits import Limits
from claimkb.graphql.plans.answering import Plans
from claimkb.graphql.rates import Rates
from claimkb.graphql.schema import introspection, sdl
from claimkb.graphql.subscribers import Subscribers
from claimkb.graphql.threads import Bulkheads


def door_of(desk: Desk, callers: Callers, limits: Limits, documents: Documents | None, plans: Plans, bulkheads: Bulkheads) -> Door:
    """Make the address of the API."""
    rates = Rates(limits.rate_cost, limits.rate_cost_per_second, monotonic)
    return Door(desk, callers, limits, documents or Registered(), rates, Bus(desk), Subscribers(limits), plans, bulkheads)


def routes(door: Door) -> list[BaseRoute]:
    """Make the routes: the API, its schema, and whether the server is alive and ready."""

    async def home(_: Request) -> Response:
        return RedirectResponse("/graphql")

    async def schema_as_sdl(_: Request) -> Response:
        return PlainTextResponse(sdl())

    async def schema_as_json(_: Request) -> Response:
        return JSONResponse(introspection())

    return [
        Route("/", home),
        Route("/graphql", door),
        WebSocketRoute("/graphql", door.socket),
        Route("/schema.graphql", schema_as_sdl),
        Route("/schema.json", schema_as_json),
        *health.routes(door.desk, door.plans, door.bulkheads),
        graphiql.files(),
    ]
