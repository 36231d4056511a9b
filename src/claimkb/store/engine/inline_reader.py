"""How is what takes a millisecond read without a thread? On a connection to SQLite of its own, which counts the steps of a read."""

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from claimkb.store.engine.cancellation import refuse
from claimkb.store.engine.outages import DatabaseBusy, TookTooLong
from claimkb.store.engine.steps import Reader

T = TypeVar("T")

CACHE_KIB = 16_384
"""What the connection keeps of the file in memory: 2 MB are too little for fifty rows and their neighbours."""

STEPS_AT_ONCE, MOST_AT_ONCE = 1_000, 50
"""A short read may take fifty times a thousand steps of SQLite's machine: a millisecond or two."""


class InlineReader:
    """A connection that is kept for short reads: a read stops at the last step that is allowed.

    It is opened in a thread, as that may have to wait for others who use the file.
    """

    def __init__(self, connect: Callable[[], sa.PoolProxiedConnection]) -> None:
        self._connect, self._lock, self._left = connect, threading.Lock(), 0
        self._driver: Any = None
        self._reader = Reader(lambda text, values: self._driver.execute(text, values).fetchall(), refuse)
        self.is_wanted = False
        """Whether somebody missed it."""

    def open(self) -> None:
        """Open it."""
        with self._lock:
            self.is_wanted = False
            if self._driver is None:
                connection = self._connect()
                driver: Any = connection.driver_connection
                connection.detach()
                driver.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
                driver.execute("PRAGMA busy_timeout=0")  # whoever reads at once waits for no lock
                driver.set_progress_handler(self._count, STEPS_AT_ONCE)
                self._driver = driver

    def _count(self) -> bool:
        """Stop what runs when no steps are left."""
        self._left -= 1
        return self._left < 0

    def read(self, question: Callable[[Reader], T]) -> T:
        """Ask in a transaction. What needs a session is not done here, and nothing while it is at work or not open."""
        if not self._lock.acquire(blocking=False):
            raise DatabaseBusy("The connection for short reads is at work.")
        try:
            if self._driver is None:
                self.is_wanted = True
                raise DatabaseBusy("The connection for short reads is not open yet.")
            return self._read(question)
        except sqlite3.Error:
            self._close()  # whatever is wrong with it, the next read begins with another
            raise
        finally:
            self._lock.release()

    def _read(self, question: Callable[[Reader], T]) -> T:
        """Ask in a transaction."""
        self._left = MOST_AT_ONCE
        self._driver.execute("BEGIN")
        try:
            return question(self._reader)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong from error
            raise
        finally:
            self._left = MOST_AT_ONCE
            self._driver.rollback()

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        """Close the connection."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None
