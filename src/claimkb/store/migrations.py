"""How does the database get its tables, and are they of a version that this program knows?"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import SQLModel

from claimkb.store import folding
from claimkb.store.engine import locks
from claimkb.store.engine.database import Database
from claimkb.store.engine.locks import Lock
from claimkb.store.engine.outages import DatabaseUnfit

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = sa.table("alembic_version", sa.column("version_num", sa.String))
"""The table in which Alembic keeps the version of the tables."""


def data_folder(name: str) -> Path:
    """Find alembic/ or seeds/: beside the package in a wheel, at the top of a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_data" / name
    return bundled if bundled.is_dir() else package.parent.parent / name


def configuration() -> "Config":
    """Make Alembic's configuration in memory, so that no working folder matters."""
    from alembic.config import Config  # Alembic takes its time to load, and only a change of the tables needs it

    config = Config()
    config.set_main_option("script_location", str(data_folder("alembic")).replace("%", "%%"))
    return config


def versions() -> list[str]:
    """Name the versions of the tables that this program knows, oldest first: their files' names begin with them."""
    return sorted(file.name.partition("_")[0] for file in (data_folder("alembic") / "versions").glob("[0-9]*.py"))


def head() -> str:
    """Name the newest version of the tables that this program knows."""
    return versions()[-1]


def current(connection: sa.Connection) -> str | None:
    """Name the version of the tables in the database; None if there are none."""
    if not sa.inspect(connection).has_table(VERSIONS.name):
        return None
    rows = connection.scalars(sa.select(VERSIONS.c.version_num)).all()
    if len(rows) > 1:
        raise DatabaseUnfit(f"The table {VERSIONS.name} of the database is damaged: it names {len(rows)} versions.")
    return rows[0] if rows else None


def check_known(connection: sa.Connection) -> None:
    """Refuse a database that a newer program has written."""
    version = current(connection)
    if version is not None and version not in versions():
        raise DatabaseUnfit(
            f"The database is at version {version}, which this claimkb does not know (it knows up to {head()}): "
            "a newer claimkb has written it. Upgrade claimkb, or name another database in CLAIMKB_DATABASE_URL."
        )


def upgrade(database: Database, tell: Callable[[int, int], None] = lambda _done, _all: None) -> tuple[str | None, str]:
    """Bring the tables up to date in one transaction, then write the normal forms of an older version anew.

    Return the versions before and since. `tell` is called with the number of records that are done, and of all. If this is stopped,
    the next run goes on from there.
    """
    before_and_since = _migrate(database)
    folding.fold_anew(database, tell)
    return before_and_since


def _migrate(database: Database) -> tuple[str | None, str]:
    """Bring the tables up to date in one transaction. Return the versions before and since."""
    with database.connection() as connection:
        locks.hold(connection, Lock.MIGRATING)
        check_known(connection)
        before, newest = current(connection), head()
        if before != newest:
            make_tables(connection, newest)
        return before, newest


def make_tables(connection: sa.Connection, version: str) -> None:
    """Make the tables of a version, or bring older ones to it."""
    from alembic import command  # see configuration()

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def require_there(database: Database) -> None:
    """Refuse a SQLite file that is not there: to open it would make an empty one."""
    if database.is_sqlite and not Path(database.place).exists():
        raise DatabaseUnfit(f"There is no database at {database.place}: claimkb migrate makes one, claimkb serve too.")


def require_known(database: Database) -> None:
    """Refuse a place without a database, and a database that a newer program has written."""
    require_there(database)
    with database.read() as session:
        check_known(session.connection())


def require_current(database: Database) -> None:
    """Refuse a database whose tables are not of the newest version that this program knows."""
    require_there(database)
    with database.read() as session:
        check_current(database, session.connection())


def check_tables(connection: sa.Connection) -> None:
    """Refuse tables that are missing, cannot be read, or lack a column, whatever version is noted."""
    for table in SQLModel.metadata.sorted_tables:
        connection.execute(sa.select(table).limit(0))


def check_current(database: Database, connection: sa.Connection) -> None:
    """Refuse tables that are not of the newest version that this program knows."""
    check_known(connection)
    if current(connection) != head():
        raise DatabaseUnfit(f"The tables of {database.place} are not up to date: run claimkb migrate.")
    if folding.is_left(connection):
        raise DatabaseUnfit(f"What was recorded in {database.place} before is not folded to the end: run claimkb migrate.")
