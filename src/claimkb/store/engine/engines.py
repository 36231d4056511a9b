"""How are SQLAlchemy's engines made? From the address of a database, each with a pool of a limited size."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from claimkb.store.engine.async_reader import CORES, MOST_CONNECTIONS
from claimkb.store.engine.files import BUSY_SECONDS, File
from claimkb.store.engine.outages import DatabaseUnfit

PATIENCE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""How long libpq waits for a silent host, in its own names: in seconds, the last one in milliseconds.

The address of a database may set other values.
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
    """Make an engine for a database or a SQLite file. Without a size, its pool keeps as many connections as the cores can use.

    A connection to SQLite caches pages and statements: the pool closes those that are more than the cores can use.
    """
    options: dict[str, object] = {
        "pool_size": size or (MOST_CONNECTIONS if file is None else CORES),
        "max_overflow": size or MOST_CONNECTIONS,
        "pool_timeout": BUSY_SECONDS,
        "hide_parameters": True,  # an error shows its statement and no values of bind parameters
    }
    defaults = PATIENCE if file is None else {"check_same_thread": False}
    arguments = {name: value for name, value in defaults.items() if name not in url.query}
    try:
        made = sa.create_engine(url, connect_args=arguments, **options)
    except ModuleNotFoundError as missing:
        raise DatabaseUnfit(f"The driver {missing.name} is not installed: install claimkb with its extra, postgres.") from None
    if file is not None:
        file.listen(made)
    return made


def connections_of(engine: sa.Engine) -> tuple[int, int]:
    """Count the connections of an engine that are in use, and how many may be."""
    pool: Any = engine.pool
    return pool.checkedout(), pool.size() + pool._max_overflow


def let_go(engine: sa.Engine) -> None:
    """Close the idle connections of an engine now, and those in use when they are returned."""
    pool = engine.pool
    engine.dispose()  # the new pool copies the listeners of this one, and must not get the next one
    event.listen(pool, "checkin", lambda _driver, entry: entry.invalidate())
