"""A back-up holds what there was at its instant, and all of it comes back or nothing, on both engines."""

import hashlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions.work import Desk
from claimkb.domain import Claim, Claimant, Revision
from claimkb.domain.backup import (
    FORMAT,
    Damaged,
    DoesNotHoldTogether,
    IsThere,
    Manifest,
    Member,
    NewerBackup,
    NoBackup,
    NotEmpty,
    OfAnotherEngine,
    StillOpen,
)
from claimkb.domain.refusals import Refusal
from claimkb.domain.signing import SigningKey
from claimkb.domain.verification import Trace
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.store import announcements, checkpoints, migrations
from claimkb.store.backups import archive, making, places, restoring
from claimkb.store.backups.archive import Archive
from claimkb.store.backups.restoring import Restored
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnfit, StorageFull
from tests.builders import NOON, a_claim, a_claimant, a_desk, a_source, an_account, everything

VERSION = "0.2.0"
Place = Callable[[], str]


def backed_up(desk: Desk, folder: Path) -> Path:
    """Make a back-up of a desk."""
    path = folder / "claims.tar"
    making.make(desk.database, path, NOON, VERSION)
    return path


def brought_back(path: Path, url: str, **given: Any) -> Restored:
    """Bring a back-up back."""
    database = Database(url)
    try:
        with restoring.restore(path, database, NOON, **given) as restored:
            pass
    finally:
        database.close()
    return restored


def held(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read every row of a database."""
    desk = a_desk(url)
    try:
        return everything(desk)
    finally:
        desk.database.close()


def is_empty(url: str) -> bool:
    """Tell whether nothing is at a place, not even half of a restored database."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return not list(Path(address.database or "").parent.glob(f"{Path(address.database or '').name}*"))
    engine = sa.create_engine(Database(url).url)
    names = sa.inspect(engine).get_table_names()
    engine.dispose()
    return names == []


@pytest.fixture
def place(url: str, tmp_path: Path) -> Iterator[Place]:
    """Give a function that makes an empty place on the engine of the desk, and returns its URL."""
    server = sa.make_url(url)
    with ExitStack() as ending:

        def in_a_file() -> str:
            folder = tmp_path / f"place {uuid4().hex}"
            folder.mkdir()
            return f"sqlite:///{folder}/claimkb.db"

        def in_the_server() -> str:
            name = f"place_{uuid4().hex}"
            administer(f"CREATE DATABASE {name}")
            ending.callback(administer, f"DROP DATABASE {name} WITH (FORCE)")
            return Database(url).url.set(database=name).render_as_string(hide_password=False)

        def administer(statement: str) -> None:
            engine = sa.create_engine(Database(url).url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
            with engine.connect() as connection:
                connection.exec_driver_sql(statement)

        yield in_a_file if server.get_backend_name() == "sqlite" else in_the_server


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let this process write no file that is longer, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_backed_up_comes_back_as_it_was(story: Desk, tmp_path: Path, place: Place) -> None:
    a_source(story, snapshot={"text": "A\ttab, a \\N, a \\. alone:\n\\.\nand \r\n, \x7f, \u2028, 🐎."})
    before = everything(story)
    path = backed_up(story, tmp_path)
    a_claimant(story, "Somebody else")
    restored = brought_back(path, url := place())
    assert held(url) == before
    assert (restored.findings, restored.tables, restored.set_aside) == ([], migrations.head(), [])


def test_a_restored_database_is_written_to_as_before(story: Desk, tmp_path: Path, place: Place) -> None:
    brought_back(backed_up(story, tmp_path), url := place())
    desk = a_desk(url)
    a_claimant(desk, "Somebody else")
    desk.database.close()
    again = tmp_path / "again"
    again.mkdir()
    other = a_desk(url)
    assert brought_back(backed_up(other, again), place()).findings == []
    other.database.close()


def test_what_was_acknowledged_before_the_instant_is_there_however_much_is_written_meanwhile(
    desk: Desk, tmp_path: Path, place: Place
) -> None:
    acknowledged: list[str] = []
    stopped = Event()

    def write(writer: int) -> None:
        number = 0
        while not stopped.is_set():
            name = f"Writer {writer}, line {(number := number + 1)}"
            a_claimant(desk, name)
            acknowledged.append(name)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, writer) for writer in range(4)]
        try:
            while len(acknowledged) < 20:
                time.sleep(0.01)
            there = list(acknowledged)
            path = backed_up(desk, tmp_path)
        finally:
            stopped.set()
        for each in writing:
            each.result()
    url = place()
    assert brought_back(path, url).findings == []
    restored = a_desk(url)
    with restored.database.read() as session:
        names = set(session.scalars(sa.select(col(Claimant.name))))
    restored.database.close()
    assert set(there) <= names
    assert Archive(path).manifest.holds.rows["claimant"] == len(names)


