"""Vectors of claims, by which claims are compared across languages. They are derived, and made by the extra crosslingual alone."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; vectors are made later, in the background."""
    op.create_table(
        "claim_vector",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_claim_vector_claim_id_claim"),
        sa.PrimaryKeyConstraint("claim_id", name="pk_claim_vector"),
    )
    op.create_index("ix_claim_vector_made_at", "claim_vector", ["made_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("claim_vector")
