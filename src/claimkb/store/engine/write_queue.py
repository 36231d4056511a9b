"""Whose turn is it to write to a SQLite file? The writers of this program queue for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.files import BUSY_SECONDS, PAUSE
from claimkb.store.engine.outages import DatabaseBusy


class WriteQueue:
    """A queue for the one writer that SQLite allows. SQLite itself would look now and then whether the file is free."""

    def __init__(self, place: str) -> None:
        self._place, self._lock = place, threading.Lock()

    @contextmanager
    def turn(self, cancellation: Cancellation) -> Iterator[None]:
        """Wait for the turn to write, a limited time; refuse where others take too long."""
        deadline = monotonic() + BUSY_SECONDS
        while not self._lock.acquire(timeout=PAUSE):  # in between, a writer that was stopped gives up
            if cancellation.left <= 0 or monotonic() > deadline:
                raise DatabaseBusy(f"{self._place} is written to by others for more than {BUSY_SECONDS} seconds: try again.")
        try:
            yield
        finally:
            self._lock.release()
