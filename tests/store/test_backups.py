"""A back-up holds what there was at its instant, and brings all of it back or nothing, on both engines."""

import errno
import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from claimkb.actions.work import Desk
from claimkb.domain import backup
from claimkb.domain.backup import (
    Damaged,
    DoesNotHoldTogether,
    IsThere,
    Manifest,
    NewerBackup,
    NoBackup,
    NotEmpty,
    OfAnotherEngine,
    StillOpen,
)
from claimkb.store import migrations, verification
from claimkb.store.backups import archive, making, places, restoring
from claimkb.store.backups.archive import Archive
from claimkb.store.backups.restoring import Restored
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnfit, StorageFull
from tests.builders import NOON, a_claimant, a_desk, a_prediction, a_source, everything

VERSION = "0.2.0"


def backed_up(desk: Desk, folder: Path) -> Path:
    """Make a back-up of a desk."""
    path = folder / "claims.tar"
    making.make(desk.database, path, NOON, VERSION)
    return path


def brought_back(path: Path, url: str, **given: Any) -> tuple[Desk, Restored]:
    """Bring a back-up back, and open a desk on it."""
    database = Database(url)
    try:
        with restoring.restore(path, database, NOON, **given) as restored:
            pass
    finally:
        database.close()
    return a_desk(url), restored


@pytest.fixture
def other_url(desk: Desk, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty place on the same engine as the desk's."""
    if desk.database.is_sqlite:
        yield f"sqlite:///{tmp_path}/other.db"
        return
    server, name = desk.database.url, f"other_{uuid4().hex}"
    administrator = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.dispose()


def test_what_is_backed_up_comes_back_as_it_was(story: Desk, tmp_path: Path, other_url: str) -> None:
    before = everything(story)
    path = backed_up(story, tmp_path)
    a_claimant(story, "Somebody else")
    other, restored = brought_back(path, other_url)
    assert everything(other) == before
    assert (restored.findings, restored.tables, restored.set_aside) == ([], migrations.head(), [])
    other.database.close()
