"""How are records fetched by their ids?"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from claimkb.domain.record import Record
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound
from claimkb.store.engine import additions

R = TypeVar("R", bound=Record)


def table_of(record: type[SQLModel]) -> sa.Table:
    """Return the table of a class of records."""
    table: sa.Table = sa.inspect(record).local_table
    return table


def id_of(record: Record) -> UUID:
    """Return the id of a record that was read, also after its transaction was rolled back."""
    id_: UUID = sa.inspect(record).identity[0]
    return id_


def get(session: Session, kind: type[R], id_: UUID | None, *field: str) -> R:
    """Fetch a record; refuse an id that no record has."""
    record = session.get(kind, id_) if id_ else None
    if record is None:
        raise NotFound(*field, kind=kind.__name__, id=id_ and global_id(kind.__name__, id_))
    return record


def get_in_use(session: Session, kind: type[R], id_: UUID | None, *field: str) -> R:
    """Fetch a record and keep others from changing it until the transaction ends, as something is about to rest on it."""
    record = _hold(session, kind, id_, {"read": True}) if id_ else None
    if record is None:
        raise NotFound(*field, kind=kind.__name__, id=id_ and global_id(kind.__name__, id_))
    return record


def _hold(session: Session, kind: type[R], id_: UUID, lock: Mapping[str, bool]) -> R | None:
    """Fetch a record and lock it until the transaction ends, once; a new one, which nobody else sees, needs no lock."""
    if additions.is_new(session, id_):
        return session.get(kind, id_)

    def fetch() -> R | None:
        return session.get(kind, id_, with_for_update=dict(lock), populate_existing=True)

    return additions.locked(session, id_, " ".join(lock), fetch)


def find(session: Session, kind: type[R], id_: UUID | None) -> R | None:
    """Find a record; None if there is none."""
    return None if id_ is None else session.get(kind, id_)


def get_to_change(session: Session, kind: type[R], id_: UUID, *field: str) -> R:
    """Fetch a record and lock it until the transaction ends, so that two writers take turns."""
    record = session.get(kind, id_, with_for_update=True, populate_existing=True)
    if record is None:
        raise NotFound(*field, kind=kind.__name__, id=global_id(kind.__name__, id_))
    return record


def several_to_change(session: Session, kind: type[R], ids: Sequence[UUID]) -> dict[UUID, R]:
    """Fetch records and lock them, in the order of their ids so that two writers never wait for one another, in one statement."""
    column = sa.inspect(kind).columns["id"]
    rows = sa.select(kind).where(column.in_(ids)).order_by(column).with_for_update()
    return {record.id: record for record in session.scalars(rows, execution_options={"populate_existing": True})}


def get_to_name(session: Session, kind: type[R], id_: UUID, *field: str) -> R:
    """Fetch a record that another one is to name, and let nobody change it until the transaction ends; others may name it, too."""
    record = _hold(session, kind, id_, {"read": True, "key_share": True})
    if record is None:
        raise NotFound(*field, kind=kind.__name__, id=global_id(kind.__name__, id_))
    return record


def existing_ids(session: Session, kind: type[R], ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these ids that records have, in one statement."""
    column = sa.inspect(kind).columns["id"]
    return set(session.scalars(sa.select(column).where(column.in_(ids))))


def naming(session: Session, kind: type[R], field: str, ids: Collection[UUID]) -> list[R]:
    """List the records of a kind that name one of some records in a field, in one statement."""
    columns = sa.inspect(kind).columns
    return list(session.scalars(sa.select(kind).where(columns[field].in_(ids)).order_by(columns["created_at"], columns["id"])))


def by_ids(session: Session, kind: type[R], ids: list[UUID]) -> list[R | None]:
    """Fetch several records of a kind in one statement; None in the place of each that does not exist."""
    column = sa.inspect(kind).columns["id"]
    by_id = {record.id: record for record in session.scalars(sa.select(kind).where(column.in_(ids)))}
    return [by_id.get(id_) for id_ in ids]
