"""Under which addresses is the API reached? The endpoint stands in front; the framework has the routes beside it."""

from functools import partial
from time import monotonic

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from claimkb.actions.work import Desk
from claimkb.graphql.execution.admission import Admission
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.persisted_documents import Documents, RegisteredDocuments
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.schema.assembly import introspection, schema, sdl
from claimkb.graphql.transport import files, graphiql, health, websockets
from claimkb.graphql.transport.authentication import Authenticator
from claimkb.graphql.transport.connection_limits import ConnectionLimits
from claimkb.graphql.transport.endpoint import CrashHandler, GraphQLEndpoint
from claimkb.graphql.transport.files import File
from claimkb.graphql.transport.one_shot import EXCHANGE
from claimkb.graphql.transport.operations import Operations
from claimkb.graphql.transport.origins import Origins
from claimkb.graphql.transport.responses import encode

PATH = "/graphql"
SDL = File(lambda: sdl().encode(), "text/plain")
INTROSPECTION = File(lambda: encode(introspection()), "application/json")
"""The schema, in both its forms."""


class Application:
    """Answers requests to the endpoint before the framework sees them, and passes on all others.

    With CORS a page of another origin gets its headers from the framework's middleware, through which the same endpoint is reached.
    """

    def __init__(self, framework: ASGIApp, endpoint: GraphQLEndpoint, *, has_cors: bool) -> None:
        self.endpoint = endpoint
        self._framework, self._has_cors = framework, has_cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http" and scope["path"] == PATH and not (self._has_cors and _has_origin(scope)):
            await self.endpoint(scope, receive, send)
            return
        scope.pop(EXCHANGE, None)
        await self._framework(scope, receive, send)


def _has_origin(scope: Scope) -> bool:
    """Tell whether a browser says which page sent a request."""
    return any(name == b"origin" for name, _ in scope["headers"])


def endpoint_of(
    desk: Desk,
    authenticator: Authenticator,
    limits: Limits,
    documents: Documents | None,
    planner: Planner,
    bulkheads: Bulkheads,
    origins: Origins,
    answer_crash: CrashHandler,
) -> GraphQLEndpoint:
    """Make the endpoint."""
    rates = RateLimits(limits.rate_cost, limits.rate_cost_per_second, monotonic)
    operations = Operations(Admission(schema._schema, limits), planner)
    feed, connections = ChangeFeed(desk), ConnectionLimits(limits)
    return GraphQLEndpoint(
        desk,
        authenticator,
        limits,
        documents or RegisteredDocuments(),
        rates,
        feed,
        connections,
        operations,
        bulkheads,
        origins,
        answer_crash,
    )


def routes(endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    """Make the routes: the API, its schema, and whether the server is alive and ready."""

    async def home(_: Request) -> Response:
        return RedirectResponse(PATH)

    return [
        Route("/", home),
        Route(PATH, endpoint),
        WebSocketRoute(PATH, partial(websockets.answer, endpoint)),
        files.route("/schema.graphql", lambda _: SDL, endpoint.rates),
        files.route("/schema.json", lambda _: INTROSPECTION, endpoint.rates),
        *health.routes(endpoint.desk, endpoint.operations.planner, endpoint.bulkheads),
        files.route(graphiql.PATH, graphiql.find, endpoint.rates),
    ]
