"""What did this transaction add, and which records does it hold? What it knows of them needs no further statement.

No other transaction sees a new record before the commit: none can change it, or add a record that names it.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

R = TypeVar("R", bound=SQLModel)

_NEW, _NAMED, _HELD = "new", "named", "held"
"""The keys of `session.info`: the ids of new records; what names a record, and in which field; and the locked records."""


def watch(session: Session) -> None:
    """Begin to note what a session adds: without it, nothing is known and every question is a statement."""
    session.info.update({_NEW: set(), _NAMED: set(), _HELD: {}})


@cache
def _references(kind: type[SQLModel]) -> list[str]:
    """List the fields of a kind that name other records."""
    return [column.key for column in sa.inspect(kind).columns if column.foreign_keys]


def note(session: Session, record: SQLModel, *, is_new: bool) -> None:
    """Note a record that is about to be written."""
    if is_new:
        session.info[_NEW].add(record.id)  # type: ignore[attr-defined]
    kind = type(record)
    session.info[_NAMED].update((kind, name, getattr(record, name)) for name in _references(kind))


def is_new(session: Session, id_: UUID) -> bool:
    """Tell whether this transaction added a record."""
    return id_ in session.info.get(_NEW, ())


def may_name(session: Session, kind: type[SQLModel], field: str, id_: UUID) -> bool:
    """Tell whether a record of a kind may name another one in a field; a new one only if this transaction wrote it so."""
    return not is_new(session, id_) or (kind, field, id_) in session.info[_NAMED]


def locked(session: Session, id_: UUID, lock: str, fetch: Callable[[], R | None]) -> R | None:
    """Fetch a record with a lock of a kind, once in a transaction: what is locked stays as it is."""
    held: dict[tuple[UUID, str], R] = session.info.get(_HELD, {})
    if (id_, lock) not in held:
        record = fetch()
        if record is None:
            return None
        held[id_, lock] = record
    return held[id_, lock]
