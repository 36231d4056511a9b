"""On whose behalf does a request act?

A request with a token acts for the account of the token. As long as there is no account, a request from this machine needs no
token: it acts for the local editor. The actor of a token is cached for a second, for reads; a change looks the token up again, in
its own transaction.
"""

from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import cast
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import Session

from claimkb import logs
from claimkb.actions import sessions
from claimkb.actions.accounts import open_account
from claimkb.actions.work import Desk
from claimkb.domain import Account, Erasure, Token, password, second_factor, token
from claimkb.domain.access import CodeRefused, DoorShut, SignedOut, SignInRefused, Unauthenticated
from claimkb.domain.account import AccountKind, Actor
from claimkb.domain.permissions import Permission, Role
from claimkb.domain.token import Shown, TokenKind
from claimkb.store import accounts
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

LOCAL_EDITOR = Actor("local editor", Role.EDITOR)
"""The person at this machine."""

COMMAND_LINE = Actor("command line", Role.ADMIN)
"""The person who runs claimkb on this machine, and can read and write the database anyhow."""

SEED_LOADER = Actor("seed", Role.EDITOR)
"""The loader of the stories in seeds/."""

SCHEDULER = Actor("scheduler", Role.EDITOR)
"""The scheduled job."""

RESTORER = Actor("restorer", Role.ADMIN)
"""The restoring of a back-up, when it closes what let somebody in."""

OUTBOX = Actor("scheduler", Role.ADMIN, frozenset({Permission.ADMINISTER, Permission.FOLLOW}))
"""The outbox, when it closes the channel of a receiver that is gone."""

