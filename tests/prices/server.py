"""A server that counts to a thousand million, and what a request costs on it: in points, and in milliseconds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from tests.cli.test_serving import serving
from tests.forkserver import INSTALLED

RICH = 1_000_000_000
SETTINGS = {
    "CLAIMKB_RATE_COST": str(RICH),
    "CLAIMKB_RATE_COST_PER_SECOND": "1",
    "CLAIMKB_MAX_GUESSES": str(RICH),
    "CLAIMKB_SCHEDULER": "false",
    "CLAIMKB_TIMEZONE": "UTC",
}
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Request:
    """What is sent."""

    body: bytes | None = None
    path: str = "/graphql"
    headers: dict[str, str] = field(default_factory=lambda: JSON)

    @property
    def method(self) -> str:
        """How it is sent."""
        return "GET" if self.body is None else "POST"


def asking(query: str, **variables: Any) -> Request:
    """Ask a question."""
    return Request(json.dumps({"query": query, "variables": variables}, ensure_ascii=False).encode())


@dataclass
class Server:
    """A server that runs, and a connection to it."""

    address: str

    def __post_init__(self) -> None:
        self._connection = self.connect()
        self.left()

    def connect(self) -> HTTPConnection:
        """Open another connection."""
        parts = urlsplit(self.address)
        return HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def send(self, request: Request, connection: HTTPConnection | None = None) -> tuple[int, bytes]:
        """Send a request, and read all of its answer."""
        connection = connection or self._connection
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def left(self) -> int:
        """Tell what is left to whoever asks from here; to ask costs two."""
        answer = json.loads(self.send(asking("{ __typename }"))[1])
        return int(answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"])

    def measure(self, requests: Iterator[Request], times: int = 5) -> tuple[float, int]:
        """Send requests of a kind, one after the other; tell how many milliseconds the quickest took, and what each costs."""
        self.send(next(requests))  # a new document is charged once
        took, before = [], self.left()
        for _ in range(times):
            request = next(requests)
            began = perf_counter()
            self.send(request)
            took.append((perf_counter() - began) * 1000)
        return min(took), max(1, round((before - self.left() - 2) / times))


@contextmanager
def running(folder: Path, url: str) -> Iterator[Server]:
    """Run a server until the block ends."""
    with serving(INSTALLED, folder, **{"CLAIMKB_DATABASE_URL": url, **SETTINGS}) as (address, _):  # type: ignore[arg-type]
        yield Server(address)
