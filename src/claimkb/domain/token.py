"""How does a program, or a person's client, show who it is? With a token: `ckb_<prefix>_<secret>`.

What a browser keeps of a sign-in, and what invites a person to choose a password, are tokens too: found, ended and over like any.

The secret is 32 random bytes, shown once. Kept is its SHA-256: what is so hard to guess needs no slow hash. The prefix is
no secret; a token is found by it, and people tell their tokens apart by it.
"""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import Field, Index, SQLModel, text

from claimkb.domain.access import (
    AlreadyRevoked,
    ExpiresInThePast,
    FeedRefused,
    InvitationRefused,
    MoreThanYouShow,
    NotByAToken,
    NotFromAToken,
    NotYourOwn,
    PersonsMakeTheirOwn,
    SignedOut,
    TokenRefused,
    TooManyKeys,
    TooManyTokens,
    Unauthenticated,
)
from claimkb.domain.account import Account, AccountKind, Actor
from claimkb.domain.permissions import SCOPED, Permission, Scope
from claimkb.domain.record import Instant, Name, Person, Term, Versioned
from claimkb.domain.secret import NOTHING
from claimkb.domain.source import fingerprint

MARK = "ckb"
LOCAL = "local"
"""The prefix of the token that is made for one run of a server on one machine. No other token can have it."""

PREFIX_BYTES = 5
SECRET_BYTES = 32
USUAL_DAYS = 365
"""How long a token is good for, unless it is said otherwise."""

MOST_KEYS, MOST_TOKENS = 20, 100
"""How many keys for feeds, and how many tokens, one account has at once."""

INVITED_DAYS = 7
"""How long an invitation is good for."""


class TokenKind(Term):
    """Where a token is shown."""

    ACCESS = "ACCESS", "In the header Authorization, by a program or a person's client."
    SESSION = "SESSION", "In a cookie, by a browser in which a person has signed in."
    INVITATION = "INVITATION", "On the page where a person chooses a password, once."
    FEED = "FEED", "In the address of a feed or a calendar, and nowhere else."


_REFUSED: dict[TokenKind, type[Unauthenticated]] = {
    TokenKind.ACCESS: TokenRefused,
    TokenKind.SESSION: SignedOut,
    TokenKind.INVITATION: InvitationRefused,
    TokenKind.FEED: FeedRefused,
}


class Token(Versioned, table=True):
    """What a program shows to be let in. The token itself is shown once, when it is issued."""

    __tablename__ = "token"
    __table_args__ = (
        Index("ix_token_account_id", "account_id", "created_at", "id"),
        Index(
            "ix_token_made_with_id",
            "made_with_id",
            sqlite_where=text("made_with_id IS NOT NULL"),
            postgresql_where=text("made_with_id IS NOT NULL"),
        ),
    )

    account_id: UUID = Field(foreign_key="account.id", description="Whose it is.")
    kind: TokenKind = Field(default=TokenKind.ACCESS, description="Where it is shown.")
    name: Name = Field(description="What it is for, such as: importer on the archive's server.")
    prefix: str = Field(max_length=16, unique=True, description="How it begins, after ckb_: by this people tell tokens apart.")
    secret_hash: str = Field(max_length=64, description="The SHA-256 of its secret.")
    scopes: str = Field(max_length=100, description="What it may be used for, with spaces between (RFC 6749, 3.3).")
    expires_on: date = Field(description="The last day on which it works, in UTC.")
    issued_by: Person = Field(description="Who issued it.")
    made_with_id: UUID | None = Field(
        default=None, foreign_key="token.id", description="The token with which it was made, and with which it is revoked."
    )
    revoked_at: Instant | None = Field(default=None, description="When it was revoked: since then it does not work.")

    secret: ClassVar[SecretStr] = NOTHING
    """The whole token, on the object that was just issued and nowhere else."""

    def scoped(self) -> list[Scope]:
        """List what it may be used for."""
        return [Scope[each] for each in self.scopes.split()]


class TokenUse(SQLModel, table=True):
    """When a token was last used, to the minute. No part of the history: it says nothing about what was recorded."""

    __tablename__ = "token_use"

    token_id: UUID = Field(primary_key=True, foreign_key="token.id", description="The token.")
    used_at: Instant = Field(description="When it was last used, in UTC.")


@dataclass(frozen=True)
class Shown:
    """A token as somebody shows it, and where."""

    prefix: str
    secret_hash: str
    kind: TokenKind = TokenKind.ACCESS

    @property
    def refusal(self) -> Unauthenticated:
        """The refusal for a token of this kind that is not accepted."""
        return _REFUSED[self.kind]()


def issue(random: bytes, **told: Any) -> Token:
    """Make a token whose prefix and secret come from random bytes."""
    prefix = base64.b32encode(random[:PREFIX_BYTES]).decode().lower()
    secret = base64.urlsafe_b64encode(random[PREFIX_BYTES:]).decode().rstrip("=")
    token = Token(prefix=prefix, secret_hash=fingerprint(secret), **told)
    object.__setattr__(token, "secret", SecretStr(f"{MARK}_{prefix}_{secret}"))
    return token


