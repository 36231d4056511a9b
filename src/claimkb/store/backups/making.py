"""How is a back-up made? From a copy of one instant, in a folder for what is not finished, while others read and write."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from claimkb.domain.backup import POSTGRESQL, SQLITE, IsThere, Manifest
from claimkb.store import migrations
from claimkb.store.backups import archive, places, postgresql, sqlite
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnfit


def make(database: Database, target: Path, instant: datetime, version: str) -> tuple[Manifest, int]:
    """Write a back-up to a file that is not there yet. Return its manifest and its size."""
    if target.exists() or target.is_symlink():
        raise IsThere(path=target)
    with places.unfinished(target) as folder:
        finished = folder / target.name
        with open(places.create(finished), "wb") as out:
            made = _write(database, out, folder, instant, version)
        archive.Archive(finished)  # one that cannot be read is found now, and not when it is needed
        places.put(finished, target)
    return made


def make_to(database: Database, out: BinaryIO, instant: datetime, version: str) -> tuple[Manifest, int]:
    """Write a back-up to an output; the folder of temporary files has to have room for a copy of the database."""
    with tempfile.TemporaryDirectory(prefix="claimkb-back-up.unfinished-") as folder, places.room_in(Path(folder).parent):
        return _write(database, out, Path(folder), instant, version)


def _write(database: Database, out: BinaryIO, folder: Path, instant: datetime, version: str) -> tuple[Manifest, int]:
    """Copy what there is at this instant, or a moment later, into a folder, and write it from there."""
    migrations.require_known(database)
    with database.read() as session:
        if migrations.current(session.connection()) is None:
            raise DatabaseUnfit(f"{database.place} has no tables: there is nothing to back up.")
    copies = folder / "copies"
    copies.mkdir(mode=0o700)
    holds, members = (sqlite if database.is_sqlite else postgresql).dump(database, copies)
    manifest = Manifest(claimkb=version, engine=engine_of(database), instant=instant, holds=holds, members=members)
    return manifest, archive.write(out, manifest, copies)


def engine_of(database: Database) -> str:
    """Name the engine of a database as people do."""
    return SQLITE if database.is_sqlite else POSTGRESQL
