"""What does Prometheus read of this server? Rates and durations, counted as it answers, and its state at the moment of asking.

The extra `metrics` has the library. Each application has a registry of its own. No label has a value that a client chooses.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from strawberry.types import ExecutionResult

from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.domain.access import Unauthenticated
from claimkb.domain.schedule import is_late
from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError, ServiceUnavailable
from claimkb.graphql.execution.threads import Bulkheads
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.plans.planner import Planner
from claimkb.graphql.transport.authentication import Authenticator, address_of, spend, unauthenticated
from claimkb.graphql.transport.connection_limits import ConnectionLimits
from claimkb.graphql.transport.operations import Operations
from claimkb.graphql.transport.requests import JSON, request_id_of
from claimkb.graphql.transport.responses import refusal
from claimkb.identity import Credentials
from claimkb.store import deliveries, flags, status
from claimkb.store.engine import engines
from claimkb.store.engine.cancellation import Cancellation

if TYPE_CHECKING:
    from prometheus_client import Counter
    from prometheus_client.metrics_core import Metric

PATH = "/metrics"

COST = 10
"""What reading the metrics costs the address that asks."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The bounds of durations: from a short read to the longest request."""

KINDS = ("plan", "executor", "mutation")
OF_LIMITS = ("RATE_LIMITED", "QUERY_TOO_COMPLEX")
"""The codes of what limits refuse."""

REMEMBERED = 600.0
"""For how many seconds a reader who was let in may go on reading while the database cannot be asked: then metrics matter most."""

Values = dict[tuple[str, ...], float]
"""The values of a metric by those of its labels."""


@dataclass(frozen=True)
class InDatabase:
    """What the database says at a moment."""

    job_succeeded_at: float | None
    job_is_late: bool
    waiting: int
    oldest_due_at: float | None
    parked: int


def look(desk: Desk, cancellation: Cancellation) -> InDatabase:
    """Ask the database about the job and the outbox, on a connection that no other work takes."""
    with desk.database.read(cancellation, reserved=True) as session:
        last, queue = flags.last_run(session, JOB), status.queue(session)
        return InDatabase(
            None if last is None else last.succeeded_at.timestamp(),
            is_late(last, desk.now(), desk.policy.job_every),
            queue.waiting,
            None if queue.oldest_due_at is None else queue.oldest_due_at.timestamp(),
            deliveries.count_parked(session),
        )


