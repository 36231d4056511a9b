"""Why can the database not be used? One error for each reason, with the remedy, and whether a client may send the same again.

The message of an error is for the operator and names files and hosts. The docstring of its class is the message for clients.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable
from math import inf
from threading import Lock
from time import monotonic

from sqlalchemy.exc import DBAPIError

log = logging.getLogger("claimkb")

QUERY_CANCELED = "57014"

LINE_EVERY = 10.0
"""After how many seconds the log repeats an outage that lasts."""

DAMAGED_SECONDS = 300.0
"""For how many seconds a database counts as damaged after damage was found: nothing reports a repair."""


class TookTooLong(Exception):
    """What was asked of the database took too long and was stopped there; nothing has changed."""


class DatabaseUnavailable(Exception):
    """The database does not answer now, and nothing has changed. Send it again in a moment."""

    code = "DATABASE_UNAVAILABLE"
    is_retryable = True
    retry_after: int | None = 5
    """After how many seconds a client may send the same again."""

    @property
    def public_message(self) -> str:
        """The message for clients: the reason and the remedy, without a file or a host."""
        return type(self).__doc__ or ""


class DatabaseUnfit(DatabaseUnavailable):
    """The database is not one that this claimkb can use, and nothing has changed. Tell whoever runs claimkb: its log says why."""

    is_retryable = False
    retry_after = None


class DatabaseBusy(DatabaseUnavailable):
    """Too much is asked of the database at this moment, and nothing has changed. Send it again in a moment."""


class ServerStopping(DatabaseUnavailable):
    """The server stops, and nothing has changed. Send it again in a moment."""


class DatabaseLocked(DatabaseUnavailable):
    """Somebody else is changing what this needs and was not done in time; nothing has changed. Send it again in a moment."""

    code = "DATABASE_LOCKED"


class DatabaseReadOnly(DatabaseUnavailable):
    """The database can only be read now, and nothing has changed. Send it again later; if that lasts, tell whoever runs claimkb."""

    code = "DATABASE_READ_ONLY"
    retry_after = 30


class StorageFull(DatabaseUnavailable):
    """The disk of the database takes nothing more, and nothing has changed. Send it again later, and tell whoever runs claimkb."""

    code = "STORAGE_FULL"
    retry_after = 60


class DatabaseCorrupt(DatabaseUnavailable):
    """The database is damaged where this looked, and nothing has changed. Do not send it again: tell whoever runs claimkb."""

    code = "DATABASE_CORRUPT"
    is_retryable = False
    retry_after = None


class DatabaseReplaced(DatabaseUnavailable):
    """The file of the database was moved, deleted or replaced, and nothing has changed. Tell whoever runs claimkb."""

    code = "DATABASE_REPLACED"
    is_retryable = False
    retry_after = None


class CommitUnknown(DatabaseUnavailable):
    """It is not known whether this was done: its commit was not answered. Look before you send it again."""

    code = "COMMIT_UNKNOWN"
    is_retryable = False
    retry_after = None


_OUTAGES: list[type[DatabaseUnavailable]] = [DatabaseUnavailable, *DatabaseUnavailable.__subclasses__()]
_OF_CODES = {each.code: each for each in reversed(_OUTAGES)}
MEANINGS = {each.code: each.__doc__ or "" for each in _OUTAGES if _OF_CODES[each.code] is each}
"""The message for clients of each code."""
UNAVAILABLE = frozenset(MEANINGS) - {CommitUnknown.code}
"""The codes of the errors after which nothing has changed."""

_Kind = tuple[type[DatabaseUnavailable], str]

_LOCKED: _Kind = (DatabaseLocked, "{place}: what this change needs is held by another: {message}. Try again.")
_DAMAGED: _Kind = (
    DatabaseCorrupt,
    "{place} is damaged: {message}. Stop claimkb, keep a copy of the data before anything else, and go back to a back-up.",
)
_OTHERWISE: _Kind = (DatabaseUnfit, "{place} is not as claimkb knows it: {message}. Run claimkb migrate, or undo what was changed.")
_BY_SQLSTATE: dict[str, _Kind] = {
    "25006": (
        DatabaseReadOnly,
        "{place} takes no changes: {message}. It may be a standby, or default_transaction_read_only may be on.",
    ),
    "40001": _LOCKED,  # two changes that exclude each other, and
    "40P01": _LOCKED,  # two that wait for each other: PostgreSQL has undone one
    "3F000": _OTHERWISE,
    "42501": (DatabaseUnfit, "{place} refuses this role: {message}. Give it its rights back."),
    "42703": _OTHERWISE,
    "42P01": _OTHERWISE,
    "53100": (StorageFull, "{place} has no room: {message}. Make room on its disk."),
    "53300": (DatabaseBusy, "{place} lets no more connections in: {message}. Let it have more, or end others."),
    "55P03": _LOCKED,
    "58P01": _DAMAGED,  # a file of a table is gone
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_LOST = ("08", "25P03", "25P04", "28", "3D", "53", "57P", "58")
"""Beginnings of the states in which PostgreSQL takes no statement: connection lost, transaction timeout, access refused, no
database, resources exhausted, shutting down."""

_FULL = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
"""The codes of SQLite for a file that cannot grow, where the system does not report a full disk."""

_UNUSABLE: _Kind = (DatabaseUnavailable, "{place} cannot be used: {message}.")
_BY_CODE: dict[int, _Kind] = {
    sqlite3.SQLITE_BUSY: (DatabaseLocked, "{place} is locked by another program: {message}. Try again."),
    sqlite3.SQLITE_LOCKED: (DatabaseLocked, "{place} is locked by another program: {message}. Try again."),
    sqlite3.SQLITE_READONLY: (
        DatabaseReadOnly,
        "{place} cannot be written: give this user the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_FULL: (StorageFull, "{place} cannot grow: {message}. Make room on its disk, or raise the limit of its size."),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (DatabaseUnfit, "{place} is not a SQLite database: name another file in CLAIMKB_DATABASE_URL."),
    sqlite3.SQLITE_CANTOPEN: (
        DatabaseUnavailable,
        "{place} cannot be opened: its folder must exist and be writable by this user, and not too many files be open.",
    ),
    sqlite3.SQLITE_IOERR: _UNUSABLE,
    sqlite3.SQLITE_NOMEM: _UNUSABLE,
    sqlite3.SQLITE_PROTOCOL: _UNUSABLE,
}


def driver_message(error: object) -> str:
    """Take the first line of a driver's message."""
    return (str(error).strip() or "no answer").splitlines()[0].removesuffix(".")


