"""Backing up and restoring on the command line: what is said, what is let in again, and what --sealed closes."""

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claimkb.actions import restoring
from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from claimkb.identity import COMMAND_LINE
from claimkb.store import flags, verification
from claimkb.store.backups.archive import Archive
from tests.builders import a_channel, a_desk, a_feed_key, a_prediction, a_session, a_token, an_account, an_invitation, everything
from tests.cli.test_commands import Run, run, run_on_each
from tests.store.test_backups import Place, no_file_beyond, place

__all__ = ["place", "run", "run_on_each"]


def test_a_backup_says_what_it_holds_and_when_it_was_made_is_noted(run_on_each: Run, desk: Desk, tmp_path: Path) -> None:
    a_prediction(desk)
    code, out, err = run_on_each("backup", "claims.tar")
    manifest = Archive(tmp_path / "claims.tar").manifest
    engine = "SQLite" if desk.database.is_sqlite else "PostgreSQL"
    size = f"{(tmp_path / 'claims.tar').stat().st_size / 1e6:.1f} MB"
    said = f"2 revisions of 2 records in {engine}, as of {manifest.instant:%Y-%m-%d %H:%M:%S} UTC"
    assert (code, out, err) == (0, f"claims.tar: {said}, {size}\n", "")
    with desk.database.read() as session:
        noted = flags.last_run(session, "backup")
    assert noted is not None
    assert noted.succeeded_at == manifest.instant


def test_a_backup_that_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.tar").write_text("Mine.", encoding="utf-8")
    refused = "claimkb: claims.tar is there already, and a back-up overwrites nothing: name another file.\n"
    assert run("backup", "claims.tar") == (1, "", refused)
    assert run("backup", "nowhere/claims.tar") == (3, "", "claimkb: nowhere: No such file or directory\n")
    assert (tmp_path / "claims.tar").read_text(encoding="utf-8") == "Mine."


@pytest.mark.program
def test_a_backup_goes_to_the_output_and_what_it_holds_beside_it(sqlite_desk: Desk, tmp_path: Path, executable: Path) -> None:
    environment = {**os.environ, "CLAIMKB_DATABASE_URL": str(sqlite_desk.database.url)}
    done = subprocess.run([executable, "backup", "-"], env=environment, capture_output=True, check=True)
    (tmp_path / "claims.tar").write_bytes(done.stdout)
    assert Archive(tmp_path / "claims.tar").manifest.holds.revisions == 0
    assert done.stderr.startswith(b"-: 0 revisions of 0 records in SQLite, as of ")


def populated(desk: Desk) -> None:
    """Let somebody in by each means, and tell somebody; today, as commands read the clock."""
    desk = replace(desk, clock=lambda: datetime.now(UTC))
    ada, bot = an_account(desk), an_account(desk, "Bot", "REPORTER", kind="PROGRAM")
    a_token(desk, bot, name="importer")
    a_session(desk, ada)
    an_invitation(desk, ada)
    a_feed_key(desk, ada)
    a_channel(desk, "desk@example.org")


def restored(run: Run, monkeypatch: pytest.MonkeyPatch, url: str, *words: str) -> tuple[int, str, str]:
    """Restore a back-up to a place."""
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", url)
    return run("restore", "claims.tar", *words)


def test_what_is_in_force_again_is_told(run_on_each: Run, desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    populated(desk)
    before = everything(desk)
    monkeypatch.setenv("COLUMNS", "200")
    assert run_on_each("backup", "claims.tar")[0] == 0
    code, out, err = restored(run_on_each, monkeypatch, url := place())
    assert (code, err) == (0, "")
    for line in (
        ": all holds together.",
        "In force again: 2 tokens, 1 session, 1 invitation, 1 feed key, 1 channel",
        "importer",
        "desk@example.org",
        "Close what was closed since",
    ):
        assert line in out
    other = a_desk(url)
    assert everything(other) == before
    other.database.close()


def test_sealed_leaves_nothing_in_force_and_says_so_in_the_history(
    run_on_each: Run, desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    populated(desk)
    assert run_on_each("backup", "claims.tar")[0] == 0
    code, out, _ = restored(run_on_each, monkeypatch, url := place(), "--sealed")
    assert code == 0
    assert (
        "Closed, as --sealed says: 2 tokens, 1 session, 1 invitation, 1 feed key, 1 channel. Passwords are those of the back-up.\n"
        in out
    )
    other = a_desk(url)
    with other.work(COMMAND_LINE) as work:
        assert restoring.in_force(work) == restoring.InForce([], [])
    assert list(verification.find(other.database)) == []
    other.database.close()
    assert "Restored from a back-up." in run_on_each("history", "--action", "revokeToken", "--json")[1]
    assert '"recordedBy": "restorer"' in run_on_each("history", "--action", "closeChannel", "--json")[1]


def test_a_disk_that_fills_while_it_is_sealed_leaves_nothing(
    run: Run, sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = an_account(sqlite_desk)
    for number in range(40):
        a_token(replace(sqlite_desk, clock=lambda: datetime.now(UTC)), account, name=f"{number}")
    assert run("backup", "claims.tar")[0] == 0
    folder = tmp_path / "place"
    folder.mkdir()
    size = Archive(tmp_path / "claims.tar").manifest.members[0].size
    with no_file_beyond(size):
        code, _, err = restored(run, monkeypatch, f"sqlite:///{folder}/claimkb.db", "--sealed")
    assert (code, err) == (
        3,
        f"claimkb: {folder} has no room for this: No space left on device. Make room there; nothing else has changed.\n",
    )
    assert list(folder.iterdir()) == []


def test_what_is_no_backup_is_refused_with_what_to_do(run: Run, sqlite_desk: Desk) -> None:
    id_ = global_id("Prediction", a_prediction(sqlite_desk).id)
    assert run("restore", "nothing.tar") == (
        1,
        "",
        "claimkb: There is no file nothing.tar: name one that `claimkb backup` wrote.\n",
    )
    assert run("restore", id_) == (
        2,
        "",
        f"claimkb: Invalid value: {id_} is no file, but an id: a withdrawn prediction is tracked again by "
        "claimkb track-again. See claimkb restore --help.\n",
    )
    assert run("backup", "claims.tar")[0] == 0
    place = sqlite_desk.database.place
    assert run("restore", "claims.tar") == (
        1,
        "",
        f"claimkb: There is a database at {place}: move it away, or name another place in CLAIMKB_DATABASE_URL. "
        "Nothing was restored.\n",
    )


def test_what_is_left_of_another_database_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("backup", "claims.tar")[0] == 0
    (tmp_path / "new.db-wal").write_text("old", encoding="utf-8")
    code, out, _ = restored(run, monkeypatch, f"sqlite:///{tmp_path}/new.db")
    assert code == 0
    assert out.startswith("Renamed what was left of another database: new.db-wal to new.db-wal.stale-20")
    assert "No token, session or channel is in force in it.\n" in out


def test_a_restored_database_that_does_not_hold_together_is_told(
    run: Run, sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_prediction(sqlite_desk)
    with sqlite_desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE claim SET statement = 'It shut.'")
    assert run("backup", "claims.tar")[0] == 0
    url = f"sqlite:///{tmp_path}/new.db"
    assert restored(run, monkeypatch, url)[0] == 1
    code, out, _ = restored(run, monkeypatch, url, "--as-it-is")
    assert code == 0
    assert "UTC: 1 finding, which claimkb verify lists.\n" in out
