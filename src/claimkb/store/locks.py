"""What must not be done twice at the same time? PostgreSQL's advisory locks; on SQLite there is one writer anyway."""

from enum import IntEnum

import sqlalchemy as sa
from sqlmodel import Session


class Lock(IntEnum):
    """The keys: each is its name in ASCII, so that somebody who lists locks can tell whose they are."""

    MIGRATING = int.from_bytes(b"migrate")
    RELATING = int.from_bytes(b"relate")
    ANNOUNCING = int.from_bytes(b"announce")
    SEEDING = int.from_bytes(b"seed")
    FLAGGING = int.from_bytes(b"flag")
    NAMING = int.from_bytes(b"name")
    ADMITTING = int.from_bytes(b"admit")


def hold(on: Session | sa.Connection, lock: Lock) -> None:
    """Wait until nobody else holds a lock, and hold it until the transaction ends."""
    connection = on.connection() if isinstance(on, Session) else on
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock.value)))


def share(session: Session, lock: Lock) -> None:
    """Wait until nobody holds a lock, and let nobody hold it until the transaction ends; others may share it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(lock.value)))
