"""What does somebody follow? A search that is saved under a name, and read again by a feed, a calendar or the API."""

from sqlmodel import Field, Index

from claimkb.domain.record import Instant, Name, Person, Versioned
from claimkb.domain.refusals import Refusal, WrongState


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
