"""Leaves traces of changes that were never made, as a server did that was stopped between two statements."""

from uuid import UUID

import sqlalchemy as sa

from claimkb.actions.work import Desk, Work
from claimkb.domain import Outcome, Revision, SearchEntry
from claimkb.domain.announcement import Topic
from claimkb.domain.record import Record
from claimkb.domain.revision import canonical, chain
from claimkb.domain.searching import FOUND_BY
from claimkb.store import announcements
from claimkb.store.engine import records
from tests.builders import EDITOR


def _told(work: Work, kind: str, record_id: UUID, version: int, previous: str | None) -> None:
    """Append a revision and its announcement."""
    row = {
        "id": work.new_id(),
        "recorded_at": work.now,
        "recorded_by": work.actor.name,
        "record_type": kind,
        "record_id": record_id,
        "version": version,
        "corrects_id": None,
        "action": "updateClaim",
        "reason": None,
        "before": canonical({"statement": "S."}),
        "after": canonical({"statement": "Never."}),
        "previous_hash": previous,
        "hash_rule": None,  # as earlier versions wrote it
    }
    work.session.execute(sa.insert(records.table_of(Revision)).values(**row, hash=chain(row)))
    announcements.note(work.session, Topic.REVISION, row["id"])  # type: ignore[arg-type]


def an_outcome_that_was_never_recorded(desk: Desk) -> UUID:
    """Leave what a resolution wrote at its end, without the outcome."""
    id_ = desk.new_id()
    with desk.work(EDITOR) as work:
        _told(work, "Outcome", id_, 1, None)
        announcements.note(work.session, Topic.OUTCOME, id_)
        entry = {"kind": FOUND_BY[Outcome][0], "record_id": id_, "words": "a ghost of a bridge"}
        work.session.execute(sa.insert(records.table_of(SearchEntry)).values(**entry))
    return id_


def a_change_that_was_never_made(desk: Desk, record: Record) -> None:
    """Leave what a change of a record that was never changed wrote at its end."""
    with desk.work(EDITOR) as work:
        newest = sa.select(Revision.hash).where(Revision.record_id == record.id)  # type: ignore[call-overload]
        _told(work, type(record).__name__, record.id, 2, work.session.scalars(newest).one())
