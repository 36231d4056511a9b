"""By which connections is a database reached? Those of the drivers, in pools of so many."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from claimkb.store.engine.async_reader import CORES, MOST_CONNECTIONS
from claimkb.store.engine.files import BUSY_SECONDS, File
from claimkb.store.engine.outages import DatabaseUnfit

PATIENCE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""How long PostgreSQL's driver waits for a host that is silent: libpq's own names, in seconds, but for the last, in milliseconds.

The address of a database may say otherwise.
"""


def read_url(url: str) -> sa.URL:
    """Read a database URL, and name the driver where it names only the database."""
    try:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (sa.exc.ArgumentError, ValueError):
        raise DatabaseUnfit(
            "CLAIMKB_DATABASE_URL is not the address of a database: write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseUnfit(f"claimkb keeps its data in SQLite or PostgreSQL, not in {parsed.get_backend_name()}.")
    if parsed.get_backend_name() == "sqlite" and (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise DatabaseUnfit("The database must be a file, named by its path: write sqlite:///FILE.")
    return parsed


def make(url: sa.URL, file: File | None, size: int | None = None) -> sa.Engine:
    """Make connections to a database, or to a SQLite file: as many as the cores can use unless told otherwise, and some to spare.

    A connection to SQLite keeps parts of the file and statements in memory: more than the cores can use are closed again.
    """
    options: dict[str, Any] = {
        "pool_size": size or (MOST_CONNECTIONS if file is None else CORES),
        "max_overflow": size or MOST_CONNECTIONS,
        "pool_timeout": BUSY_SECONDS,
        "hide_parameters": True,  # an error tells which statement failed, and of what is written nothing
    }
    given = PATIENCE if file is None else {"check_same_thread": False}
    arguments = {name: value for name, value in given.items() if name not in url.query}
    try:
        made = sa.create_engine(url, **options, connect_args=arguments)
    except ModuleNotFoundError as missing:
        raise DatabaseUnfit(f"The driver {missing.name} is not installed: install claimkb with its extra, postgres.") from None
    if file is not None:
        file.listen(made)
    return made


def let_go(engine: sa.Engine) -> None:
    """Close the connections of an engine that are at rest now, and those at work when they come back."""
    pool = engine.pool
    engine.dispose()  # the new pool takes over the listeners of this one, and must not have this one
    event.listen(pool, "checkin", lambda _driver, entry: entry.invalidate())