def test_the_manifest_says_what_is_in_it(story: Desk, tmp_path: Path) -> None:
    manifest = Archive(backed_up(story, tmp_path)).manifest
    rows = everything(story)
    assert manifest.holds.rows == {name: len(those) for name, those in rows.items()}
    assert manifest.holds.revisions == len(rows["revision"])
    with story.database.read() as session:
        assert manifest.holds.records == len(set(session.scalars(sa.select(col(Revision.record_id)))))
    assert (manifest.claimkb, manifest.holds.tables, manifest.instant) == (VERSION, migrations.head(), NOON)
    assert manifest.engine == ("SQLite" if story.database.is_sqlite else "PostgreSQL")


def test_tar_unpacks_it(story: Desk, tmp_path: Path) -> None:
    path = backed_up(story, tmp_path)
    with tarfile.open(path) as tar:
        names = tar.getnames()
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        assert Manifest.read(manifest.read(), str(path)) == Archive(path).manifest
    assert names == ["manifest.json", *(each.name for each in Archive(path).manifest.members)]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [0, 1, 8**11 - 1, 8**11, 10 * 2**40])
def test_a_header_is_read_by_others_however_large_the_member_is(size: int) -> None:
    written = archive.header("claimkb.db", size, NOON)
    read = tarfile.TarInfo.frombuf(written, "utf-8", "strict")
    assert (read.name, read.size, read.mtime, read.mode, read.isreg()) == ("claimkb.db", size, NOON.timestamp(), 0o600, True)
    assert len(written) == 512


def test_a_header_is_written_as_in_the_first_version() -> None:
    written = archive.header("claimkb.db", 5, NOON)
    assert hashlib.sha256(written).hexdigest() == "4045afbe109673b2fdc80821ad999f26ee72f892e8a50d1cca30a54f89b6b547"


