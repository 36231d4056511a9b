"""Which thread may write to a SQLite file? The writers of this process queue for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.files import BUSY_SECONDS, PAUSE
from claimkb.store.engine.outages import DatabaseBusy


class WriteQueue:
    """A queue for the one writer that SQLite allows. SQLite itself polls, with longer and longer pauses."""

    def __init__(self, place: str) -> None:
        self._place, self._lock = place, threading.Lock()

    @contextmanager
    def turn(self, cancellation: Cancellation) -> Iterator[None]:
        """Wait for the turn to write; raise DatabaseBusy if that takes too long."""
        deadline = monotonic() + BUSY_SECONDS
        while not self._lock.acquire(timeout=PAUSE):  # in between, notice a stop
            if cancellation.seconds_left <= 0 or monotonic() > deadline:
                raise DatabaseBusy(f"{self._place} is written to by others for more than {BUSY_SECONDS} seconds: try again.")
        try:
            yield
        finally:
            self._lock.release()
