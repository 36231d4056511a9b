"""Which routes does the API have? The endpoint stands in front of the framework; the framework has all other routes."""

from functools import partial
from time import monotonic

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

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
from claimkb.graphql.transport.endpoint import PATH, CrashHandler, GraphQLEndpoint
from claimkb.graphql.transport.files import File
from claimkb.graphql.transport.metrics import MeasuredOperations, Metrics, MetricsPage
from claimkb.graphql.transport.operations import Operations
from claimkb.graphql.transport.origins import Origins
from claimkb.graphql.transport.responses import encode

SDL = File(lambda: sdl().encode(), "text/plain")
INTROSPECTION = File(lambda: encode(introspection()), "application/json")
"""The schema, as SDL and as the result of an introspection query."""


def endpoint_of(
    desk: Desk,
    authenticator: Authenticator,
    limits: Limits,
    documents: Documents | None,
    planner: Planner,
    bulkheads: Bulkheads,
    origins: Origins,
    answer_crash: CrashHandler,
    *,
    has_metrics: bool = False,
) -> GraphQLEndpoint:
    """Make the endpoint with its parts."""
    rates = RateLimits(limits.rate_cost, limits.rate_cost_per_second, monotonic)
    admission = Admission(schema._schema, limits)
    feed, connections = ChangeFeed(desk), ConnectionLimits(limits)
    metrics = Metrics(desk, planner, bulkheads, connections) if has_metrics else None
    operations = Operations(admission, planner) if metrics is None else MeasuredOperations(admission, planner, metrics)
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
        metrics,
    )


def _metrics(endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    """Make the route of the metrics, where they are switched on."""
    if endpoint.metrics is None:
        return []
    parts = (endpoint.desk, endpoint.metrics, endpoint.authenticator, endpoint.bulkheads, endpoint.limits, endpoint.rates)
    return [MetricsPage(*parts).route()]


def routes(endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    """Make the routes of the endpoint, WebSockets, the schema, health, GraphiQL and metrics."""

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
        *_metrics(endpoint),
    ]
