"""Administer who uses claimkb: accounts, and the tokens that show them."""

from datetime import date, timedelta
from typing import Any

from pydantic import Field as Rule
from sqlmodel import Session

from claimkb.actions.work import Work, needs
from claimkb.domain import Account, Token, account, second_factor, token
from claimkb.domain.access import AccountClosed, NameTaken, NoAccount
from claimkb.domain.account import AccountKind, AccountName
from claimkb.domain.permissions import Permission, Role, Scope
from claimkb.domain.record import Command, ExpectedVersion, Name, Reason
from claimkb.domain.reference import AccountId, TokenId
from claimkb.domain.token import TokenKind
from claimkb.store import accounts
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class CreateAccount(Command):
    """Whom to make an account for."""

    name: AccountName
    kind: AccountKind = Rule(default=AccountKind.PERSON, description="Who uses it.")
    role: Role = Rule(description="What it is trusted with.")


class ChangeRole(Command):
    """Which account to trust with what."""

    account_id: AccountId
    role: Role = Rule(description="What it is trusted with from now on.")
    reason: Reason | None = None
    expected_version: ExpectedVersion | None = None


class CloseAccount(Command):
    """Which account to close, and why."""

    account_id: AccountId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class ReopenAccount(CloseAccount):
    """Which closed account to open again, and why."""


class CreateToken(Command):
    """Whose token to issue, for what, and until when."""

    account_id: AccountId
    name: Name = Rule(description="What it is for, such as: importer on the archive's server.")
    scopes: list[Scope] | None = Rule(
        default=None, max_length=10, description="What it may be used for; all but ADMIN if left out."
    )
    expires_on: date | None = Rule(
        default=None, description="The last day on which it works, in UTC; a year from today if left out."
    )


class Invite(Command):
    """Whom to invite."""

    account_id: AccountId


class ResetSecondFactor(CloseAccount):
    """Whose second factor to take away, and why."""


class RevokeToken(Command):
    """Which token to revoke, and why."""

    token_id: TokenId
    reason: Reason


def open_account(session: Session, name: str, *field: str) -> Account:
    """Find the open account of a name; refuse one that is unknown or closed."""
    found = accounts.find_by_name(session, name)
    if found is None:
        raise NoAccount(*field, name=name)
    if found.closed_at is not None:
        raise AccountClosed(*field, name=name)
    return found


@needs(Permission.ADMINISTER, recently=True)
def create_account(work: Work, command: CreateAccount) -> Account:
    """Make an account for a person or a program. Its name is for ever: it stands in the history of what it does."""
    locks.hold(work.session, Lock.ADMITTING)
    account.check_name(command.name)
    known = accounts.find_by_name(work.session, command.name)
    if known is not None:
        raise NameTaken("name", name=known.name, existing=known)
    return work.add(Account(**command.model_dump()))


@needs(Permission.ADMINISTER, recently=True)
def change_role(work: Work, command: ChangeRole) -> Account:
    """Trust an account with more, or with less. It counts from the account's next request on."""
    changed = work.to_change(Account, command.account_id, "account_id", command.expected_version)
    if command.role is not Role.ADMIN:
        account.check_admin_left(changed, accounts.other_admins(work.session, changed))
    changed.role = command.role
    return changed


@needs(Permission.ADMINISTER)
def close_account(work: Work, command: CloseAccount) -> Account:
    """Close an account: nobody gets in with it from now on, and its name stays in the history."""
    changed = work.to_change(Account, command.account_id, "account_id", command.expected_version)
    account.check_admin_left(changed, accounts.other_admins(work.session, changed))
    account.close(changed, work.now)
    end_sessions(work, changed)
    return changed


@needs(Permission.ADMINISTER, recently=True)
def reopen_account(work: Work, command: ReopenAccount) -> Account:
    """Open a closed account again, with those of its tokens that were neither revoked nor have expired."""
    changed = work.to_change(Account, command.account_id, "account_id", command.expected_version)
    account.reopen(changed)
    return changed


def end_sessions(work: Work, owner: Account) -> None:
    """End every session and invitation of an account: none of them works again where it is opened again."""
    for each in accounts.tokens_of(work.session, owner.id, TokenKind.SESSION, TokenKind.INVITATION):
        if token.is_in_force(each, work.now):
            token.revoke(each, work.now)


def issue(work: Work, owner: Account, **told: Any) -> Token:
    """Issue a token for an open account. It is revoked with the token that it is made with."""
    if owner.closed_at is not None:
        raise AccountClosed("account_id", name=owner.name)
    maker = made_with(work)
    told = {"issued_by": work.actor.name, **told, "account_id": owner.id, "made_with_id": maker and maker.id}
    return work.add(token.issue(work.random(token.PREFIX_BYTES + token.SECRET_BYTES), **told))


def made_with(work: Work) -> Token | None:
    """Find the access token of the actor; None for a person who signed in, as their tokens outlast the session."""
    shown = records.get(work.session, Token, work.actor.token_id) if work.actor.token_id is not None else None
    return shown if shown is not None and shown.kind is TokenKind.ACCESS else None


@needs(Permission.FOLLOW, recently=True)
def create_token(work: Work, command: CreateToken) -> Token:
    """Issue a token: a person makes their own, having signed in; an administrator makes those of programs, and their own.
    The token is shown in this answer and never again.
    """
    owner = records.get(work.session, Account, command.account_id, "account_id")
    scopes = token.scopes_of(command.scopes)
    token.check_issuer(owner, work.actor, [Scope[each] for each in scopes.split()])
    token.check_few_tokens(owner, accounts.tokens_of(work.session, owner.id, TokenKind.ACCESS), work.now)
    expires_on = token.last_day(command.expires_on, work.now.date(), made_with(work))
    return issue(work, owner, name=command.name, scopes=scopes, expires_on=expires_on)


@needs(Permission.ADMINISTER, recently=True)
def invite(work: Work, command: Invite) -> Token:
    """Invite another person to choose a password, at the page /password. The invitation is shown in this answer and never again."""
    owner = records.get(work.session, Account, command.account_id, "account_id")
    account.check_person(owner)
    token.check_may_let_in(owner, work.actor)
    expires_on = work.now.date() + timedelta(days=token.INVITED_DAYS)
    told = {"kind": TokenKind.INVITATION, "scopes": token.scopes_of([]), "expires_on": expires_on}
    return issue(work, owner, name="Invitation to choose a password", **told)


@needs(Permission.ADMINISTER, recently=True)
def reset_second_factor(work: Work, command: ResetSecondFactor) -> Account:
    """Take the second factor of another person away who has lost it, and end their sessions: then their password signs them in."""
    changed = work.to_change(Account, command.account_id, "account_id", command.expected_version)
    token.check_may_let_in(changed, work.actor)
    second_factor.take_away(changed)
    end_sessions(work, changed)
    return changed


@needs(Permission.ADMINISTER)
def revoke_token(work: Work, command: RevokeToken) -> Token:
    """Make a token useless from now on, with the tokens, keys and invitations that were made with it.
    Do this at once with a token that somebody else may have seen.
    """
    revoked = work.to_change(Token, command.token_id, "token_id", None)
    token.revoke(revoked, work.now)
    for each in accounts.descendants(work.session, revoked):
        if each.revoked_at is None:
            token.revoke(each, work.now)
    return revoked
