"""How are normal forms written anew after their definition has changed? For a thousand records at a time, and it can be stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Account, Channel, Claim, Claimant, Collection, SearchEntry, Source
from claimkb.domain.record import Record
from claimkb.domain.searching import KINDS, SearchKind
from claimkb.store import name_keys, search
from claimkb.store.engine import locks, records
from claimkb.store.engine.database import Database
from claimkb.store.engine.forms import FORMS, forms
from claimkb.store.engine.locks import Lock

AT_ONCE = 1000
"""How many records are folded in one transaction: others write in between, and a stop loses only the last one."""

MOST_NAMED = 100
"""How many groups of records with the same normal form are listed."""

_STALE = sa.select(SearchEntry).where(col(SearchEntry.is_stale))
_IS_LEFT = sa.select(_STALE.exists())
_COUNT = sa.select(sa.func.count()).select_from(SearchEntry).where(col(SearchEntry.is_stale))


def is_left(connection: sa.Connection) -> bool:
    """Tell whether any record has a normal form of an older definition."""
    return bool(connection.scalar(_IS_LEFT))


def fold_anew(database: Database, tell: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Fold every record of an older normal form and return their number; `tell` is called with the numbers done and of all."""
    with database.read() as session:
        many = session.scalar(_COUNT) or 0
    done = 0
    while folded := _fold_some(database) if done < many else 0:
        done += folded
        tell(min(done, many), many)
    if done and database.is_sqlite:
        with database.write() as session:  # FTS5 keeps deleted entries in the index until then
            session.execute(sa.text("INSERT INTO search_index(search_index) VALUES ('optimize')"))
    return done


def _fold_some(database: Database) -> int:
    """Fold the next records and their search entries in one transaction. Return how many."""
    with database.write() as session:
        locks.hold(session, Lock.MIGRATING)  # else two servers would fold the same records
        entries = list(session.scalars(_STALE.order_by(col(SearchEntry.position)).limit(AT_ONCE)))
        for kind in {entry.kind for entry in entries}:
            _fold(session, KINDS[SearchKind[kind]], [entry for entry in entries if entry.kind == kind])
    return len(entries)


def _fold(session: Session, kind: type[Record], entries: list[SearchEntry]) -> None:
    """Fold the records of search entries, all of one kind. An entry without a record stays as it is."""
    ids = [entry.record_id for entry in entries]
    found = {record.id: record for record in records.by_ids(session, kind, ids) if record is not None}
    said = search.said_of(session, ids) if kind is Claim else {}
    for entry in entries:
        entry.is_stale = False
        if entry.record_id in found:
            entry.said = said.get(entry.record_id)
            entry.words = search.folded(found[entry.record_id], entry.said)
    if kind in FORMS:
        table = records.table_of(kind)
        write = sa.update(table).where(table.c.id == sa.bindparam("of_id"))
        write = write.values({name: sa.bindparam(name) for name in FORMS[kind]})
        session.connection().execute(write, [{"of_id": id_, **forms(record)} for id_, record in found.items()])
    if kind is Claimant:
        name_keys.write(session.connection(), [each for each in found.values() if isinstance(each, Claimant)])
    session.flush()


@dataclass(frozen=True)
class Alike:
    """Records of one kind with the same normal form: they were recorded before that was refused."""

    kind: str
    what: str
    records: list[Record]


_LOOK: list[tuple[type[Record], str, tuple[Any, ...], tuple[Any, ...]]] = [
    (Claimant, "name", (col(Claimant.kind),), (col(Claimant.merged_into_id).is_(None),)),
    (Source, "url", (), ()),
    (Account, "name", (), ()),
    (Collection, "name", (), ()),
    (Channel, "name", (), (col(Channel.closed_at).is_(None),)),
]
"""The unique fields: the kind of record, the field, the columns within which it is unique, and a condition on the records."""


def look_the_same(session: Session) -> Iterator[Alike]:
    """List the records with the same normal form, a hundred groups of each kind at most. A person has to merge them."""
    for kind, field, within, where in _LOOK:
        form = getattr(kind, f"{field}_form")
        twice = sa.select(form, *within).where(form.is_not(None), *where).group_by(form, *within)
        for values in session.execute(twice.having(sa.func.count() > 1).order_by(form).limit(MOST_NAMED)).all():
            same = (column == value for column, value in zip((form, *within), values, strict=True))
            alike = sa.select(kind).where(*same, *where).order_by(sa.inspect(kind).columns["id"])
            found = list(session.scalars(alike))
            yield Alike(kind.__name__, getattr(found[0], field), found)
