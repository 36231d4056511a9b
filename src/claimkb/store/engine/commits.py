"""Was a transaction committed when the answer to its commit was lost? PostgreSQL is asked again, as soon as it answers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

REHEARSAL = "rehearsal"
"""The key of `session.info` under which an action says that its transaction is to be rolled back in the end: it only looked."""

SECONDS, PAUSE = 10, 0.2
"""For how many seconds to ask, and how many to wait in between."""

_BEGIN = sa.text("SELECT pg_backend_pid() FROM set_config('lock_timeout', :most, true)")
_IS_AT_WORK = sa.text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")


def begin(connection: sa.Connection, lock_milliseconds: int) -> int:
    """Set how long a transaction waits for a lock; return the process id of its backend, also behind a pooler."""
    pid: int = connection.execute(_BEGIN, {"most": str(lock_milliseconds)}).scalar_one()
    return pid


def is_committed(
    read: Callable[[], AbstractContextManager[Session]], proof: sa.Select[UUID], backend: int, cancellation: Cancellation
) -> bool | None:
    """Look whether a transaction was committed, once its server process has ended: then the row that it appended is there, or not.

    Return None if that cannot be found out in time. The proof is the id of a row, not the number of the transaction: after a crash
    PostgreSQL may use that number again.
    """
    ends = monotonic() + SECONDS
    while cancellation.seconds_left > 0 and monotonic() < ends:
        try:
            with read() as session:
                if not session.scalar(_IS_AT_WORK, {"pid": backend}):
                    return session.scalar(proof) is not None
        except (DatabaseUnavailable, TookTooLong):
            pass
        cancellation.wait(PAUSE)
    return None
