"""What is sent over a WebSocket by mistake or on purpose to hurt, by name, with its answer; and what has to pass."""

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.graphql.bad_inputs import BAD, COMPLEX, PARSE, ROUND, VALID, VIEWER, Case, request

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = (b"Connection: Upgrade", b"Upgrade: websocket")
PROTOCOL = b"Sec-WebSocket-Protocol: graphql-transport-ws"


@dataclass(frozen=True)
class Talk:
    """Frames to send, by name; with which code the connection is closed, or which error answers an operation."""

    name: str
    frames: bytes
    closed: int | None = None
    code: str | None = None
    begun: bool = True
    protocol: bytes = PROTOCOL

    @property
    def answer(self) -> str:
        """Say for the table how it is answered."""
        return f"closed with {self.closed}" if self.closed else f"error {self.code}"


def handshake(*headers: bytes, version: bytes = b"13") -> bytes:
    """Write the request that opens a WebSocket."""
    return request(b"GET", b"/graphql", *UPGRADE, b"Sec-WebSocket-Version: " + version, *headers)


def frame(payload: bytes, kind: int = TEXT, *, last: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """Write a frame (RFC 6455, 5.2)."""
    first, size = (last << 7) | (reserved << 4) | kind, len(payload)
    sizes = (
        struct.pack("!B", size) if size < 126 else struct.pack("!BH", 126, size) if size < 65536 else struct.pack("!BQ", 127, size)
    )
    sizes = bytes([sizes[0] | (masked << 7)]) + sizes[1:]
    mask = os.urandom(4) if masked else b""
    if masked:
        wide = (mask * (size // 4 + 1))[:size]
        payload = (int.from_bytes(payload, "big") ^ int.from_bytes(wide, "big")).to_bytes(size, "big")
    return bytes([first]) + sizes + mask + payload


def said(**message: Any) -> bytes:
    """Write a message."""
    return frame(json.dumps(message).encode())


INIT = said(type="connection_init")


def asked(query: Any, id_: str = "1", **more: Any) -> bytes:
    """Write the message that begins an operation."""
    return said(type="subscribe", id=id_, payload={"query": query, **more})


NEWS = "subscription { predictionFlagged { id } }"


def handshakes() -> Iterator[Case]:
    """List what is wrong with a handshake."""
    yield Case("a WebSocket of another site", handshake(KEY, PROTOCOL, b"Origin: https://evil.example"), 403, "FORBIDDEN")
    yield Case(
        "a WebSocket with a token in its address", handshake(KEY).replace(b"/graphql", b"/graphql?t=ckb_aaaaaaaa_A"), 400, BAD
    )
    yield Case("a WebSocket to another path", handshake(KEY, PROTOCOL).replace(b"/graphql", b"/healthz"), 403)
    yield Case("a WebSocket without a key", handshake(PROTOCOL), 400)
    yield Case("a WebSocket with two keys", handshake(KEY, KEY, PROTOCOL), 400)
    yield Case("a WebSocket of version 8", handshake(KEY, PROTOCOL, version=b"8"), 400)


def talks() -> Iterator[Talk]:
    """List what is wrong on a WebSocket."""
    yield Talk("no subprotocol", b"", 4406, begun=False, protocol=b"x: y")
    yield Talk("the subprotocol of another age", b"", 4406, begun=False, protocol=b"Sec-WebSocket-Protocol: graphql-ws")
    yield Talk("a connection_init that never comes", b"", 4408, begun=False)
    yield Talk("a connection that is left idle", b"", 4408)
    yield Talk(
        "a guessed token", said(type="connection_init", payload={"authorization": "Bearer ckb_aaaaaaaa_A"}), 4403, begun=False
    )
    yield Talk("an operation before connection_init", asked(VIEWER), 4401, begun=False)
    yield Talk("a second connection_init", INIT, 4429)
    yield Talk("no JSON", frame(b"hello"), 4400)
    yield Talk("a list", frame(b"[]"), 4400)
    yield Talk("a message without a type", said(id="1"), 4400)
    yield Talk("a message of a type that there is not", said(type="burn"), 4400)
    yield Talk("a binary message", frame(b"\x00", BINARY), 4400)
    yield Talk("a NUL", frame(rb'{"type": "ping", "payload": {"a": "\u0000"}}'), 4400)
    yield Talk("half of a surrogate pair", frame(rb'{"type": "ping", "payload": {"a": "\ud800"}}'), 4400)
    yield Talk("a hundred thousand brackets", frame(b"[" * 100_000), 4400)
    yield Talk("an operation without an id", said(type="subscribe", payload={"query": VIEWER}), 4400)
    yield Talk("an id that is a number", said(type="subscribe", id=1, payload={"query": VIEWER}), 4400)
    yield Talk("an id of a kilobyte", asked(VIEWER, "x" * 1000), 4400)
    yield Talk("two operations under one id", asked(NEWS) + asked(NEWS), 4409)
    yield Talk("a complete without an id", said(type="complete"), 4400)
    yield Talk("invalid UTF-8", frame(b"\xff\xfe"), 1007)
    yield Talk("a frame that is not masked", frame(b"{}", masked=False), 1002)
    yield Talk("a reserved bit", frame(b"{}", reserved=4), 1002)
    yield Talk("a kind of frame that there is not", frame(b"{}", 5), 1002)
    yield Talk("a ping of a kilobyte", frame(b"x" * 1000, PING), 1002)
    yield Talk("a ping in two parts", frame(b"x", PING, last=False), 1002)
    yield Talk("a message of two megabytes", frame(b"x" * 2_000_000), 1009)
    yield Talk(
        "a message of two megabytes in parts", frame(b"x" * 500_000, last=False) + frame(b"x" * 500_000, 0, last=False) * 3, 1009
    )
    yield Talk("a frame that says it is 2^62 bytes long", b"\x81\xff" + struct.pack("!Q", 2**62) + b"mask", 1009)
    yield Talk("a continuation of nothing", frame(b"{}", 0), 1002)
    yield Talk("a close with a code that there is not", frame(struct.pack("!H", 999), CLOSE), 1002)
    yield Talk("an operation that is no object", said(type="subscribe", id="1", payload="x"), code=BAD)
    yield Talk("an operation without a query", said(type="subscribe", id="1", payload={}), code=BAD)
    yield Talk("a syntax error", asked("{"), code=PARSE)
    yield Talk("a field that there is not", asked("subscription { secrets }"), code=VALID)
    yield Talk("a document of 100 KB", asked("{ viewer { name } }" + " " * 100_000), code=COMPLEX)
    yield Talk("a hundred rows for each of a hundred rows", asked(f"{{ {ROUND} }}"), code=COMPLEX)
    yield Talk("two subscriptions in one", asked("subscription { predictionFlagged { id } revisions { id } }"), code=VALID)
    yield Talk("more subscriptions than there may be", b"".join(asked(NEWS, str(n)) for n in range(50)), code="RATE_LIMITED")


def good() -> list[Talk]:
    """List what is unusual on a WebSocket, and has to pass; each asks a question last, under the id last."""
    ask = asked(VIEWER, "last")
    return [
        Talk("a question", ask),
        Talk("a message in parts", frame(ask_text()[:9], last=False) + frame(b"hello", PING) + frame(ask_text()[9:], 0)),
        Talk("a thousand pings", frame(b"hello", PING) * 1000 + ask),
        Talk("pings of the subprotocol", said(type="ping") * 100 + ask),
        Talk("a pong that nobody asked for", said(type="pong") + ask),
        Talk("an end of what never began", said(type="complete", id="9") + ask),
        Talk(
            "subscriptions that end at once",
            b"".join(asked(NEWS, str(n)) + said(type="complete", id=str(n)) for n in range(100)) + ask,
        ),
    ]


def ask_text() -> bytes:
    """Write the last question without its frame."""
    return json.dumps({"type": "subscribe", "id": "last", "payload": {"query": VIEWER}}).encode()