ANONYMOUS = Actor("anonymous", Role.READER, frozenset({Permission.READ}))
"""A reader without an account, where that is allowed."""

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names that this machine gives itself."""

REMEMBERED = 1.0
"""For how many seconds an actor is cached: so long a server may serve reads for a token that another server has revoked."""

MOST_REMEMBERED = 10_000
_OF_ACTORS = (Account, Erasure, Token)
"""The records on which an actor depends."""

USE_NOTED_EVERY = timedelta(minutes=1)
NOTE_SECONDS = 0.1
"""How long recording the use of a token may wait for other writers; the next request of the token tries again."""


@dataclass(frozen=True)
class AnonymousAccess:
    """Who is let in without an account: the local editor, perhaps only with the token of this run, and perhaps readers."""

    is_local: bool = True
    local_secret_hash: str | None = None
    public_read: bool = False


@dataclass(frozen=True)
class Credentials:
    """The evidence of a request for its sender: its token, and whether it comes from this machine under one of its own names."""

    shown: Shown | None
    is_from_here: bool


def read_bearer(authorization: str | None) -> Shown | None:
    """Read the header Authorization (RFC 6750); None if there is none."""
    if authorization is None:
        return None
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return token.read(shown.strip())


def let_in(session: Session, desk: Desk, shown: Shown) -> tuple[Account, Actor]:
    """Return the account and the actor of a token; refuse a token that is not accepted, and a session that is idle for too long."""
    row, now = accounts.find_token(session, shown.prefix), desk.now()
    actor = token.admit(shown, row, now)
    issued, account = cast(tuple[Token, Account], row)
    if shown.kind is TokenKind.SESSION:
        (last,) = accounts.last_uses(session, [issued.id])
        token.check_not_idle(issued, last, now, desk.policy.session_idle)
    return account, actor


def at_terminal(desk: Desk, name: str | None, otherwise: Actor = LOCAL_EDITOR) -> Actor:
    """Return the actor at the terminal: a named account with its role, or else one that may act only while there is no account.

    It needs no token: a person who can run commands on this machine can read and write the database anyhow.
    """
    if name is None:
        return replace(otherwise, is_local=True)
    with desk.database.read() as session:
        account = open_account(session, name)
    return Actor(account.name, account.role, account_id=account.id, is_program=account.kind is AccountKind.PROGRAM)


class Identities:
    """Finds the actor of a request, and caches it."""

    def __init__(self, desk: Desk, anonymous: AnonymousAccess, clock: Callable[[], float] = monotonic) -> None:
        self._desk, self._anonymous, self._clock = desk, anonymous, clock
        self._actors: dict[Credentials, tuple[Actor, float]] = {}
        self.generation = 0
        """The number of changes of accounts and tokens that this server has made."""
        desk.database.on_commit.append(self._forget)

    @property
    def database(self) -> Database:
        """The database of accounts and tokens."""
        return self._desk.database

    def _forget(self, changed: Set[type]) -> None:
        """Empty the cache if accounts or tokens have changed."""
        if not changed.isdisjoint(_OF_ACTORS):
            self.generation += 1
            self._actors = {}

    def remembered(self, credentials: Credentials) -> Actor | None:
        """Return the cached actor; None if the database has to be asked."""
        cached = self._actors.get(credentials)
        return cached[0] if cached is not None and cached[1] > self._clock() else None

    def identify(self, credentials: Credentials, cancellation: Cancellation | None = None) -> Actor:
        """Find the actor in the database; refuse a token that is not accepted."""
        generation = self.generation
        with self._desk.database.read(cancellation, reserved=True) as session:
            actor = self._judge(session, credentials)
            used = self._to_note(session, actor)
        if used is not None:
            self._note_use(used)
        if generation == self.generation:
            if len(self._actors) >= MOST_REMEMBERED:
                self._actors = {}
            self._actors[credentials] = (actor, self._clock() + REMEMBERED)
        return actor

    def _judge(self, session: Session, credentials: Credentials) -> Actor:
        """Decide for which actor a request acts."""
        shown, over = credentials.shown, None
        if shown is not None and (shown.prefix != token.LOCAL or shown.kind is not TokenKind.ACCESS):
            try:
                account, actor = let_in(session, self._desk, shown)
                if shown.kind is TokenKind.SESSION:
                    second_factor.check_is_set_up(account, self._desk.policy)
            except SignedOut as signed_out:  # an old cookie must not shut a door that is open without one
                shown, over = None, signed_out
            else:
                return actor
        is_open = not accounts.is_there_any(session)
        if is_open and self._anonymous.is_local and credentials.is_from_here and self._has_local_token(shown):
            return replace(LOCAL_EDITOR, is_local=True)
        if shown is not None:
            raise shown.refusal
        if self._anonymous.public_read:
            return ANONYMOUS
        raise over or (Unauthenticated() if is_open else DoorShut())

    def _has_local_token(self, shown: Shown | None) -> bool:
        """Tell whether a request has the token of this run, if the run has one."""
        wanted = self._anonymous.local_secret_hash
        return shown is None if wanted is None else shown is not None and token.is_same(wanted, shown.secret_hash)

    def _to_note(self, session: Session, actor: Actor) -> UUID | None:
        """Return the id of the token whose use is to be recorded, at most once a minute; None if there is none."""
        if actor.token_id is None:
            return None
        (last,) = accounts.last_uses(session, [actor.token_id])
        return actor.token_id if last is None or self._desk.now() - last >= USE_NOTED_EVERY else None

    def _note_use(self, token_id: UUID) -> None:
        """Record that a token was used, if that can be done at once."""
        opened = self._desk.database.write(Cancellation(NOTE_SECONDS), reserved=True)
        with suppress(DatabaseUnavailable, TookTooLong), opened as session:
            accounts.note_use(session, token_id, self._desk.now())


class SignIns:
    """Signs people in and out with their passwords."""

    def __init__(self, desk: Desk, may_guess: Callable[[UUID], bool] = lambda _: True) -> None:
        self._desk, self._may_guess = desk, may_guess

    def whose(self, shown: Shown, cancellation: Cancellation | None = None) -> Account:
        """Return the account that has signed in."""
        return self._let_in(shown, cancellation)[0]

    def has_to_set_up(self, account: Account) -> bool:
        """Tell whether an account that has signed in has to set up a second factor before anything else."""
        return second_factor.has_to_set_up(account, self._desk.policy)

    def new_secret(self) -> SecretStr:
        """Make a secret for the codes of a second factor."""
        return second_factor.written(self._desk.random(second_factor.SECRET_BYTES))

    def sign_in(
        self, name: str, current: SecretStr, code: SecretStr, device: str, cancellation: Cancellation | None = None
    ) -> Token:
        """Begin a session: with the password of an account, and a code if it has a second factor."""
        with self._desk.database.read(cancellation) as session:
            named = accounts.find_by_name(session, name)
        account = _proven(named, current)
        self._count_code(account, code)
        command = sessions.SignIn(account_id=account.id, right_for=account.password_hash, device=device, code=code)
        with self._desk.work(Actor(account.name, account.role, account_id=account.id), cancellation) as work:
            return sessions.sign_in(work, command)

    def sign_out(self, shown: Shown, cancellation: Cancellation | None = None) -> None:
        """End a session."""
        _, actor = self._let_in(shown, cancellation)
        with self._desk.work(actor, cancellation, alone=True) as work:
            sessions.sign_out(work, sessions.SignOut())

    def choose_password(
        self,
        shown: Shown,
        current: SecretStr,
        new: SecretStr,
        code: SecretStr,
        device: str,
        cancellation: Cancellation | None = None,
    ) -> Token:
        """Choose a password: with an invitation, or with a session and the current password; and with a code, as to sign in."""
        account, actor = self._let_in(shown, cancellation)
        is_invited = shown.kind is TokenKind.INVITATION
        right_for = None if is_invited else _proven(account, current).password_hash
        password.check_new(new, account.name)
        self._count_code(account, code)
        made = password.hashed(new, self._desk.random(password.SALT_BYTES))
        command = sessions.ChoosePassword(account_id=account.id, right_for=right_for, device=device, code=code, password_hash=made)
        with self._desk.work(actor, cancellation, alone=True) as work:
            return sessions.choose_password(work, command)

    def set_up_second_factor(
        self,
        shown: Shown,
        current: SecretStr,
        secret: SecretStr,
        code: SecretStr,
        device: str,
        cancellation: Cancellation | None = None,
    ) -> tuple[Token, list[SecretStr]]:
        """Set up a second factor: with a session, the password, and a code of the new secret."""
        account, actor = self._let_in(shown, cancellation)
        right_for = _proven(account, current).password_hash
        command = sessions.SetUpSecondFactor(account_id=account.id, right_for=right_for, device=device, code=code, secret=secret)
        with self._desk.work(actor, cancellation, alone=True) as work:
            return sessions.set_up_second_factor(work, command)

    def take_second_factor_away(
        self, shown: Shown, current: SecretStr, code: SecretStr, device: str, cancellation: Cancellation | None = None
    ) -> Token:
        """Take a second factor away: with a session, the password, and a code."""
        account, actor = self._let_in(shown, cancellation)
        right_for = _proven(account, current).password_hash
        self._count_code(account, code)
        command = sessions.SignIn(account_id=account.id, right_for=right_for, device=device, code=code)
        with self._desk.work(actor, cancellation, alone=True) as work:
            return sessions.take_second_factor_away(work, command)

    def _count_code(self, account: Account, code: SecretStr) -> None:
        """Count a code for an account; refuse it unchecked if there were too many."""
        if code and second_factor.is_set_up(account) and not self._may_guess(account.id):
            raise CodeRefused(name=account.name)

    def _let_in(self, shown: Shown, cancellation: Cancellation | None) -> tuple[Account, Actor]:
        """Return the account and the actor of a session or an invitation."""
        with self._desk.database.read(cancellation) as session:
            account, actor = let_in(session, self._desk, shown)
        logs.note(account=account.name)
        return account, actor


def _proven(account: Account | None, current: SecretStr) -> Account:
    """Return the account if the password is right; refuse it in the same time whether there is such an account or not."""
    if not password.is_right(current, account.password_hash if account is not None else None) or account is None:
        raise SignInRefused
    logs.note(account=account.name)
    return account
