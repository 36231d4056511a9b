"""Erasures: who had a person's words erased for ever, and why; and in each revision a salt, and what erased it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the columns of revisions; the trigger that keeps revisions covers them."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("asked_by", sa.String(length=300), nullable=False),
        sa.Column("erased_by", sa.String(length=300), nullable=True),
        sa.Column("erased_at", UTCDateTime(), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("erased_revisions", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("number", name="uq_erasure_number"),
    )
    op.create_index("ix_erasure_created_at", "erasure", ["created_at", "id"])
    op.add_column("revision", sa.Column("salt", sa.String(length=32), nullable=True))
    op.add_column("revision", sa.Column("erasure_id", sa.Uuid(), nullable=True))
    is_one = sa.text("erasure_id IS NOT NULL")
    op.create_index("ix_revision_erasure_id", "revision", ["record_id", "version"], sqlite_where=is_one, postgresql_where=is_one)


def downgrade() -> None:
    """Take the table and the columns away. The hashes of newer revisions then fit no longer: their rule has a salt."""
    op.drop_index("ix_revision_erasure_id", "revision")
    op.drop_column("revision", "erasure_id")
    op.drop_column("revision", "salt")
    op.drop_table("erasure")
