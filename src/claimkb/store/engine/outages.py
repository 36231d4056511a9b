"""What keeps the database from being used? One error for each, with what to do, and whether the same may be sent again.

The message of an error is for whoever runs claimkb, and names files and hosts; its class's docstring is what a client is told.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable
from math import inf
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy.exc import DBAPIError

log = logging.getLogger("claimkb")

QUERY_CANCELED = "57014"

LINE_EVERY = 10.0
"""After how many seconds the log tells again of an outage that lasts."""

DAMAGED_SECONDS = 300.0
"""For how long a database of which a part was found damaged is taken to be so: nothing else says that it was mended."""


class TookTooLong(Exception):
    """What was asked of the database took too long and was stopped there; nothing has changed."""


class DatabaseUnavailable(Exception):
    """The database does not answer now, and nothing has changed. Send it again in a moment."""

    code = "DATABASE_UNAVAILABLE"
    is_retryable = True
    retry_after: int | None = 5
    """After how many seconds it is worth while to send it again."""

    @property
    def told(self) -> str:
        """What a client is told: what is wrong and what to do, without a file or a host."""
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
"""What each code says."""
UNAVAILABLE = frozenset(MEANINGS) - {CommitUnknown.code}
"""The codes of errors that say: nothing was done, as the database cannot be used."""

_Kind = tuple[type[DatabaseUnavailable], str]

_LOCKED: _Kind = (DatabaseLocked, "{place}: what this change needs is held by another: {said}. Try again.")
_DAMAGED: _Kind = (
    DatabaseCorrupt,
    "{place} is damaged: {said}. Stop claimkb, keep a copy of the data before anything else, and go back to a back-up.",
)
_OTHERWISE: _Kind = (DatabaseUnfit, "{place} is not as claimkb knows it: {said}. Run claimkb migrate, or undo what was changed.")
_BY_SQLSTATE: dict[str, _Kind] = {
    "25006": (
        DatabaseReadOnly,
        "{place} takes no changes: {said}. It may be a standby, or default_transaction_read_only may be on.",
    ),
    "40001": _LOCKED,  # two changes that cannot both be, and
    "40P01": _LOCKED,  # two that wait for one another: PostgreSQL undid one
    "3F000": _OTHERWISE,
    "42501": (DatabaseUnfit, "{place} refuses this role: {said}. Give it its rights back."),
    "42703": _OTHERWISE,
    "42P01": _OTHERWISE,
    "53100": (StorageFull, "{place} has no room: {said}. Make room on its disk."),
    "53300": (DatabaseBusy, "{place} lets no more connections in: {said}. Let it have more, or end others."),
    "55P03": _LOCKED,
    "58P01": _DAMAGED,  # a file of a table is gone
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_LOST = ("08", "25P03", "25P04", "28", "3D", "53", "57P", "58")
"""Beginnings of the states in which PostgreSQL takes no statement: lost, too long in a transaction, not let in, no database, out of
something, stopping."""

_FULL = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
"""How SQLite says that a file may not grow, where the system does not say that the disk is full."""

_UNUSABLE: _Kind = (DatabaseUnavailable, "{place} cannot be used: {said}.")
_BY_CODE: dict[int, _Kind] = {
    sqlite3.SQLITE_BUSY: (DatabaseLocked, "{place} is locked by another program: {said}. Try again."),
    sqlite3.SQLITE_LOCKED: (DatabaseLocked, "{place} is locked by another program: {said}. Try again."),
    sqlite3.SQLITE_READONLY: (
        DatabaseReadOnly,
        "{place} cannot be written: give this user the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_FULL: (StorageFull, "{place} cannot grow: {said}. Make room on its disk, or raise the limit of its size."),
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


def said_by(error: Any) -> str:
    """Take the first line of what a driver says."""
    return (str(error).strip() or "no answer").splitlines()[0].removesuffix(".")


def outage_of(error: BaseException, place: str) -> Exception | None:
    """Name what a driver's error says of the database at a place; None where it says nothing of it, as of a wrong statement."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    said = said_by(original)
    if isinstance(original, sqlite3.Error):
        if getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT:
            return TookTooLong(said)
        found = _of_sqlite(original)
    else:
        if getattr(original, "sqlstate", None) == QUERY_CANCELED:
            return TookTooLong(said)
        found = _of_postgresql(original)
    return found and found[0](found[1].format(place=place, said=said))


