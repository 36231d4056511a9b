"""What does a request carry, and where does it cross into the synchronous core?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import inf
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import strawberry
from sqlmodel import Session

from claimkb.actions.quotes import Quoting, look_for
from claimkb.actions.repeats import perform_once
from claimkb.actions.work import Desk, Work, permission_of
from claimkb.domain.account import Actor
from claimkb.domain.anchoring import Anchors
from claimkb.domain.performed import Once
from claimkb.domain.permissions import Permission
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.loader import Loader
from claimkb.graphql.execution.threads import Bulkheads, run_in_thread, slot
from claimkb.graphql.limits.cost_directives import BRIEF
from claimkb.graphql.limits.cost_meter import CostMeter
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.store.engine.async_reader import AsyncReader, NeverConnected, wait_in_greenlet
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import (
    CommitUnknown,
    DatabaseBusy,
    DatabaseLocked,
    DatabaseUnavailable,
    ServerStopping,
    TookTooLong,
)
from claimkb.store.engine.steps import Reader, Steps, drive
from claimkb.store.engine.whole_records import WholeRecords

SHORT_DOCUMENT = 2_000
"""Of how many characters a document is short: to read and compile it takes some ten milliseconds."""

T = TypeVar("T")
R = TypeVar("R")
Batch = Callable[..., Sequence[Any]]
"""Reads what belongs to several `keys` in one statement, from a session: one result a key, in their order."""

StepBatch = Callable[..., Steps[Sequence[Any]]]
"""The same, in steps."""


@dataclass(frozen=True)
class Caller:
    """Who sent a request, and what came with it."""

    actor: Actor
    address: str = "local"
    reauthenticate: Callable[[], Awaitable[Actor]] | None = None
    request_id: str = field(default_factory=lambda: uuid4().hex)
    key: str | None = None
    fingerprint: str = ""

    @property
    def rate_key(self) -> str:
        """Whose rate it counts on, and whose connections it is one of: the account's, or the address's of who has none."""
        return str(self.actor.account_id or self.address)


class Context(CostMeter):
    """What a request carries: the desk, on whose behalf it is, what it may still ask for, and what it has read so far."""

    def __init__(
        self, desk: Desk, caller: Caller, limits: Limits, rates: RateLimits, changes: ChangeFeed, bulkheads: Bulkheads
    ) -> None:
        super().__init__(limits, rates)
        self.desk, self.caller, self.changes = desk, caller, changes
        self.actor, self.rate_key = caller.actor, caller.rate_key
        self.performed: dict[str, Any] = {}
        """The answers of the verbs that were carried out for this request, by their places: none of them is done again."""
        self._verb: tuple[str, Cancellation] | None = None
        """The place of the verb that was begun last, and what tells how far it came."""
        self.response_key: str | None = None
        """The place of the answer that is being read by a plan."""
        self._bulkheads, self._reads, self.loop_turns = bulkheads, bulkheads.reads, bulkheads.loop_turns
        self._seconds_in_all = limits.request_seconds
        self.start_over()

    def become_subscription(self) -> None:
        """Read in the subscribers' own few threads from now on, and as slowly as it takes: others go first."""
        self._reads, self._seconds_in_all = self.changes.bulkhead, inf
        self._deadline = inf

    def start_over(self) -> None:
        """Begin anew, with all the time that a request has: nothing that was read before counts any more."""
        self.today: date = self.desk.today()
        self._loaders: dict[Hashable, Loader] = {}
        self._deadline = monotonic() + self._seconds_in_all

    async def reauthenticate(self) -> None:
        """Look again whether the caller is let in, and as whom; refuse who is not any more."""
        if self.caller.reauthenticate is not None:
            self.actor = await self.caller.reauthenticate()

    async def _read(self, work: Callable[[Cancellation], T]) -> T:
        """Read in a thread, no longer than a read may take and than the request has left."""
        return await run_in_thread(work, self._seconds(self.limits.statement_seconds), self._reads, self._deadline)

    def _seconds(self, most: float) -> float:
        """Tell how long work may take, within the time that the request has left."""
        allowed = min(most, self._deadline - monotonic())
        if allowed <= 0:
            raise TookTooLong
        return allowed

    def _asking(self, question: Callable[[Session], T]) -> Callable[[Cancellation], T]:
        """Make the work of a question to the database."""

        def ask(cancellation: Cancellation) -> T:
            with self.desk.database.read(cancellation) as session:
                return question(session)

        return ask

    async def read(self, question: Callable[[Session], T]) -> T:
        """Ask the database, in a thread."""
        return await self._read(self._asking(question))

    async def _look_for_quotes(self, command: Quoting) -> Anchors:
        """Find out where the quotes of an order stand, while others write."""
        seconds = self._seconds(self.limits.request_seconds)
        return await run_in_thread(
            self._asking(partial(look_for, command=command, spend=self.spend_on_quotes)), seconds, self._reads, self._deadline
        )

    async def prepare(self, work: Callable[[], T], characters: int) -> T:
        """Do what takes a while and asks nothing of the database, for a document of so many characters: in a thread, one such
        piece of work at a time. Short documents do not wait for long ones.
        """
        seconds, bulkheads = self._seconds(self.limits.request_seconds), self._bulkheads
        lane = bulkheads.short_documents if characters <= SHORT_DOCUMENT else bulkheads.long_documents
        return await run_in_thread(lambda _: work(), seconds, lane, self._deadline)

    @asynccontextmanager
    async def executing(self) -> AsyncIterator[None]:
        """Resolve an operation field by field, on the event loop: of those that ask for much one at a time."""
        if self.cost <= BRIEF:
            await self.loop_turns.wait()
            yield
            return
        async with slot(self._bulkheads.executor, self._deadline):
            yield

    def read_inline(self, question: Callable[[Reader], T]) -> T:
        """Ask the database here and now; it takes too long where it takes longer than a thread costs."""
        return self.desk.database.read_inline(question)

    async def take(self, async_reader: AsyncReader, steps: Steps[T]) -> T:
        """Take steps on the loop."""
        return await self._in_time(async_reader.drive(steps))

    async def _in_time(self, reading: Coroutine[Any, Any, T]) -> T:
        """Read on the loop, no longer than it may take and than the request has left."""
        database = self.desk.database
        try:
            async with asyncio.timeout(self._seconds(self.limits.statement_seconds)) as limit:
                return await reading
        except database.reading_errors as error:
            if limit.expired():
                raise TookTooLong from None
            raise database.outage_of(error) or error from error
        finally:
            reading.close()

    async def run(self, question: Callable[[Reader], T]) -> T:
        """Ask the database in statements that are written as its driver takes them: SQLite in a thread, PostgreSQL on the loop."""
        async_reader = self.desk.database.async_reader
        if async_reader is not None:
            reader = partial(Reader, ask=lambda asked: wait_in_greenlet(self.read(asked)))
            return await self._in_time(async_reader.run(lambda rows: question(reader(rows))))

        def ask(cancellation: Cancellation) -> T:
            with self.desk.database.reader(cancellation) as reader:
                return question(reader)

        return await self._read(ask)

    async def perform(
        self, action: Callable[[Work, Any], T], command: Any, place: str, read: Callable[[Session, T], R]
    ) -> tuple[T, R]:
        """Carry out an action in its transaction, in a thread; and forget what was read before it.

        What its answer shows is read in the same transaction: all of the change, and nothing that others change after it. Where
        that cannot be read, nothing is changed.
        """
        permission = permission_of(action)
        self.actor.need(permission)  # before any lock is taken; the action asks again, of the account as it is then
        key = self.caller.key
        once = None if key is None else Once(key, place, self.caller.fingerprint)
        anchors = await self._look_for_quotes(command) if isinstance(command, Quoting) and any(command.quoted()) else None

        def act(cancellation: Cancellation) -> tuple[T, R]:
            shown: list[R] = []
            self._verb = place, cancellation
            alone = permission is Permission.ADMINISTER
            with self.desk.work(self.actor, cancellation, alone=alone, anchors=anchors) as work:
                result = action(work, command) if once is None else perform_once(work, once, action, command)
                work.reads.append(lambda: shown.append(self._read_payload(read, work.session, result)))
            return result, shown[0]

        self._loaders.clear()
        return await run_in_thread(act, self._seconds(self.limits.request_seconds), self._bulkheads.writes, self._deadline)

    def _read_payload(self, read: Callable[[Session, T], R], session: Session, result: T) -> R:
        """Read what an answer shows. What goes wrong there is no refusal of the action."""
        try:
            with self.desk.database.explained():
                return read(session, result)
        except Exception as error:
            raise PayloadUnreadable from error

    def interruption(self) -> tuple[str | None, DatabaseUnavailable]:
        """Say what becomes of the verb that is being carried out, or of the whole request, when the server stops."""
        place, cancellation = self._verb or (None, None)
        return place, CommitUnknown() if cancellation is not None and cancellation.is_committing else ServerStopping()

    async def _read_steps(self, steps: Callable[[WholeRecords], Steps[T]]) -> T:
        """Ask the database in steps: here and now, or on the loop; in a thread what takes longer, and what others go before."""
        database = self.desk.database
        if self._reads is self._bulkheads.reads:
            self._seconds(self.limits.statement_seconds)
            try:
                records = WholeRecords(database.reading_dialect)
                if database.async_reader is not None:
                    return await self.take(database.async_reader, steps(records))
                return self.read_inline(lambda reader: drive(steps(records), reader.rows))
            except TookTooLong:
                if database.async_reader is not None:
                    raise
            except (NeverConnected, DatabaseBusy, DatabaseLocked):  # a thread may wait
                pass

        def ask(cancellation: Cancellation) -> T:
            with database.reader(cancellation) as reader:
                return drive(steps(WholeRecords(database.engine.dialect)), reader.rows)

        return await self._read(ask)

    def load(self, name: Hashable, batch: Batch, key: Any) -> Awaitable[Any]:
        """Read what belongs to a key, together with all other keys that are asked for meanwhile: one statement a level."""
        loader = self._loaders.get(name)
        if loader is None:
            loader = self._loaders[name] = Loader(lambda keys: self.read(partial(batch, keys=keys)))
        return loader.load(key)

    def load_records(self, name: Hashable, batch: StepBatch, key: Any) -> Awaitable[Any]:
        """Read records that belong to a key, in the same way, beneath a session."""
        loader = self._loaders.get(name)
        if loader is None:
            loader = self._loaders[name] = Loader(lambda keys: self._read_steps(partial(batch, keys=keys)))
        return loader.load(key)


class PayloadUnreadable(Exception):
    """What an action did cannot be read for its answer; nothing has changed. The cause says why."""


def context_of(info: strawberry.Info) -> Context:
    """Return the context of the request that a field is resolved for."""
    context: Context = info.context
    return context
