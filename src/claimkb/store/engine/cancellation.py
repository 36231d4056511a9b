"""How long may work in the database take, and how is it stopped? In the database too: no statement outlives its request."""

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from time import monotonic
from typing import Any

from claimkb.store.engine.outages import DatabaseBusy, TookTooLong

CANCEL_SECONDS = 2.0
"""How long PostgreSQL may take to accept a cancel request, and then again to end the statement."""


class Cancellation:
    """The time that a piece of work in the database has left, and the means to stop it from another thread."""

    def __init__(self, seconds: float = inf) -> None:
        self._ends = monotonic() + seconds
        self._lock, self._deciding = threading.Lock(), threading.Lock()
        self._driver: Any = None
        self._stopped, self._is_at_rest = threading.Event(), threading.Event()
        self.has_begun = False
        """Whether the work has a connection yet."""
        self.is_committing = False
        """Whether only the commit is left: then the database decides whether the change is made."""

    @property
    def seconds_left(self) -> float:
        """The seconds that are left; 0 after a stop."""
        return 0.0 if self._stopped.is_set() else max(0.0, self._ends - monotonic())

    @property
    def is_stopped(self) -> bool:
        """Whether no further statement may begin."""
        return self._stopped.is_set()

    @property
    def is_unanswered(self) -> bool:
        """Whether PostgreSQL is running a statement and has not answered."""
        driver = self._driver
        return driver is not None and not isinstance(driver, sqlite3.Connection) and driver.info.transaction_status.name == "ACTIVE"

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the time is over or the work is stopped."""
        self._stopped.wait(min(seconds, self.seconds_left))

    def check(self) -> None:
        """Raise TookTooLong after a stop."""
        if self._stopped.is_set():
            raise TookTooLong

    @contextmanager
    def on_driver(self, driver: Any, invalidate: Callable[[], None]) -> Iterator[None]:
        """Name the connection that `cancel` has to stop while the block runs."""
        with self._lock:
            if self._stopped.is_set():
                raise DatabaseBusy("All its time went by before it could begin: too much is asked of the database.")
            self._driver, self.has_begun = driver, True
            self._is_at_rest.clear()
        try:
            yield
        finally:
            with self._lock:
                self._driver = None
            self._is_at_rest.set()
            if self._stopped.is_set():
                invalidate()  # a late cancellation must not meet the next user of the connection

    def begin_commit(self) -> None:
        """Begin the commit, or raise TookTooLong after a stop: then nothing has changed.

        A commit of PostgreSQL can be cancelled, and its answer says whether it was made. A commit of SQLite is not interrupted.
        """
        with self._deciding:
            self.check()
            self.is_committing = True
        with self._lock:
            if isinstance(self._driver, sqlite3.Connection):
                self._driver = None

    def give_up(self) -> None:
        """Let no further statement begin; a commit that has begun goes on."""
        with self._deciding:
            self._stopped.set()

    def cancel(self) -> None:
        """Cancel the running statement in the database. If PostgreSQL does not answer, cut the connection: a thread waits on it."""
        with self._lock:
            driver = self._driver
            if isinstance(driver, sqlite3.Connection):
                driver.interrupt()
                return
            if driver is None:
                return
            with suppress(Exception):  # if this fails, the connection is cut below
                driver.cancel_safe(timeout=CANCEL_SECONDS)
        if not self._is_at_rest.wait(CANCEL_SECONDS):
            with self._lock:
                if self._driver is driver:
                    _cut(driver)


def _cut(driver: Any) -> None:
    """Shut the socket of a connection to PostgreSQL: the thread that waits for its answer gets an error."""
    with suppress(Exception), socket.socket(fileno=os.dup(driver.fileno())) as beneath:
        beneath.shutdown(socket.SHUT_RDWR)
