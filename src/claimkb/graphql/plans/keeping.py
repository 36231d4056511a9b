"""How much of what was worked out is kept? So many values, whoever asks: the one that was worked out first is forgotten."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by what they are about, up to a number. Threads share it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: dict[Hashable, T] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def find(self, about: Hashable) -> T | None:
        """Find what is known; None if nothing is."""
        return self._values.get(about)

    def keep(self, about: Hashable, make: Callable[[], T]) -> T:
        """Work a value out, and keep it."""
        made = make()
        with self._lock:
            self._values[about] = made
            while len(self._values) > self.most:
                del self._values[next(iter(self._values))]
        return made