def is_undone(error: Any) -> bool:
    """Tell whether an error of a commit is the database's word that it was not made.

    It is not where PostgreSQL is lost or stops, whatever for: what it did not write in full may be there afterwards. Nor where
    SQLite has written all of it, and does not see it reach the disk.
    """
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode in _FULL or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_IOERR
    state, diagnosed = getattr(error, "sqlstate", None), getattr(error, "diag", None)
    stops = getattr(diagnosed, "severity_nonlocalized", None) in ("FATAL", "PANIC")
    return state is not None and not stops and not state.startswith(("08", "57P"))


def _of_sqlite(error: sqlite3.Error) -> _Kind | None:
    """Read SQLite's result code (sqlite.org/rescode.html): its lowest byte is the kind. An error of Python's module has none."""
    code, said = getattr(error, "sqlite_errorcode", 0), str(error)
    if code == sqlite3.SQLITE_ERROR and ("no such table" in said or "no such column" in said):
        return _BY_SQLSTATE["42P01"]
    return _BY_CODE.get(sqlite3.SQLITE_FULL if code in _FULL else code & 0xFF)


def _of_postgresql(error: BaseException) -> _Kind | None:
    """Read PostgreSQL's state (its manual, Appendix A); an error of its driver that has none is of the connection."""
    state = getattr(error, "sqlstate", None)
    is_lost = state.startswith(_LOST) if state else isinstance(error, OSError) or _is_operational(error)
    return _BY_SQLSTATE.get(state or "") or ((DatabaseUnavailable, "{place} does not answer: {said}.") if is_lost else None)


def _is_operational(error: BaseException) -> bool:
    """Tell whether an error is of the kind that PEP 249 has for what is not the program's fault."""
    return any(each.__name__ == "OperationalError" for each in type(error).__mro__)


class Outages:
    """What keeps a database from being used: counted, and told in the log once in a while, however many requests it meets."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._told: dict[str, tuple[float, int]] = {}
        self._ended_at = -inf
        self.counted: Counter[str] = Counter()
        self.is_lasting = False
        self.is_trouble = False
        """Whether something kept the last change from being written."""
        self._damage: tuple[str, float] | None = None

    def report(self, outage: DatabaseUnavailable) -> None:
        """Count a request that met an outage, and tell of it unless that was told a moment ago."""
        code, now = outage.code, self._clock()
        with self._lock:
            if isinstance(outage, DatabaseCorrupt):
                self._damage = str(outage), now + DAMAGED_SECONDS
            self.is_lasting = True
            self.counted[code] += 1
            told_at, told = self._told.get(code, (-inf, 0))
            if now - told_at < LINE_EVERY:
                return
            self._told[code] = now, self.counted[code]
            met = self.counted[code] - told
        log.error("%s: %s%s", code, outage, f" ({met} requests met this since the line before)" if told and met > 1 else "")

    def check(self) -> None:
        """Refuse a database of which a part was found damaged not long ago."""
        if self._damage is not None and self._damage[1] > self._clock():
            raise DatabaseCorrupt(self._damage[0])

    def end(self) -> None:
        """Say that the database is used again: no more often than what keeps it from being used is told."""
        self.is_trouble = False
        if not self.is_lasting:
            return
        with self._lock:
            now = self._clock()
            if not self.is_lasting or now - self._ended_at < LINE_EVERY:
                return
            self.is_lasting, self._ended_at = False, now
        log.warning("The database is used again")
