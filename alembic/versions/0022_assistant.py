"""The assistant: how many tokens it has used a day."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "assistant_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_assistant_use"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("assistant_use")
