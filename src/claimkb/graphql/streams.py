"""How are answers streamed? As server-sent events, in the manner of graphql-sse's "distinct connections": one a request."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from claimkb.graphql.answers import EVENTS

HEARTBEAT = 12.0
"""After how many quiet seconds a comment is sent, so that proxies keep the connection."""

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class EventStream(Response):
    """Streams events until they end, the client leaves, or it does not read what it is sent in time."""

    def __init__(
        self, events: Callable[[], AsyncIterator[bytes]], admitted: AbstractContextManager[None], send_seconds: float
    ) -> None:
        super().__init__(None, 200, _HEADERS, f"{EVENTS}; charset=utf-8")
        del self.headers["content-length"]
        self._events, self._admitted, self._send_seconds = events, admitted, send_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        """Send the events."""
        with self._admitted:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            leaving = asyncio.create_task(_left(receive))
            sending = asyncio.create_task(self._send_all(send))
            try:
                await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (leaving, sending):
                    task.cancel()
                    with suppress(asyncio.CancelledError, TimeoutError):
                        await task

    async def _send_all(self, send: Send) -> None:
        """Send each event as it comes, and a comment when none came for a while."""

        async def give(data: bytes, *, more: bool) -> None:
            async with asyncio.timeout(self._send_seconds):
                await send({"type": "http.response.body", "body": data, "more_body": more})

        async with aclosing(self._events()) as events:  # type: ignore[type-var]
            coming: asyncio.Task[bytes] | None = None
            try:
                while True:
                    coming = coming or asyncio.ensure_future(anext(events))
                    done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT)
                    if not done:
                        await give(b":\n\n", more=True)
                        continue
                    ready, coming = coming, None
                    await give(ready.result(), more=True)
            except StopAsyncIteration:
                await give(b"event: complete\ndata:\n\n", more=False)
            finally:
                if coming is not None:
                    coming.cancel()
                    with suppress(asyncio.CancelledError, StopAsyncIteration):
                        await coming


async def _left(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
