"""What does a database hold? The same question before it is backed up and after it is restored."""

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from claimkb.domain import Revision
from claimkb.domain.backup import Summary
from claimkb.store import migrations


def tables_there(connection: sa.Connection) -> list[sa.Table]:
    """List the tables of claimkb that there are, each after those to which it refers. An older version has fewer."""
    names = set(sa.inspect(connection).get_table_names())
    return [each for each in SQLModel.metadata.sorted_tables if each.name in names]


def summarise(connection: sa.Connection) -> Summary:
    """Count what a database holds."""

    def count(select: sa.Select[int]) -> int:
        return connection.scalar(select) or 0

    return Summary(
        tables=migrations.current(connection) or "",
        rows={each.name: count(sa.select(sa.func.count()).select_from(each)) for each in tables_there(connection)},
        revisions=count(sa.select(sa.func.count()).select_from(Revision)),
        records=count(sa.select(sa.func.count(col(Revision.record_id).distinct()))),
    )
