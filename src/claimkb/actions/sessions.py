"""Sign in at the pages, sign out, choose a password, and set up a second factor.

To hash is slow on purpose, so it is done before the transaction; in it is looked again whether what was compared still holds.
"""

from datetime import timedelta

from pydantic import Field as Rule
from pydantic import SecretStr

from claimkb.actions.accounts import end_sessions, issue
from claimkb.actions.work import Work, needs
from claimkb.domain import Account, Token, account, second_factor, token
from claimkb.domain.access import SignedOut, SignInRefused
from claimkb.domain.permissions import Permission, Scope
from claimkb.domain.record import Command, Name
from claimkb.domain.reference import AccountId
from claimkb.domain.secret import NOTHING
from claimkb.domain.token import TokenKind


class SignIn(Command):
    """Who signs in, and where."""

    account_id: AccountId
    right_for: SecretStr | None = Rule(
        description="The hash that the given password was right for; null where an invitation was shown."
    )
    device: Name = Rule(description="What the browser calls itself.")
    code: SecretStr = Rule(default=NOTHING, description="The code of the second factor, or a recovery code.")


class ChoosePassword(SignIn):
    """Who chooses a password, and what it is hashed to."""

    password_hash: SecretStr = Rule(description="The hash of the new password.")


class SetUpSecondFactor(SignIn):
    """Who sets up a second factor: the code is one of the new secret."""

    secret: SecretStr = Rule(description="What its codes are computed from, in Base32.")


class SignOut(Command):
    """Nothing is to be said: the session that asks is ended."""


def _held(work: Work, command: SignIn) -> Account:
    """Fetch the account, and refuse if it was closed or its password changed since the given one was compared."""
    held = work.to_change(Account, command.account_id, "account_id", None)
    if held.closed_at is not None or (command.right_for is not None and held.password_hash != command.right_for):
        raise SignInRefused
    return held


def _proven(work: Work, command: SignIn) -> Account:
    """Fetch the account after password and second factor were right; refuse a wrong code."""
    proven = _held(work, command)
    second_factor.take_code(proven, command.code, work.now)
    return proven


def _begin(work: Work, owner: Account, command: SignIn) -> Token:
    """Begin a session: a token of its own for each, for all that the role grants. It is issued by who proves to be its owner;
    where an invitation is all that was shown, by who invited.
    """
    expires_on = work.now.date() + timedelta(days=work.policy.session_days)
    told = {"kind": TokenKind.SESSION, "scopes": token.scopes_of(list(Scope)), "expires_on": expires_on}
    invited_by = work.actor.token_issued_by if command.right_for is None else None
    return issue(work, owner, name=command.device, issued_by=invited_by or owner.name, **told)


def _begin_anew(work: Work, owner: Account, command: SignIn) -> Token:
    """End every session and invitation of an account, as how one signs in has changed, and begin a new session."""
    end_sessions(work, owner)
    return _begin(work, owner, command)


@needs(Permission.READ)
def sign_in(work: Work, command: SignIn) -> Token:
    """Begin a session for a person whose password and code were right."""
    return _begin(work, _proven(work, command), command)


@needs(Permission.READ)
def choose_password(work: Work, command: ChoosePassword) -> Token:
    """Choose a password. Every session and invitation of the account ends, and a new session begins."""
    owner = _proven(work, command)
    account.choose_password(owner, command.password_hash, work.now)
    return _begin_anew(work, owner, command)


@needs(Permission.READ)
def set_up_second_factor(work: Work, command: SetUpSecondFactor) -> tuple[Token, list[SecretStr]]:
    """Set up a second factor. Every session and invitation ends, and a new session begins. Give its recovery codes, this once."""
    owner = _held(work, command)
    random = work.random(second_factor.RECOVERY_CODES * second_factor.RECOVERY_BYTES)
    codes = second_factor.set_up(owner, command.secret, command.code, random, work.now)
    return _begin_anew(work, owner, command), codes


@needs(Permission.READ)
def take_second_factor_away(work: Work, command: SignIn) -> Token:
    """Ask for no code any more. Every session and invitation ends, and a new session begins."""
    owner = _proven(work, command)
    second_factor.take_away(owner)
    return _begin_anew(work, owner, command)


@needs(Permission.READ)
def sign_out(work: Work, _order: SignOut) -> Token:
    """End the session that asks."""
    if work.actor.token_id is None:
        raise SignedOut
    ended = work.to_change(Token, work.actor.token_id, "token_id", None)
    token.revoke(ended, work.now)
    return ended
