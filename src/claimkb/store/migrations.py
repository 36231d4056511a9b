"""How does the database get its tables, and is it the one that this program knows?"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from claimkb.store import locks
from claimkb.store.database import Database, DatabaseUnavailable
from claimkb.store.locks import Lock


def data_folder(name: str) -> Path:
    """Find alembic/ or seeds/: beside the package in a wheel, at the top of a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_data" / name
    return bundled if bundled.is_dir() else package.parent.parent / name


def configuration() -> Config:
    """Make Alembic's configuration in memory, so that no working folder matters."""
    config = Config()
    config.set_main_option("script_location", str(data_folder("alembic")).replace("%", "%%"))
    return config


def head() -> str:
    """Name the newest version of the tables that this program knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def current(connection: sa.Connection) -> str | None:
    """Name the version of the tables in the database; None if there are none."""
    try:
        return MigrationContext.configure(connection).get_current_revision()
    except CommandError as error:
        raise DatabaseUnavailable(f"The table alembic_version of the database is damaged: {error}.") from None


def check_known(connection: sa.Connection) -> None:
    """Refuse a database that a newer program has written."""
    found = current(connection)
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseUnavailable(
            f"The database is at version {found}, which this claimkb does not know (it knows up to {head()}): "
            "a newer claimkb has written it. Upgrade claimkb, or name another database in CLAIMKB_DATABASE_URL."
        )


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the tables up to date in one transaction. Return the versions before and since."""
    with database.connection() as connection:
        locks.hold(connection, Lock.MIGRATING)
        check_known(connection)
        before, newest = current(connection), head()
        if before != newest:
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before, newest


def require_current(database: Database) -> None:
    """Refuse a database whose tables are not the ones that this program knows."""
    if database.is_sqlite and not Path(database.place).exists():
        raise DatabaseUnavailable(f"There is no database at {database.place}: claimkb migrate makes one, claimkb serve too.")
    with database.read() as session:
        check_known(session.connection())
        if current(session.connection()) != head():
            raise DatabaseUnavailable(f"The tables of {database.place} are not up to date: run claimkb migrate.")
