"""Mending: what was recorded in error is retracted; and quotes that a newer snapshot has otherwise, which wait for a person."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RETRACTED = ("appearance", "claim_relation", "evidence", "source")
PLACES: dict[str, Any] = {
    "page": sa.Integer(),
    "at": sa.Integer(),
    "entry": sa.String(length=300),
    "language": sa.String(length=35),
    "translation_text": sa.String(length=4000),
    "translation_language": sa.String(length=35),
    "translation_by": sa.String(length=300),
    "quote_was": sa.String(length=2000),
}
IS_WHOLE = (
    "(translation_text IS NULL) = (translation_language IS NULL) AND (translation_by IS NULL OR translation_text IS NOT NULL)"
)
TYPES = ("SUPPORTS", "CONTRADICTS", "QUALIFIES", "DEPENDS_ON", "REPEATS", "SAME_AS")
NEW_TYPES = ("REVISES", "QUOTES")
EVIDENCE_KEEPS = "id, recorded_at, recorded_by, claim_id, outcome_id, review_id, source_id, quote, stance, note, created_at"
"""What is never changed of evidence; what says whether it stands may be."""

PER_SOURCE = "CONSTRAINT uq_appearance_claim_id_source_id_quote_start UNIQUE (claim_id, source_id, quote_start)"
PER_SNAPSHOT = "CONSTRAINT uq_appearance_claim_id_snapshot_id_quote_start UNIQUE (claim_id, snapshot_id, quote_start)"
WHOLE = f"CONSTRAINT ck_appearance_translation_whole CHECK ({IS_WHOLE})"


def is_sqlite() -> bool:
    """Tell on which database this runs."""
    return op.get_bind().dialect.name == "sqlite"


def one_of(terms: tuple[str, ...]) -> str:
    """Write the constraint on the types of relations."""
    return f"CONSTRAINT ck_claim_relation_type CHECK (type IN ({', '.join(map(repr, terms))}))"


def upgrade() -> None:
    """Add the columns, loosen what evidence keeps, and make the table of quotes that wait."""
    for table in RETRACTED:
        op.add_column(table, sa.Column("retracted_at", UTCDateTime(), nullable=True))
        op.add_column(table, sa.Column("retracted_reason", sa.String(length=4000), nullable=True))
    op.add_column("claim", sa.Column("language", sa.String(length=35), nullable=True))
    for name, type_ in PLACES.items():
        op.add_column("appearance", sa.Column(name, type_, nullable=True))
    constrain(
        ("appearance", PER_SOURCE, f"{PER_SNAPSHOT}, {WHOLE}"),
        ("claim_relation", one_of(TYPES), one_of(TYPES + NEW_TYPES)),
    )
    count_changes_of_evidence()
    op.drop_index("ix_snapshot_source_id", "snapshot")
    op.create_index("ix_snapshot_source_id", "snapshot", ["source_id", "captured_at", "id"])
    op.create_table(
        "anchor_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("appearance_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("exact", sa.String(length=2000), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=True),
        sa.Column("rejected_reason", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("status IN ('EXACT', 'FUZZY', 'ORPHAN', 'NONE')", name=op.f("ck_anchor_proposal_status")),
        sa.CheckConstraint(
            "decision IN ('WAITING', 'ACCEPTED', 'REJECTED', 'OVERTAKEN')", name=op.f("ck_anchor_proposal_decision")
        ),
        sa.ForeignKeyConstraint(["appearance_id"], ["appearance.id"], name="fk_anchor_proposal_appearance_id_appearance"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_anchor_proposal_snapshot_id_snapshot"),
        sa.PrimaryKeyConstraint("id", name="pk_anchor_proposal"),
    )
    waits = sa.text("decision = 'WAITING'")
    partial: dict[str, Any] = {"sqlite_where": waits, "postgresql_where": waits}
    op.create_index("ix_anchor_proposal_appearance_id", "anchor_proposal", ["appearance_id", "created_at", "id"])
    op.create_index("ix_anchor_proposal_snapshot_id", "anchor_proposal", ["snapshot_id"])
    op.create_index("ix_anchor_proposal_queue", "anchor_proposal", ["created_at", "id"], **partial)
    op.create_index("uq_anchor_proposal_waiting", "anchor_proposal", ["appearance_id"], unique=True, **partial)


def constrain(*changes: tuple[str, str, str]) -> None:
    """Replace constraints of tables by others."""
    for table, before, after in changes:
        if is_sqlite():
            make_anew(table, before, after)
            continue
        for each in before.split(", CONSTRAINT "):
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {each.removeprefix('CONSTRAINT ').split()[0]}")
        added = ", ADD CONSTRAINT ".join(after.split(", CONSTRAINT ")).removeprefix("CONSTRAINT ")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {added}")


def make_anew(table: str, before: str, after: str) -> None:
    """Make a table of SQLite anew with another constraint, which it cannot change in place; keep rows, indexes and triggers."""
    bind = op.get_bind()
    found = bind.exec_driver_sql(f"SELECT type, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL").all()
    (made,) = (sql for kind, sql in found if kind == "table")
    if before not in made:
        raise RuntimeError(f"The table {table} does not have the constraint that this migration changes.")
    _, body = made.split("(", 1)
    bind.exec_driver_sql(f"CREATE TABLE {table}_anew ({body.replace(before, after)}")
    bind.exec_driver_sql(f"INSERT INTO {table}_anew SELECT * FROM {table} ORDER BY rowid")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for kind, sql in found:
        if kind != "table":
            bind.exec_driver_sql(sql)


def count_changes_of_evidence() -> None:
    """Let evidence count its changes, and be retracted; what it says stays as it is."""
    instant = "DATETIME" if is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    keep_evidence(None)
    op.execute("ALTER TABLE evidence ADD COLUMN version INTEGER NOT NULL DEFAULT 1")
    for name in ("created_at", "updated_at"):
        op.execute(f"ALTER TABLE evidence ADD COLUMN {name} {instant} NOT NULL DEFAULT '1970-01-01 00:00:00'")
    op.execute("UPDATE evidence SET created_at = recorded_at, updated_at = recorded_at")
    keep_evidence(f"UPDATE OF {EVIDENCE_KEEPS}")


def keep_evidence(event: str | None) -> None:
    """Make the trigger that refuses an event on evidence, or take it away."""
    if event is None:
        op.execute(f"DROP TRIGGER keep_evidence_update{'' if is_sqlite() else ' ON evidence'}")
        return
    trigger = f"CREATE TRIGGER keep_evidence_update BEFORE {event} ON evidence"
    if is_sqlite():
        op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, 'evidence is appended to: its rows are neither changed nor deleted'); END")
    else:
        op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()")


def downgrade() -> None:
    """Take all of it away again. Evidence and relations that were retracted go too: they would come back as if they stood."""
    op.drop_table("anchor_proposal")
    op.drop_index("ix_snapshot_source_id", "snapshot")
    op.create_index("ix_snapshot_source_id", "snapshot", ["source_id"])
    removed = {
        "evidence": "retracted_at IS NOT NULL",
        "claim_relation": f"retracted_at IS NOT NULL OR type IN ({', '.join(map(repr, NEW_TYPES))})",
    }
    for table, those in removed.items():
        op.execute(f"DROP TRIGGER keep_{table}_delete{'' if is_sqlite() else f' ON {table}'}")
        op.execute(f"DELETE FROM {table} WHERE {those}")
        refuse_deletes(table)
    op.execute("DELETE FROM appearance WHERE retracted_at IS NOT NULL")
    keep_evidence(None)
    for name in ("version", "created_at", "updated_at"):
        op.drop_column("evidence", name)
    constrain(
        ("appearance", f"{PER_SNAPSHOT}, {WHOLE}", PER_SOURCE),
        ("claim_relation", one_of(TYPES + NEW_TYPES), one_of(TYPES)),
    )
    for name in PLACES:
        op.drop_column("appearance", name)
    op.drop_column("claim", "language")
    for table in RETRACTED:
        op.drop_column(table, "retracted_at")
        op.drop_column(table, "retracted_reason")
    keep_evidence("UPDATE")


def refuse_deletes(table: str) -> None:
    """Make the trigger again that refuses to delete from a table."""
    trigger = f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON {table}"
    if is_sqlite():
        op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is appended to: its rows are neither changed nor deleted'); END")
    else:
        op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()")
