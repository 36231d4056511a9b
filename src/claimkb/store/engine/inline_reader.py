"""How is a read of a millisecond done on the event loop? On a SQLite connection of its own that counts the steps of its machine."""

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from claimkb.store.engine.outages import DatabaseBusy, TookTooLong
from claimkb.store.engine.steps import Reader, refuse_session

T = TypeVar("T")

CACHE_KIB = 16_384
"""The page cache of the connection: SQLite's 2 MB are too little for fifty rows and the rows that are joined to them."""

STEPS, MOST = 1_000, 50
"""A read may take 50 times 1,000 steps of SQLite's virtual machine: a millisecond or two."""


class InlineReader:
    """Reads SQLite in the calling thread, on one connection, and raises TookTooLong after so many steps.

    The connection is opened in another thread, as that may have to wait for a lock of the file.
    """

    def __init__(self, connect: Callable[[], sa.PoolProxiedConnection]) -> None:
        self._connect, self._lock, self._left = connect, threading.Lock(), 0
        self._driver: Any = None
        self._reader = Reader(lambda text, values: self._driver.execute(text, values).fetchall(), refuse_session)
        self._is_missing = False
        """Whether a read found no open connection."""

    def open_if_missing(self) -> None:
        """Open the connection if a read found none: to be called in a thread that may wait."""
        if not self._is_missing:
            return
        with self._lock:
            self._is_missing = False
            if self._driver is None:
                connection = self._connect()
                driver: Any = connection.driver_connection
                connection.detach()
                driver.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
                driver.execute("PRAGMA busy_timeout=0")  # the event loop waits for no lock
                driver.set_progress_handler(self._count, STEPS)
                self._driver = driver

    def _count(self) -> bool:
        """Count steps; SQLite interrupts the statement if this returns true."""
        self._left -= 1
        return self._left < 0

    def read(self, function: Callable[[Reader], T]) -> T:
        """Call a function with a reader in one transaction; refuse while another thread reads, or there is no connection."""
        if not self._lock.acquire(blocking=False):
            raise DatabaseBusy("The connection for short reads is at work.")
        try:
            if self._driver is None:
                self._is_missing = True
                raise DatabaseBusy("The connection for short reads is not open yet.")
            return self._read(function)
        except sqlite3.Error:
            self._close()  # the connection may be broken, so the next read opens another
            raise
        finally:
            self._lock.release()

    def _read(self, function: Callable[[Reader], T]) -> T:
        """Call a function in one transaction."""
        self._left = MOST
        self._driver.execute("BEGIN")
        try:
            return function(self._reader)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong from error
            raise
        finally:
            self._left = MOST
            self._driver.rollback()

    def close(self) -> None:
        """Close the connection, once no thread reads."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        """Close the connection; the caller holds the lock."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None
