"""How is a cache bounded? By the number or the weight of its values: the least recently used is dropped first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedCache(Generic[T]):
    """Values by key, up to a number of them, or up to a weight of all together. It is shared by threads."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self.most, self._weigh = most, weigh
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def find(self, key: Hashable) -> T | None:
        """Find a value, and mark it as used; None if there is none."""
        value = self._values.get(key)
        if value is not None:
            try:
                self._values.move_to_end(key)
            except KeyError:  # another thread has just dropped it; `suppress` would take longer than the whole method
                return value
        return value

    def keep(self, key: Hashable, value: T) -> T:
        """Store a value and return it; drop others if they are too many or too heavy."""
        with self._lock:
            before = self._values.pop(key, None)
            self._weight += self._weigh(value) - (0 if before is None else self._weigh(before))
            self._values[key] = value
            while self._weight > self.most:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
        return value
