"""Write, back up under load, destroy, restore, verify, go on, and print what became of every change: `python -m tests.drill`."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from claimkb.store.backups.archive import Archive
from tests.faults import checking, clients, machines
from tests.faults.__main__ import free_port
from tests.faults.clients import Ledger, Said, Writers
from tests.faults.machines import Engine, Postgres, Server, Sqlite

BACKUPS = 2
"""How many back-ups are made under load of each engine, and restored one after the other."""

COLUMNS = ("engine", "back-up", "acknowledged before", "lost", "half done", "findings", "acknowledged since", "lost since")


@dataclass
class Drill:
    """A server, its database and the files in which it is backed up."""

    engine: Engine
    folder: Path
    server: Server
    rng: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    backups: list[Path] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    killed: int = 0
    """How many restores were killed halfway."""

    def run(self, *words: str) -> str:
        """Run a command of claimkb, and return what it prints."""
        environment = {**os.environ, "CLAIMKB_DATABASE_URL": self.engine.url}
        done = subprocess.run(
            [sys.executable, "-m", "claimkb", *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            self.mistakes.append(f"{self.engine.name}: claimkb {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def back_up_under_load(self) -> None:
        """Make back-ups while eight clients write, and kill the server under them."""
        self.server.start()
        clients.begin(self.server.port, self.ledger)
        with Writers(self.server.port, self.ledger, self.rng.randrange(10**9)):
            for number in range(1, BACKUPS + 1):
                time.sleep(1 + self.rng.random())
                self.backups.append(self.folder / f"{number}.tar")
                self.run("backup", str(self.backups[-1]))
            time.sleep(0.5)
            self.server.kill()

    def destroy(self) -> None:
        """Take away all that the database is."""
        if isinstance(self.engine, Sqlite):
            for each in self.engine.folder.glob("claimkb.db*"):
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            return
        with self.engine.administered() as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def is_there(self) -> bool:
        """Tell whether anything is where the database was."""
        if isinstance(self.engine, Sqlite):
            return self.engine.path.exists()
        with self.engine.administered() as connection:
            return connection.execute("SELECT to_regclass('revision')").fetchone() != (None,)

    def is_restoring(self) -> bool:
        """Tell whether a restore is at work on the database."""
        if isinstance(self.engine, Sqlite):
            return any(self.engine.folder.glob("claimkb.db.unfinished-*/claimkb.db"))
        others = "SELECT 1 FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname IS NOT NULL"
        with self.engine.administered() as connection:
            return connection.execute(others).fetchone() is not None

    def restore(self, backup: Path) -> None:
        """Restore a back-up, after one time at which that was killed halfway: it leaves no database."""
        command = [sys.executable, "-m", "claimkb", "restore", str(backup)]
        environment = {**os.environ, "CLAIMKB_DATABASE_URL": self.engine.url}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and not self.is_restoring():
                time.sleep(0.01)
            time.sleep(self.rng.random() * 0.2)
            process.kill()
        if self.is_there():  # it was done before it was killed
            self.destroy()
        else:
            self.killed += 1
        self.run("restore", str(backup))

    def findings(self) -> int:
        """Count what claimkb verify finds."""
        return len(json.loads(self.run("verify", "--json") or "[]"))

    def go_on(self) -> Ledger:
        """Serve what was restored, and write to it."""
        ledger = Ledger(claims=self.ledger.claims, predictions=self.ledger.predictions)
        self.server.start()
        with Writers(self.server.port, ledger, self.rng.randrange(10**9)):
            time.sleep(1)
        self.server.stop()
        return ledger

    def row(self, backup: Path) -> list[str]:
        """Bring one back-up back, and say what became of every change."""
        self.destroy()
        self.restore(backup)
        instant = Archive(backup).manifest.instant.timestamp()
        before = [each for each in self.ledger.changes if each.said is Said.DONE and each.answered_at <= instant]
        found = checking.check(self.engine.url, Ledger(before), 0)
        since = checking.check(self.engine.url, self.go_on(), 0)
        findings = self.findings()
        for each in (found, since):
            self.mistakes += [] if each.is_fine() else [f"{self.engine.name}: {each}"]
        if not (found.acknowledged and since.acknowledged) or findings:
            self.mistakes.append(f"{self.engine.name}: {findings} findings, or nothing was written")
        half = len(found.half_done) + len(since.half_done)
        numbers = (found.acknowledged, len(found.lost), half, findings, since.acknowledged, len(since.lost))
        return [self.engine.name, backup.name, *map(str, numbers)]


@contextmanager
def drill_of(kind: type[Engine], rng: random.Random) -> Iterator[Drill]:
    """Start a database for a drill, and stop what runs in the end."""
    with machines.folder_of(kind.name) as folder:
        folder.chmod(0o755)
        engine = kind(folder)
        server = Server(engine, free_port())
        try:
            yield Drill(engine, folder, server, rng)
        finally:
            if server.process is not None and server.process.poll() is None:
                server.kill()
            engine.close()


def main() -> int:
    """Do the drill on both engines."""
    began = time.monotonic()
    seed = sys.argv[1] if len(sys.argv) > 1 else str(random.SystemRandom().randrange(10**6))
    print(f"seed {seed}, SQLite {machines.version_of_sqlite()}", file=sys.stderr)
    table, mistakes = Table(*COLUMNS, title="What was restored", title_justify="left"), list[str]()
    for kind in (Sqlite, Postgres):
        with drill_of(kind, random.Random(seed)) as drill:
            drill.back_up_under_load()
            for backup in drill.backups:
                table.add_row(*drill.row(backup))
            mistakes += drill.mistakes
            print(f"{kind.name}: {drill.killed} of {BACKUPS} restores killed halfway", file=sys.stderr)
    Console(width=140).print(table)
    for each in mistakes:
        print(each)
    print(f"{'Something is wrong' if mistakes else 'All is well'}, after {time.monotonic() - began:.0f} s")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
