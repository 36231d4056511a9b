"""How is a SQLite file copied while others write, and how does a copy become the database?

`VACUUM INTO` copies in one statement, from one instant, and holds up no writer. SQLite's back-up interface copies in steps, and
begins anew after each change of another program: under steady writing it does not end.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from claimkb.domain.backup import Damaged, Member, NotEmpty, Summary
from claimkb.store.backups import archive, places
from claimkb.store.backups.archive import Archive
from claimkb.store.backups.summaries import summarise
from claimkb.store.engine.database import Database

COPY = "claimkb.db"
"""The name of the copy in the archive."""

_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


def dump(database: Database, folder: Path) -> tuple[Summary, list[Member]]:
    """Copy a database into a folder, and count what the copy holds."""
    path = folder / COPY
    with database.explained(), database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("VACUUM INTO ?", (str(path),))
        except sqlite3.Error as error:
            if error.sqlite_errorcode in _FULL:  # all that this statement writes is the copy
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            raise
    copy = sa.create_engine("sqlite://", creator=lambda: _open_unchanged(path), poolclass=sa.NullPool)
    with copy.connect() as connection:
        summary = summarise(connection)
    return summary, [archive.member_of(path, COPY)]


def _open_unchanged(path: Path) -> sqlite3.Connection:
    """Open a file of which nobody changes anything, so that nothing is written beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _check_pages(path: Path, of: Path) -> None:
    """Refuse a file that SQLite finds damaged."""
    try:
        with closing(_open_unchanged(path)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise Damaged(path=of, what=f"SQLite says of its database: {said}")


def check_free(database: Database) -> None:
    """Refuse a place at which there is a file, or that a program still uses."""
    target = Path(database.place)
    if target.exists() or target.is_symlink():
        raise NotEmpty(place=target)
    places.check_not_open(target)


@contextmanager
def restoring(opened: Archive, database: Database, aside: Callable[[], object]) -> Iterator[Database]:
    """Give the database of a back-up under another name in the same folder; put it to its place when the block ends.

    Right before, `aside` is called to rename what stands beside that place.
    """
    check_free(database)
    target = Path(database.place)
    with places.unfinished(target) as folder:
        path = folder / target.name
        with open(places.create(path), "wb") as file:
            for chunk in opened.chunks(opened.manifest.members[0]):
                file.write(chunk)
        _check_pages(path, opened.path)
        restored = Database(database.url.set(database=str(path)).render_as_string(hide_password=False))
        try:
            yield restored
        finally:
            restored.close()  # which brings its log into the file, and tells nobody if there is no room for that
        if path.with_name(f"{path.name}-wal").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        check_free(database)
        aside()  # SQLite would read a log of another file into this one
        places.put(path, target)
