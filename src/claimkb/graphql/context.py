"""What does a request carry, and where does it cross into the synchronous core?"""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

import anyio.to_thread
import strawberry
from sqlmodel import Session
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext

from claimkb.actions.work import Desk, Work
from claimkb.domain.account import Actor

T = TypeVar("T")
Batch = Callable[..., Sequence[Any]]
"""Reads what belongs to several `keys` in one statement, from a session: one result a key, in their order."""


class Context(BaseContext):
    """What a request carries: the desk, on whose behalf it is, and what it has read so far."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        super().__init__()
        self.desk = desk
        self.actor = actor
        self.today: date = desk.today()
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    async def read(self, question: Callable[[Session], T]) -> T:
        """Ask the database, in a thread."""

        def ask() -> T:
            with self.desk.database.read() as session:
                return question(session)

        return await anyio.to_thread.run_sync(ask)

    async def perform(self, action: Callable[[Work, Any], T], order: Any) -> T:
        """Carry out an action in its transaction, in a thread; and forget what was read before it."""

        def act() -> T:
            with self.desk.work(self.actor) as work:
                return action(work, order)

        self._loaders.clear()
        return await anyio.to_thread.run_sync(act)

    async def load(self, name: Hashable, batch: Batch, key: Any) -> Any:
        """Read what belongs to a key, together with all other keys that are asked for meanwhile: one statement a level."""
        loader = self._loaders.get(name)
        if loader is None:

            async def read_all(keys: list[Any]) -> Sequence[Any]:
                return await self.read(partial(batch, keys=keys))

            loader = self._loaders[name] = DataLoader(load_fn=read_all)
        return await loader.load(key)


def context_of(info: strawberry.Info) -> Context:
    """Return the context of the request that a field is resolved for."""
    context: Context = info.context
    return context
