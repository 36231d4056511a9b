"""Which work must not be done twice at the same time? PostgreSQL's advisory locks prevent it; SQLite has one writer anyway."""

from collections.abc import Iterable
from enum import IntEnum
from zlib import crc32

import sqlalchemy as sa
from sqlmodel import Session


class Lock(IntEnum):
    """The keys of the locks: each is a name in ASCII, so that a list of PostgreSQL's locks can be read."""

    MIGRATING = int.from_bytes(b"migrate")
    RELATING = int.from_bytes(b"relate")
    ANNOUNCING = int.from_bytes(b"announce")
    SEEDING = int.from_bytes(b"seed")
    FLAGGING = int.from_bytes(b"flag")
    ADMITTING = int.from_bytes(b"admit")


NAMING = int.from_bytes(b"name")
"""The first half of the keys of names and addresses that are recorded once; the second half is made of the normal form."""


LOCK_SECONDS = 8
"""For how long a change or a command waits for a lock of PostgreSQL: less than a request may take, so its error names the lock."""


def limit_wait(on: Session | sa.Connection) -> None:
    """Let the rest of a transaction not wait for locks without a limit, as a command has no request whose time ends."""
    connection = on.connection() if isinstance(on, Session) else on
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{int(LOCK_SECONDS * 1000)}ms", True)))


def hold(on: Session | sa.Connection, lock: Lock) -> None:
    """Wait until no other transaction holds a lock, and hold it until this one ends. A session asks once for each."""
    held = on.info.setdefault("locks", set()) if isinstance(on, Session) else set()
    connection = on.connection() if isinstance(on, Session) else on
    if connection.dialect.name == "postgresql" and lock not in held:
        if isinstance(on, Session) and not on.in_nested_transaction():  # a savepoint that is rolled back gives its locks back
            held.add(lock)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock.value)))


def hold_alike(session: Session, form: str) -> None:
    """Wait until no other transaction records this normal form, and keep others from it until this one ends."""
    hold_all_alike(session, [form])


def hold_all_alike(session: Session, forms: Iterable[str]) -> None:
    """Wait until no other transaction records one of these normal forms. All hold them in one order: so none waits in a circle."""
    if session.get_bind().dialect.name == "postgresql":
        # two forms with the same checksum wait for one another without need
        alike = sorted({crc32(form.encode()) - 2**31 for form in forms})
        if alike:
            session.execute(sa.select(*(sa.func.pg_advisory_xact_lock(NAMING, each) for each in alike)))


def share(session: Session, lock: Lock) -> None:
    """Wait until no transaction holds a lock, and keep others from holding it until this one ends; others may share it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(lock.value)))
