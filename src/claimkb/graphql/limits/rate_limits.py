"""How much may one address ask for in a while? A bucket of cost each, which fills again second by second."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MOST_KEPT = 10_000
"""How many addresses are remembered; those whose buckets are full again are forgotten first, as nothing is lost with them."""


@dataclass
class TokenBucket:
    """What is left to an address, and since when."""

    tokens: float
    filled_at: float


class RateLimits:
    """The buckets of all addresses."""

    def __init__(self, capacity: int, per_second: float, clock: Callable[[], float]) -> None:
        self.capacity, self.per_second, self._clock = capacity, per_second, clock
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()
        self._lock = Lock()

    def left(self, address: str) -> int:
        """Tell what an address may still ask for now."""
        with self._lock:
            return int(self._filled(address).tokens)

    def take(self, address: str, cost: int) -> float | None:
        """Take a cost from an address's bucket. Where there is not enough, take nothing and say in how many seconds there is."""
        with self._lock:
            bucket = self._filled(address)
            missing = min(cost, self.capacity) - bucket.tokens
            if missing > 0:
                return missing / self.per_second
            bucket.tokens -= cost
            return None

    def take_regardless(self, address: str, cost: int) -> None:
        """Take a cost of what was done already, whether or not there is enough."""
        with self._lock:
            self._filled(address).tokens -= cost

    def _filled(self, address: str) -> TokenBucket:
        """Fill an address's bucket up to now."""
        now = self._clock()
        bucket = self._buckets.get(address)
        if bucket is None:
            if len(self._buckets) >= MOST_KEPT:
                self._forget(now)
            bucket = self._buckets[address] = TokenBucket(self.capacity, now)
        bucket.tokens = min(self.capacity, bucket.tokens + (now - bucket.filled_at) * self.per_second)
        bucket.filled_at = now
        self._buckets.move_to_end(address)
        return bucket

    def _forget(self, now: float) -> None:
        """Forget whose buckets are full again; where there are too many others, also the half that was quiet for longest."""
        used = {
            name: each
            for name, each in self._buckets.items()
            if each.tokens + (now - each.filled_at) * self.per_second < self.capacity
        }
        kept = list(used.items())[-MOST_KEPT // 2 :]
        self._buckets = OrderedDict(kept)
