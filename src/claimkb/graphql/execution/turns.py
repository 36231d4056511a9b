"""When does an operation execute on the event loop? In its turn, which it gives back while it waits for somebody outside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from claimkb.graphql.execution.threads import Bulkheads, slot
from claimkb.graphql.limits.cost_directives import BRIEF


class Turn:
    """The turn of one operation at the executor."""

    def __init__(self, bulkheads: Bulkheads) -> None:
        self._bulkheads, self._held = bulkheads, AsyncExitStack()

    @asynccontextmanager
    async def taken(self, cost: int, ends: float) -> AsyncIterator[None]:
        """Wait for the turn, until an instant of the monotonic clock at the latest. Expensive operations run one at a time."""
        if cost <= BRIEF:
            await self._bulkheads.loop_turns.wait()
            yield
            return
        async with self._held:
            await self._held.enter_async_context(slot(self._bulkheads.executor, ends))
            yield

    async def give_back(self) -> None:
        """Let others execute. What is left of the operation then runs beside them."""
        await self._held.aclose()
