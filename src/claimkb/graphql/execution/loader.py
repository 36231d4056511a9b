"""How are the values that many fields ask for read together? The keys of one turn of the event loop make one batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Answer = tuple[Any, Exception | None]
"""The value of a key, or what went wrong."""


def _tell(waiting: "asyncio.Future[Any]", value: Any, error: Exception | None) -> None:
    """Give a field its answer."""
    if error is None:
        waiting.set_result(value)
    else:
        waiting.set_exception(error)
        waiting.exception()  # seen, also if nobody waits any more


class Loader:
    """Reads values by their keys for one request, each key once.

    Each field that asks waits for a future of its own. When a field fails, graphql-core cancels its siblings; the batch may serve
    other fields too, and goes on.
    """

    def __init__(self, read: Callable[[list[Any]], Awaitable[Sequence[Any]]]) -> None:
        self._read = read
        self._answers: dict[Any, Answer] = {}
        self._waiting: dict[Any, list[asyncio.Future[Any]]] = {}
        self._next: list[Any] = []
        self._batches: set[asyncio.Task[None]] = set()  # the event loop itself keeps no task alive

    def load(self, key: Any) -> "asyncio.Future[Any]":
        """Ask for the value of a key."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Any] = loop.create_future()
        answer = self._answers.get(key)
        if answer is not None:
            _tell(waiting, *answer)
        elif key in self._waiting:
            self._waiting[key].append(waiting)
        else:
            self._waiting[key] = [waiting]
            self._next.append(key)
            if len(self._next) == 1:
                loop.call_soon(self._begin)
        return waiting

    def _begin(self) -> None:
        """Begin a batch behind all that is ready now: it may ask for more keys."""
        batch = asyncio.ensure_future(self._load())
        self._batches.add(batch)
        batch.add_done_callback(self._batches.discard)

    async def _load(self) -> None:
        """Read a batch, and give each field its answer."""
        keys, self._next = self._next, []
        try:
            answers: list[Answer] = [(value, None) for value in await self._read(keys)]
        except Exception as error:  # noqa: BLE001 - it is the answer to every field that waits
            answers = [(None, error)] * len(keys)
        for key, answer in zip(keys, answers, strict=True):
            self._answers[key] = answer
            for waiting in self._waiting.pop(key):
                if not waiting.done():
                    _tell(waiting, *answer)
