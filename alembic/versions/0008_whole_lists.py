"""Indexes that keep the lists of all predictions, claims and sources in each of their orders."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITS = (sa.text("coalesce(due_on, review_on)"), "id")
OPEN = sa.text("status IN ('OPEN', 'PROPOSED')")
INDEXES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "ix_prediction_waits": ("prediction", (*WAITS, "due_on", "review_on")),
    "ix_prediction_updated_at": ("prediction", ("updated_at", "id")),
    "ix_claim_updated_at": ("claim", ("updated_at", "id")),
    "ix_source_updated_at": ("source", ("updated_at", "id")),
    "ix_source_title": ("source", ("title", "id")),
}


def upgrade() -> None:
    """Make the indexes, and give the queue's what its condition is about: SQLite need not read the rows that it passes over."""
    queue(*WAITS, "due_on", "review_on", "status")
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, list(columns))


def downgrade() -> None:
    """Take them away again."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    queue(*WAITS)


def queue(*columns: Any) -> None:
    """Make the index of the queue anew."""
    op.drop_index("ix_prediction_queue", "prediction")
    op.create_index("ix_prediction_queue", "prediction", list(columns), sqlite_where=OPEN, postgresql_where=OPEN)
