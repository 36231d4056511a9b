"""Programs and mail servers that are told something: real ones, that can fail, hang and come back."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from standardwebhooks import Webhook

from claimkb.domain import Channel, Delivery
from claimkb.domain.delivery import Sent
from claimkb.outbound.delivering import Outbox, Way


@dataclass
class Receiver:
    """A program that is told of events, or a chat. It answers as it is told to, and remembers what it got."""

    answers: int = 204
    longest: int | None = None
    retry_after: str | None = None
    hangs: Event = field(default_factory=Event)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def ids(self) -> list[str]:
        """List the ids of what it got."""
        return [headers["webhook-id"] for headers, _ in self.got]

    def messages(self) -> list[str]:
        """List the messages that it got as a chat, in Mattermost's form."""
        return [json.loads(body)["text"] for _, body in self.got]

    @property
    def chat(self) -> str:
        """Write its address as Apprise writes that of a chat with Mattermost."""
        return self.url.replace("http://", "mmost://")

    def verified(self, secret: str) -> list[Any]:
        """Read what it got, after the reference library found each signature right."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.got]


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """Run a program that is told of events."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if receiver.hangs.is_set():
                stopped.wait(30)
            is_too_long = receiver.longest is not None and len(json.loads(body)["text"]) > receiver.longest
            self.send_response(400 if is_too_long else receiver.answers)
            self.send_header("location", receiver.url)
            if receiver.retry_after is not None:
                self.send_header("retry-after", receiver.retry_after)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    stopped = Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield receiver
    stopped.set()
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Post:
    """A mail server that delivers to itself. It refuses mail while it is told to."""

    refuses: bool = False
    got: list[EmailMessage] = field(default_factory=list)
    url: str = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd has it
        """Take a message, or refuse it."""
        if self.refuses:
            return "451 Try again later"
        message = message_from_bytes(bytes(envelope.original_content or b""), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"

    def titles(self, to: str | None = None) -> list[str]:
        """List the subjects of what it got, for anybody or for somebody."""
        return [str(each["subject"]) for each in self.got if to in (None, each["to"])]


@contextmanager
def a_post() -> Iterator[Post]:
    """Run a mail server."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    post.url = f"mailto://127.0.0.1:{port}?from=claims@example.org"
    yield post
    controller.stop()


def sent(outbox: Outbox) -> dict[str, int]:
    """Send what is due, and count what became of it."""
    return {state.value: count for state, count in outbox.deliver().items()}


def killed(outbox: Outbox) -> Outbox:
    """Make of what sends something that sends, and then stops like a server that is killed."""

    def stop(way: Way, delivery: Delivery, channel: Channel) -> Sent:
        way(delivery, channel)
        raise KeyboardInterrupt

    return replace(outbox, ways={kind: partial(stop, way) for kind, way in outbox.ways.items()})
