"""How is a SQLite file opened, and is it still the file that was opened?"""

import os
import sqlite3
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseLocked, DatabaseReadOnly, DatabaseReplaced

BUSY_SECONDS = 10
"""For how long to wait for a lock of another program."""

PAUSE = 0.02
"""After how many seconds to look again whether another program still holds the lock to write."""

OWN = 0o600
"""The mode of a file that only its owner may read and write."""

CACHE_KIB = 4_096
"""The page cache of a connection. There may be one connection for each thread."""

CANCELLATION = "claimkb_cancellation"
"""The execution option under which a connection that writes has its `Cancellation`."""

_BESIDE = {"-wal": "claimkb_log", "-shm": "claimkb_index"}
"""The endings of the write-ahead log and its index, and under which name a connection notes the identity of each."""

_MAKING = Lock()
"""Lets one thread make a file: no other has it open before it is closed."""

Identity = tuple[int, int] | None
"""The device and the inode of a file; None if there is none."""


def _identity(path: str) -> Identity:
    """Return the identity of the file at a path."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _lower(text: str | None) -> str | None:
    """Write a text in small letters. SQLite's own function knows ASCII only."""
    return text and text.lower()


class File:
    """The file of a database. While it is open it has to stay at its path: else changes go to a file that no path names."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._identity: Identity = None

    def listen(self, engine: sa.Engine) -> None:
        """Check and set up each connection that an engine opens."""
        event.listen(engine, "do_connect", self._check_identity)
        event.listen(engine, "connect", self._set_up)
        event.listen(engine, "begin", _begin)

    def _check_identity(self, *_: object) -> None:
        """Refuse another file at the path, or none, where SQLite would make an empty one."""
        if self._identity is not None and _identity(self.path) != self._identity:
            raise self._replaced()
        if self._identity is None:
            with _MAKING, suppress(OSError):  # SQLite reports any problem with the path
                # SQLite gives the log and its index the same mode. A file that is there is not opened: whoever closes one
                # gives up the locks that SQLite holds on it in this process, and another program then deletes the log.
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWN))

    @property
    def is_read_by_others(self) -> bool:
        """Whether the mode of the file lets other users of this machine read it."""
        try:
            return os.name == "posix" and bool(os.stat(self.path).st_mode & 0o077)
        except OSError:
            return False

    def _set_up(self, connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        """Set up a new connection: foreign keys, the log, and no transaction that the driver begins by itself."""
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

    def check(self, info: MutableMapping[str, Identity]) -> None:
        """Refuse to write if the file, or the log or index that a connection has open, is no longer at its path."""
        for ending, name in _BESIDE.items():
            identity = _identity(self.path + ending)
            info[name] = info.get(name) or identity  # the first change of a new file makes its log and index
            if info[name] != identity:
                raise self._replaced()
        if self._identity != _identity(self.path):
            raise self._replaced()

    def check_writable(self) -> None:
        """Refuse a file that is no longer at its path, or that this user may not write."""
        if _identity(self.path) != self._identity:
            raise self._replaced()
        if not (os.access(self.path, os.W_OK) and os.access(Path(self.path).parent, os.W_OK)):
            raise DatabaseReadOnly(f"{self.path} cannot be written: give this user the right to write the file and its folder.")

    def forget_identity(self) -> None:
        """Accept any file at the path the next time: every connection is closed."""
        self._identity = None

    def _replaced(self) -> DatabaseReplaced:
        """Make the error for a file that was replaced."""
        return DatabaseReplaced(
            f"{self.path}, its -wal or its -shm was moved, deleted or replaced while claimkb had it open, so it takes no changes. "
            "Put them back, or restart claimkb to go on with what is there now."
        )


def _turn_to_log(connection: sqlite3.Connection) -> None:
    """Switch the file to the write-ahead log. SQLite does not wait while another program switches it, so wait here."""
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(PAUSE)


def limit_lock_wait(connection: sa.Connection, cancellation: Cancellation) -> None:
    """Let a connection that reads wait for a lock of another program no longer than its time allows."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={int(min(BUSY_SECONDS, cancellation.seconds_left) * 1000)}")


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction; one that writes takes the lock at once, so that it cannot fail halfway."""
    cancellation: Cancellation | None = connection.get_execution_options().get(CANCELLATION)
    if cancellation is None:
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")  # SQLite's own wait can neither be stopped nor limited by the cancellation
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if monotonic() > deadline or cancellation.seconds_left <= 0:
                path = connection.engine.url.database
                raise DatabaseLocked(f"{path} is locked by another program for too long: try again.") from error
        cancellation.wait(PAUSE)
