"""What does a server do of its own accord, and when? It runs the job, and sends what is to be sent; of several servers one does."""

import logging
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread

from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.refusals import Meanwhile
from claimkb.domain.schedule import is_due, is_late
from claimkb.identity import SCHEDULER
from claimkb.outbound.delivering import Outbox
from claimkb.store import flags
from claimkb.store.engine import leases
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

WORK = "scheduler"
SECONDS = 30.0
"""How long it rests between two looks at what is to be done: a third of a lease."""


GRACE_SECONDS = 12
"""How long it may take to end what it is doing when the server stops: a program that is told may take ten."""


class Scheduler:
    """Does on time what nobody asks for, until it is stopped. Without an outbox another program does it, and this one watches."""

    def __init__(self, desk: Desk, outbox: Outbox | None, seconds: float = SECONDS) -> None:
        self.desk, self.outbox, self._seconds = desk, outbox, seconds
        self.holder = desk.new_id().hex
        self.stopped = Event()
        self._warned_at: datetime | None = None

    def begin(self) -> None:
        """Work in a thread beside the server."""
        self._thread = Thread(target=self._run, name="claimkb-scheduler", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop, once what is being done is done, or has taken too long."""
        self.stopped.set()
        self._thread.join(GRACE_SECONDS)

    def _run(self) -> None:
        """Look again and again at what is to be done."""
        while not self.stopped.is_set():
            try:
                self.look()
            except (DatabaseUnavailable, TookTooLong, Meanwhile) as unavailable:
                log.warning("What is due is done later: %s", unavailable)
            except Exception:  # whatever it is, tomorrow's predictions are to be flagged
                log.exception("What is due is done later")
            self.stopped.wait(self._seconds)
        with suppress(DatabaseUnavailable), self.desk.database.write() as session:  # else the lease ends by itself
            leases.leave(session, WORK, self.holder)

    def look(self) -> None:
        """Do what is to be done now, unless another server does; warn where the job is late."""
        if self.outbox is not None and self._has_lease():
            self._flag()
            done = self.outbox.deliver(self.stopped.is_set)
            if done[DeliveryState.SENT]:
                log.info("Sent: %s", done[DeliveryState.SENT])
        self._warn()

    def _has_lease(self) -> bool:
        """Take the lease, or renew it; False if another server has it."""
        with self.desk.database.write() as session:
            return leases.take(session, WORK, self.holder, self.desk.now())

    def _flag(self) -> None:
        """Run the job if it is due."""
        now, today = self.desk.now(), self.desk.today()
        with self.desk.database.read() as session:
            last = flags.last_run(session, flagging.JOB)
        if not is_due(last, today, now, self.desk.policy.job_every):
            return
        with self.desk.work(SCHEDULER) as work:
            run = flagging.flag_predictions(work, flagging.FlagPredictions())
        log.info("The job of %s: %s flags new, %s cleared", run.as_of, len(run.flags), run.cleared)

    def _warn(self) -> None:
        """Say in the log, once an interval, that the job has not run for too long."""
        now, every = self.desk.now(), self.desk.policy.job_every
        with self.desk.database.read() as session:
            last = flags.last_run(session, flagging.JOB)
        if is_late(last, now, every) and (self._warned_at is None or now - self._warned_at >= every):
            log.warning("The job that flags predictions is late: it last ran at %s", last.succeeded_at if last else "no time yet")
            self._warned_at = now
