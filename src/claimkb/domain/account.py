"""Who uses claimkb? (Not who claims: that is a claimant.) And who is asking now?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from pydantic import SecretStr
from sqlmodel import Field

from claimkb.domain import normal_forms
from claimkb.domain.access import (
    AccountClosed,
    AccountDiffers,
    AlreadyClosed,
    LastAdmin,
    NameReserved,
    NotAPerson,
    NotClosed,
    SignInAgain,
)
from claimkb.domain.permissions import EVERYTHING, GRANTED, PRIVATE, Permission, Role
from claimkb.domain.quantity import counted
from claimkb.domain.record import CanBeSeen, Form, Instant, Term, Versioned
from claimkb.domain.refusals import Forbidden
from claimkb.domain.secret import SecretText

AccountName = Annotated[
    str,
    Rule(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$", description="The name that the history shows; it never changes."),
    CanBeSeen,
]

RESERVED = frozenset({"anonymous", "command line", "local editor", "nobody", "restorer", "scheduler", "seed"})
"""Names that the history gives to what has no account."""


class AccountKind(Term):
    """Who uses an account."""

    PERSON = "PERSON", "One person."
    PROGRAM = "PROGRAM", "A program, such as an importer or a dashboard."


class Account(Versioned, table=True):
    """A person or a program that uses claimkb. Its name is given once and for ever: it stands in the history."""

    __tablename__ = "account"

    name: AccountName = Field(unique=True, description="The name that the history shows; it never changes.")
    name_form: Annotated[str | None, Form(normal_forms.name_form, ("name",))] = Field(
        default=None, index=True, description="The name as it looks."
    )
    kind: AccountKind = Field(default=AccountKind.PERSON, description="Who uses it.")
    role: Role = Field(description="What it is trusted with.")
    closed_at: Instant | None = Field(default=None, description="When it was closed: since then nobody gets in with it.")
    password_hash: SecretStr | None = Field(
        default=None, sa_type=SecretText(200), description="What Argon2id makes of its password."
    )
    password_set_at: Instant | None = Field(default=None, description="When its password was chosen; null if it has none.")
    second_factor_secret: SecretStr | None = Field(
        default=None, sa_type=SecretText(64), description="What its codes are computed from, in Base32."
    )
    second_factor_set_at: Instant | None = Field(
        default=None, description="When its second factor was set up; null if it has none."
    )
    second_factor_step: int | None = Field(default=None, description="The half minute of the last code that was taken.")
    recovery_hashes: str | None = Field(
        default=None, max_length=1000, description="The SHA-256 of its recovery codes, with spaces between."
    )
    recovery_codes_left: int | None = Field(default=None, description="How many of its recovery codes were not used yet.")


@dataclass(frozen=True)
class Actor:
    """The person or program on whose behalf something is done, by the name that the history shows."""

    name: str
    role: Role
    within: frozenset[Permission] = EVERYTHING
    account_id: UUID | None = None
    token_id: UUID | None = None
    token_prefix: str | None = None
    token_issued_by: str | None = None
    is_local: bool = False
    is_program: bool = False
    """Whether it is an account of a program: what takes a second person takes none of these."""
    signed_in_at: datetime | None = None
    """When a person signed in with the browser that asks; None for who shows a token that was issued."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role grants, as far as the token's scopes let it."""
        return GRANTED[self.role] & self.within

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor has a permission."""
        return permission in self.permissions

    @property
    def sees_all(self) -> bool:
        """Whether the actor is shown records of every kind, the private ones too."""
        return self.may(Permission.ADMINISTER)

    def may_see(self, kind: str) -> bool:
        """Tell whether records of a kind, and their history, are for the actor."""
        return kind not in PRIVATE or self.sees_all

    def need(self, permission: Permission) -> None:
        """Refuse unless the actor has a permission."""
        if not self.may(permission):
            raise Forbidden(actor=self.name, permission=permission)

    def need_recent_sign_in(self, now: datetime, most: timedelta) -> None:
        """Refuse a person who signed in longer ago than that: somebody else may sit at that browser now, or have its cookie.

        Who shows a token that was issued is not asked again: a program has nobody to ask.
        """
        if self.signed_in_at is not None and now - self.signed_in_at > most:
            raise SignInAgain(minutes=counted(most.total_seconds() // 60, "minute"))


def check_name(name: str) -> None:
    """Refuse a name that looks like one that the history gives to what has no account."""
    if normal_forms.name_form(name) in RESERVED:
        raise NameReserved("name", name=name)


def check_same(account: Account, kind: AccountKind, role: Role) -> None:
    """Refuse to take an account for one of another kind, with another role, or that is open."""
    if account.closed_at is not None:
        raise AccountClosed("name", name=account.name)
    if (account.kind, account.role) != (kind, role):
        there, wanted = f"a {account.kind} with the role {account.role}", f"a {kind} with the role {role}"
        raise AccountDiffers("name", name=account.name, there=there, wanted=wanted)


def check_admin_left(account: Account, others: Iterable[Account]) -> None:
    """Refuse to take the last open administrator away who is a person: nobody could let anybody in again."""
    is_one = account.role is Role.ADMIN and account.closed_at is None
    if is_one and not any(each.kind is AccountKind.PERSON for each in others):
        raise LastAdmin("account_id", name=account.name)


def check_person(account: Account) -> None:
    """Refuse a program, which has no browser to sign in with."""
    if account.kind is not AccountKind.PERSON:
        raise NotAPerson("account_id", name=account.name)


def choose_password(account: Account, password_hash: SecretStr, now: datetime) -> None:
    """Let an account be signed in with by another password from now on."""
    account.password_hash, account.password_set_at = password_hash, now


def close(account: Account, now: datetime) -> None:
    """Close an account: its tokens and sessions are dead from now on, its name stays in the history."""
    if account.closed_at is not None:
        raise AlreadyClosed("account_id", name=account.name)
    account.closed_at = now


def reopen(account: Account) -> None:
    """Open a closed account again. Tokens that were neither revoked nor have expired work again."""
    if account.closed_at is None:
        raise NotClosed("account_id", name=account.name)
    account.closed_at = None
