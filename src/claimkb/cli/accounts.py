"""The commands for who may use claimkb. Whoever can run them on this machine administers it."""

from datetime import date
from typing import Annotated

import typer

from claimkb.actions import accounts as actions
from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.cli.acting import Why
from claimkb.cli.reading import AsJson, dated, open_current_desk, open_desk_for, print_rows
from claimkb.cli.tables import Row, say
from claimkb.domain import Account, Token
from claimkb.domain.access import NameTaken, NoAccount, NoToken
from claimkb.domain.account import AccountKind, check_same
from claimkb.domain.permissions import Role, Scope
from claimkb.identity import COMMAND_LINE
from claimkb.settings import Settings
from claimkb.store import accounts as stored
from claimkb.store import migrations

account_app = typer.Typer(help="Accounts: who may use claimkb, and what they may do.", no_args_is_help=True)
token_app = typer.Typer(help="Tokens: what a program, or a person's client, shows to be let in.", no_args_is_help=True)

AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]


def account_of(desk: Desk, name: str) -> Account:
    """Find an account by its name."""
    with desk.database.read() as session:
        found = stored.find_by_name(session, name)
    if found is None:
        raise NoAccount(name=name)
    return found


def _every(desk: Desk) -> list[Account]:
    """List all accounts, by name."""
    with desk.database.read() as session:
        return stored.every(session)


@account_app.command(
    "create", epilog="Example: claimkb account create Ada --role ADMIN; in a script that runs again, with --if-missing"
)
def create_account(
    name: AccountName,
    role: Annotated[Role, typer.Option(help="What it is trusted with.")],
    kind: Annotated[AccountKind, typer.Option(help="Who uses it.")] = AccountKind.PERSON,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing where it is there, open, of this kind and with this role.")
    ] = False,
) -> None:
    """Make an account. From the first one on, nobody gets in unknown."""
    desk = open_desk_for(Settings())
    migrations.upgrade(desk.database)
    command = actions.CreateAccount(name=name, role=role, kind=kind)
    try:
        with desk.work(COMMAND_LINE, alone=True) as work:
            made = actions.create_account(work, command)
    except NameTaken:
        if not if_missing:
            raise
        check_same(account_of(desk, name), kind, role)
        say(f"There is the account {name}, {role}, already.")
        return
    say(f"Made the account {made.name}, {made.role}. It gets in with a token: claimkb token create '{made.name}' --name …")
    if kind is AccountKind.PERSON:
        say(f"To sign in with a browser, a person is invited: claimkb account invite '{made.name}'")


