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
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from claimkb.domain.refusals import Meanwhile
from claimkb.store.engine import commits, engines, outages
from claimkb.store.engine.async_reader import MOST_CONNECTIONS, AsyncReader
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.files import BUSY_SECONDS, CANCELLATION, PAUSE, File, limit_lock_wait
from claimkb.store.engine.inline_reader import InlineReader
from claimkb.store.engine.locks import LOCK_SECONDS
from claimkb.store.engine.steps import Reader, reader_on
from claimkb.store.engine.whole_records import WholeRecords
from claimkb.store.engine.write_queue import WriteQueue

T = TypeVar("T")
Info = dict[str, Any]
log = logging.getLogger("claimkb")

UNIQUE_VIOLATION = "23505"
RESERVED = 4
"""How many connections are reserved for authentication and readiness, however many others are in use."""

PROOF = "proof"
"""The key of `session.info` under which a session keeps the select that finds a row only if its transaction was committed."""


def _is_duplicate(error: IntegrityError) -> bool:
    """Tell whether a write failed on a unique key."""
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
        """The connections for changes: no read waits for one of them."""
        self.reserved = engines.make(self.url, self.file, RESERVED // 2)
        """The connections for authentication and readiness: no other work takes one of them."""
        self.engines = (self.engine, self.writer, self.reserved)
        self.on_commit: list[Callable[[Set[type]], None]] = []
        """Functions that are called after each commit with the classes of the records that were added or changed."""
        self.async_reader = None if self.is_sqlite else AsyncReader(self.url)
        self.inline_reader = InlineReader(lambda: engines.make(self.url, self.file, 1).raw_connection()) if self.is_sqlite else None
        self.whole_records = {each: WholeRecords(each) for each in (self.reading_dialect, self.engine.dialect)}
        """What reads whole records in steps, by the dialect of its driver."""
        self._queue = None if self.file is None else WriteQueue(self.file.path)
        self._let_go_lock = threading.Lock()  # no pool may be made while another thread listens to the one before it

    @property
    def most_reads(self) -> int:
        """How many reads can have a connection at once."""
        return self.engine.pool.size() + MOST_CONNECTIONS  # type: ignore[attr-defined, no-any-return]

    @property
    def most_writes(self) -> int:
        """How many changes may begin at once: SQLite writes one, and the next one is ready."""
        return 2 if self.is_sqlite else 2 * MOST_CONNECTIONS

    @property
    def driver_error(self) -> type[Exception]:
        """The error that the driver raises when it is used without SQLAlchemy."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    @property
    def reading_dialect(self) -> sa.Dialect:
        """The dialect in which statements of compiled reads are written."""
        return self.engine.dialect if self.async_reader is None else self.async_reader.dialect

    @property
    def reading_errors(self) -> tuple[type[Exception], ...]:
        """The errors that a driver raises in compiled reads."""
        return (self.driver_error,) if self.async_reader is None else self.async_reader.errors

    @property
    def place(self) -> str:
        """The file or the address of the database, without a password."""
        return self.url.render_as_string() if self.file is None else self.file.path

    @contextmanager
    def read(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:
        """Open a session that only reads; `reserved` is for authentication and readiness."""
        with self.explained(), self._reading(cancellation, self.reserved if reserved else self.engine) as session:
            yield session

    @contextmanager
    def reader(self, cancellation: Cancellation | None = None) -> Iterator[Reader]:
        """Open a transaction that only reads, for statements as the driver takes them."""
        with self.explained(), self._reading(cancellation, self.engine) as session:
            yield reader_on(session)

    @contextmanager
    def _reading(self, cancellation: Cancellation | None, engine: sa.Engine) -> Iterator[Session]:
        """Open a transaction that only reads."""
        cancellation = cancellation or Cancellation()
        with self._connected(engine, cancellation) as connection:
            if self.file is not None:
                limit_lock_wait(connection, cancellation)
            with Session(connection, expire_on_commit=False, autoflush=False) as session:
                yield session
        if self.inline_reader is not None:
            with suppress(sqlite3.Error, outages.DatabaseUnavailable):  # this read is done, whatever becomes of the next one
                self.inline_reader.open_if_missing()

    @contextmanager
    def _connected(self, engine: sa.Engine, cancellation: Cancellation) -> Iterator[sa.Connection]:
        """Take a connection, and another if PostgreSQL has closed it; the cancellation can stop its work while the block runs."""
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.file is None:
                try:
                    with cancellation.on_driver(driver, connection.invalidate):
                        engine.dialect.do_ping(driver)
                except self.driver_error:
                    cancellation.check()
                    connection.invalidate()
                    self._let_go()
                    driver = connection.connection.driver_connection
            with cancellation.on_driver(driver, connection.invalidate):
                try:
                    yield connection
                except BaseException as error:
                    with suppress(DBAPIError):
                        connection.rollback()
                    if cancellation.is_stopped and isinstance(error, DBAPIError | sqlite3.Error) and self.outage_of(error) is None:
                        raise outages.TookTooLong(
                            outages.driver_message(error)
                        ) from error  # SQLite may raise other errors when it is interrupted
                    raise
                connection.rollback()  # here, so that the cancellation can stop it too

    def read_inline(self, function: Callable[[Reader], T]) -> T:
        """Call a function with a reader in the calling thread: for reads that take less time than the way to another thread."""
        if self.inline_reader is None:
            raise outages.DatabaseBusy("Only SQLite is read without a thread.")
        try:
            return self.inline_reader.read(function)
        except sqlite3.Error as error:
            raise self.outage_of(error) or error from error

    def check_writable(self, session: Session) -> None:
        """Refuse a database that takes no changes, as far as that shows without a write."""
        if self.file is not None:
            self.file.check_writable()
        elif session.scalar(sa.text("SELECT current_setting('transaction_read_only')")) == "on":
            raise outages.DatabaseReadOnly(
                f"{self.place} takes no changes: it is a standby, or default_transaction_read_only is on."
            )

    @contextmanager
    def write(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:
        """Open the one transaction of an action: it is committed when the block ends, and rolled back on an error or a stop.

        The transaction is the connection's, and the session joins it: so a session that is rolled back or closed halfway cannot
        begin a second transaction, which would write half of the change. `reserved` is for authentication and readiness.
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
            if not isinstance(outage, outages.DatabaseBusy if self.is_sqlite else outages.DatabaseBusy | outages.DatabaseLocked):
                self.outages.is_trouble = True
            raise
        self.outages.end()
        self._call_on_commit(kinds)

    def _call_on_commit(self, kinds: Set[type]) -> None:
        """Call the functions of `on_commit`. If one fails, log it: the change is made, and its client gets the answer."""
        for function in list(self.on_commit):
            try:
                function(kinds)
            except Exception:
                log.exception("A commit could not be told of")

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Open a transaction without a session, for migrations: it waits for locks without a limit."""
        with self.explained(), self._transaction(Cancellation(), self.writer, lock_seconds=0) as (connection, _):
            yield connection

    @contextmanager
    def _transaction(
        self, cancellation: Cancellation, engine: sa.Engine, lock_seconds: float = LOCK_SECONDS
    ) -> Iterator[tuple[sa.Connection, Info]]:
        """Open a transaction that writes, and commit it when the block ends, except after a stop."""
        info: Info = {}
        turn = nullcontext() if self._queue is None else self._queue.turn(cancellation)
        with turn, self._connected(engine, cancellation) as connection:
            connection.execution_options(**{CANCELLATION: cancellation})
            transaction, backend = connection.begin(), None
            if self.file is None:
                # The limit of a lock ends before the request's, whose error names no lock. In PostgreSQL 0 means no limit.
                seconds = min(lock_seconds, max(0.8 * cancellation.seconds_left, PAUSE))
                backend = commits.begin(connection, int(seconds * 1000))
            yield connection, info
            if self.file is not None:
                self.file.check(connection.info)
            if info.get(commits.REHEARSAL):
                transaction.rollback()
                return
            cancellation.begin_commit()
            try:
                self._commit(connection, transaction, backend, info.get(PROOF), cancellation)
            except BaseException:
                connection.invalidate()  # for SQLAlchemy the transaction has ended; for the database it may not have
                raise

    def _commit(
        self,
        connection: sa.Connection,
        transaction: sa.Transaction,
        backend: int | None,
        proof: sa.Select[UUID] | None,
        cancellation: Cancellation,
    ) -> None:
        """Commit. If the answer of the database is lost, look for the proof; if there is none to find, raise CommitUnknown."""
        try:
            transaction.commit()
            if self.file is not None:
                self.file.check(connection.info)  # a change in a file that was removed meanwhile is not acknowledged
        except outages.DatabaseReplaced as replaced:
            raise outages.CommitUnknown(str(replaced)) from None
        except DBAPIError as error:
            if outages.is_rolled_back(error.orig):
                raise
            read = partial(self.read, reserved=True)
            is_committed = None if backend is None or proof is None else commits.is_committed(read, proof, backend, cancellation)
            if is_committed is None:
                raise outages.CommitUnknown(
                    f"{self.place} stopped answering in a commit: {outages.driver_message(error.orig)}."
                ) from error
            if not is_committed:
                raise

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Raise a driver's error as the outage that it means."""
        try:
            yield
        except PoolTimeout:
            kind = "SQLite" if self.is_sqlite else "PostgreSQL"
            message = f"All connections to {kind} are at work for more than {BUSY_SECONDS} seconds: try again."
            raise outages.DatabaseBusy(message) from None
        except (DBAPIError, self.driver_error) as error:
            raise self.outage_of(error) or error from error

    def outage_of(self, error: BaseException) -> Exception | None:
        """Find the outage that a driver's error means, and close connections that may be broken too; None for other errors."""
        found = outages.outage_of(error, self.place if self.is_sqlite else f"PostgreSQL at {self.url.host or 'the local socket'}")
        if type(found) in (outages.DatabaseUnavailable, outages.DatabaseReadOnly, outages.DatabaseCorrupt):
            self._let_go()
        return found

    def _let_go(self) -> None:
        """Close the idle connections now, and those in use when they are returned: new ones are opened when they are needed."""
        with self._let_go_lock:
            for engine in self.engines:
                engines.let_go(engine)

    def close(self) -> None:
        """Close every connection."""
        if self.inline_reader is not None:
            self.inline_reader.close()
        self._let_go()
        if self.file is not None:
            self.file.forget_identity()
