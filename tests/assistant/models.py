"""Language models that are asked about a text: real servers on this machine, that speak the protocol, lie, stall and fail."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Says = Callable[[BaseHTTPRequestHandler, Event], None]
"""Writes an answer; the event is set when the server stops."""


@dataclass
class Model:
    """A model that answers as it is told to, and keeps what it was asked."""

    says: Says
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def text(self) -> str:
        """The text that it was asked about last, with the lines around it."""
        return str(self.asked[-1][1]["messages"][1]["content"])


def whole(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Says:
    """Answer with a body."""

    def say(handler: BaseHTTPRequestHandler, _stopped: Event) -> None:
        handler.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return say


def completion(content: object, **more: object) -> Says:
    """Answer as the protocol has it."""
    return whole(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}], **more}).encode())


def proposing(*statements: object, **more: object) -> Says:
    """Answer with statements; say that it took 100 tokens."""
    return completion(json.dumps({"statements": statements}), **{"usage": {"total_tokens": 100}, **more})


def dripping(handler: BaseHTTPRequestHandler, stopped: Event) -> None:
    """Send a byte now and then, and come to no end."""
    handler.send_response(200)
    handler.end_headers()
    while not stopped.wait(0.02):
        handler.wfile.write(b" ")


def dripping_headers(handler: BaseHTTPRequestHandler, stopped: Event) -> None:
    """Send one header after the other, and come to no body."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not stopped.wait(0.02):
        handler.wfile.write(b"x-more: yes\r\n")


def silent(_handler: BaseHTTPRequestHandler, stopped: Event) -> None:
    """Say nothing."""
    stopped.wait(30)


def breaking_off(handler: BaseHTTPRequestHandler, _stopped: Event) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message"')


def endless(handler: BaseHTTPRequestHandler, stopped: Event) -> None:
    """Send megabyte after megabyte: fifty, if anybody reads them."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(50):
        if not stopped.is_set():
            handler.wfile.write(b"[" * 1_000_000)


@contextmanager
def a_model(says: Says) -> Iterator[Model]:
    """Run a model."""
    model, stopped = Model(says), Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            model.asked.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            model.paths.append(self.path)
            with suppress(OSError):  # the other end has hung up
                model.says(self, stopped)

        do_GET = do_POST  # noqa: N815 - as http.server calls it

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
