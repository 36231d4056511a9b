"""What does a database hold? The same question before it is backed up and after it is restored."""

from contextlib import nullcontext

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from claimkb.domain import Announcement, Revision
from claimkb.domain.backup import Summary
from claimkb.domain.checkpoint import Covered
from claimkb.store import announcements, checkpoints, migrations
from claimkb.store.engine import records


def tables_there(connection: sa.Connection) -> list[sa.Table]:
    """List the tables of claimkb that there are, each after those to which it refers. An older version has fewer."""
    names = set(sa.inspect(connection).get_table_names())
    return [each for each in SQLModel.metadata.sorted_tables if each.name in names]


def summarise(connection: sa.Connection) -> Summary:
    """Count what a database holds."""

    def count(select: sa.Select[int]) -> int:
        return connection.scalar(select) or 0

    tables = tables_there(connection)
    has_announcements = records.table_of(Announcement) in tables  # those of the first version have none
    with Session(connection) as session:
        position = announcements.newest(session) if has_announcements else 0
        heads = checkpoints.heads(lambda: nullcontext(session), position) if has_announcements else Covered(0).heads()
    return Summary(
        tables=migrations.current(connection) or "",
        rows={each.name: count(sa.select(sa.func.count()).select_from(each)) for each in tables},
        revisions=count(sa.select(sa.func.count()).select_from(Revision)),
        records=count(sa.select(sa.func.count(col(Revision.record_id).distinct()))),
        position=position,
        root=heads.root,
    )
