"""Channels about a claimant, or about what a saved search finds; an index for the feed of outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ABOUT = {"claimant_id": "claimant", "saved_search_id": "saved_search"}


def upgrade() -> None:
    """Add the columns, and the index."""
    op.create_index("ix_outcome_updated_at", "outcome", ["updated_at", "id"])
    for column, table in ABOUT.items():
        name = f"fk_channel_{column}_{table}"
        if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table that is there, but a column with one
            op.execute(f"ALTER TABLE channel ADD COLUMN {column} CHAR(32) CONSTRAINT {name} REFERENCES {table} (id)")
        else:
            op.add_column("channel", sa.Column(column, sa.Uuid(), nullable=True))
            op.create_foreign_key(name, "channel", table, [column], ["id"])


def downgrade() -> None:
    """Take the columns away again: channels that had one tell of everything from then on."""
    op.drop_index("ix_outcome_updated_at", "outcome")
    for column, table in reversed(ABOUT.items()):
        if op.get_bind().dialect.name != "sqlite":
            op.drop_constraint(f"fk_channel_{column}_{table}", "channel")
        op.drop_column("channel", column)
