"""How is the database reached, and where does a transaction begin and end?

SQLite is embedded: one file, write-ahead log, full synchronisation, and every writing transaction begins with BEGIN
IMMEDIATE, so that writers queue instead of failing half-way. PostgreSQL serves several servers.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError as SQLAlchemyDatabaseError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from claimkb.domain.refusals import Meanwhile
from claimkb.store.flowing import CORES, MOST_CONNECTIONS, Flow
from claimkb.store.running import Brief, Reader, Running, TookTooLong

T = TypeVar("T")

BUSY_SECONDS = 10
CACHE_KIB = 4_096
"""What a connection to SQLite keeps of the file in memory. There may be one for each thread."""

QUERY_CANCELED = "57014"
UNIQUE_VIOLATION = "23505"
UNDEFINED_TABLE = "42P01"
_WRITES = "claimkb_writes"


class DatabaseUnavailable(Exception):
    """The database cannot be used; the message says why and what to do."""


def _driver(url: str) -> sa.URL:
    """Read a database URL, and name the driver where it names only the database."""
    try:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (sa.exc.ArgumentError, ValueError):
        raise DatabaseUnavailable(
            "CLAIMKB_DATABASE_URL is not the address of a database: write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseUnavailable(f"claimkb keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}.")
    return parsed


def _is_duplicate(error: IntegrityError) -> bool:
    """Tell whether a write failed because the same was there already."""
    return getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error.orig)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """Set up a new connection to the file: foreign keys, the log, and no transaction but those that we begin."""
    connection.isolation_level = None
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)  # its own knows ASCII only
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    _turn_to_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _turn_to_log(connection: sqlite3.Connection) -> None:
    """Turn the file to the write-ahead log. SQLite does not wait for another who turns a new file at the same time, so we do."""
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > deadline:
                raise
            sleep(0.02)


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin a transaction; one that will write takes the lock at once, so that it cannot fail half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")


class Database:
    """One database: where to read from it and where to write to it."""

    def __init__(self, url: str) -> None:
        self.url = _driver(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # A connection to SQLite keeps parts of the file and statements in memory: more than the cores can use are closed again.
        sizes = {"pool_size": MOST_CONNECTIONS, "max_overflow": MOST_CONNECTIONS, "pool_timeout": BUSY_SECONDS}
        options: dict[str, Any] = {"pool_pre_ping": True, **sizes}
        if self.is_sqlite:
            if not self.url.database or self.url.database == ":memory:":
                raise DatabaseUnavailable("The database must be a file: write sqlite:///FILE.")
            options = {"connect_args": {"check_same_thread": False, "timeout": BUSY_SECONDS}, "pool_size": CORES}
        try:
            self.engine = sa.create_engine(self.url, **options)
        except ModuleNotFoundError as missing:
            raise DatabaseUnavailable(
                f"The driver {missing.name} is not installed: install claimkb with its extra, postgres."
            ) from None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self.on_commit: list[Callable[[Set[type]], None]] = []
        """What is told, after each commit, which kinds of records were added or changed."""
        self.flow = None if self.is_sqlite else Flow(self.url)
        self._brief: Brief | None = None
        self._brief_lock = threading.Lock()
        self._turn_lock = threading.Lock()
        self._writer = self.engine.execution_options(**{_WRITES: True})

    @property
    def driver_error(self) -> type[Exception]:
        """The error that the driver raises where it is used without SQLAlchemy."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    @property
    def reading_dialect(self) -> sa.Dialect:
        """How statements are written for reads beneath SQLAlchemy."""
        return self.engine.dialect if self.flow is None else self.flow.dialect

    @property
    def reading_errors(self) -> tuple[type[Exception], ...]:
        """What such reads raise where the database does not do as it is told."""
        return (self.driver_error,) if self.flow is None else self.flow.errors

    @property
    def place(self) -> str:
        """Say where the data is, without a password."""
        return str(Path(self.url.database or "").absolute()) if self.is_sqlite else self.url.render_as_string()

    @contextmanager
    def read(self, running: Running | None = None) -> Iterator[Session]:
        """Open a session that only reads."""
        session = Session(self.engine, expire_on_commit=False, autoflush=False)
        with self.explained(), session, running.on(session) if running else nullcontext():
            yield session

    @contextmanager
    def reader(self, running: Running | None = None) -> Iterator[Reader]:
        """Open a transaction of the embedded engine that only reads, for statements that are written as the driver takes them."""
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            with running.driving(driver, connection.invalidate) if running else nullcontext():
                connection.begin()
                with Session(connection) as session:
                    yield Reader(lambda text, values: driver.execute(text, values).fetchall(), lambda question: question(session))

    def read_at_once(self, question: Callable[[Reader], T]) -> T:
        """Ask in a transaction that only reads, for what is done in less time than it takes to go to a thread and back.

        It is stopped after so many steps, and refused where the engine is not embedded or its one connection is at work.
        """
        if not self.is_sqlite or not self._brief_lock.acquire(blocking=False):
            raise TookTooLong
        try:
            if self._brief is None:
                self._brief = Brief(self.engine.raw_connection())
            return self._brief.read(question)
        except sqlite3.Error:
            if self._brief is not None:
                self._brief.close()  # whatever is wrong with it, the next read begins with another
                self._brief = None
            raise
        finally:
            self._brief_lock.release()

    @contextmanager
    def write(self, running: Running | None = None) -> Iterator[Session]:
        """Open the one transaction of an action: committed when the block ends, undone when it raises."""
        kinds: set[type] = set()
        with self._turn(), self.explained(), Session(self._writer, expire_on_commit=False) as session:
            event.listen(session, "before_flush", lambda *_: kinds.update(map(type, (*session.new, *session.dirty))))
            try:
                with running.on(session) if running else nullcontext():
                    yield session
                    session.flush()
                session.commit()
                for tell in self.on_commit:
                    tell(kinds)
            except IntegrityError as error:
                if _is_duplicate(error):
                    raise Meanwhile from error
                raise

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Open a transaction below the sessions, for migrations."""
        with self._turn(), self.explained(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for the turn to write to the file, a limited time. SQLite itself would look now and then whether it is free."""
        if not self.is_sqlite:
            yield
            return
        if not self._turn_lock.acquire(timeout=BUSY_SECONDS):
            raise DatabaseUnavailable(f"{self.place} is written to by others for more than {BUSY_SECONDS} seconds: try again.")
        try:
            yield
        finally:
            self._turn_lock.release()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say in one line what keeps the database from being used."""
        try:
            yield
        except OperationalError as error:
            if str(error.orig) == "interrupted" or getattr(error.orig, "sqlstate", None) == QUERY_CANCELED:
                raise TookTooLong from error
            raise DatabaseUnavailable(self._advice(error)) from error
        except PoolTimeout:
            raise DatabaseUnavailable(
                f"All connections to PostgreSQL are at work for more than {BUSY_SECONDS} seconds: try again."
            ) from None
        except ProgrammingError as error:
            if error.statement is None:
                raise DatabaseUnavailable(self._advice(error)) from error
            if getattr(error.orig, "sqlstate", None) != UNDEFINED_TABLE:
                raise
            raise DatabaseUnavailable(f"{self.place} lacks a table: run claimkb migrate.") from error
        except SQLAlchemyDatabaseError as error:
            if "not a database" not in str(error.orig):
                raise
            raise DatabaseUnavailable(
                f"{self.place} is not a SQLite database: name another file in CLAIMKB_DATABASE_URL."
            ) from error

    def _advice(self, error: DBAPIError) -> str:
        """Choose what to tell the person on call."""
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
        if not self.is_sqlite:
            return f"PostgreSQL at {self.url.host or 'the local socket'} does not answer: {said}."
        if "readonly" in said or "read-only" in said:
            return f"{self.place} cannot be written: give this user the right to write the file and its folder."
        if "unable to open" in said:
            return f"{self.place} cannot be opened: its folder must exist and be writable by this user."
        if "locked" in said:
            return f"{self.place} is locked by another program for more than {BUSY_SECONDS} seconds: try again."
        if "no such table" in said or "no such column" in said:
            return f"{self.place} lacks a table: run claimkb migrate."
        return f"{self.place} cannot be used: {said}."

    def close(self) -> None:
        """Close every connection: those at rest now, and those at work when they come back."""
        with self._brief_lock:
            if self._brief is not None:
                self._brief.close()
                self._brief = None
        pool = self.engine.pool
        self.engine.dispose()
        event.listen(pool, "checkin", lambda driver, _entry: driver and driver.close())