def outage_of(error: BaseException, place: str) -> Exception | None:
    """Find the outage that a driver's error means; None if it means none, such as an error in the statement."""
    original = (error.orig or error) if isinstance(error, DBAPIError) else error
    message = driver_message(original)
    if isinstance(original, sqlite3.Error):
        if getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT:
            return TookTooLong(message)
        kind = _of_sqlite(original)
    else:
        if getattr(original, "sqlstate", None) == QUERY_CANCELED:
            return TookTooLong(message)
        kind = _of_postgresql(original)
    return kind and kind[0](kind[1].format(place=place, message=message))


def is_rolled_back(error: object) -> bool:
    """Tell whether an error of a commit proves that the transaction was rolled back.

    It does not if PostgreSQL is lost or stops: the commit record may have reached the disk. Nor if SQLite has written all of it,
    and only the synchronisation of the disk failed.
    """
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode in _FULL or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_IOERR
    state, diagnostics = getattr(error, "sqlstate", None), getattr(error, "diag", None)
    stops = getattr(diagnostics, "severity_nonlocalized", None) in ("FATAL", "PANIC")
    return state is not None and not stops and not state.startswith(("08", "57P"))


def _of_sqlite(error: sqlite3.Error) -> _Kind | None:
    """Read SQLite's result code (sqlite.org/rescode.html): its lowest byte is the kind. An error of Python's module has none."""
    code, message = getattr(error, "sqlite_errorcode", 0), str(error)
    if code == sqlite3.SQLITE_ERROR and ("no such table" in message or "no such column" in message):
        return _BY_SQLSTATE["42P01"]
    return _BY_CODE.get(sqlite3.SQLITE_FULL if code in _FULL else code & 0xFF)


def _of_postgresql(error: BaseException) -> _Kind | None:
    """Read PostgreSQL's SQLSTATE (its manual, Appendix A); an operational error without one is of the connection."""
    state = getattr(error, "sqlstate", None)
    is_lost = state.startswith(_LOST) if state else isinstance(error, OSError) or _is_operational(error)
    return _BY_SQLSTATE.get(state or "") or ((DatabaseUnavailable, "{place} does not answer: {message}.") if is_lost else None)


def _is_operational(error: BaseException) -> bool:
    """Tell whether an error is an OperationalError of PEP 249, whatever the driver."""
    return any(each.__name__ == "OperationalError" for each in type(error).__mro__)


class Outages:
    """The outages of a database: counts each, and logs it once in a while, however many requests it meets."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._logged: dict[str, tuple[float, int]] = {}
        """When each code was logged last, and its count then."""
        self._ended_at = -inf
        self.counts: Counter[str] = Counter()
        self.is_lasting = False
        self.is_trouble = False
        """Whether the last change could not be written."""
        self._damage: tuple[str, float] | None = None

    def report(self, outage: DatabaseUnavailable) -> None:
        """Count a request that met an outage, and log it, unless the same was logged a moment ago."""
        code, now = outage.code, self._clock()
        with self._lock:
            if isinstance(outage, DatabaseCorrupt):
                self._damage = str(outage), now + DAMAGED_SECONDS
            self.is_lasting = True
            self.counts[code] += 1
            logged_at, logged = self._logged.get(code, (-inf, 0))
            if now - logged_at < LINE_EVERY:
                return
            self._logged[code] = now, self.counts[code]
            met = self.counts[code] - logged
        log.error("%s: %s%s", code, outage, f" ({met} requests met this since the line before)" if logged and met > 1 else "")

    def check(self) -> None:
        """Refuse a database in which damage was found not long ago."""
        if self._damage is not None and self._damage[1] > self._clock():
            raise DatabaseCorrupt(self._damage[0])

    def end(self) -> None:
        """Log that the database is used again, no more often than an outage is logged."""
        self.is_trouble = False
        if not self.is_lasting:
            return
        with self._lock:
            now = self._clock()
            if not self.is_lasting or now - self._ended_at < LINE_EVERY:
                return
            self.is_lasting, self._ended_at = False, now
        log.warning("The database is used again")
