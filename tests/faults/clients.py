"""What is written while faults happen: each change bears a mark of its own, and it is kept what was said of it."""

import http.client
import json
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

HOST = "127.0.0.1"
TEXT = "The bridge is long. " * 1_000


class Said(Enum):
    """What was said of a change."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


NOT_KNOWN = "COMMIT_UNKNOWN"
SHOWN_LATER = "DONE_NOT_SHOWN"

CLAIMANT = "mutation($m: String!) { do: recordClaimant(input: {name: $m, kind: PERSON}) { it: claimant { mark: name version } userErrors { code } } }"
SOURCE = """mutation($m: String!, $text: String) { do: recordSource(input: {title: $m, snapshot: {text: $text}}) {
    it: source { mark: title version } userErrors { code } } }"""
CLAIM = """mutation($m: String!, $id: ID!) { do: updateClaim(input: {claimId: $id, statement: $m}) {
    it: claim { mark: statement version revisions(last: 1) { nodes { version } } } userErrors { code } } }"""
RESOLVE = """mutation($m: String!, $id: ID!) { do: resolvePrediction(input: {predictionId: $id, verdict: YES, rationale: $m,
    noEvidenceReason: "n"}) { it: outcome { mark: rationale version } prediction { status } userErrors { code } } }"""
REOPEN = """mutation($m: String!, $id: ID!) { do: reopenPrediction(input: {predictionId: $id, reason: $m}) {
    it: prediction { status version } userErrors { code } } }"""


@dataclass
class Change:
    """A change that is asked for, and what was said of it."""

    query: str
    variables: dict[str, Any]
    key: str | None = None
    said: Said = Said.UNKNOWN
    is_shown_wrongly: bool = False
    code: str | None = None
    times: int = 0
    """How often it was asked for: a repeat shows the record as it stands then."""
    answered_at: float = inf
    """When its answer was read, in seconds since 1970."""

    @property
    def mark(self) -> str:
        """The text that this change alone writes."""
        return str(self.variables["m"])

    @property
    def body(self) -> dict[str, Any]:
        """The request."""
        return {"query": self.query, "variables": self.variables}

    def read(self, answer: Any) -> None:
        """Read what an answer says of it."""
        self.answered_at, errors = time.time(), answer.get("errors", [])
        self.code = errors[0]["extensions"]["code"] if errors else None
        if self.code == NOT_KNOWN:
            self.said = Said.UNKNOWN
        elif self.code is not None:
            # That nothing has changed is said of this time; what became of the time before it is still not known.
            self.said = Said.DONE if self.code == SHOWN_LATER else Said.UNKNOWN if self.times > 1 else Said.NOT_DONE
        elif answer["data"]["do"]["userErrors"]:
            self.said, self.code = Said.NOT_DONE, answer["data"]["do"]["userErrors"][0]["code"]
        else:
            it = answer["data"]["do"]["it"]
            newest = it["revisions"]["nodes"][0]["version"] if "revisions" in it else it["version"]
            self.said = Said.DONE
            self.is_shown_wrongly = self.times == 1 and (it.get("mark", self.mark) != self.mark or newest != it["version"])


@dataclass
class Ledger:
    """Every change that was asked for."""

    changes: list[Change] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    predictions: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def ask(self, rng: random.Random, *, large: bool = False) -> Change:
        """Ask for a change."""
        mark = f"mark {uuid4().hex}"
        if large:
            query, more = SOURCE, {"text": TEXT}
        else:
            query = rng.choice((CLAIMANT, CLAIMANT, CLAIM, CLAIM, RESOLVE, REOPEN))
            ids = self.claims if query is CLAIM else self.predictions
            more = {} if query is CLAIMANT else {"id": rng.choice(ids)}
        change = Change(query, {"m": mark, **more}, uuid4().hex if rng.random() < 0.3 else None)
        with self.lock:
            self.changes.append(change)
        return change


def post(port: int, body: Any, headers: dict[str, str] | None = None, seconds: float = 60) -> Any:
    """Send a request over HTTP, and read its answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("POST", "/graphql", json.dumps(body), {"content-type": "application/json", **(headers or {})})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def over_http(port: int, change: Change) -> None:
    """Make a change over HTTP."""
    change.read(post(port, change.body, {} if change.key is None else {"idempotency-key": change.key}))


