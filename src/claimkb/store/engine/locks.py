"""What must not be done twice at the same time? PostgreSQL's advisory locks; on SQLite there is one writer anyway."""

from enum import IntEnum
from zlib import crc32

import sqlalchemy as sa
from sqlmodel import Session


class Lock(IntEnum):
    """The keys: each is its name in ASCII, so that somebody who lists locks can tell whose they are."""

    MIGRATING = int.from_bytes(b"migrate")
    RELATING = int.from_bytes(b"relate")
    ANNOUNCING = int.from_bytes(b"announce")
    SEEDING = int.from_bytes(b"seed")
    FLAGGING = int.from_bytes(b"flag")
    ADMITTING = int.from_bytes(b"admit")


NAMING = int.from_bytes(b"name")
"""The first half of the keys for what is there once by its name or its address; the other is made of that."""


def hold(on: Session | sa.Connection, lock: Lock) -> None:
    """Wait until nobody else holds a lock, and hold it until the transaction ends."""
    connection = on.connection() if isinstance(on, Session) else on
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock.value)))


def hold_alike(session: Session, form: str) -> None:
    """Wait until nobody else records what has this normal form, and let nobody do so until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        alike = crc32(form.encode()) - 2**31  # of two forms that share it, one waits for the other without need
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(NAMING, alike)))


def share(session: Session, lock: Lock) -> None:
    """Wait until nobody holds a lock, and let nobody hold it until the transaction ends; others may share it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(lock.value)))
