"""Is the server alive, and is it ready to answer? For whoever starts, watches and replaces it."""

import logging
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.domain import JobRun
from claimkb.domain.schedule import is_late
from claimkb.graphql.plans.answering import Plans
from claimkb.graphql.threads import cross
from claimkb.store import flags, migrations
from claimkb.store.database import DatabaseUnavailable
from claimkb.store.running import Running, TookTooLong

log = logging.getLogger("claimkb")

READY_SECONDS = 5.0


def look_whether_ready(desk: Desk, running: Running) -> JobRun | None:
    """Refuse a database that cannot be used; tell when the job last succeeded."""
    migrations.require_current(desk.database)
    with desk.database.read(running) as session:
        return flags.last_run(session, JOB)


def routes(desk: Desk, plans: Plans) -> list[BaseRoute]:
    """Make the routes."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        try:
            last = await cross(partial(look_whether_ready, desk), READY_SECONDS)
        except (DatabaseUnavailable, TookTooLong) as unavailable:
            log.warning("Not ready: %s", unavailable)
            return JSONResponse({"status": "not ready", "reason": "The log says why."}, status_code=503)
        job = {"isLate": is_late(last, desk.now(), desk.policy.job_every), "succeededAt": last and last.succeeded_at.isoformat()}
        answered = {name: plans.counted[name] for name in ("planned", "executed", "crashed")}
        return JSONResponse({"status": "ready", "job": job, "operations": answered})

    return [Route("/healthz", alive), Route("/readyz", ready)]
