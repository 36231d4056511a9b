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

from claimkb.actions.capturing import CaptureSource, fetch
from claimkb.actions.quotes import is_to_look, look_for
from claimkb.actions.repeats import perform_once
from claimkb.actions.work import Desk, Work, permission_of
from claimkb.domain.account import Actor
from claimkb.domain.anchoring import Anchors
from claimkb.domain.capturing import TooManyCaptures
from claimkb.domain.performed import Once
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command
from claimkb.graphql.execution.change_feed import ChangeFeed
from claimkb.graphql.execution.document_cache import PreparedOperation
from claimkb.graphql.execution.loader import Loader
from claimkb.graphql.execution.threads import CAPTURES, Bulkheads, run_in_thread, slot
from claimkb.graphql.limits.cost_directives import BRIEF, CAPTURE
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
"""Up to how many characters a document is short: to parse and compile it takes about ten milliseconds."""

CAPTURE_SECONDS = 150.0
"""After how long a capture is told to stop if it has not ended by itself: beyond what a setting allows."""

T = TypeVar("T")
R = TypeVar("R")
Batch = Callable[..., Sequence[Any]]
"""Reads what belongs to several `keys` in one statement, from a session: one result a key, in their order."""

StepBatch = Callable[..., Steps[Sequence[Any]]]
"""The same, in steps."""


@dataclass(frozen=True)
class Caller:
    """The sender of a request: its actor and address, and the ids that the request has."""

    actor: Actor
    address: str = "local"
    reauthenticate: Callable[[], Awaitable[Actor]] | None = None
    request_id: str = field(default_factory=lambda: uuid4().hex)
    key: str | None = None
    fingerprint: str = ""

    @property
    def rate_key(self) -> str:
        """The key of the rate limit and of the connection limit: the account, or the address of a caller without one."""
        return str(self.actor.account_id or self.address)


