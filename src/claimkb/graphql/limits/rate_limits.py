"""How much may one caller spend over time? Each address or account has a token bucket, which refills every second."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MOST_KEPT = 10_000
"""How many buckets are kept; full ones are dropped first, because a new bucket is full."""


@dataclass
class TokenBucket:
    """How many tokens a caller had, and when."""

    tokens: float
    filled_at: float


class RateLimits:
    """The token buckets of one kind of cost, by key: an address, an account, or a name."""

    def __init__(self, capacity: int, per_second: float, clock: Callable[[], float]) -> None:
        self.capacity, self.per_second, self._clock = capacity, per_second, clock
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()
        self._lock = Lock()

    def left(self, key: str) -> int:
        """Return how many tokens a bucket has now."""
        with self._lock:
            return int(self._refilled(key).tokens)

    def take(self, key: str, cost: int) -> float | None:
        """Take a cost from a bucket. If it has too few tokens, take none and return after how many seconds it has enough."""
        with self._lock:
            bucket = self._refilled(key)
            missing = min(cost, self.capacity) - bucket.tokens
            if missing > 0:
                return missing / self.per_second
            bucket.tokens -= cost
            return None

    def take_regardless(self, key: str, cost: int) -> None:
        """Take the cost of work that is done already, also if the bucket has too few tokens."""
        with self._lock:
            self._refilled(key).tokens -= cost

    def _refilled(self, key: str) -> TokenBucket:
        """Return a bucket, refilled up to now."""
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= MOST_KEPT:
                self._drop_idle(now)
            bucket = self._buckets[key] = TokenBucket(self.capacity, now)
        bucket.tokens = min(self.capacity, bucket.tokens + (now - bucket.filled_at) * self.per_second)
        bucket.filled_at = now
        self._buckets.move_to_end(key)
        return bucket

    def _drop_idle(self, now: float) -> None:
        """Drop the full buckets; if too many are left, also the half that was used least recently."""
        used = {
            name: each
            for name, each in self._buckets.items()
            if each.tokens + (now - each.filled_at) * self.per_second < self.capacity
        }
        self._buckets = OrderedDict(list(used.items())[-MOST_KEPT // 2 :])
