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
    announce_again()
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


def announce_again() -> None:
    """Let the same flag be announced again, when it applies again."""
    if op.get_bind().dialect.name == "sqlite":
        rebuild_announcements("SELECT position, topic, record_id FROM announcement")
    else:
        op.drop_constraint("uq_announcement_topic_record_id", "announcement")
    op.create_index("ix_announcement_record_id", "announcement", ["topic", "record_id"])


def announce_once() -> None:
    """Keep of what was announced again only the first time."""
    op.drop_index("ix_announcement_record_id", "announcement")
    unique = ("uq_announcement_topic_record_id", ["topic", "record_id"])
    if op.get_bind().dialect.name == "sqlite":
        rebuild_announcements(
            "SELECT min(position), topic, record_id FROM announcement GROUP BY topic, record_id",
            sa.UniqueConstraint(*unique[1], name=unique[0]),
        )
        return
    op.execute("DROP TRIGGER keep_announcement_delete ON announcement")
    op.execute(
        "DELETE FROM announcement a USING announcement b"
        " WHERE a.topic = b.topic AND a.record_id = b.record_id AND a.position > b.position"
    )
    op.create_unique_constraint(unique[0], "announcement", unique[1])
    op.execute(
        "CREATE TRIGGER keep_announcement_delete BEFORE DELETE ON announcement FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
    )


def rebuild_announcements(rows: str, *constraints: sa.Constraint) -> None:
    """Make the table anew, as SQLite drops no constraint, with the triggers that forbid to change it."""
    op.create_table(
        "announcement_anew",
        sa.Column("position", Counting, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_announcement"),
        *constraints,
    )
    op.execute(f"INSERT INTO announcement_anew (position, topic, record_id) {rows}")
    op.drop_table("announcement")
    op.rename_table("announcement_anew", "announcement")
    op.create_index("ix_announcement_topic", "announcement", ["topic", "position"])
    refuse = "SELECT RAISE(ABORT, 'announcement is appended to: its rows are neither changed nor deleted')"
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER keep_announcement_{verb} BEFORE {verb.upper()} ON announcement BEGIN {refuse}; END")


def downgrade() -> None:
    """Take the tables away again."""
    announce_once()
    for table in ("delivery", "channel", "lease"):
        op.drop_table(table)
    op.drop_index("ix_prediction_flag_on", "prediction")
    op.drop_column("prediction", "flag_on")
