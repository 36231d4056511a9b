"""Under which addresses is the API reached?"""

from time import monotonic

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from claimkb.actions.work import Desk
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.persisted_documents import Documents, RegisteredDocuments
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import Rates
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.assembly import introspection, sdl
from claimkb.graphql.transport import files, graphiql, health
from claimkb.graphql.transport.authentication import Authenticator
from claimkb.graphql.transport.connection_limits import ConnectionLimits
from claimkb.graphql.transport.endpoint import GraphQLEndpoint
from claimkb.graphql.transport.files import File
from claimkb.graphql.transport.responses import encode

SDL = File(lambda: sdl().encode(), "text/plain")
INTROSPECTION = File(lambda: encode(introspection()), "application/json")
"""The schema, in both its forms."""


def door_of(
    desk: Desk, callers: Authenticator, limits: Limits, documents: Documents | None, plans: Planner, bulkheads: Bulkheads
) -> GraphQLEndpoint:
    """Make the address of the API."""
    rates = Rates(limits.rate_cost, limits.rate_cost_per_second, monotonic)
    return GraphQLEndpoint(
        desk,
        callers,
        limits,
        documents or RegisteredDocuments(),
        rates,
        ChangeFeed(desk),
        ConnectionLimits(limits),
        plans,
        bulkheads,
    )


def routes(door: GraphQLEndpoint) -> list[BaseRoute]:
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