def test_one_byte_that_differs_anywhere_is_noticed(story: Desk, tmp_path: Path) -> None:
    path = backed_up(story, tmp_path)
    whole = path.read_bytes()
    offsets = {*range(0, 3_000, 7), *range(0, len(whole), len(whole) // 150), *range(len(whole) - 2_000, len(whole), 97)}
    for offset in sorted(offsets):
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(bytes([whole[offset] ^ 1]))
        with pytest.raises((Damaged, NoBackup)):
            Archive(path)
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(whole[offset : offset + 1])
    Archive(path)


def test_a_backup_that_was_cut_off_or_added_to_is_noticed(story: Desk, tmp_path: Path) -> None:
    path = backed_up(story, tmp_path)
    whole = path.read_bytes()
    cut = tmp_path / "cut.tar"
    for length in {*range(0, len(whole), len(whole) // 100), *range(len(whole) - 1_200, len(whole), 100)}:
        cut.write_bytes(whole[:length])
        with pytest.raises((Damaged, NoBackup)):
            Archive(cut)
    for more in (b"\0", bytes(512), whole):
        cut.write_bytes(whole + more)
        with pytest.raises(Damaged, match="there is more after its end"):
            Archive(cut)


def refused(refusal: type[Refusal], path: Path, url: str, **given: Any) -> str:
    """See a back-up refused, and see that nothing is there."""
    with pytest.raises(refusal) as caught:
        brought_back(path, url, **given)
    assert is_empty(url)
    return str(caught.value)


def test_a_damaged_backup_is_refused_and_nothing_is_left(story: Desk, tmp_path: Path, place: Place) -> None:
    path = backed_up(story, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(Damaged, path, place()) == (
        f"{path} is damaged: it ends after {len(whole) // 2} bytes, before it is complete. Nothing was restored; take another back-up."
    )
    path.write_text("This is a letter.", encoding="utf-8")
    assert refused(NoBackup, path, place()) == f"{path} is not a back-up: name a file that `claimkb backup` wrote."


def rewritten(path: Path, folder: Path, **changed: Any) -> Path:
    """Write a back-up whose manifest says something else, with the hash that it then has to have."""
    opened = Archive(path)
    parts = folder / "parts"
    parts.mkdir()
    for each in opened.manifest.members:
        (parts / each.name).write_bytes(b"".join(opened.chunks(each)))
    other = folder / "other.tar"
    with other.open("wb") as out:
        archive.write(out, opened.manifest.model_copy(update=changed), parts)
    return other


def with_other_members(path: Path, folder: Path, change: Callable[[Member, bytes], bytes]) -> Path:
    """Write a back-up whose members hold something else, with the hashes that they then have to have."""
    opened, parts, other = Archive(path), folder / "parts", folder / "other.tar"
    parts.mkdir()
    for each in opened.manifest.members:
        (parts / each.name).write_bytes(change(each, b"".join(opened.chunks(each))))
    members = [archive.member_of(parts / each.name, each.name, each.table, each.columns) for each in opened.manifest.members]
    with other.open("wb") as out:
        archive.write(out, opened.manifest.model_copy(update={"members": members}), parts)
    return other


@pytest.mark.parametrize("newer", [{"format": FORMAT + 1}, {"tables": "9999"}], ids=str)
def test_a_backup_of_a_newer_claimkb_is_refused(newer: dict[str, Any], desk: Desk, tmp_path: Path, place: Place) -> None:
    path = backed_up(desk, tmp_path)
    holds = Archive(path).manifest.holds
    given = {"holds": holds.model_copy(update=newer)} if "tables" in newer else newer
    other = rewritten(path, tmp_path, claimkb="9.0", **given)
    assert refused(NewerBackup, other, place()) == (
        f"{other} was written by claimkb 9.0, which is newer than this one. Nothing was restored; upgrade claimkb first."
    )


def test_a_backup_that_holds_something_else_than_its_manifest_says_is_refused(desk: Desk, tmp_path: Path, place: Place) -> None:
    path = backed_up(desk, tmp_path)
    holds = Archive(path).manifest.holds
    other = rewritten(path, tmp_path, holds=holds.model_copy(update={"rows": {**holds.rows, "claim": 7}}))
    assert "something else than its manifest says (claim)" in refused(Damaged, other, place())


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_is_started_meanwhile_waits_and_finds_all_of_it(story: Desk, tmp_path: Path, place: Place) -> None:
    path, url = backed_up(story, tmp_path), place()
    database, server = Database(url), Database(url)
    with ThreadPoolExecutor(1) as pool:
        with restoring.restore(path, database, NOON):
            migrating = pool.submit(migrations.upgrade, server)
            time.sleep(0.3)
            assert not migrating.done()
        assert migrating.result() == (migrations.head(), migrations.head())
    database.close()
    server.close()
    assert held(url) == everything(story)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_rows_that_the_server_does_not_take_are_told(desk: Desk, tmp_path: Path, place: Place) -> None:
    a_claimant(desk)
    path = backed_up(desk, tmp_path)
    other = with_other_members(path, tmp_path, lambda member, data: data * (2 if member.table == "claimant" else 1))
    assert "claimant does not fit this server: duplicate key value violates" in refused(Damaged, other, place())


def test_a_backup_of_another_engine_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = backed_up(desk, tmp_path)
    if desk.database.is_sqlite:
        url, engine, other, address = "postgresql://nobody@127.0.0.1:1/none", "SQLite", "PostgreSQL", "sqlite:///FILE"
    else:
        url, engine, other = f"sqlite:///{tmp_path}/claimkb.db", "PostgreSQL", "SQLite"
        address = "postgresql://USER:PASSWORD@HOST/NAME, of an empty database"
    with pytest.raises(OfAnotherEngine) as caught:
        brought_back(path, url)
    assert str(caught.value) == (
        f"{path} is a back-up of {engine}, and CLAIMKB_DATABASE_URL names {other}. Nothing was restored; name {address} there."
    )
    assert not (tmp_path / "claimkb.db").exists() or desk.database.is_sqlite


def test_a_place_with_a_database_is_refused_and_keeps_it(desk: Desk, url: str, tmp_path: Path) -> None:
    path = backed_up(desk, tmp_path)
    a_claimant(desk)
    before = everything(desk)
    with pytest.raises(NotEmpty, match="move it away, or name another place in CLAIMKB_DATABASE_URL"):
        brought_back(path, url)
    assert everything(desk) == before


def test_a_backup_overwrites_nothing(desk: Desk, tmp_path: Path) -> None:
    path = backed_up(desk, tmp_path)
    before = path.read_bytes()
    with pytest.raises(IsThere):
        backed_up(desk, tmp_path)
    (tmp_path / "link.tar").symlink_to(tmp_path / "nowhere")
    with pytest.raises(IsThere):
        making.make(desk.database, tmp_path / "link.tar", NOON, VERSION)
    finished = tmp_path / "finished"
    finished.write_text("", encoding="utf-8")
    with pytest.raises(IsThere):  # one that came there meanwhile
        places.put(finished, path)
    assert path.read_bytes() == before


def test_what_does_not_hold_together_is_restored_only_as_it_is(desk: Desk, tmp_path: Path, place: Place) -> None:
    claim = a_claim(desk)
    with desk.database.connection() as connection:
        connection.execute(sa.update(Claim).where(col(Claim.id) == claim.id).values(statement="It shut."))
    path = backed_up(desk, tmp_path)
    assert refused(DoesNotHoldTogether, path, place()) == (
        f"What {path} holds does not hold together: 1 finding of FIELD. Nothing was restored. Take another back-up, "
        "or restore this one as it is with --as-it-is."
    )
    restored = brought_back(path, url := place(), as_it_is=True)
    assert [each.trace for each in restored.findings] == [Trace.FIELD]
    assert held(url) == everything(desk)


def test_a_backup_of_an_older_version_is_restored_and_migrated(tmp_path: Path, place: Place) -> None:
    older = Database(place())
    with older.connection() as connection:
        migrations.make_tables(connection, "0009")
        connection.exec_driver_sql(
            "INSERT INTO job_run (job, as_of, succeeded_at) VALUES ('flag', '2026-11-23', '2026-11-23 12:00:00')"
        )
    making.make(older, tmp_path / "older.tar", NOON, VERSION)
    older.close()
    restored = brought_back(tmp_path / "older.tar", url := place())
    assert (restored.manifest.holds.tables, restored.tables) == ("0009", migrations.head())
    assert len(held(url)["job_run"]) == 1


def test_a_place_without_tables_or_without_a_database_is_not_backed_up(tmp_path: Path, place: Place) -> None:
    database = Database(place())
    for reason in ("no database at|no tables", "no tables"):
        with pytest.raises(DatabaseUnfit, match=reason):
            making.make(database, tmp_path / "claims.tar", NOON, VERSION)
        with database.connection():
            pass
    database.close()
    assert not list(tmp_path.glob("claims*"))


def test_a_full_disk_is_told_and_leaves_nothing(story: Desk, tmp_path: Path, place: Place) -> None:
    folder = tmp_path / "vault"
    folder.mkdir()
    sizes = (50_000, 300_000) if story.database.is_sqlite else (5_000, 30_000)
    for size in sizes:  # in a copy, and in the archive of copies or its first one
        with no_file_beyond(size), pytest.raises(StorageFull, match=f"{folder} has no room"):
            making.make(story.database, folder / "claims.tar", NOON, VERSION)
        assert list(folder.iterdir()) == []
        with no_file_beyond(size), pytest.raises(StorageFull, match="has no room"):
            making.make_to(story.database, BytesIO(), NOON, VERSION)
    if story.database.is_sqlite:
        path, url = backed_up(story, tmp_path), place()
        for size in sizes:
            with no_file_beyond(size), pytest.raises(StorageFull, match=r"place .* has no room"):
                brought_back(path, url)
            assert is_empty(url)


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from claimkb.store.backups import making
from claimkb.store.engine.database import Database
database = Database(sys.argv[1])
for number in range(1000):
    making.make(database, Path(sys.argv[2], f"{number}.tar"), datetime.now(UTC), "0")
    print(number, flush=True)
"""


@pytest.mark.program
def test_a_backup_that_is_killed_leaves_no_file_that_is_taken_for_one(story: Desk, url: str, tmp_path: Path) -> None:
    rng = random.Random(7)
    done = 0
    for attempt in range(2):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with subprocess.Popen([sys.executable, "-c", KILLED, url, folder], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.1 * rng.random())
            process.kill()
        complete = list(folder.glob("*.tar"))
        for each in complete:
            Archive(each)
        assert [each.name for each in folder.iterdir() if each not in complete and ".unfinished-" not in each.name] == []
        done += len(complete)
    assert done >= 2
    assert everything(story)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_copy_with_a_damaged_page_is_refused(story: Desk, tmp_path: Path, place: Place) -> None:
    path = backed_up(story, tmp_path)
    middle = Archive(path).manifest.members[0].size // 8192 * 4096
    other = with_other_members(path, tmp_path, lambda _, data: data[:middle] + bytes(64) + data[middle + 64 :])
    assert "is damaged: SQLite says of its database: " in refused(Damaged, other, place())


# SQLite's own: what stands beside the file, and who has it open.

HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE IF NOT EXISTS left_over (a)")
connection.execute("INSERT INTO left_over VALUES (randomblob(20000))")
connection.commit()
print(flush=True)
sys.stdin.read()
"""


@contextmanager
def held_open(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let another program have a SQLite file open, whose log it has written to; it is killed in the end."""
    with subprocess.Popen([sys.executable, "-c", HOLDING, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.program
def test_a_log_of_another_database_is_renamed_and_read_into_nothing(sqlite_desk: Desk, tmp_path: Path) -> None:
    a_claimant(sqlite_desk)
    path, place = backed_up(sqlite_desk, tmp_path), tmp_path / "place" / "claimkb.db"
    place.parent.mkdir()
    shutil.copy(sqlite_desk.database.place, place)
    with held_open(place):
        pass
    place.unlink()
    log, index = (place.with_name(f"claimkb.db-{ending}") for ending in ("wal", "shm"))
    was = log.read_bytes()
    assert len(was) > 20_000
    restored = brought_back(path, f"sqlite:///{place}")
    stale = place.with_name("claimkb.db-wal.stale-20261123T120000")
    assert restored.set_aside == [(log, stale), (index, place.with_name("claimkb.db-shm.stale-20261123T120000"))]
    assert stale.read_bytes() == was
    with sqlite3.connect(place) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'left_over'").fetchone() == (0,)
    connection.close()
    assert held(f"sqlite:///{place}") == everything(sqlite_desk)


@pytest.mark.program
def test_a_place_that_a_program_still_uses_is_refused(sqlite_desk: Desk, tmp_path: Path) -> None:
    path, place = backed_up(sqlite_desk, tmp_path), tmp_path / "place" / "claimkb.db"
    place.parent.mkdir()
    with held_open(place) as process:
        place.unlink()
        with pytest.raises(StillOpen, match=rf"still open in process {process.pid}\. Stop that first; nothing was restored\."):
            brought_back(path, f"sqlite:///{place}")
        assert places._is_locked(place.with_name("claimkb.db-shm"))
        assert sorted(each.name for each in place.parent.iterdir()) == ["claimkb.db-shm", "claimkb.db-wal"]
    assert not places._is_locked(place.with_name("claimkb.db-shm"))
    assert brought_back(path, f"sqlite:///{place}").findings == []


def test_a_file_system_without_links_gets_its_file_too(sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise OSError(1, os.strerror(1))

    monkeypatch.setattr(os, "link", link)
    path = backed_up(sqlite_desk, tmp_path)
    with pytest.raises(IsThere):
        backed_up(sqlite_desk, tmp_path)
    assert Archive(path).manifest.holds.records == 0


def test_the_manifest_has_the_root_that_a_checkpoint_signs(desk: Desk, tmp_path: Path) -> None:
    a_claim(desk)
    an_account(desk)
    checkpoint = Checkpointing(desk, SigningKey.of_seed(bytes(32))).make()
    with desk.database.read() as session:
        position = announcements.newest(session)
    manifest, _ = making.make(desk.database, tmp_path / "claims.tar", NOON, VERSION)
    now = checkpoints.heads(desk.database.read, position)
    assert (manifest.holds.position, manifest.holds.root) == (position, now.root)
    assert now.root != checkpoint.root  # the checkpoint is a record, too
