"""Which accounts and tokens are there?"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field as Rule
from sqlmodel import Session, col

from claimkb.domain import Account, Token, TokenUse, token
from claimkb.domain.permissions import Role
from claimkb.domain.record import Input, Term
from claimkb.domain.token import TokenKind
from claimkb.store.engine import forms, paging
from claimkb.store.engine.expressions import upsert
from claimkb.store.engine.ordering import OrderDirection


class AccountFilter(Input):
    """Which accounts: all that is given must hold."""

    role: list[Role] | None = Rule(default=None, max_length=10, description="With one of these roles.")
    is_closed: bool | None = Rule(default=None, description="Closed, or not.")


class AccountOrderField(Term):
    """What accounts can be ordered by."""

    NAME = "NAME", "The name."
    CREATED_AT = "CREATED_AT", "When it was made."


class AccountOrder(Input):
    """How to order accounts."""

    field: AccountOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


_KEYS: dict[AccountOrderField, paging.SortKey] = {
    AccountOrderField.NAME: col(Account.name),
    AccountOrderField.CREATED_AT: col(Account.created_at),
}


def matching(wanted: AccountFilter) -> sa.Select[Account]:
    """Select the accounts that meet a filter."""
    select = sa.select(Account)
    if wanted.role is not None:
        select = select.where(col(Account.role).in_(wanted.role))
    if wanted.is_closed is not None:
        select = select.where(col(Account.closed_at).is_not(None) if wanted.is_closed else col(Account.closed_at).is_(None))
    return select


def ordered(order: AccountOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the name."""
    chosen = order or AccountOrder(field=AccountOrderField.NAME, direction=OrderDirection.ASC)
    return paging.OrderBy(_KEYS[chosen.field], col(Account.id), chosen.direction is OrderDirection.DESC)


def every(session: Session) -> list[Account]:
    """List all accounts, by name."""
    return list(session.scalars(matching(AccountFilter()).order_by(*ordered(None).by())))


_ANY = sa.select(sa.exists(sa.select(col(Account.id))))
_WITH_ACCOUNT = sa.select(Token, Account).join(Account, col(Account.id) == col(Token.account_id))
_BY_PREFIX = _WITH_ACCOUNT.where(col(Token.prefix) == sa.bindparam("prefix"))
_WITH_LOCK = _WITH_ACCOUNT.where(col(Token.id) == sa.bindparam("token_id")).with_for_update(read=True)


def is_there_any(session: Session) -> bool:
    """Tell whether there is any account, open or closed."""
    return session.scalar(_ANY) or False


def find_by_name(session: Session, name: str) -> Account | None:
    """Find the account whose name has the same normal form."""
    return forms.find(session, Account, name)


def other_admins(session: Session, account: Account) -> list[Account]:
    """List the other open administrators, and lock them until the transaction ends."""
    others = sa.select(Account).where(
        col(Account.role) == Role.ADMIN, col(Account.closed_at).is_(None), col(Account.id) != account.id
    )
    return list(session.scalars(others.with_for_update()))


def tokens_of(session: Session, account_id: UUID, *kinds: TokenKind) -> list[Token]:
    """List the tokens of an account, of these kinds or of all, the oldest first."""
    tokens = sa.select(Token).where(col(Token.account_id) == account_id).order_by(col(Token.created_at), col(Token.id))
    return list(session.scalars(tokens.where(col(Token.kind).in_(kinds)) if kinds else tokens))


def not_revoked(session: Session, now: datetime) -> list[Token]:
    """List the tokens of all accounts, open or closed, that were neither revoked nor have expired, the oldest first."""
    tokens = sa.select(Token).where(col(Token.revoked_at).is_(None), col(Token.expires_on) >= now.date())
    return list(session.scalars(tokens.order_by(col(Token.created_at), col(Token.id))))


def in_force(session: Session, now: datetime, most_idle: timedelta) -> list[tuple[Token, Account]]:
    """List the tokens that let somebody in now, with their accounts, the oldest first."""
    tokens = not_revoked(session, now)
    owners = {each.id: each for each in every(session) if each.closed_at is None}
    used = last_uses(session, [each.id for each in tokens])
    return [
        (each, owners[each.account_id])
        for each, last in zip(tokens, used, strict=True)
        if each.account_id in owners and not token.is_idle(each, last, now, most_idle)
    ]


def descendants(session: Session, maker: Token) -> list[Token]:
    """List the tokens that were made with a token, those made with these, and so on; lock them until the transaction ends."""
    made = sa.select(col(Token.id).label("id")).where(col(Token.made_with_id) == maker.id).cte(recursive=True)
    made = made.union(sa.select(col(Token.id)).join(made, col(Token.made_with_id) == made.c.id))
    return list(session.scalars(sa.select(Token).where(col(Token.id).in_(sa.select(made.c.id))).with_for_update()))


def find_token(session: Session, prefix: str) -> tuple[Token, Account] | None:
    """Find the token with a prefix, and its account."""
    row = session.execute(_BY_PREFIX, {"prefix": prefix}).one_or_none()
    return None if row is None else (row[0], row[1])


def hold_token(session: Session, token_id: UUID) -> tuple[Token, Account]:
    """Fetch a token and its account, and lock both against changes until the transaction ends: a revocation waits for it."""
    row = session.execute(_WITH_LOCK, {"token_id": token_id}).one()
    return row[0], row[1]


def last_uses(session: Session, keys: list[UUID]) -> list[datetime | None]:
    """Return when each of these tokens was last used, in one statement."""
    uses = sa.select(col(TokenUse.token_id), col(TokenUse.used_at)).where(col(TokenUse.token_id).in_(keys))
    by_token: dict[UUID, datetime] = {row[0]: row[1] for row in session.execute(uses)}
    return [by_token.get(token_id) for token_id in keys]


def unused(session: Session, since: datetime) -> list[str]:
    """Name the open accounts in which nobody has signed in since an instant, and of which no token was used; no newer accounts."""
    of_account = sa.select(col(Token.id)).outerjoin(TokenUse, col(TokenUse.token_id) == col(Token.id))
    signed_in = (col(Token.kind) == TokenKind.SESSION) & (col(Token.created_at) >= since)
    used = of_account.where(col(Token.account_id) == col(Account.id), (col(TokenUse.used_at) >= since) | signed_in).exists()
    names = (
        matching(AccountFilter(is_closed=False)).where(col(Account.created_at) < since, ~used).with_only_columns(col(Account.name))
    )
    return list(session.scalars(names.order_by(col(Account.name))))


def with_tokens(session: Session, kind: TokenKind, least: int, now: datetime) -> list[str]:
    """Name the open accounts that have so many tokens of a kind in force, or more."""
    in_force = (col(Token.kind) == kind, col(Token.revoked_at).is_(None), col(Token.expires_on) >= now.date())
    many = sa.select(col(Token.account_id)).where(*in_force).group_by(col(Token.account_id)).having(sa.func.count() >= least)
    names = matching(AccountFilter(is_closed=False)).where(col(Account.id).in_(many)).with_only_columns(col(Account.name))
    return list(session.scalars(names.order_by(col(Account.name))))


def note_use(session: Session, token_id: UUID, now: datetime) -> None:
    """Record that a token was used."""
    row = upsert(session, TokenUse).values(token_id=token_id, used_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["token_id"], set_={"used_at": now}))
