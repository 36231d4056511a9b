"""Under which addresses is the API reached?"""

from time import monotonic

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from claimkb.actions.work import Desk
from claimkb.graphql import files, graphiql, health
from claimkb.graphql.answers import encode
from claimkb.graphql.bus import Bus
from claimkb.graphql.callers import Callers
from claimkb.graphql.documents import Documents, Registered
from claimkb.graphql.files import File
from claimkb.graphql.http import Door
from claimkb.graphql.limits import Limits
from claimkb.graphql.plans.answering import Plans
from claimkb.graphql.rates import Rates
from claimkb.graphql.schema import introspection, sdl
from claimkb.graphql.subscribers import Subscribers
from claimkb.graphql.threads import Bulkheads

SDL = File(lambda: sdl().encode(), "text/plain")
INTROSPECTION = File(lambda: encode(introspection()), "application/json")
"""The schema, in both its forms."""


def door_of(desk: Desk, callers: Callers, limits: Limits, documents: Documents | None, plans: Plans, bulkheads: Bulkheads) -> Door:
    """Make the address of the API."""
    rates = Rates(limits.rate_cost, limits.rate_cost_per_second, monotonic)
    return Door(desk, callers, limits, documents or Registered(), rates, Bus(desk), Subscribers(limits), plans, bulkheads)


def routes(door: Door) -> list[BaseRoute]:
    """Make the routes: the API, its schema, and whether the server is alive and ready."""

    async def home(_: Request) -> Response:
        return RedirectResponse("/graphql")

    return [
        Route("/", home),
        Route("/graphql", door),
        WebSocketRoute("/graphql", door.socket),
        files.route("/schema.graphql", lambda _: SDL, door.rates),
        files.route("/schema.json", lambda _: INTROSPECTION, door.rates),
        *health.routes(door.desk, door.plans, door.bulkheads),
        files.route(graphiql.PATH, graphiql.find, door.rates),
    ]
