"""Telling people: channels, what is sent by them, and which server does it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Counting = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(name: str, *terms: str) -> sa.Enum:
    """Make the type of a column that holds a term."""
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=20)


FIRST_LOOK = {
    "sqlite": "CASE WHEN due_on IS NULL THEN date(review_on, '1 days') ELSE date(due_on, '-7 days') END",
    "postgresql": "CASE WHEN due_on IS NULL THEN review_on + 1 ELSE due_on - 7 END",
}
"""The first day on which the job has to look at a prediction."""


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("prediction", sa.Column("flag_on", sa.Date(), nullable=True))
    first_look = FIRST_LOOK[op.get_bind().dialect.name]
    op.execute(f"UPDATE prediction SET flag_on = {first_look} WHERE status IN ('OPEN', 'PROPOSED')")
    is_one = sa.text("flag_on IS NOT NULL")
    op.create_index("ix_prediction_flag_on", "prediction", ["flag_on"], sqlite_where=is_one, postgresql_where=is_one)
    op.create_table(
        "lease",
        sa.Column("work", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("work", name="pk_lease"),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", one_of("kind", "DIGEST", "WEBHOOK"), nullable=False),
        sa.Column("about", one_of("about", "ALL", "MINE"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("signing_secret", sa.String(length=100), nullable=True),
        sa.Column("since", Counting, nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_channel_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
    )
    op.create_index("ix_channel_name", "channel", ["name", "id"])
    op.create_index("ix_channel_account_id", "channel", ["account_id"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("position", Counting, nullable=True),
        sa.Column("topic", one_of("topic", "FLAG", "OUTCOME", "REVISION"), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("until", Counting, nullable=True),
        sa.Column("state", one_of("state", "WAITING", "SENDING", "SENT", "CANCELLED", "PARKED"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_delivery_channel_id_channel"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("channel_id", "position", name="uq_delivery_channel_id_position"),
        sa.UniqueConstraint("channel_id", "day", name="uq_delivery_channel_id_day"),
    )
    unsent = "state IN ('WAITING', 'SENDING')"
    for name, columns, unique, which in (
        ("uq_delivery_unsent_digest", ["channel_id"], True, f"position IS NULL AND {unsent}"),
        ("ix_delivery_due_at", ["due_at"], False, unsent),
    ):
        op.create_index(name, "delivery", columns, unique=unique, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    op.create_index("ix_delivery_channel_id", "delivery", ["channel_id", "made_at", "id"])
    op.create_index("ix_delivery_made_at", "delivery", ["made_at", "id"])


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("delivery", "channel", "lease"):
        op.drop_table(table)
    op.drop_index("ix_prediction_flag_on", "prediction")
    op.drop_column("prediction", "flag_on")
