"""What is done to a server and its database while clients write. Each fault tells how often it happened."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.faults import clients, machines
from tests.faults.clients import LOST, Ledger, Writers
from tests.faults.machines import Engine, Postgres, Server, Sqlite

PATIENCE = 60


@dataclass
class Arena:
    """A server under writers, and how long it took to serve again after each fault."""

    engine: Engine
    server: Server
    ledger: Ledger
    rng: random.Random
    again: list[float] = field(default_factory=list)

    @contextmanager
    def writing(self, **given: Any) -> Iterator[Writers]:
        """Let clients write while the block runs."""
        with Writers(self.server.port, self.ledger, self.rng.randrange(10**9), **given) as writers:
            yield writers

    def wait(self, most: float) -> None:
        """Let a random while pass."""
        time.sleep(self.rng.random() * most)

    def see_it_serve(self) -> None:
        """Wait until a change is made again, and note how long that took."""
        began = time.monotonic()
        while not clients.serves(self.server.port, self.ledger):
            if time.monotonic() - began > PATIENCE:
                raise machines.NotServing(self.server.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.05)
        self.again.append(time.monotonic() - began)


def kill_the_server(arena: Arena, times: int) -> int:
    """Kill the server of claimkb, and start it again."""
    with arena.writing():
        for _ in range(times):
            arena.wait(0.8)
            arena.server.kill()
            arena.server.start()
            arena.see_it_serve()
    return times


def kill_postgresql(arena: Arena, times: int) -> int:
    """Kill every process of PostgreSQL, and start it again a moment later."""
    assert isinstance(arena.engine, Postgres)
    with arena.writing():
        for _ in range(times):
            arena.wait(1.0)
            arena.engine.kill()
            arena.wait(1.0)
            arena.engine.start()
            arena.see_it_serve()
    return times


def freeze_postgresql(arena: Arena, times: int) -> int:
    """Let PostgreSQL stand still for less time than a request has, and for more; or for as long as the server is told to stop."""
    assert isinstance(arena.engine, Postgres)
    arena.server.stop()
    arena.server.start(CLAIMKB_REQUEST_SECONDS="1")
    with arena.writing():
        for number in range(times):
            arena.wait(1.0)
            with arena.engine.frozen():
                if number % 4 == 1:
                    arena.server.stop()
                else:
                    arena.wait(6.0)
            if number % 4 == 1:
                arena.server.start(CLAIMKB_REQUEST_SECONDS="1")
            arena.see_it_serve()
    arena.server.stop()
    arena.server.start()
    return times


def end_connections(arena: Arena, times: int) -> int:
    """Let PostgreSQL end a connection of the server, whatever that does."""
    assert isinstance(arena.engine, Postgres)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
    with arena.writing(), arena.engine.administered() as connection:
        for _ in range(times):
            arena.wait(0.05)
            connection.execute(ended)
        arena.see_it_serve()
    return times


def vanish(arena: Arena, times: int) -> int:
    """Be gone before the answer: over HTTP, from a stream of events, and from a WebSocket; or complete the operation there."""
    port, rng = arena.server.port, arena.rng
    ways: list[Callable[[clients.Change], None]] = [
        lambda change: clients.vanish(port, change, rng, accept="application/json"),
        lambda change: clients.vanish(port, change, rng, accept="text/event-stream"),
        lambda change: clients.vanish_from_a_socket(port, change, rng, completes=False),
        lambda change: clients.vanish_from_a_socket(port, change, rng, completes=True),
    ]
    with arena.writing(many=2):
        for number in range(times):
            with suppress(*LOST):
                ways[number % len(ways)](arena.ledger.ask(rng))
        arena.see_it_serve()
    return times


def run_out_of_time(arena: Arena, times: int) -> int:
    """Give requests so little time that it runs out between any two statements."""
    arena.server.stop()
    arena.server.start(CLAIMKB_REQUEST_SECONDS="0.05", CLAIMKB_STATEMENT_SECONDS="0.05")
    begun, found = len(arena.ledger.changes), 0
    ends = time.monotonic() + PATIENCE
    with arena.writing(many=12):
        while found < times and time.monotonic() < ends:
            time.sleep(0.2)
            found = sum(each.code in ("QUERY_TOO_COMPLEX", "DATABASE_UNAVAILABLE") for each in arena.ledger.changes[begun:])
    arena.server.stop()
    arena.server.start()
    arena.see_it_serve()
    return found


def stop_the_server(arena: Arena, times: int) -> int:
    """Tell the server to stop while another program holds the lock that its writers wait for, and start it again."""
    for _ in range(times):
        with arena.writing(), arena.engine.locked():
            arena.wait(1.0)
            arena.server.stop()
        arena.server.start()
        arena.see_it_serve()
    return times


def hold_the_lock(arena: Arena, times: int) -> int:
    """Let another program hold the lock that writers wait for: for less time than they have, and for more."""
    arena.server.stop()
    arena.server.start(CLAIMKB_REQUEST_SECONDS="1")
    with arena.writing():
        for number in range(times):
            with arena.engine.locked():
                time.sleep(2.0 if number % 3 == 0 else arena.rng.random() * 0.8)
            arena.see_it_serve()
    arena.server.stop()
    arena.server.start()
    return times


def only_read(arena: Arena, times: int) -> int:
    """Let the database only be read for a while. (Of a file, who is root could write it all the same: test_outages.py is somebody else.)"""
    assert isinstance(arena.engine, Postgres)
    with arena.writing(), arena.engine.administered() as connection:
        for _ in range(times):
            for state in ("on", "off"):
                connection.execute("SET default_transaction_read_only = off")
                connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {state}".encode())
                connection.execute("SELECT pg_reload_conf()")
                arena.wait(1.0)
            arena.see_it_serve()
    return times


def move_the_file(arena: Arena, times: int) -> int:
    """Move the file of the database away for a while, with its log where it has one, and put it back."""
    assert isinstance(arena.engine, Sqlite)
    path = arena.engine.path
    with arena.writing():
        for _ in range(times):
            arena.wait(0.5)
            away = []
            for here in (path, path.with_name(f"{path.name}-wal")):
                with suppress(FileNotFoundError):  # the log is gone while no connection is open
                    away.append((here, here.rename(here.with_suffix(f"{here.suffix}.away"))))
            arena.wait(0.5)
            for here, there in reversed(away):
                there.rename(here)
            arena.see_it_serve()
    return times


def limit_files(arena: Arena, times: int) -> int:
    """Let no file of the server grow for a while."""
    assert isinstance(arena.engine, Sqlite)
    with arena.writing(large=True):
        for _ in range(times):
            arena.wait(0.3)
            arena.server.limit_files(max(each.stat().st_size for each in arena.engine.folder.glob("claimkb.db*")))
            arena.wait(1.5)
            arena.server.limit_files(None)
            arena.see_it_serve()
    return times


def fill_the_disk(arena: Arena, times: int) -> int:
    """Fill the disk of the database, until writers are told so; then make room again."""
    filler = arena.engine.folder / "filler"
    with arena.writing(large=True):
        for _ in range(times):
            begun, ends = len(arena.ledger.changes), time.monotonic() + PATIENCE / 4
            while time.monotonic() < ends and not _were_told(arena, begun):
                _fill(filler)
                time.sleep(0.05)
            filler.unlink()
            if isinstance(arena.engine, Postgres):
                _recover(arena.engine)
            arena.see_it_serve()
    return times


def _were_told(arena: Arena, begun: int) -> bool:
    """Tell whether writers met the full disk."""
    return sum(each.code in ("STORAGE_FULL", "DATABASE_UNAVAILABLE") for each in arena.ledger.changes[begun:]) >= 10


def _fill(filler: Path) -> None:
    """Write until nothing more can be written."""
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass


def _recover(engine: Postgres) -> None:
    """Start PostgreSQL again, if it stopped where it could not write its log."""
    with suppress(psycopg.OperationalError):
        psycopg.connect(engine.url, connect_timeout=5).close()
        return
    engine.start()


@dataclass(frozen=True)
class Fault:
    """A fault: what it is called, what does it, how often it is to happen in a short campaign and in a long one, and to which engines."""

    name: str
    happen: Callable[[Arena, int], int]
    few: int
    many: int
    engines: tuple[type[Engine], ...] = (Sqlite, Postgres)
    needs_small_disk: bool = False


FAULTS = (
    Fault("a client vanishes, or completes", vanish, 80, 400),
    Fault("the server is killed", kill_the_server, 5, 60),
    Fault("PostgreSQL is killed", kill_postgresql, 5, 30, (Postgres,)),
    Fault("PostgreSQL is frozen", freeze_postgresql, 4, 20, (Postgres,)),
    Fault("a connection is ended", end_connections, 60, 300, (Postgres,)),
    Fault("the time runs out", run_out_of_time, 60, 300),
    Fault("SIGTERM while a lock is held", stop_the_server, 2, 10),
    Fault("another program holds the lock", hold_the_lock, 4, 20),
    Fault("the database is read-only", only_read, 4, 20, (Postgres,)),
    Fault("the file is moved away", move_the_file, 4, 20, (Sqlite,)),
    Fault("no file may grow", limit_files, 3, 20, (Sqlite,)),
    Fault("the disk is full", fill_the_disk, 2, 10, needs_small_disk=True),
)