def read(written: str, kind: TokenKind = TokenKind.ACCESS) -> Shown:
    """Take a token apart; refuse what is none."""
    mark, _, rest = written.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not prefix or not secret or not written.isascii() or len(written) > 100:
        raise _REFUSED[kind]
    return Shown(prefix, fingerprint(secret), kind)


def last_day(wanted: date | None, today: date, made_with: Token | None = None) -> date:
    """Choose the last day of a token: a year from today unless told otherwise; refuse one that is over.

    It ends no later than the token that it is made with.
    """
    if wanted is not None and wanted < today:
        raise ExpiresInThePast("expires_on", day=wanted, today=today)
    last = wanted or today + timedelta(days=USUAL_DAYS)
    return last if made_with is None else min(last, made_with.expires_on)


def last_day_of_key(wanted: date | None, today: date, made_with: Token | None) -> date:
    """Choose the last day of a key for feeds: it stands in addresses, so it is good for a year at most."""
    return min(last_day(wanted, today, made_with), today + timedelta(days=USUAL_DAYS))


def check_issuer(owner: Account, actor: Actor, scopes: Iterable[Scope]) -> None:
    """Refuse to make a token in the name of another person, with what may not administer, or for more than is shown.

    Whoever may run commands on this machine can do anything, and has no account.
    """
    if actor.account_id is None and actor.may(Permission.ADMINISTER):
        return
    if owner.id == actor.account_id:
        if not (actor.signed_in_at or actor.may(Permission.ADMINISTER)):
            raise NotFromAToken
        for scope in scopes:
            if not SCOPED[scope] <= actor.within:
                raise MoreThanYouShow("scopes", scope=scope)
        return
    actor.need(Permission.ADMINISTER)
    if owner.kind is AccountKind.PERSON:
        raise PersonsMakeTheirOwn("account_id", name=owner.name)


def check_may_let_in(owner: Account, actor: Actor) -> None:
    """Refuse to decide how another person signs in to what shows a token, and oneself: else a token, or a browser that
    somebody left signed in, would take an account over for good.
    """
    if actor.account_id is None:
        return
    if actor.signed_in_at is None:
        raise NotByAToken
    if owner.id == actor.account_id:
        raise NotYourOwn("account_id")


def check_few_keys(keys: Iterable[Token], now: datetime) -> None:
    """Refuse one key more than a person needs."""
    if sum(is_in_force(each, now) for each in keys) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)


def check_few_tokens(owner: Account, tokens: Iterable[Token], now: datetime) -> None:
    """Refuse one token more than an account needs."""
    if sum(is_in_force(each, now) for each in tokens) >= MOST_TOKENS:
        raise TooManyTokens("account_id", name=owner.name, most=MOST_TOKENS)


def scopes_of(wanted: list[Scope] | None) -> str:
    """Write scopes down, in their order; all but ADMIN unless told otherwise, and READ always."""
    chosen = {Scope.READ, *(wanted if wanted is not None else (Scope.RECORD, Scope.RESOLVE))}
    return " ".join(scope for scope in Scope if scope in chosen)


def revoke(token: Token, now: datetime) -> None:
    """Make a token useless from now on."""
    if token.revoked_at is not None:
        raise AlreadyRevoked("token_id", prefix=token.prefix)
    token.revoked_at = now


NO_TOKEN_HASH = fingerprint("")


def actor_of(token: Token, account: Account) -> Actor:
    """Return the actor of a token."""
    within = frozenset[Permission]().union(*(SCOPED[scope] for scope in token.scoped()))
    return Actor(
        account.name,
        account.role,
        within,
        account.id,
        token.id,
        token.prefix,
        token.issued_by,
        is_program=account.kind is AccountKind.PROGRAM,
        signed_in_at=token.created_at if token.kind is TokenKind.SESSION else None,
    )


def is_in_force(token: Token, now: datetime) -> bool:
    """Tell whether a token was neither revoked nor has expired."""
    return token.revoked_at is None and now.date() <= token.expires_on


def check_in_force(token: Token, account: Account, now: datetime) -> None:
    """Refuse a token that was revoked or has expired, and one whose account is closed: all in the same words."""
    if account.closed_at is not None or not is_in_force(token, now):
        raise _REFUSED[token.kind]


def is_idle(token: Token, last_used: datetime | None, now: datetime, most: timedelta) -> bool:
    """Tell whether a token is a session that was not used for too long: somebody else may sit at that browser now."""
    return token.kind is TokenKind.SESSION and now - (last_used or token.created_at) > most


def check_not_idle(session: Token, last_used: datetime | None, now: datetime, most: timedelta) -> None:
    """Refuse a session that is idle."""
    if is_idle(session, last_used, now, most):
        raise SignedOut


def is_same(kept: str, shown: str) -> bool:
    """Compare two hashes, in the same time whether they are the same or not."""
    return hmac.compare_digest(kept, shown)


def admit(shown: Shown, found: tuple[Token, Account] | None, now: datetime) -> Actor:
    """Let somebody in who shows a token; refuse one that is unknown, in the same time as one that is known."""
    kept = found[0].secret_hash if found is not None else NO_TOKEN_HASH
    is_right = is_same(kept, shown.secret_hash)
    if found is None or not is_right or found[0].kind is not shown.kind:
        raise shown.refusal
    check_in_force(*found, now)
    return actor_of(*found)
