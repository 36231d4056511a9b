"""Work of several people on one prediction: proposals, who looks after it, notes on the way, replies asked for, corrections."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REOPENED = """
UPDATE revision SET corrects_id = (SELECT outcome.prediction_id FROM outcome WHERE outcome.id = revision.record_id)
WHERE record_type = 'Outcome' AND before LIKE '%"review":"CONFIRMED"%'
"""
"""The corrections that there are: outcomes that stood until their prediction was reopened."""


def one_of(name: str, *terms: str) -> sa.Enum:
    """Make the type of a column that holds a term."""
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=20)


def appended() -> list[sa.Column[Any]]:
    """Make the columns that every appended record has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
    ]


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("outcome", sa.Column("rejected_reason", sa.String(length=4000), nullable=True))
    op.add_column("prediction", sa.Column("assignee", sa.String(length=100), nullable=True))
    op.create_index("ix_prediction_assignee", "prediction", ["assignee"])
    op.create_table(
        "progress_note",
        *appended(),
        sa.Column("progress", one_of("progress", "IN_THE_WORKS", "STALLED", "NOTE"), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["prediction_id"], ["prediction.id"], name="fk_progress_note_prediction_id_prediction"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_progress_note_source_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_progress_note"),
    )
    op.create_index("ix_progress_note_prediction_id", "progress_note", ["prediction_id", "recorded_at", "id"])
    op.create_index("ix_progress_note_source_id", "progress_note", ["source_id"])
    op.create_table(
        "reply_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
        sa.Column("asked_of", sa.String(length=300), nullable=False),
        sa.Column("asked", sa.String(length=4000), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("reply", sa.String(length=8000), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("waived_reason", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(["prediction_id"], ["prediction.id"], name="fk_reply_request_prediction_id_prediction"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_request"),
    )
    op.create_index("ix_reply_request_prediction_id", "reply_request", ["prediction_id", "created_at", "id"])
    op.add_column("revision", sa.Column("corrects_id", sa.Uuid(), nullable=True))
    is_one = sa.text("corrects_id IS NOT NULL")
    for name, columns in (("ix_revision_corrects_id", ["corrects_id"]), ("ix_revision_correction", [])):
        op.create_index(name, "revision", [*columns, "recorded_at", "id"], sqlite_where=is_one, postgresql_where=is_one)
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON revision"
    op.execute(f"DROP TRIGGER keep_revision_update{on}")  # it named the columns that there were
    op.execute(REOPENED)
    keep("revision", "UPDATE")
    keep("progress_note", "UPDATE", "DELETE", "TRUNCATE")


def keep(table: str, *events: str) -> None:
    """Forbid to change an appended table."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is appended to: its rows are neither changed nor deleted'); END"
        for event in set(events) - {"TRUNCATE"}:
            op.execute(f"CREATE TRIGGER keep_{table}_{event.lower()} BEFORE {event} ON {table} {refuse}")
    else:
        for event in events:
            refuse = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
            op.execute(f"CREATE TRIGGER keep_{table}_{event.lower()} BEFORE {event} {refuse}")


def downgrade() -> None:
    """Take the tables and the columns away again."""
    for table in ("reply_request", "progress_note"):
        op.drop_table(table)
    for index in ("ix_revision_correction", "ix_revision_corrects_id"):
        op.drop_index(index, "revision")
    op.drop_column("revision", "corrects_id")
    op.drop_index("ix_prediction_assignee", "prediction")
    op.drop_column("prediction", "assignee")
    op.drop_column("outcome", "rejected_reason")
