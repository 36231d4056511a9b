"""How long may work in the database take, and how is it stopped? There, not only here: nothing goes on that nobody waits for."""

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

T = TypeVar("T")

CANCEL_SECONDS = 5
BRIEF_CACHE_KIB = 16_384
"""What the connection for short reads keeps of the file in memory: 2 MB are too little for fifty rows and their neighbours."""

STEPS_AT_ONCE, MOST_AT_ONCE = 1_000, 50
"""A short read may take fifty times a thousand steps of SQLite's machine: a millisecond or two."""

Rows = Callable[[str, Any], list[Any]]
"""Runs a statement with its values; returns the rows as the driver gives them."""

Steps = Generator[tuple[str, Any], list[Any], T]
"""Reads without knowing how: gives one statement and its values after the other, and is sent the rows of each."""


def taken(steps: Steps[T], rows: Rows) -> T:
    """Take steps, each at once."""
    try:
        wanted = steps.send(None)  # type: ignore[arg-type]
        while True:
            wanted = steps.send(rows(*wanted))
    except StopIteration as done:
        answer: T = done.value
        return answer


@dataclass
class Reader:
    """What reads: in statements as the driver takes them, or in SQLAlchemy's way, by a question to a session."""

    rows: Rows
    ask: Callable[[Callable[[Session], Any]], Any]


class TookTooLong(Exception):
    """What was asked of the database took too long and was stopped there; nothing has changed."""


class Running:
    """Work in the database that can be stopped from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._driver: Any = None
        self.is_stopped = False

    @contextmanager
    def on(self, session: Session) -> Iterator[None]:
        """Let the work on a session be stopped while the block runs."""
        with self.driving(session.connection().connection.driver_connection, session.invalidate):
            yield

    @contextmanager
    def driving(self, driver: Any, invalidate: Callable[[], None]) -> Iterator[None]:
        """Let the work on a driver's connection be stopped while the block runs."""
        with self._lock:
            if self.is_stopped:
                raise TookTooLong
            self._driver = driver
        try:
            yield
        finally:
            with self._lock:
                self._driver = None
            if self.is_stopped:
                invalidate()  # a late cancellation must not meet the next user of the connection

    def stop(self) -> None:
        """Cancel what runs now, in the database itself."""
        with self._lock:
            self.is_stopped = True
            if isinstance(self._driver, sqlite3.Connection):
                self._driver.interrupt()
            elif self._driver is not None:
                self._driver.cancel_safe(timeout=CANCEL_SECONDS)


class NeedsSession(Exception):
    """What is asked takes a session, where there is none."""


def refuse(_question: Callable[[Session], Any]) -> Any:
    """Refuse what takes a session."""
    raise NeedsSession


class Brief:
    """A connection to a SQLite file that is kept for short reads: it counts steps, and stops at the last that is allowed."""

    def __init__(self, connection: sa.PoolProxiedConnection) -> None:
        driver: Any = connection.driver_connection
        connection.detach()
        self._driver, self._left = driver, 0
        self._reader = Reader(lambda text, values: driver.execute(text, values).fetchall(), refuse)
        self._driver.execute(f"PRAGMA cache_size=-{BRIEF_CACHE_KIB}")
        self._driver.set_progress_handler(self._count, STEPS_AT_ONCE)

    def _count(self) -> bool:
        """Stop what runs when no steps are left."""
        self._left -= 1
        return self._left < 0

    def read(self, question: Callable[[Reader], T]) -> T:
        """Ask in a transaction. What needs a session is not done at once."""
        self._left = MOST_AT_ONCE
        self._driver.execute("BEGIN")
        try:
            return question(self._reader)
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TookTooLong from error
            raise
        finally:
            self._left = MOST_AT_ONCE
            self._driver.rollback()

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()
