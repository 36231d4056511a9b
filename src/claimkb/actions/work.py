"""What does every action work with? One transaction, one actor, one instant."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from claimkb.domain import token
from claimkb.domain.access import DoorShut
from claimkb.domain.account import Actor
from claimkb.domain.anchoring import Anchors
from claimkb.domain.capturing import Fetch, fetch_nothing
from claimkb.domain.dates import newest_day
from claimkb.domain.permissions import Permission
from claimkb.domain.policy import USUAL, Policy
from claimkb.domain.record import Appended, Command, Record, Retractable, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import AlreadyRecorded, StaleVersion
from claimkb.store import accounts, announcements, flags, revisions, search, series
from claimkb.store.claim_vectors import SemanticSearch
from claimkb.store.engine import additions, locks, records
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.database import Database
from claimkb.store.engine.locks import Lock

if TYPE_CHECKING:
    from claimkb.domain.assisting import Assistant

AnyCommand = TypeVar("AnyCommand", bound=Command)
T = TypeVar("T")
R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True)
class Desk:
    """Where and when the work is done: the database, and the clock on the desk's wall."""

    database: Database
    timezone: ZoneInfo
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    random: Callable[[int], bytes]
    policy: Policy = USUAL
    fetch: Fetch = fetch_nothing
    """Reads what is published at an address."""
    assistant: "Assistant | None" = None
    """The language model that may be asked about a text; None where none is set up."""
    semantic_search: SemanticSearch | None = None
    """Compares claims across languages, where that is wanted."""

    def now(self) -> datetime:
        """Read the clock, in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """Read the date in the desk's time zone."""
        return self.clock().astimezone(self.timezone).date()

    @contextmanager
    def work(
        self, actor: Actor, cancellation: Cancellation | None = None, *, alone: bool = False, anchors: Anchors | None = None
    ) -> "Iterator[Work]":
        """Open the one transaction in which an action works, and look there once more whether the actor is still let in.

        With `alone`, one such action runs at a time: two that change each other's accounts or tokens would deadlock. History
        and search words are written at the end; announcements last, under their lock.
        """
        now = self.now()
        with self.database.write(cancellation) as session:
            if alone:
                locks.hold(session, Lock.ADMITTING)
            actor = admitted(session, actor, now)
            append, enter = revisions.watch(session, actor, now, self.new_id, self.random), search.watch(session)
            flags.watch(session)
            name_next = series.watch(session)
            work = Work(session, actor, now, self.today(), self.new_id, self.random, self.policy, anchors or Anchors())
            yield work
            session.flush()
            name_next()
            append()
            enter()
            for read in work.reads:
                read()
            announcements.announce(session)


def admitted(session: Session, actor: Actor, now: datetime) -> Actor:
    """Look up the actor's account and token again; refuse the actor if either is no longer in force."""
    if actor.is_local:
        locks.share(session, Lock.ADMITTING)
        if accounts.is_there_any(session):
            raise DoorShut
    if actor.token_id is None:
        return actor
    shown, account = accounts.hold_token(session, actor.token_id)
    token.check_in_force(shown, account, now)
    return token.actor_of(shown, account)


@dataclass(frozen=True)
class Work:
    """The context of an action: its transaction, its actor, and its instant."""

    session: Session
    actor: Actor
    now: datetime
    today: date
    new_id: Callable[[], UUID]
    random: Callable[[int], bytes]
    policy: Policy
    anchors: Anchors
    """The places of the command's quotes, as far as they were looked up before the transaction."""
    reads: list[Callable[[], None]] = field(default_factory=list)
    """Reads of the written change, run before the commit, so that no other writer can change it in between."""

    @property
    def newest_day(self) -> date:
        """The newest day that has begun anywhere on earth: what is recorded may be of it."""
        return newest_day(self.now)

    def add(self, record: R) -> R:
        """Give a new record its stamps, and its id unless it has one, and write it, so that the next may refer to it."""
        self.add_all([record])
        return record

    def add_all(self, added: Sequence[Record]) -> None:
        """Write several new records at once, each a microsecond after the one before, so that lists keep their order."""
        for index, record in enumerate(added):
            at = self.now + timedelta(microseconds=index)
            record.id = record.id or self.new_id()
            if isinstance(record, Versioned):
                record.version, record.created_at, record.updated_at = 1, at, at
            if isinstance(record, Appended):
                record.recorded_at, record.recorded_by = at, self.actor.name
        self.session.add_all(added)
        self.session.flush()

    @contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """Write the changes made inside to the history at once, with another reason than the command's."""
        said = self.session.info["reason"]
        self.session.info["reason"] = reason
        yield
        self.session.flush()
        self.session.info["reason"] = said

    def corrects(self, record: Record, decided_id: UUID) -> None:
        """Say that a change of a record is a correction: of what was decided about a claim, or about its prediction."""
        self.session.info.setdefault("corrects", {})[record.id] = decided_id

    def to_change(self, kind: type[V], id_: UUID, field: str, expected_version: int | None) -> V:
        """Fetch a record to change it; refuse if somebody else changed it since it was read."""
        is_new = additions.is_new(self.session, id_)
        record = (records.get if is_new else records.get_to_change)(self.session, kind, id_, field)
        if expected_version is not None and record.version != expected_version:
            since = revisions.since(self.session, id_, expected_version)
            by = since[-1].recorded_by if since else "somebody"
            versions = {"current": record.version, "expected": expected_version}
            raise StaleVersion("expected_version", kind=kind.__name__, by=by, since=since, **versions)
        return record


def refuse_again(kind: str, known: Record | None, field: str, advice: str = "There is nothing to add.") -> None:
    """Refuse to record what is recorded already, and name the record that is there."""
    if known is not None:
        if isinstance(known, Retractable) and known.retracted_at is not None:
            advice = "It was retracted: restore it, if it is right after all."
        raise AlreadyRecorded(field, kind=kind, id=global_id(type(known).__name__, known.id), advice=advice, existing=known)


def camel(name: str) -> str:
    """Write a Python name as the API writes it: resolve_prediction is resolvePrediction."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def permission_of(action: Callable[..., object]) -> Permission:
    """Tell which permission an action takes."""
    permission: Permission = action.permission  # type: ignore[attr-defined]
    return permission


def asks_to_sign_in_again(action: Callable[..., object]) -> bool:
    """Tell whether a person in a browser has to have signed in recently to use an action."""
    recently: bool = action.recently  # type: ignore[attr-defined]
    return recently


def needs(
    permission: Permission, *, recently: bool = False
) -> Callable[[Callable[[Work, AnyCommand], T]], Callable[[Work, AnyCommand], T]]:
    """Guard an action with a permission, and name the action in the history of its changes.

    With `recently`, a person in a browser must have signed in a short while ago: for actions that let somebody in or send data out.
    """

    def guard(action: Callable[[Work, AnyCommand], T]) -> Callable[[Work, AnyCommand], T]:
        @wraps(action)
        def guarded(work: Work, command: AnyCommand) -> T:
            work.actor.need(permission)
            if recently:
                work.actor.need_recent_sign_in(work.now, work.policy.sign_in_again)
            work.session.info.update(action=camel(action.__name__), reason=getattr(command, "reason", None))
            result = action(work, command)
            work.session.flush()
            return result

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.recently = recently  # type: ignore[attr-defined]
        return guarded

    return guard
