"""Run the campaign, and print what became of every change: `python -m tests.faults`, or with --few for some minutes."""

import argparse
import os
import random
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults import checking, clients, machines
from tests.faults.clients import Ledger
from tests.faults.faults import FAULTS, Arena, Fault
from tests.faults.machines import Engine, Postgres, Server, Sqlite

SMALL_DISK = {Sqlite: 24, Postgres: 400}
"""The megabytes of a disk that can be filled."""

COLUMNS = ("fault", "times", "acknowledged", "lost", "half done", "gaps", "told wrongly", "s to serve again")


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def arena_of(kind: type[Engine], folder: Path, seed: str) -> Iterator[Arena]:
    """Start a database and a server, and record what is written to."""
    engine = kind(folder)
    server = Server(engine, free_port())
    try:
        server.start()
        arena = Arena(engine, server, Ledger(), random.Random(seed))
        clients.begin(server.port, arena.ledger)
        yield arena
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
        engine.close()


def happen(fault: Fault, arena: Arena, times: int) -> tuple[list[str], checking.Found]:
    """Let a fault happen, and check everything that was written until then."""
    since, arena.again = len(arena.ledger.changes), []
    happened = fault.happen(arena, times)
    found = checking.check(arena.engine.url, arena.ledger, since)
    wrong = [str(len(each)) for each in (found.lost, found.half_done, found.gaps, found.told_wrongly)]
    return [fault.name, str(happened), str(found.acknowledged), *wrong, f"{max(arena.again):.1f}"], found


def traces(log: str) -> list[str]:
    """List the crashes that a log tells of, each with the line before it."""
    return re.findall(r"^[^\n]*\nTraceback.*?(?=^\d{4}-|\Z)", log, re.DOTALL | re.MULTILINE)[:5]


def campaign(kind: type[Engine], *, few: bool, only: str, seed: str) -> bool:
    """Let each fault happen to an engine, print the table, and tell whether all is well."""
    chosen = [each for each in FAULTS if kind in each.engines and only in each.name]
    table = Table(*COLUMNS, title=kind.name, title_justify="left")
    mistakes: list[checking.Found | str] = []
    for small in (False, True):
        faults = [each for each in chosen if each.needs_small_disk is small]
        if not faults:
            continue
        with machines.folder_of(kind.name) as folder, machines.small_disk(folder, SMALL_DISK[kind] if small else 4_000) as is_small:
            if small and not is_small:
                table.add_row(faults[0].name, "not tried: this machine mounts nothing")
                continue
            folder.chmod(0o755)
            with arena_of(kind, folder, seed) as arena:
                for fault in faults:
                    row, found = happen(fault, arena, fault.few if few else fault.many)
                    table.add_row(*row)
                    print(
                        f"{kind.name}: {', '.join(f'{name} {value}' for name, value in zip(COLUMNS, row, strict=True))}",
                        file=sys.stderr,
                    )
                    mistakes += [] if found.is_fine() else [found]
                mistakes += traces(arena.server.log.read_text(encoding="utf-8"))
    Console(width=140).print(table)
    for each in mistakes:
        print(each)
    return not mistakes


def main() -> int:
    """Run the campaign on both engines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", action="store_true", help="let each fault happen a few times: some minutes")
    parser.add_argument("--only", default="", help="only faults whose names hold this")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append", help="only on this engine")
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)), help="what decides when faults happen")
    given = parser.parse_args()
    os.environ.setdefault("COLUMNS", "140")
    began = time.monotonic()
    print(f"seed {given.seed}, SQLite {machines.version_of_sqlite()}", file=sys.stderr)
    kinds = [each for each in (Sqlite, Postgres) if not given.engine or each.name.lower() in given.engine]
    all_is_well = [campaign(kind, few=given.few, only=given.only, seed=given.seed) for kind in kinds]
    print(f"{'All is well' if all(all_is_well) else 'Something is wrong'}, after {time.monotonic() - began:.0f} s")
    return 0 if all(all_is_well) else 1


if __name__ == "__main__":
    sys.exit(main())
