"""Where does the record not hold together? All of the history is read once, in pages, with the records that it tells of.

Each page is read in a transaction of its own: verifying takes the same memory however long the history is, and holds up no writer.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Announcement, Checkpoint, Erasure, Revision, Snapshot
from claimkb.domain.announcement import OF_REVISIONS
from claimkb.domain.checkpoint import Covered
from claimkb.domain.erasure import Digest
from claimkb.domain.source import identify
from claimkb.domain.verification import Finding, Trace, compare, follow
from claimkb.store import announcements, checkpoints, erasures, ghosts, unreadable
from claimkb.store.engine import locks, records
from claimkb.store.engine.database import Database
from claimkb.store.engine.joined import Joined
from claimkb.store.revisions import LEFT_OUT

PAGE = 2_000
"""How many revisions are read at once."""

TEXTS = 10
"""How many texts of snapshots are read at once: each may have a million characters."""

_ONE_INSTANT = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
"""Lets all statements of a transaction of PostgreSQL read what was there at one instant, as SQLite's do."""

KINDS = {kind.__name__: kind for kind in ghosts.TOLD_OF}

History = list[dict[str, Any]]
"""The revisions of a record, the first one first."""


def find(
    database: Database,
    progress: Callable[[int], object] = lambda _: None,
    copies: Sequence[Checkpoint] = (),
    keys: Collection[str] = (),
) -> Iterator[Finding]:
    """Find all that does not hold together; tell how many revisions were read each time.

    The checkpoints are held against their `copies`, and against the desk's public `keys`. Values that can't be read end the search.
    """
    try:
        yield from _find(database, progress, copies, keys)
    except unreadable.ERRORS:
        if not database.is_sqlite:
            raise
        with database.read() as session:
            found = list(unreadable.find(session))
        if not found:
            raise
        yield from found


def _find(
    database: Database, progress: Callable[[int], object], copies: Sequence[Checkpoint], keys: Collection[str]
) -> Iterator[Finding]:
    """Find all that does not hold together, as long as it can be read."""
    newest = yield from _checkpoints(database, copies, keys)
    covered, erased, before = Covered(newest.position if newest else 0), Digest(), _last_erasure(database)
    last, most = None, PAGE
    while True:
        with database.read() as session:
            _begin(database, session)
            page = _page(session, last, most)
            complete = page if len(page) < most else _complete(page)
            yield from _of_page(session, complete, covered, erased)
        progress(len(complete))
        if len(page) < most:
            break
        last, most = (complete[-1]["record_id"], PAGE) if complete else (last, 2 * most)
    if newest is not None and covered.heads() != newest.heads():
        yield Finding(Trace.HEADS, Checkpoint.__name__, newest.id, newest.number)
    if before == _last_erasure(database) and before[1] != (erased.value() if before[0] or erased.count else None):
        yield Finding(Trace.ERASURE, Erasure.__name__, before[0])
    yield from _texts(database)
    with database.read() as session:
        yield from ghosts.find(session)
        if database.is_sqlite and session.scalar(sa.text("PRAGMA integrity_check(1)")) != "ok":
            yield Finding(Trace.PAGES, "Database", None)


def _begin(database: Database, session: Session) -> None:
    """Read all of a page as of one instant: else an erasure in between would blank the records of a history that was read."""
    if not database.is_sqlite and not isinstance(database, Joined):
        session.execute(_ONE_INSTANT)
        locks.limit_wait(session)


def _last_erasure(database: Database) -> tuple[UUID | None, str | None]:
    """Read the id and the digest of the newest erasure. One that is carried out meanwhile changes what was read before."""
    with database.read() as session:
        last = erasures.newest(session)
        return (last.id, last.digest) if last else (None, None)


def count(session: Session) -> int:
    """Count the revisions."""
    locks.limit_wait(session)
    return session.scalar(sa.select(sa.func.count()).select_from(Revision)) or 0


def _page(session: Session, last: UUID | None, most: int) -> History:
    """Read the revisions of the records after one, in their order, each with the position of its announcement."""
    table = records.table_of(Revision)
    announces = (col(Announcement.record_id) == table.c.id, col(Announcement.topic).in_(OF_REVISIONS))
    position = sa.select(sa.func.min(col(Announcement.position))).where(*announces).scalar_subquery()
    select = sa.select(table, position.label("position")).order_by(table.c.record_id, table.c.version).limit(most)
    if last is not None:
        select = select.where(table.c.record_id > last)
    rows = session.connection().execute(select)
    names = list(rows.keys())
    return [dict(zip(names, row, strict=True)) for row in rows]


def _complete(page: History) -> History:
    """Leave out the revisions of the last record, of which more may follow: the next page has them, with their record."""
    return page[: next(index for index, each in enumerate(page) if each["record_id"] == page[-1]["record_id"])]


def _of_page(session: Session, page: History, covered: Covered, erased: Digest) -> Iterator[Finding]:
    """Find what does not hold together in whole histories, and between them and their records; add them to what is covered."""
    told: dict[str, dict[UUID, History]] = defaultdict(dict)
    for record_id, group in groupby(page, key=lambda each: each["record_id"]):
        history = list(group)
        yield from follow(history, erased)
        covered.add(history)
        told[history[0]["record_type"]][record_id] = history
    for name, histories in told.items():
        if (kind := KINDS.get(name)) is None:  # no kind of record: somebody wrote it, and its hash is found not to fit
            continue
        columns = [each for each in records.table_of(kind).columns if each.key not in LEFT_OUT]
        for row in session.connection().execute(sa.select(*columns).where(columns[0].in_(histories))).mappings():
            yield from compare(kind, dict(row), histories[row["id"]], LEFT_OUT)


def _checkpoints(
    database: Database, copies: Sequence[Checkpoint], keys: Collection[str]
) -> Generator[Finding, None, Checkpoint | None]:
    """Find which checkpoints are not what they were; return the newest that is right: it covers what the others do."""
    with database.read() as session:
        stored = {each.number: each for each in checkpoints.every(session)}
        last = announcements.newest(session)
    missing = set(range(1, max(stored, default=0))) - stored.keys()
    yield from (Finding(Trace.CHECKPOINT, Checkpoint.__name__, None, number) for number in sorted(missing))
    good = []
    for each in (*stored.values(), *copies):
        if not each.is_signed() or (keys and each.key not in keys):
            yield Finding(Trace.SIGNATURE, Checkpoint.__name__, each.id, each.number)
        elif each.number not in stored or stored[each.number].line() != each.line():
            yield Finding(Trace.CHECKPOINT, Checkpoint.__name__, None, each.number)
            if each.position <= last:  # else the database is older than the copy, which covers what is not in it
                good.append(each)
        else:
            good.append(each)
    return max(good, key=lambda each: each.number, default=None)


def _texts(database: Database) -> Iterator[Finding]:
    """Find the texts of snapshots that are not those which were captured."""
    last = None
    while True:
        select = sa.select(col(Snapshot.id), col(Snapshot.sha256), col(Snapshot.length), col(Snapshot.text))
        select = select.where(col(Snapshot.text).is_not(None)).order_by(col(Snapshot.id)).limit(TEXTS)
        with database.read() as session:
            rows = session.execute(select if last is None else select.where(col(Snapshot.id) > last)).all()
        for id_, sha256, length, text in rows:
            if identify(text, None, None) != (sha256, length):
                yield Finding(Trace.TEXT, Snapshot.__name__, id_)
        if len(rows) < TEXTS:
            return
        last = rows[-1][0]