def over_events(port: int, change: Change) -> None:
    """Make a change whose answer is an event."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        headers = {"content-type": "application/json", "accept": "text/event-stream"}
        connection.request("POST", "/graphql", json.dumps(change.body), headers)
        lines = connection.getresponse().read().decode().splitlines()
    finally:
        connection.close()
    change.read(json.loads(next(line.removeprefix("data: ") for line in lines if line.startswith("data: {"))))


def over_a_socket(port: int, change: Change) -> None:
    """Make a change over a WebSocket."""
    with connect(f"ws://{HOST}:{port}/graphql", subprotocols=["graphql-transport-ws"], open_timeout=60) as socket_:  # type: ignore[list-item]
        socket_.send('{"type": "connection_init"}')
        socket_.recv(60)
        socket_.send(json.dumps({"type": "subscribe", "id": "1", "payload": change.body}))
        message = json.loads(socket_.recv(60))
    change.read(message["payload"] if message["type"] == "next" else {"errors": message["payload"]})


TRANSPORTS: list[Callable[[int, Change], None]] = [over_http, over_http, over_events, over_a_socket]
LOST = (OSError, http.client.HTTPException, WebSocketException, ValueError, KeyError, StopIteration, TimeoutError)
"""What happens to who writes when the server, or its answer, is gone."""


def vanish(port: int, change: Change, rng: random.Random, *, accept: str) -> None:
    """Ask for a change over HTTP, and be gone before the answer."""
    body = json.dumps(change.body).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\naccept: {accept}\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((HOST, port)) as client:
        client.sendall(head.encode() + body)
        time.sleep(rng.random() * 0.02)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # be gone at once, without a goodbye


def vanish_from_a_socket(port: int, change: Change, rng: random.Random, *, completes: bool) -> None:
    """Ask for a change over a WebSocket, and be gone before the answer; or complete the operation, and stay."""
    with connect(f"ws://{HOST}:{port}/graphql", subprotocols=["graphql-transport-ws"], open_timeout=60) as socket_:  # type: ignore[list-item]
        socket_.send('{"type": "connection_init"}')
        socket_.recv(60)
        socket_.send(json.dumps({"type": "subscribe", "id": "1", "payload": change.body}))
        time.sleep(rng.random() * 0.02)
        if completes:
            socket_.send('{"type": "complete", "id": "1"}')
            time.sleep(0.02)
        else:
            socket_.socket.close()


@dataclass
class Writers:
    """Clients that write until they are told to stop. One whose answer is lost asks again, where a key makes that safe."""

    port: int
    ledger: Ledger
    seed: int
    many: int = 8
    large: bool = False
    stopped: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    def __enter__(self) -> "Writers":
        self.threads = [Thread(target=self._write, args=(random.Random(f"{self.seed} {number}"),)) for number in range(self.many)]
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for each in self.threads:
            each.join()

    def _write(self, rng: random.Random) -> None:
        """Write."""
        while not self.stopped.is_set():
            change = self.ledger.ask(rng, large=self.large)
            while True:
                change.times += 1
                try:
                    (over_http if change.key else rng.choice(TRANSPORTS))(self.port, change)
                except LOST:
                    change.said = Said.UNKNOWN
                    self.stopped.wait(0.05)
                if change.said is not Said.UNKNOWN or change.key is None or self.stopped.is_set():
                    break


def begin(port: int, ledger: Ledger) -> None:
    """Record what is changed again and again."""

    def do(query: str) -> Any:
        return post(port, {"query": query})["data"]["do"]

    for _ in range(3):
        claim = 'recordClaim(input: {statement: "S.", kind: PREDICTION, voice: UNATTRIBUTED}) { claim { id } }'
        ledger.claims.append(do(f"mutation {{ do: {claim} }}")["claim"]["id"])
        made = do(
            f'mutation {{ do: recordPrediction(input: {{claimId: "{ledger.claims[-1]}", question: "Q?", criteria: "C.", '
            'dueOn: "2025-11-19", dueBasis: STATED}) { prediction { id } } }'
        )
        ledger.predictions.append(made["prediction"]["id"])


def serves(port: int, ledger: Ledger) -> bool:
    """Tell whether a change is made now."""
    change = Change(CLAIMANT, {"m": f"mark {uuid4().hex}"}, times=1)
    ledger.changes.append(change)
    with suppress(*LOST):
        over_http(port, change)
    return change.said is Said.DONE