@account_app.command("list", epilog="Example: claimkb account list --json")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts, also closed ones."""
    rows = [
        {
            "name": each.name,
            "kind": each.kind.value,
            "role": each.role.value,
            "second factor": each.second_factor_set_at,
            "closed": each.closed_at,
        }
        for each in _every(open_current_desk())
    ]
    print_rows(rows, as_json, "Accounts", "There are no accounts: whoever works on this machine is the local editor.")


@account_app.command("role", epilog="Example: claimkb account role Ada EDITOR")
def change_role(
    name: AccountName,
    role: Annotated[Role, typer.Argument(help="What it is trusted with from now on.")],
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
) -> None:
    """Trust an account with more, or with less."""
    desk = open_current_desk()
    command = actions.ChangeRole(account_id=account_of(desk, name).id, role=role, reason=reason)
    with desk.work(COMMAND_LINE, alone=True) as work:
        changed = actions.change_role(work, command)
    say(f"The account {changed.name} is {changed.role} now.")


@account_app.command("invite", epilog="Example: claimkb account invite Ada")
def invite(name: AccountName) -> None:
    """Invite a person to choose a password. The invitation is printed once, by itself; hand it over where nobody else reads it."""
    desk = open_current_desk()
    command = actions.Invite(account_id=account_of(desk, name).id)
    with desk.work(COMMAND_LINE, alone=True) as work:
        made = actions.invite(work, command)
    tables.tell(f"{name} chooses a password at the page /password, until {made.expires_on}, with this. It is shown this once:")
    typer.echo(made.secret.get_secret_value())


@account_app.command("reset-second-factor", epilog="Example: claimkb account reset-second-factor Ada --reason 'Lost the phone.'")
def reset_second_factor(name: AccountName, reason: Why) -> None:
    """Take the second factor of a person away who has lost it. Make sure that it is they who ask: then their password is enough."""
    desk = open_current_desk()
    command = actions.ResetSecondFactor(account_id=account_of(desk, name).id, reason=reason)
    with desk.work(COMMAND_LINE, alone=True) as work:
        actions.reset_second_factor(work, command)
    say(f"{name} signs in with the password alone, and can set up another second factor at /second-factor.")


@account_app.command("close", epilog="Example: claimkb account close Ada --reason 'Left the paper.'")
def close_account(name: AccountName, reason: Why) -> None:
    """Close an account: its tokens are dead at once, its name stays in the history."""
    desk = open_current_desk()
    command = actions.CloseAccount(account_id=account_of(desk, name).id, reason=reason)
    with desk.work(COMMAND_LINE, alone=True) as work:
        actions.close_account(work, command)
    say(f"The account {name} is closed. Its name stays in the history.")


@account_app.command("reopen", epilog="Example: claimkb account reopen Ada --reason 'Came back.'")
def reopen_account(name: AccountName, reason: Why) -> None:
    """Open a closed account again, with those of its tokens that are still good."""
    desk = open_current_desk()
    command = actions.ReopenAccount(account_id=account_of(desk, name).id, reason=reason)
    with desk.work(COMMAND_LINE, alone=True) as work:
        actions.reopen_account(work, command)
    say(f"The account {name} is open again.")


@token_app.command("create", epilog="Example: claimkb token create Ada --name 'notebook' --scope RECORD --expires-on 2027-06-30")
def create_token(
    account: AccountName,
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may be used for; may be repeated. All but ADMIN if left out.")
    ] = None,
    expires_on: Annotated[date | None, dated("The last day on which it works, in UTC.")] = None,
) -> None:
    """Issue a token. It is printed once, by itself, so that it can go straight into a file."""
    desk = open_current_desk()
    command = actions.CreateToken(account_id=account_of(desk, account).id, name=name, scopes=scope or None, expires_on=expires_on)
    with desk.work(COMMAND_LINE, alone=True) as work:
        issued = actions.create_token(work, command)
    tables.tell(f"A token for {account}, until {issued.expires_on}: {issued.scopes}. It is shown this once:")
    typer.echo(issued.secret.get_secret_value())


def _described(token: Token, account: Account) -> Row:
    """Describe a token."""
    return {
        "prefix": token.prefix,
        "account": account.name,
        "kind": token.kind.value,
        "name": token.name,
        "scopes": token.scopes,
        "issued by": token.issued_by,
        "expires": token.expires_on,
        "revoked": token.revoked_at,
    }


def _abridged(name: str, kind: str, scopes: str, **rest: object) -> Row:
    """Put the long values into one column, so that all others fit beside it on a narrow terminal."""
    by = rest.pop("issued by")
    return {"prefix": rest.pop("prefix"), "what": f"{name}\n{kind}: {scopes}\nby {by}", **rest}


@token_app.command("list", epilog="Example: claimkb token list Ada")
def list_tokens(
    account: Annotated[str | None, typer.Argument(help="Only those of this account.")] = None, as_json: AsJson = False
) -> None:
    """List tokens, sessions and invitations by how they begin, and who issued them; they themselves are kept nowhere."""
    desk = open_current_desk()
    owners = _every(desk) if account is None else [account_of(desk, account)]
    rows = []
    with desk.database.read() as session:
        for owner in owners:
            tokens = stored.tokens_of(session, owner.id)
            for token, used in zip(tokens, stored.last_uses(session, [each.id for each in tokens]), strict=True):
                rows.append({**_described(token, owner), "used": used})
    print_rows(rows, as_json, "Tokens", "There are no tokens.", _abridged)


@token_app.command("revoke", epilog="Example: claimkb token revoke k3v9x2ab --reason 'Was in a screenshot.'")
def revoke_token(prefix: Annotated[str, typer.Argument(help="How it begins, after ckb_.")], reason: Why) -> None:
    """Make a token useless, at once."""
    desk = open_current_desk()
    with desk.database.read() as session:
        found = stored.find_token(session, prefix)
    if found is None:
        raise NoToken(prefix=prefix)
    with desk.work(COMMAND_LINE, alone=True) as work:
        actions.revoke_token(work, actions.RevokeToken(token_id=found[0].id, reason=reason))
    say(f"The token {prefix} of {found[1].name} is revoked.")
