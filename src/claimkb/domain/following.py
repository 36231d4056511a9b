"""What does somebody follow? A search that is saved under a name, and read again by a feed, a calendar or the API."""

from datetime import datetime

from sqlmodel import Field, Index

from claimkb.domain.account import Actor
from claimkb.domain.record import Instant, Name, Person, Versioned
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound, Refusal, WrongState
from claimkb.domain.token import Token, TokenKind


class SavedSearch(Versioned, table=True):
    """A search for predictions that is saved under a name."""

    __tablename__ = "saved_search"
    __table_args__ = (Index("ix_saved_search_name", "name", "id"),)

    name: Name = Field(description="What it is called, such as: overdue promises of ministers.")
    filter: str = Field(description="The filter, as JSON.")
    saved_by: Person
    forgotten_at: Instant | None = Field(default=None, description="Since when it is no longer listed; feeds of it go on.")


class AlreadyForgotten(WrongState):
    """This search is forgotten already."""


class NoNeedForAKey(Refusal):
    """You have no account: on this machine feeds need no key. Once there are accounts, each makes keys of its own."""


def forget(search: SavedSearch, now: datetime) -> None:
    """List a saved search no more."""
    if search.forgotten_at is not None:
        raise AlreadyForgotten("saved_search_id")
    search.forgotten_at = now


def check_may_follow(actor: Actor) -> None:
    """Refuse to make a key for who has no account that it could die with."""
    if actor.account_id is None:
        raise NoNeedForAKey


def check_own_key(key: Token, actor: Actor) -> None:
    """Refuse a token that is no key of feeds, or somebody else's: of those nobody is told whether they are there."""
    if key.account_id != actor.account_id or key.kind is not TokenKind.FEED:
        raise NotFound("token_id", kind="Token", id=global_id("Token", key.id))
