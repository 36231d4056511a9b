"""Is the server alive, and is it ready to answer? For process supervisors and load balancers."""

from functools import partial
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.domain import JobRun
from claimkb.domain.schedule import is_late
from claimkb.graphql.execution.threads import Bulkheads, run_in_thread
from claimkb.graphql.plans.planner import Planner
from claimkb.store import flags, migrations
from claimkb.store.engine import leases
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseCorrupt, DatabaseUnavailable, TookTooLong

PATHS = ALIVE, READY = "/healthz", "/readyz"

READY_SECONDS = 5.0
PROBE, PROBE_SECONDS = "readiness", 1.0
"""The lease that is written to test whether the database is writable, and how long the test may wait for other writers."""


def look_whether_ready(desk: Desk, cancellation: Cancellation) -> JobRun | None:
    """Raise if the database cannot be read or written; return the last successful run of the job."""
    database = desk.database
    database.outages.check()
    with database.read(cancellation, reserved=True) as session:
        migrations.check_current(database, session.connection())
        last = flags.last_run(session, JOB)
        database.check_writable(session)
        if database.outages.is_lasting:
            migrations.check_tables(session.connection())
    if database.outages.is_trouble:
        # Something kept a change from being written: test whether that is over.
        with database.write(Cancellation(PROBE_SECONDS), reserved=True) as session:
            leases.take(session, PROBE, str(desk.new_id()), desk.now())
    else:
        database.outages.end()
    return last


def routes(desk: Desk, plans: Planner, bulkheads: Bulkheads) -> list[BaseRoute]:
    """Make the routes."""
    outages = desk.database.outages

    def not_ready(outage: DatabaseUnavailable) -> Response:
        if not isinstance(outage, DatabaseCorrupt):  # reported already, when it was detected
            outages.report(outage)
        return JSONResponse({"status": "not ready", "code": outage.code, "reason": outage.public_message}, status_code=503)

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        try:
            last = await run_in_thread(
                partial(look_whether_ready, desk), READY_SECONDS, bulkheads.readiness, monotonic() + READY_SECONDS
            )
        except TookTooLong:
            return not_ready(DatabaseUnavailable(f"It did not answer within {READY_SECONDS:g} seconds."))
        except DatabaseUnavailable as outage:
            return not_ready(outage)
        job = {"isLate": is_late(last, desk.now(), desk.policy.job_every), "succeededAt": last and last.succeeded_at.isoformat()}
        answered = {name: plans.counted[name] for name in ("planned", "executed", "refused", "crashed", "unavailable")}
        return JSONResponse({"status": "ready", "job": job, "operations": answered, "outages": dict(outages.counts)})

    return [Route(ALIVE, alive), Route(READY, ready)]
