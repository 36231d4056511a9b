"""How long may a client take on a connection? uvicorn limits neither the head of a request nor the reading of a response.

This is the one module that uses private names of uvicorn. pyproject.toml pins uvicorn to a minor version for it, and
tests/cli/test_connections.py says which name changed.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.one_shot import EXCHANGE
from claimkb.graphql.transport.responses import serialize_headers


class UvicornExchange:
    """The one-shot exchange of a request and its response, over a cycle of uvicorn."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def body(self) -> bytes | None:
        """Return the body if all of it has been received."""
        return None if self._cycle.more_body else bytes(self._cycle.body)

    def answer(self, head: bytes, body: bytes) -> bool:
        """Write a response of status 200 with these headers in one write; return False if the client reads too slowly.

        uvicorn would check each header, and write head and body apart. Its default headers are kept, and so are its steps after a
        response.
        """
        cycle = self._cycle
        if cycle.flow.write_paused:
            return False
        if not cycle.disconnected:
            cycle.response_started = cycle.response_complete = True
            defaults = [*cycle.default_headers, *([] if cycle.keep_alive else [(b"connection", b"close")])]
            cycle.transport.write(b"".join((STATUS_LINE[200], serialize_headers(defaults), head, b"\r\n", body)))
            cycle.message_event.set()
            if not cycle.keep_alive:
                cycle.transport.close()
            cycle.on_response()
        return True


class Connection(HttpToolsProtocol):
    """A connection with limits for the head of a request, in seconds and bytes, and for the reading of a response.

    The body of a request has its own deadline, in transport/requests.py.
    """

    def __init__(self, limits: Limits, **options: Any) -> None:
        super().__init__(**options)
        self._limits = limits
        self._is_head_whole = False
        self._head_bytes = 0
        self._head: TimerHandle | None = None
        self._reader: TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel all timers, and report the disconnect to the request that is being answered, which need not be the last."""
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
        super().connection_lost(exc)
        self._stop_waiting()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Receive data; refuse a head that is too long."""
        super().data_received(data)
        if self._is_head_whole or self.transport.is_closing():
            return
        self._await_head()
        self._head_bytes += len(data)
        if self._head_bytes > self._limits.max_head_bytes:
            self.send_400_response(f"The head of this request has more than {self._limits.max_head_bytes} bytes.")

    def on_message_begin(self) -> None:
        """Start to read a head."""
        super().on_message_begin()
        self._is_head_whole, self._head_bytes = False, 0

    def on_headers_complete(self) -> None:
        """Stop the timer of the head."""
        self._is_head_whole = True
        self._stop_waiting()
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Start the answer to a request, and offer its one-shot exchange."""
        self._answering = cycle
        cycle.scope[EXCHANGE] = UvicornExchange(cycle)  # type: ignore[literal-required]
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Start to wait for the next request; bytes that still come of this one count as its head."""
        if not self.pipeline:
            self._is_head_whole, self._head_bytes = False, 0
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also if the client never reads the last response to its end."""
        super().timeout_keep_alive_handler()
        self._await_reader()

    def pause_writing(self) -> None:
        """Start to wait for the client to read."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Stop waiting: the client has read."""
        super().resume_writing()
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _await_head(self) -> None:
        """Close the connection unless the head comes in time."""
        if self._head is None:
            self._head = self.loop.call_later(self._limits.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        """Cancel the timer of the head."""
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _await_reader(self) -> None:
        """Abort the connection unless the response is read in time."""
        if self._reader is None:
            self._reader = self.loop.call_later(self._limits.read_seconds, self.transport.abort)
