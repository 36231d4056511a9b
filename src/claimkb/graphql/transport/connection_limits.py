"""How many subscribers' connections may be open, in all and from one address?"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.settings import Limits

RETRY_SECONDS = 30


class ConnectionLimits:
    """Counts the connections that are open, in all and by address or account."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()

    @property
    def number(self) -> int:
        """How many connections are open."""
        return self._open.total()

    @contextmanager
    def admitted(self, address: str) -> Iterator[None]:
        """Count a connection as long as the block runs; refuse one too many."""
        for requested, maximum in (
            (self._open.total() + 1, self._limits.max_sockets),
            (self._open[address] + 1, self._limits.max_sockets_per_address),
        ):
            if requested > maximum:
                message = f"There are {maximum} subscribers' connections already, as many as there may be. Close one, or try later."
                raise RequestError(
                    429, message, "RATE_LIMITED", requested=requested, maximum=maximum, retryAfter=RETRY_SECONDS
                ).with_headers(retry_after=str(RETRY_SECONDS))
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forget addresses without a connection
