"""When does a server run the job and make deliveries of its own accord? Of several servers, the one with the lease does."""

import logging
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread

from claimkb.actions import erasing, flagging
from claimkb.actions.work import Desk
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.refusals import Meanwhile
from claimkb.domain.schedule import is_due, is_late
from claimkb.identity import SCHEDULER
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.embedding import make_vectors
from claimkb.store import flags
from claimkb.store.engine import leases
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")

WORK = "scheduler"
SECONDS = 30.0
"""The seconds between two looks at what is due: a third of a lease."""


GRACE_SECONDS = 12
"""The seconds in which it may end its work when the server stops: the receiver of a webhook may take ten."""


class Scheduler:
    """Runs the job, makes checkpoints and deliveries, and cleans up after erasures, when they are due.

    Without an outbox it only warns of a late job.
    """

    def __init__(
        self, desk: Desk, outbox: Outbox | None, seconds: float = SECONDS, checkpointing: Checkpointing | None = None
    ) -> None:
        self.desk, self.outbox, self._seconds, self._checkpointing = desk, outbox, seconds, checkpointing
        self.holder = desk.new_id().hex
        self.stopped = Event()
        self._warned_at: datetime | None = None

    def begin(self) -> None:
        """Work in a thread beside the server."""
        self._thread = Thread(target=self._run, name="claimkb-scheduler", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop when the present work has ended or has taken too long."""
        self.stopped.set()
        self._thread.join(GRACE_SECONDS)

    def _run(self) -> None:
        """Look again and again, until stopped."""
        while not self.stopped.is_set():
            try:
                self.look()
            except (DatabaseUnavailable, TookTooLong, Meanwhile) as unavailable:
                log.warning("What is due is done later: %s", unavailable)
            except Exception:  # after any error, tomorrow's predictions are to be flagged all the same
                log.exception("What is due is done later")
            self.stopped.wait(self._seconds)
        with suppress(DatabaseUnavailable), self.desk.database.write() as session:  # without this the lease ends by itself
            leases.leave(session, WORK, self.holder)

    def look(self) -> None:
        """Do the work that is due, unless another server has the lease; warn if the job is late."""
        if self.outbox is None or not self._has_lease():
            self._warn()
            return
        self._flag()
        done = self.outbox.deliver(self.stopped.is_set)
        if done[DeliveryState.SENT]:
            log.info("Sent: %s", done[DeliveryState.SENT])
        self._warn()
        # Last what takes long or may fail for long, so that it keeps nobody from being told.
        if self._checkpointing is not None:
            self._checkpointing.make_if_due()
        make_vectors(self.desk, self.stopped.is_set)
        if erasing.clean_up(self.desk):  # it fails where a long read or a full disk is in its way
            log.info("What the database kept of erased words is removed")

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
