"""How much of what was worked out is kept? So much, whoever asks: what was worked out first is forgotten first."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedCache(Generic[T]):
    """Values by what they are about, up to a number, or to a weight of all of them together. Threads share it."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self.most, self._weigh = most, weigh
        self._values: dict[Hashable, T] = {}
        self._weight = 0
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
            known = self._values.pop(about, None)
            self._weight += self._weigh(made) - (0 if known is None else self._weigh(known))
            self._values[about] = made
            while self._weight > self.most:
                self._weight -= self._weigh(self._values.pop(next(iter(self._values))))
        return made