class Metrics:
    """Counts what an application answers, and describes its state when it is asked."""

    def __init__(self, desk: Desk, planner: Planner, bulkheads: Bulkheads, connections: ConnectionLimits) -> None:
        import prometheus_client

        self._desk, self._planner, self._connections = desk, planner, connections
        self._bulkheads = {name: each for name, each in vars(bulkheads).items() if isinstance(each, CapacityLimiter)}
        self._library, self._registry = prometheus_client, prometheus_client.CollectorRegistry()
        self._asked: InDatabase | None = None
        self._requests = prometheus_client.Counter(
            "claimkb_http_requests", "Requests answered over HTTP, by status.", ["status"], registry=self._registry
        )
        refused = prometheus_client.Counter("claimkb_refused", "What limits refused, by code.", ["code"], registry=self._registry)
        seconds = prometheus_client.Histogram(
            "claimkb_operation_seconds",
            "How long operations took: reads by plan or executor, and mutations.",
            ["kind"],
            registry=self._registry,
            buckets=SECONDS,
        )
        self._by_status: dict[int, Counter] = {}
        self._seconds = {kind: seconds.labels(kind) for kind in KINDS}
        self._refused = {code: refused.labels(code) for code in OF_LIMITS}
        self._registry.register(self)

    def answered(self, status: int) -> None:
        """Count an answer over HTTP."""
        counter = self._by_status.get(status)
        if counter is None:
            counter = self._by_status[status] = self._requests.labels(str(status))
        counter.inc()

    def refuse(self, code: object) -> None:
        """Count what a limit refused; no other code."""
        if code in self._refused:
            self._refused[str(code)].inc()

    def observe(self, context: Context, result: ExecutionResult, seconds: float) -> None:
        """Count an operation that was executed with the time that it took, or that a limit refused."""
        if context.is_planned is not None and context.operation is not None:
            read = "plan" if context.is_planned else "executor"
            self._seconds["mutation" if context.operation.type is OperationType.MUTATION else read].observe(seconds)
        if result.errors:
            self.refuse((result.errors[0].extensions or {}).get("code"))

    def write(self, asked: InDatabase | None) -> Response:
        """Write all metrics; those of the database only if it was asked."""
        self._asked = asked
        return Response(self._library.generate_latest(self._registry), media_type=self._library.CONTENT_TYPE_LATEST)

    def collect(self) -> "Iterator[Metric]":
        """Describe the state of this moment, as a collector of the library does."""
        families = self._library.metrics_core
        for name, told, labels, values, kind in self._state():
            family = (families.CounterMetricFamily if kind == "counter" else families.GaugeMetricFamily)(name, told, labels=labels)
            for of_labels, value in values.items():
                family.add_metric(of_labels, value)
            yield family

    def _state(self) -> Iterator[tuple[str, str, list[str], Values, str]]:
        """Describe the state of this moment: name, meaning, labels, values, and the type of each metric."""
        operations: Values = {
            (how,): self._planner.counted[how] for how in ("planned", "executed", "refused", "crashed", "unavailable")
        }
        yield "claimkb_operations", "Operations, by how they were answered; as /readyz counts them.", ["how"], operations, "counter"
        outages: Values = {(code,): number for code, number in self._desk.database.outages.counts.items()}
        yield "claimkb_outages", "Requests that met an outage of the database, by code.", ["code"], outages, "counter"
        pools = self._pools()
        used: Values = {(pool,): many for pool, (many, _) in pools.items()}
        yield "claimkb_connections_used", "Connections to the database that are in use, by pool.", ["pool"], used, "gauge"
        most: Values = {(pool,): most for pool, (_, most) in pools.items()}
        yield "claimkb_connections_most", "Connections to the database that may be in use, by pool.", ["pool"], most, "gauge"
        running: Values = {(name,): each.borrowed_tokens for name, each in self._bulkheads.items()}
        yield "claimkb_work_running", "Work that runs in threads, by sort.", ["sort"], running, "gauge"
        waiting: Values = {(name,): each.statistics().tasks_waiting for name, each in self._bulkheads.items()}
        yield "claimkb_work_waiting", "Work that waits for its turn, by sort; writes are the changes.", ["sort"], waiting, "gauge"
        subscribers: Values = {(): self._connections.number}
        yield "claimkb_subscribers", "WebSockets and event streams that are open.", [], subscribers, "gauge"
        yield "claimkb_database_up", "Whether the database answered just now.", [], {(): float(self._asked is not None)}, "gauge"
        yield from self._in_database()

    def _in_database(self) -> Iterator[tuple[str, str, list[str], Values, str]]:
        """Describe what the database said."""
        asked = self._asked
        if asked is None:
            return
        for name, told, value in (
            ("claimkb_job_success_timestamp_seconds", "When the job last succeeded.", asked.job_succeeded_at),
            ("claimkb_job_late", "Whether the job has missed two of its runs.", asked.job_is_late),
            ("claimkb_outbox_waiting", "Messages that are to be sent.", asked.waiting),
            ("claimkb_outbox_oldest_due_timestamp_seconds", "Since when the oldest of them is due.", asked.oldest_due_at),
            ("claimkb_outbox_parked", "Deliveries that were given up.", asked.parked),
        ):
            yield name, told, [], {} if value is None else {(): float(value)}, "gauge"

    def _pools(self) -> dict[str, tuple[int, int]]:
        """Count the connections in use, and how many may be, by pool."""
        database = self._desk.database
        pools = {"reads": database.engine, "writes": database.writer, "reserved": database.reserved}
        found = {name: engines.connections_of(engine) for name, engine in pools.items()}
        return found if database.async_reader is None else {**found, "loop": database.async_reader.connections()}


@dataclass(frozen=True)
class MeasuredOperations(Operations):
    """Operations whose durations are counted."""

    metrics: Metrics

    async def answer(self, text: str, request: OperationRequest, context: Context, allowed: set[OperationType]) -> ExecutionResult:
        """Answer an operation, and count how long that took."""
        began = perf_counter()
        result = await super().answer(text, request, context, allowed)
        self.metrics.observe(context, result, perf_counter() - began)
        return result


@dataclass(frozen=True)
class MetricsPage:
    """The page that Prometheus reads: for accounts, and for this machine while there are none. It shows no record."""

    desk: Desk
    metrics: Metrics
    callers: Authenticator
    bulkheads: Bulkheads
    limits: Limits
    rates: RateLimits
    let_in: dict[Credentials, float] = field(default_factory=dict)
    """The readers that were let in, and when."""

    async def __call__(self, request: Request) -> Response:
        """Answer with the metrics."""
        try:
            spend(self.rates, address_of(request), COST)
            await self._admit(request)
        except Unauthenticated as refused:
            return refusal(unauthenticated(refused), JSON, request_id_of(request))
        except RequestError as refused:
            return refusal(refused, JSON, request_id_of(request))
        return self.metrics.write(await self._ask())

    async def _admit(self, request: Request) -> None:
        """Let in an account, and the local editor; others who may read without an account may not read this."""
        credentials = self.callers.credentials(request, request.headers.get("authorization"))
        try:
            actor = await self.callers.identify(credentials, address_of(request))
        except ServiceUnavailable:
            if monotonic() - self.let_in.get(credentials, -REMEMBERED) >= REMEMBERED:
                raise
            return
        if actor.account_id is None and not actor.is_local:
            raise Unauthenticated
        self.let_in.clear()  # one reader is remembered, as there is one Prometheus
        self.let_in[credentials] = monotonic()

    async def _ask(self) -> InDatabase | None:
        """Ask the database; None if it does not answer."""
        try:
            return await self.callers.ask(partial(look, self.desk), self.limits.statement_seconds, self.bulkheads.readiness)
        except ServiceUnavailable:
            return None

    def route(self) -> BaseRoute:
        """Make the route."""
        return Route(PATH, self.__call__, methods=["GET"])
