"""Suggestions: what a person refused to record of a text; and an index by which texts are found by their fingerprints."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "suggestion_refusal"


def upgrade() -> None:
    """Make the table, whose rows are neither changed nor deleted, and the index."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.CheckConstraint('"start" >= 0 AND "start" < "end"', name=op.f(f"ck_{TABLE}_span")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=f"fk_{TABLE}_snapshot_id_snapshot"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("snapshot_id", "start", "end", name=f"uq_{TABLE}_snapshot_id_start_end"),
    )
    op.create_index("ix_snapshot_sha256", "snapshot", ["sha256"])
    keep()


def keep() -> None:
    """Forbid to change the table."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is appended to: its rows are neither changed nor deleted'); END"
    for event in ("UPDATE", "DELETE") if is_sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
        how = refuse if is_sqlite else "FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
        op.execute(f"CREATE TRIGGER keep_{TABLE}_{event.lower()} BEFORE {event} ON {TABLE} {how}")


def downgrade() -> None:
    """Take both away again."""
    op.drop_index("ix_snapshot_sha256", "snapshot")
    op.drop_table(TABLE)