class Context(CostMeter):
    """The state of one operation: its desk and caller, its cost and deadline, and the loaders of its reads."""

    def __init__(
        self, desk: Desk, caller: Caller, limits: Limits, rates: RateLimits, changes: ChangeFeed, bulkheads: Bulkheads
    ) -> None:
        super().__init__(limits, rates)
        self.desk, self.caller, self.changes = desk, caller, changes
        self.actor, self.rate_key = caller.actor, caller.rate_key
        self.operation: PreparedOperation | None = None
        """The operation, once it is found in its document."""
        self.is_planned: bool | None = None
        """Whether a plan answers it, or the executor; None until one of them has begun."""
        self.performed: dict[str, Any] = {}
        """The payloads of the verbs that were performed for this request, by response key: none of them is performed again."""
        self._verb: tuple[str, Cancellation] | None = None
        """The response key of the verb that started last, and its cancellation, which knows how far it came."""
        self.response_key: str | None = None
        """The response key that a plan is answering now."""
        self._bulkheads, self._reads, self.loop_turns = bulkheads, bulkheads.reads, bulkheads.loop_turns
        self._seconds_in_all = limits.request_seconds
        self.start_over()

    def become_subscription(self) -> None:
        """Read from now on in the few threads of subscriptions, without a deadline."""
        self._reads, self._seconds_in_all = self.changes.bulkhead, inf
        self._deadline = inf

    def start_over(self) -> None:
        """Restart with fresh loaders and the whole time of a request: nothing that was read before is used again."""
        self.today: date = self.desk.today()
        self._loaders: dict[Hashable, Loader] = {}
        self._deadline = monotonic() + self._seconds_in_all

    async def reauthenticate(self) -> None:
        """Authenticate the caller again; refuse credentials that are not accepted any more."""
        if self.caller.reauthenticate is not None:
            self.actor = await self.caller.reauthenticate()

    async def _read(self, work: Callable[[Cancellation], T]) -> T:
        """Read in a thread, no longer than a read may take and than the request has left."""
        return await run_in_thread(work, self._seconds(self.limits.statement_seconds), self._reads, self._deadline)

    def _seconds(self, most: float) -> float:
        """Return how long work may take: at most this long, and no longer than the request has left."""
        allowed = min(most, self._deadline - monotonic())
        if allowed <= 0:
            raise TookTooLong
        return allowed

    def _asking(self, question: Callable[[Session], T]) -> Callable[[Cancellation], T]:
        """Wrap a question in a session, as work for a thread."""

        def ask(cancellation: Cancellation) -> T:
            with self.desk.database.read(cancellation) as session:
                return question(session)

        return ask

    async def read(self, question: Callable[[Session], T]) -> T:
        """Ask the database, in a thread."""
        return await self._read(self._asking(question))

    async def _look_for_quotes(self, command: Command) -> Anchors:
        """Look for the quotes of a command in their texts, before the lock for writing is taken."""
        seconds = self._seconds(self.limits.request_seconds)
        look = partial(look_for, command=command, spend=self.spend_on_quotes, policy=self.desk.policy)
        return await run_in_thread(self._asking(look), seconds, self._reads, self._deadline)

    async def _fetch(self, command: CaptureSource) -> CaptureSource:
        """Fetch the page that a command names, in a process of its own. The rest of the request has as much time as without it."""
        captures = self._bulkheads.captures
        if captures.available_tokens < 1:
            raise TooManyCaptures("url", most=CAPTURES)
        self.spend(CAPTURE)
        began = monotonic()
        work = partial(fetch, self.desk, command)
        fetched = await run_in_thread(lambda cancellation: work(lambda: cancellation.is_stopped), CAPTURE_SECONDS, captures)
        self._deadline += monotonic() - began
        return fetched

    async def prepare(self, work: Callable[[], T], characters: int) -> T:
        """Run the parsing or compiling of a document in a thread, one at a time. Short documents do not wait for long ones."""
        seconds, bulkheads = self._seconds(self.limits.request_seconds), self._bulkheads
        lane = bulkheads.short_documents if characters <= SHORT_DOCUMENT else bulkheads.long_documents
        return await run_in_thread(lambda _: work(), seconds, lane, self._deadline)

    @asynccontextmanager
    async def executing(self) -> AsyncIterator[None]:
        """Wait for a turn of the executor on the event loop. Expensive operations run one at a time."""
        if self.cost <= BRIEF:
            await self.loop_turns.wait()
            yield
            return
        async with slot(self._bulkheads.executor, self._deadline):
            yield

    def read_inline(self, question: Callable[[Reader], T]) -> T:
        """Ask the database on this thread; give up when it takes longer than a thread would cost."""
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
        """Perform an action in its transaction, in a thread; and forget what was read before it.

        The payload is read in the same transaction: it shows the whole change, and no later change of others. If it cannot be
        read, nothing is changed.
        """
        permission = permission_of(action)
        self.actor.need(permission)  # before any lock is taken; the action checks the account again, as it is then
        key = self.caller.key
        once = None if key is None else Once(key, place, self.caller.fingerprint)
        if isinstance(command, CaptureSource) and command.is_to_fetch:
            command = await self._fetch(command)
        anchors = await self._look_for_quotes(command) if is_to_look(command) else None

        def act(cancellation: Cancellation) -> tuple[T, R]:
            payloads: list[R] = []
            self._verb = place, cancellation
            alone = permission is Permission.ADMINISTER
            with self.desk.work(self.actor, cancellation, alone=alone, anchors=anchors) as work:
                result = action(work, command) if once is None else perform_once(work, once, action, command)
                work.reads.append(lambda: payloads.append(self._read_payload(read, work.session, result)))
            return result, payloads[0]

        self._loaders.clear()
        return await run_in_thread(act, self._seconds(self.limits.request_seconds), self._bulkheads.writes, self._deadline)

    def _read_payload(self, read: Callable[[Session, T], R], session: Session, result: T) -> R:
        """Read the payload of an action. An error here is no refusal of the action."""
        try:
            with self.desk.database.explained():
                return read(session, result)
        except Exception as error:
            raise PayloadUnreadable from error

    def interruption(self) -> tuple[str | None, DatabaseUnavailable]:
        """Return the response key of the running verb, and what the stop of the server means for it or for the whole request."""
        place, cancellation = self._verb or (None, None)
        return place, CommitUnknown() if cancellation is not None and cancellation.is_committing else ServerStopping()

    async def _read_steps(self, steps: Callable[[WholeRecords], Steps[T]]) -> T:
        """Read in steps: inline, or on the event loop; in a thread if that takes too long, or for a subscription."""
        database = self.desk.database
        if self._reads is self._bulkheads.reads:
            self._seconds(self.limits.statement_seconds)  # refuses where no time is left
            try:
                records = database.whole_records[database.reading_dialect]
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
                return drive(steps(database.whole_records[database.engine.dialect]), reader.rows)

        return await self._read(ask)

    def load(self, name: Hashable, batch: Batch, key: Any) -> Awaitable[Any]:
        """Read the value of a key, together with all other keys that fields ask for meanwhile: one statement a level."""
        loader = self._loaders.get(name)
        if loader is None:
            loader = self._loaders[name] = Loader(lambda keys: self.read(partial(batch, keys=keys)))
        return loader.load(key)

    def load_records(self, name: Hashable, batch: StepBatch, key: Any) -> Awaitable[Any]:
        """Read the records that belong to a key, in the same way, but without a session."""
        loader = self._loaders.get(name)
        if loader is None:
            loader = self._loaders[name] = Loader(lambda keys: self._read_steps(partial(batch, keys=keys)))
        return loader.load(key)


class PayloadUnreadable(Exception):
    """The payload of an action cannot be read; nothing has changed. The cause says why."""


def context_of(info: strawberry.Info) -> Context:
    """Return the context of the request that a field is resolved for."""
    context: Context = info.context
    return context
