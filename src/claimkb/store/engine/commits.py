"""Was a change made, of whose commit nothing was heard? PostgreSQL is asked again, as soon as it answers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

SECONDS, PAUSE = 10, 0.2
"""For how long to ask, and how long to wait in between."""

_BEGIN = sa.text("SELECT pg_backend_pid() FROM set_config('lock_timeout', :most, true)")
_IS_AT_WORK = sa.text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")


def begin(connection: sa.Connection, lock_milliseconds: int) -> int:
    """Set how long a transaction waits for a lock; tell which of PostgreSQL's processes serves it, also behind a pooler."""
    pid: int = connection.execute(_BEGIN, {"most": str(lock_milliseconds)}).scalar_one()
    return pid


def is_made(
    read: Callable[[], AbstractContextManager[Session]], proof: sa.Select[Any], backend: int, cancellation: Cancellation
) -> bool | None:
    """Find out whether a transaction was committed, once its process is gone: then what it appended is there, or is not.

    None if that cannot be found out in time. An id that the change made is the proof, and not the number of the transaction: after
    a crash PostgreSQL may give that to another.
    """
    ends = monotonic() + SECONDS
    while cancellation.left > 0 and monotonic() < ends:
        try:
            with read() as session:
                if not session.scalar(_IS_AT_WORK, {"pid": backend}):
                    return session.scalar(proof) is not None
        except (DatabaseUnavailable, TookTooLong):
            pass
        cancellation.wait(PAUSE)
    return None
