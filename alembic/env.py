"""Alembic's environment: which tables there should be, and on which connection they are made."""

import os
import warnings
from typing import Any

from alembic import context
from sqlmodel import SQLModel

import claimkb.domain  # noqa: F401 - registers the tables
from claimkb.store.database import Database

SETTINGS: dict[str, Any] = {"target_metadata": SQLModel.metadata, "render_as_batch": True, "compare_type": True}

# SQLite cannot reflect an index on an expression; a test of the store sees that the queue's index is there and used.
for message in (
    "autogenerate skipping metadata-specified expression-based index",
    "Skipped unsupported reflection of expression-based index",
):
    warnings.filterwarnings("ignore", message=f"{message} '?ix_prediction_queue")


def run() -> None:
    """Migrate on the connection that claimkb hands over, or, for the `alembic` command, on a new one."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, **SETTINGS)
        context.run_migrations()
        return
    database = Database(os.environ.get("CLAIMKB_DATABASE_URL", "sqlite:///claimkb.db"))
    with database.connection() as opened:
        context.configure(connection=opened, **SETTINGS)
        context.run_migrations()


run()
