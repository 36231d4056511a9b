"""Alembic's environment: which tables there should be, and on which connection they are made."""

import os
from typing import Any

from alembic import context
from sqlmodel import SQLModel

import claimkb.domain  # noqa: F401 - registers the tables
from claimkb.store.engine.database import Database


def is_compared(_object: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """Leave out what the tables do not say: each engine's own index of the words."""
    own = (kind == "table" and (name or "").startswith("search_index")) or (kind == "index" and name == "ix_search_entry_words")
    return not own


SETTINGS: dict[str, Any] = {
    "target_metadata": SQLModel.metadata,
    "render_as_batch": True,
    "compare_type": True,
    "include_object": is_compared,
}


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
