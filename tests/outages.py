"""Takes a database away for a while, for real: locked, read-only, full, damaged, moved, not let in."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from claimkb.actions.work import Desk

NOBODY = 65534


def path_of(desk: Desk) -> Path:
    """Find the file of a desk's database."""
    return Path(desk.database.place)


def _url(desk: Desk) -> str:
    """Write the address of a desk's database as libpq takes it."""
    return desk.database.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def locked_file(desk: Desk) -> Iterator[None]:
    """Let another program hold the lock to write a SQLite file."""
    other = sqlite3.connect(path_of(desk), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


@contextmanager
def locked_table(desk: Desk) -> Iterator[None]:
    """Let another program hold a lock on the claimants in PostgreSQL."""
    with psycopg.connect(_url(desk)) as other:
        other.execute("LOCK TABLE claimant IN SHARE MODE")
        yield


def locked(desk: Desk) -> AbstractContextManager[None]:
    """Let another program keep claimants from being recorded."""
    return locked_file(desk) if desk.database.is_sqlite else locked_table(desk)


@contextmanager
def moved(desk: Desk) -> Iterator[None]:
    """Move the file of a database away, with its log."""
    path = path_of(desk)
    away = [(each, each.with_name(f"away-{each.name}")) for each in (path, path.with_name(f"{path.name}-wal"))]
    for here, there in away:
        here.rename(there)
    yield
    for here, there in away:
        there.rename(here)


@contextmanager
def replaced(desk: Desk) -> Iterator[None]:
    """Put a copy in the place of the file of a database, as who restores a back-up does."""
    path = path_of(desk)
    shutil.copy(path, path.with_name("copy.db"))
    with moved(desk):
        path.with_name("copy.db").rename(path)
        yield


@contextmanager
def without_index(desk: Desk) -> Iterator[None]:
    """Take away the index of a log, as who tidies up a folder does: another program makes another one then."""
    index = path_of(desk).with_name(f"{path_of(desk).name}-shm")
    index.rename(index.with_name("index.away"))
    yield
    index.with_name("index.away").rename(index)


@contextmanager
def renamed(desk: Desk) -> Iterator[None]:
    """Rename a table that a server knows."""
    names = ("claimant", "claimant_away")
    for before, now in (names, names[::-1]):
        with desk.database.writer.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {now}")
        if before == names[0]:
            yield


@contextmanager
def too_large(desk: Desk) -> Iterator[None]:
    """Let no file of this process grow."""
    wal = path_of(desk).with_name(f"{path_of(desk).name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(wal.stat().st_size, 4096), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full(desk: Desk) -> Iterator[None]:
    """Leave no room for a page more: each connection is told that the file may have no more pages than it has."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    for engine in desk.database.engines:
        sa.event.listen(engine, "connect", limit)
    desk.database.close()
    yield
    for engine in desk.database.engines:
        sa.event.remove(engine, "connect", limit)
    desk.database.close()


@contextmanager
def refusing(desk: Desk, state: str) -> Iterator[None]:
    """Let PostgreSQL refuse each claimant with a state of its own, as it does when its disk is full or a page is damaged."""
    body = f"BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{state}'; END"
    with psycopg.connect(_url(desk), autocommit=True) as other:
        other.execute(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $${body}$$".encode())
        other.execute("CREATE TRIGGER refuse BEFORE INSERT ON claimant FOR EACH ROW EXECUTE FUNCTION refuse()")
        yield
        other.execute("DROP TRIGGER refuse ON claimant")
        other.execute("DROP FUNCTION refuse")


@contextmanager
def _administered(desk: Desk, begin: str, end: str) -> Iterator[None]:
    """Change something of a PostgreSQL database for a while, and end the connections to it each time."""
    name = desk.database.url.database
    server = desk.database.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as other:

        def change(statement: str) -> None:
            other.execute(f"ALTER DATABASE {name} {statement}".encode())
            other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])

        change(begin)
        yield
        change(end)


def shut(desk: Desk) -> AbstractContextManager[None]:
    """Let PostgreSQL let nobody in, and end who is in."""
    return _administered(desk, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true")


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Act as a user who is bound by the rights of files, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="claimkb-", dir="/tmp"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(folder)


@contextmanager
def _open_elsewhere(path: Path) -> Iterator[None]:
    """Let another program have a SQLite file open."""
    program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM claim').fetchall(); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, user=os.getuid()
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield
        other.communicate(b"\n")


@contextmanager
def read_only(desk: Desk) -> Iterator[None]:
    """Let the database only be read: the file by its rights, or PostgreSQL by its setting."""
    if not desk.database.is_sqlite:
        with _administered(desk, "SET default_transaction_read_only = on", "RESET default_transaction_read_only"):
            yield
        return
    path = path_of(desk)
    with _open_elsewhere(path):  # keeps the log there, which who only reads cannot make
        desk.database.close()  # what is opened from now on is only read
        path.chmod(0o444)
        yield
        path.chmod(0o644)


Taken = Callable[[Desk], AbstractContextManager[None]]
