"""How is the database reached, and where does a transaction begin and end?

SQLite is embedded: one file, write-ahead log, full synchronisation, and every writing transaction begins with BEGIN
IMMEDIATE, so that writers queue instead of failing half-way. PostgreSQL serves several servers.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from claimkb.domain.refusals import Meanwhile
from claimkb.store.engine import commits, engines, outages
from claimkb.store.engine.async_reader import MOST_CONNECTIONS, AsyncReader
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.files import BUSY_SECONDS, CANCELLATION, PAUSE, File, bound
from claimkb.store.engine.inline_reader import InlineReader
from claimkb.store.engine.outages import (
    CommitUnknown,
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseReplaced,
)
from claimkb.store.engine.steps import Reader, reader_on
from claimkb.store.engine.write_queue import WriteQueue

T = TypeVar("T")
log = logging.getLogger("claimkb")

UNIQUE_VIOLATION = "23505"
LOCK_SECONDS = 8
"""For how long a change waits for a lock of PostgreSQL: less than a request has, so that it can still say why it was refused."""

RESERVED = 4
"""How many connections are kept for who is let in and for readiness, however many others are at work."""

PROOF = "proof"
"""Where a session keeps the question whose answer says whether its transaction was committed."""


def _is_duplicate(error: IntegrityError) -> bool:
    """Tell whether a write failed because the same was there already."""
    return getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error.orig)


class Database:
    """One database: where to read from it and where to write to it."""

    def __init__(self, url: str) -> None:
        self.url = engines.read_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.file = File(Path(self.url.database or "").absolute()) if self.is_sqlite else None
        self.outages = outages.Outages()
        self.engine = engines.make(self.url, self.file)
        self.writer = engines.make(self.url, self.file, 1 if self.is_sqlite else None)
        """The connections for changes: whoever reads waits for none of them."""
        self.reserved = engines.make(self.url, self.file, RESERVED // 2)
        """The connections for who is let in, and for readiness: other work, however much there is, leaves them free."""
        self.engines = (self.engine, self.writer, self.reserved)
        self.on_commit: list[Callable[[Set[type]], None]] = []
        """What is told, after each commit, which kinds of records were added or changed."""
        self.async_reader = None if self.is_sqlite else AsyncReader(self.url)
        self.inline_reader = InlineReader(lambda: engines.make(self.url, self.file, 1).raw_connection()) if self.is_sqlite else None
        self._queue = None if self.file is None else WriteQueue(self.file.path)
        self._let_go_lock = threading.Lock()  # a pool must not be made while another thread listens to the one before it

    @property
    def most_reads(self) -> int:
        """How many reads have a connection at once."""
        return self.engine.pool.size() + MOST_CONNECTIONS  # type: ignore[attr-defined, no-any-return]

    @property
    def most_writes(self) -> int:
        """How many changes are begun at once: of a SQLite file one is written, and the next is ready."""
        return 2 if self.is_sqlite else 2 * MOST_CONNECTIONS

    @property
    def driver_error(self) -> type[Exception]:
        """The error that the driver raises where it is used without SQLAlchemy."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    @property
    def reading_dialect(self) -> sa.Dialect:
        """How statements are written for reads beneath SQLAlchemy."""
        return self.engine.dialect if self.async_reader is None else self.async_reader.dialect

    @property
    def reading_errors(self) -> tuple[type[Exception], ...]:
        """What such reads raise where the database does not do as it is told."""
        return (self.driver_error,) if self.async_reader is None else self.async_reader.errors

    @property
    def place(self) -> str:
        """Say where the data is, without a password."""
        return self.url.render_as_string() if self.file is None else self.file.path

    @contextmanager
    def read(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:
        """Open a session that only reads; on one of the reserved connections, if it is for who is let in or for readiness."""
        with self.explained(), self._reading(cancellation, self.reserved if reserved else self.engine) as session:
            yield session

    @contextmanager
    def reader(self, cancellation: Cancellation | None = None) -> Iterator[Reader]:
        """Open a transaction that only reads, for statements that are written as the driver takes them."""
        with self.explained(), self._reading(cancellation, self.engine) as session:
            yield reader_on(session)

    @contextmanager
    def _reading(self, cancellation: Cancellation | None, engine: sa.Engine) -> Iterator[Session]:
        """Open a transaction that only reads."""
        cancellation = cancellation or Cancellation()
        with self._connected(engine, cancellation) as connection:
            if self.file is not None:
                bound(connection, cancellation)
            with Session(connection, expire_on_commit=False, autoflush=False) as session:
                yield session
        if self.inline_reader is not None and self.inline_reader.is_wanted:
            with suppress(sqlite3.Error, outages.DatabaseUnavailable):  # what was read here was read
                self.inline_reader.open()

    @contextmanager
    def _connected(self, engine: sa.Engine, cancellation: Cancellation) -> Iterator[sa.Connection]:
        """Take a connection, another where PostgreSQL has ended it meanwhile; what it does can be stopped while the block runs."""
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.file is None:
                try:
                    with cancellation.driving(driver, connection.invalidate):
                        engine.dialect.do_ping(driver)
                except self.driver_error:
                    cancellation.check()
                    connection.invalidate()
                    self._let_go()
                    driver = connection.connection.driver_connection
            with cancellation.driving(driver, connection.invalidate):
                try:
                    yield connection
                except BaseException as error:
                    with suppress(DBAPIError):
                        connection.rollback()
                    if cancellation.is_stopped and isinstance(error, DBAPIError | sqlite3.Error) and self.outage_of(error) is None:
                        raise outages.TookTooLong(outages.said_by(error)) from error  # as of a part of SQLite that was interrupted
                    raise
                connection.rollback()  # here, where it can be stopped

    def read_inline(self, question: Callable[[Reader], T]) -> T:
        """Ask in a transaction that only reads, for what is done in less time than it takes to go to a thread and back."""
        if self.inline_reader is None:
            raise DatabaseBusy("Only what is embedded is read without a thread.")
        try:
            return self.inline_reader.read(question)
        except sqlite3.Error as error:
            raise self.outage_of(error) or error from error

    def check_writable(self, session: Session) -> None:
        """Refuse a database of which can be told, without writing to it, that it takes no changes."""
        if self.file is not None:
            self.file.check_writable()
        elif session.scalar(sa.text("SELECT current_setting('transaction_read_only')")) == "on":
            raise DatabaseReadOnly(f"{self.place} takes no changes: it is a standby, or default_transaction_read_only is on.")

    @contextmanager
    def write(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:
        """Open the one transaction of an action: committed when the block ends, undone when it raises or was stopped before.

        It is on one of the reserved connections where it is for who is let in or for readiness. It is the connection's, and the
        session only takes part in it: nothing that becomes of the session can begin another one, in which half of the change would
        be written.
        """
        kinds: set[type] = set()
        try:
            opened = self._transaction(cancellation or Cancellation(), self.reserved if reserved else self.writer)
            with self.explained(), opened as (connection, info), Session(connection) as session:
                event.listen(session, "before_flush", lambda *_: kinds.update(map(type, (*session.new, *session.dirty))))
                yield session
                session.flush()
                info.update(session.info)
        except IntegrityError as error:
            if _is_duplicate(error):
                raise Meanwhile from error
            raise
        except outages.DatabaseUnavailable as outage:
            if not isinstance(outage, DatabaseBusy if self.is_sqlite else DatabaseBusy | DatabaseLocked):
                self.outages.is_trouble = True
            raise
        self.outages.end()
        self._tell(kinds)

    def _tell(self, kinds: Set[type]) -> None:
        """Tell of a commit. Whatever goes wrong there, the change is made, and whoever asked for it hears so."""
        for tell in list(self.on_commit):
            try:
                tell(kinds)
            except Exception:
                log.exception("A commit could not be told of")

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Open a transaction below the sessions, for migrations: it waits for other servers' as long as they take."""
        with self.explained(), self._transaction(Cancellation(), self.writer, lock_seconds=0) as (connection, _):
            yield connection

    @contextmanager
    def _transaction(
        self, cancellation: Cancellation, engine: sa.Engine, lock_seconds: float = LOCK_SECONDS
    ) -> Iterator[tuple[sa.Connection, dict[Any, Any]]]:
        """Open a transaction that writes, and commit it when the block ends, unless it was stopped before."""
        info: dict[Any, Any] = {}
        turn = nullcontext() if self._queue is None else self._queue.turn(cancellation)
        with turn, self._connected(engine, cancellation) as connection:
            connection.execution_options(**{CANCELLATION: cancellation})
            transaction, backend = connection.begin(), None
            if self.file is None:
                # The lock's limit comes before the request's, which could not tell why; and none at all would be no limit.
                seconds = min(lock_seconds, max(0.8 * cancellation.left, PAUSE))
                backend = commits.begin(connection, int(seconds * 1000))
            yield connection, info
            if self.file is not None:
                self.file.check(connection.info)
            cancellation.begin_commit()
            try:
                self._commit(connection, transaction, backend, info.get(PROOF), cancellation)
            except BaseException:
                connection.invalidate()  # SQLAlchemy takes the transaction for ended, whether or not the database does
                raise

    def _commit(
        self, connection: sa.Connection, transaction: sa.Transaction, backend: int | None, proof: Any, cancellation: Cancellation
    ) -> None:
        """Commit. Where the database does not say whether it did, look; where that cannot be found out, say so."""
        try:
            transaction.commit()
            if self.file is not None:
                self.file.check(connection.info)  # what went to a file that is gone meanwhile is not acknowledged
        except DatabaseReplaced as replaced:
            raise CommitUnknown(str(replaced)) from None
        except DBAPIError as error:
            if outages.is_undone(error.orig):
                raise
            read = partial(self.read, reserved=True)
            is_made = None if backend is None or proof is None else commits.is_made(read, proof, backend, cancellation)
            if is_made is None:
                raise CommitUnknown(f"{self.place} stopped answering in a commit: {outages.said_by(error.orig)}.") from error
            if not is_made:
                raise

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say in one line what keeps the database from being used."""
        try:
            yield
        except PoolTimeout:
            kind = "SQLite" if self.is_sqlite else "PostgreSQL"
            message = f"All connections to {kind} are at work for more than {BUSY_SECONDS} seconds: try again."
            raise DatabaseBusy(message) from None
        except (DBAPIError, self.driver_error) as error:
            raise self.outage_of(error) or error from error

    def outage_of(self, error: BaseException) -> Exception | None:
        """Name what a driver's error says of the database, and let go of connections that may be as bad; None for other errors."""
        found = outages.outage_of(error, self.place if self.is_sqlite else f"PostgreSQL at {self.url.host or 'the local socket'}")
        if type(found) in (outages.DatabaseUnavailable, DatabaseReadOnly, DatabaseCorrupt):
            self._let_go()
        return found

    def _let_go(self) -> None:
        """Close the connections at rest now, and those at work when they come back: others are opened when they are needed."""
        with self._let_go_lock:
            for engine in self.engines:
                engines.let_go(engine)

    def close(self) -> None:
        """Close every connection."""
        if self.inline_reader is not None:
            self.inline_reader.close()
        self._let_go()
        if self.file is not None:
            self.file.forget()
