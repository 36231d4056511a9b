"""What may a client leave undone on a connection? The web server below bounds neither the head of a request nor slow readers."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.one_shot import EXCHANGE, serialize_headers


class UvicornExchange:
    """A request and its answer, each in one piece."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def body(self) -> bytes | None:
        """Give the body, if it is whole already."""
        return None if self._cycle.more_body else bytes(self._cycle.body)

    def answer(self, head: bytes, body: bytes) -> bool:
        """Answer with status 200 and these headers, in one write; False where readers are slow: then that has to wait.

        The web server judges each header by itself and writes head and body apart. Its own are kept, and so is what it does
        when an answer is complete.
        """
        cycle = self._cycle
        if cycle.flow.write_paused:
            return False
        if not cycle.disconnected:
            cycle.response_started = cycle.response_complete = True
            own = [*cycle.default_headers, *([] if cycle.keep_alive else [(b"connection", b"close")])]
            cycle.transport.write(b"".join((STATUS_LINE[200], serialize_headers(own), head, b"\r\n", body)))
            cycle.message_event.set()
            if not cycle.keep_alive:
                cycle.transport.close()
            cycle.on_response()
        return True


class Connection(HttpToolsProtocol):
    """A connection that waits neither for the head of a request nor for a reader for ever, and keeps no endless head.

    The body of a request has its own deadline where it is read.
    """

    def __init__(self, limits: Limits, **given: Any) -> None:
        super().__init__(**given)
        self._limits = limits
        self._is_head_whole = False
        self._head_bytes = 0
        self._head: TimerHandle | None = None
        self._reader: TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers, and tell the request that is being answered, which need not be the newest one."""
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
        super().connection_lost(exc)
        self._stop_waiting()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read on; refuse a head that is too long."""
        super().data_received(data)
        if self._is_head_whole or self.transport.is_closing():
            return
        self._await_head()
        self._head_bytes += len(data)
        if self._head_bytes > self._limits.max_head_bytes:
            self.send_400_response(f"The head of this request has more than {self._limits.max_head_bytes} bytes.")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._is_head_whole, self._head_bytes = False, 0

    def on_headers_complete(self) -> None:
        """Let the request be answered."""
        self._is_head_whole = True
        self._stop_waiting()
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Remember which request is being answered, and let it be answered in one piece."""
        self._answering = cycle
        cycle.scope[EXCHANGE] = UvicornExchange(cycle)  # type: ignore[literal-required]
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request; what still comes of this one counts as its head."""
        if not self.pipeline:
            self._is_head_whole, self._head_bytes = False, 0
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which no other request came, also if the last answer is never read to its end."""
        super().timeout_keep_alive_handler()
        self._await_reader()

    def pause_writing(self) -> None:
        """Begin to wait for a reader."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Write on: the reader has read."""
        super().resume_writing()
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _await_head(self) -> None:
        """Close the connection unless the head comes in time."""
        if self._head is None:
            self._head = self.loop.call_later(self._limits.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        """Wait for no head any more."""
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _await_reader(self) -> None:
        """Break the connection unless the answer is read in time."""
        if self._reader is None:
            self._reader = self.loop.call_later(self._limits.read_seconds, self.transport.abort)
