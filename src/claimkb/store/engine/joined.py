"""How does code that opens transactions work within one that is open already?

What it writes is committed with that one, or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.database import Database


class Joined(Database):
    """A database as one open transaction sees it: its reads and writes join that transaction."""

    def __init__(self, database: Database, connection: sa.Connection) -> None:
        vars(self).update(vars(database))
        self._joined = connection

    @contextmanager
    def read(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:  # noqa: ARG002
        """Open a session that only reads."""
        with Session(self._joined, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, cancellation: Cancellation | None = None, *, reserved: bool = False) -> Iterator[Session]:  # noqa: ARG002
        """Open a session that writes. Nothing is committed when the block ends."""
        with Session(self._joined) as session:
            yield session
            session.flush()

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Give the connection of the transaction."""
        yield self._joined
