"""Sends requests in turn, again and again over several connections, and counts the answers. Run by running.py on a core of its own."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from time import perf_counter


class Client(asyncio.Protocol):
    """A connection that sends its next request when the answer to the last is there."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.requests, self.until = requests, until
        self.answers, self.size = 0, 0
        self.done = asyncio.get_running_loop().create_future()
        self._kept, self._missing = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        """Read an answer to its end, and send the next request while there is time."""
        if self._missing == 0:
            self._kept += data
            head, found, body = self._kept.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                self.done.set_exception(RuntimeError(head.decode()))
                self.transport.close()
                return
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self._kept, self._missing, self.size = b"", length - len(body), length
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self.answers += 1
            self._send()

    def _send(self) -> None:
        """Send the next request while there is one, and time."""
        request = next(self.requests, None) if perf_counter() < self.until else None
        if request is not None:
            self.transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)
            self.transport.close()


async def measure(port: int, bodies: Sequence[bytes], connections: int, seconds: float, requests: int | None) -> tuple[int, float]:
    """Send for so long, or so many requests; count the answers, and the seconds that they took."""
    head = f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\ncontent-length: "
    written = islice(cycle([f"{head}{len(body)}\r\n\r\n".encode() + body for body in bodies]), requests)
    loop, began = asyncio.get_running_loop(), perf_counter()
    clients = [Client(written, began + seconds) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(client.done for client in clients))
    return sum(client.answers for client in clients), perf_counter() - began


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    bodies = [json.dumps(body).encode() for body in asked["bodies"]]
    print(*asyncio.run(measure(asked["port"], bodies, asked["connections"], asked["seconds"], asked["requests"])))
