"""How is a server run and asked? On one core, from the other."""

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

from benchmarks.peers import Server, environment
from benchmarks.peers.documents import Documents

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


@contextmanager
def room() -> Iterator[Path]:
    """Make a folder for rows, in memory where there is such a place, and throw it away."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as rows:
        yield Path(rows)
