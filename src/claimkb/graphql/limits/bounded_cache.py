"""How much of what was worked out is kept? So much, whoever asks: the entry that was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedCache(Generic[T]):
    """Values by key, up to a number of them, or up to a weight of all of them together. Threads share it."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self.most, self._weigh = most, weigh
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def find(self, key: Hashable) -> T | None:
        """Find a value, and note that it was used; None if there is none."""
        value = self._values.get(key)
        if value is not None:
            try:
                self._values.move_to_end(key)
            except KeyError:  # another thread took it out meanwhile; `suppress` would take longer than all of this
                return value
        return value

    def keep(self, key: Hashable, value: T) -> T:
        """Keep a value."""
        with self._lock:
            before = self._values.pop(key, None)
            self._weight += self._weigh(value) - (0 if before is None else self._weigh(before))
            self._values[key] = value
            while self._weight > self.most:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
        return value
