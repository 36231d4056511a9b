"""Signed checkpoints of the record, and a place in the order of the commits for every revision."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and announce the revisions of private records, which were not announced until now."""
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", COUNTING, nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
        sa.UniqueConstraint("number", name="uq_checkpoint_number"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete") if is_sqlite else ("update", "delete", "truncate"):
        trigger = f"CREATE TRIGGER keep_checkpoint_{verb} BEFORE {verb.upper()} ON checkpoint"
        refuse = "SELECT RAISE(ABORT, 'checkpoint is appended to: its rows are neither changed nor deleted')"
        op.execute(
            f"{trigger} BEGIN {refuse}; END" if is_sqlite else f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
        )
    op.execute(
        "INSERT INTO announcement (topic, record_id) SELECT 'PRIVATE', id FROM revision WHERE NOT EXISTS (SELECT 1 FROM announcement"
        " WHERE topic IN ('REVISION', 'PRIVATE') AND announcement.record_id = revision.id) ORDER BY recorded_at, id"
    )


def downgrade() -> None:
    """Take the table away again. What was announced stays: nobody is told of it."""
    op.drop_table("checkpoint")
