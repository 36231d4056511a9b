"""How are results streamed? As server-sent events, by graphql-sse's "distinct connections mode": one connection a request."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from claimkb.graphql.transport.responses import EVENTS
from claimkb.logs import OfRequest

HEARTBEAT = 12.0
"""After how many quiet seconds a comment is sent, so that proxies keep the connection."""

COMPLETE = b"event: complete\ndata:\n\n"
"""Ends a stream. A client asks again for a stream that ends without it."""

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class EventStream(Response):
    """Streams events until they end, the client disconnects, or the client does not read them in time."""

    def __init__(
        self,
        events: Callable[[], AsyncIterator[bytes]],
        admitted: AbstractContextManager[None],
        send_seconds: float,
        logged: OfRequest,
    ) -> None:
        super().__init__(None, 200, _HEADERS, f"{EVENTS}; charset=utf-8")
        del self.headers["content-length"]
        self._events, self._admitted, self._send_seconds = events, admitted, send_seconds
        self._logged = logged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        """Send the events, and log the request when they have ended."""
        with self._admitted, self._logged:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            leaving = asyncio.create_task(_wait_for_disconnect(receive))
            sending = asyncio.create_task(self._send_all(send))
            # The web server cancels this task when it stops. `_send_all` then still tells the client what became of its operation.
            with suppress(asyncio.CancelledError):
                await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
            for task in (leaving, sending):
                task.cancel()
                with suppress(asyncio.CancelledError, TimeoutError):
                    await task
            self._logged.answered(self.status_code)

    async def _send_all(self, send: Send) -> None:
        """Send each event, and a comment after each quiet while. When cancelled, send the last result, which says so, and end."""

        async def write(data: bytes, *, more: bool) -> None:
            async with asyncio.timeout(self._send_seconds):
                await send({"type": "http.response.body", "body": data, "more_body": more})

        async with aclosing(self._events()) as events:  # type: ignore[type-var]
            next_event: asyncio.Task[bytes] | None = None
            try:
                while True:
                    next_event = next_event or asyncio.ensure_future(anext(events))
                    done, _ = await asyncio.wait({next_event}, timeout=HEARTBEAT)
                    if not done:
                        await write(b":\n\n", more=True)
                        continue
                    ready, next_event = next_event, None
                    await write(ready.result(), more=True)
            except StopAsyncIteration:
                await write(COMPLETE, more=False)
            except asyncio.CancelledError:
                last = await _cancel(next_event)
                await write(last + COMPLETE if last else b"", more=False)
            finally:
                await _cancel(next_event)


async def _cancel(next_event: asyncio.Task[bytes] | None) -> bytes:
    """Cancel the wait for the next event; return the event that says so, if there is one."""
    if next_event is not None:
        next_event.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            return await next_event
    return b""


async def _wait_for_disconnect(receive: Receive) -> None:
    """Wait until the client disconnects."""
    while (await receive())["type"] != "http.disconnect":
        pass
