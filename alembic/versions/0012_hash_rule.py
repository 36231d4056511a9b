"""By which rule the hash of a revision is computed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: the revisions that are there follow the first rule, which has no number."""
    op.add_column("revision", sa.Column("hash_rule", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the column away again, and with it by which rule newer hashes were computed: keep a copy."""
    op.drop_column("revision", "hash_rule")
