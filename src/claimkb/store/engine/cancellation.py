"""How long may work in the database take, and how is it stopped? There, not only here: nothing goes on that nobody waits for."""

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from time import monotonic
from typing import Any, TypeVar

from sqlmodel import Session

from claimkb.store.engine.outages import DatabaseBusy, TookTooLong

T = TypeVar("T")

CANCEL_SECONDS = 2.0
"""How long PostgreSQL may take to answer that it was told to cancel something, and then to end it."""


class Cancellation:
    """Work in the database that can be stopped from another thread, and that knows how much time it has left."""

    def __init__(self, seconds: float = inf) -> None:
        self._ends = monotonic() + seconds
        self._lock, self._deciding = threading.Lock(), threading.Lock()
        self._driver: Any = None
        self._stopped, self._is_at_rest = threading.Event(), threading.Event()
        self.has_begun = False
        """Whether the database has anything to do with it yet."""
        self.is_committing = False
        """Whether only the commit is left: then it is the database that says whether the change was made."""

    @property
    def left(self) -> float:
        """The seconds that are left; none once it was stopped."""
        return 0.0 if self._stopped.is_set() else max(0.0, self._ends - monotonic())

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more may begin."""
        return self._stopped.is_set()

    @property
    def is_unanswered(self) -> bool:
        """Whether PostgreSQL has been given a statement, and did not answer."""
        driver = self._driver
        return driver is not None and not isinstance(driver, sqlite3.Connection) and driver.info.transaction_status.name == "ACTIVE"

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than there is time, and not for anything once it was stopped."""
        self._stopped.wait(min(seconds, self.left))

    def check(self) -> None:
        """Go on only if it was not stopped."""
        if self._stopped.is_set():
            raise TookTooLong

    @contextmanager
    def driving(self, driver: Any, invalidate: Callable[[], None]) -> Iterator[None]:
        """Let the work on a driver's connection be stopped while the block runs."""
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
        """Let only the commit be left; refuse where it was stopped before: nothing has changed then.

        A commit of PostgreSQL can be cancelled, and the server answers whether it was made all the same. SQLite's is let be.
        """
        with self._deciding:
            self.check()
            self.is_committing = True
        with self._lock:
            if isinstance(self._driver, sqlite3.Connection):
                self._driver = None

    def give_up(self) -> None:
        """Let nothing more begin; a commit that has begun goes on."""
        with self._deciding:
            self._stopped.set()

    def cancel(self) -> None:
        """Cancel what runs now, in the database itself. Where that does not answer, cut the connection: else it is waited for."""
        with self._lock:
            driver = self._driver
            if isinstance(driver, sqlite3.Connection):
                driver.interrupt()
                return
            if driver is None:
                return
            with suppress(Exception):  # of what does not answer this either, the connection is cut
                driver.cancel_safe(timeout=CANCEL_SECONDS)
        if not self._is_at_rest.wait(CANCEL_SECONDS):
            with self._lock:
                if self._driver is driver:
                    _cut(driver)


def _cut(driver: Any) -> None:
    """Shut the socket beneath a connection to PostgreSQL: whoever waits for an answer on it hears that none will come."""
    with suppress(Exception), socket.socket(fileno=os.dup(driver.fileno())) as beneath:
        beneath.shutdown(socket.SHUT_RDWR)


class NeedsSession(Exception):
    """What is asked takes a session, where there is none."""


def refuse(_question: Callable[[Session], Any]) -> Any:
    """Refuse what takes a session."""
    raise NeedsSession
