"""Work of several people on one prediction."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("outcome", sa.Column("rejected_reason", sa.String(length=4000), nullable=True))


def downgrade() -> None:
    """Take the columns away again."""
    op.drop_column("outcome", "rejected_reason")
