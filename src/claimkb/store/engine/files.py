"""How is a SQLite file opened, and is it still the file that was opened?"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseLocked, DatabaseReadOnly, DatabaseReplaced

BUSY_SECONDS = 10
"""For how long a lock of another program is waited for, at most."""

PAUSE = 0.02
"""After how many seconds to look again whether another program still holds the lock to write."""

OWN = 0o600
"""The mode of a file that only its owner may read and write."""

CACHE_KIB = 4_096
"""What a connection to SQLite keeps of the file in memory. There may be one for each thread."""

CANCELLATION = "claimkb_running"
"""The execution option of a connection that writes: what it does can be stopped, and has so much time."""

_BESIDE = {"-wal": "claimkb_log", "-shm": "claimkb_index"}
"""What belongs to a file, the write-ahead log and its index, and where a connection keeps which of them it has open."""

Identity = tuple[int, int] | None
"""The device and the inode of a file; None if there is none."""


def _identity(path: str) -> Identity:
    """Tell which file is at a path."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _lower(text: str | None) -> str | None:
    """Write a text in small letters. SQLite's own function knows ASCII only."""
    return text and text.lower()


class File:
    """The file of a database. While it is open it has to stay at its path: else changes would go where nobody looks for them."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._identity: Identity = None

    def listen(self, engine: sa.Engine) -> None:
        """Open the connections of an engine."""
        event.listen(engine, "do_connect", self._before)
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "begin", _begin)

    def _before(self, *_: Any) -> None:
        """Refuse to open what was put in the place of the file: SQLite would make an empty one where none is."""
        if self._identity is not None and _identity(self.path) != self._identity:
            raise self._replaced()
        if self._identity is None:
            with suppress(OSError):  # whatever is wrong with the place, SQLite says so
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, OWN))  # its log and its index get the same mode from SQLite

    @property
    def is_read_by_others(self) -> bool:
        """Whether others of this machine may read the file, as its mode says."""
        try:
            return os.name == "posix" and bool(os.stat(self.path).st_mode & 0o077)
        except OSError:
            return False

    def _opened(self, connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        """Set up a new connection: foreign keys, the log, and no transaction but those that we begin."""
        try:
            connection.isolation_level = None
            connection.create_function("lower", 1, _lower, deterministic=True)
            connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            _turn_to_log(connection)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", f"cache_size=-{CACHE_KIB}"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        self._identity = self._identity or _identity(self.path)
        entry.info.update({name: _identity(self.path + ending) for ending, name in _BESIDE.items()})

    def check(self, info: dict[Any, Any]) -> None:
        """Refuse to write where the file, or the log or index that a connection has open, is not at its path any more."""
        for ending, name in _BESIDE.items():
            found = _identity(self.path + ending)
            info[name] = info.get(name) or found  # of a new file, the first change makes them
            if info[name] != found:
                raise self._replaced()
        if self._identity != _identity(self.path):
            raise self._replaced()

    def check_writable(self) -> None:
        """Refuse a file that is not there any more, or that this user may not write."""
        if _identity(self.path) != self._identity:
            raise self._replaced()
        if not (os.access(self.path, os.W_OK) and os.access(Path(self.path).parent, os.W_OK)):
            raise DatabaseReadOnly(f"{self.path} cannot be written: give this user the right to write the file and its folder.")

    def forget(self) -> None:
        """Take whatever is at the path the next time: nothing is open any more."""
        self._identity = None

    def _replaced(self) -> DatabaseReplaced:
        """Say what happened, and what to do."""
        return DatabaseReplaced(
            f"{self.path}, its -wal or its -shm was moved, deleted or replaced while claimkb had it open, so it takes no changes. "
            "Put them back, or restart claimkb to go on with what is there now."
        )


def _turn_to_log(connection: sqlite3.Connection) -> None:
    """Turn the file to the write-ahead log. SQLite does not wait for another who turns a new file at the same time, so we do."""
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(PAUSE)


def bound(connection: sa.Connection, cancellation: Cancellation) -> None:
    """Let a connection that reads wait for a lock of another program no longer than there is time."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={int(min(BUSY_SECONDS, cancellation.left) * 1000)}")


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction; one that will write takes the lock at once, so that it cannot fail half-way."""
    cancellation: Cancellation | None = connection.get_execution_options().get(CANCELLATION)
    if cancellation is None:
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")  # SQLite's own wait can neither be stopped nor told how much time is left
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if monotonic() > deadline or cancellation.left <= 0:
                path = connection.engine.url.database
                raise DatabaseLocked(f"{path} is locked by another program for too long: try again.") from error
        cancellation.wait(PAUSE)
