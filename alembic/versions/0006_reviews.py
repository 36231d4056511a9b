"""Reviews of claims that are not about the future, and evidence about them."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FIXED = (
    "id",
    "created_at",
    "claim_id",
    "rating",
    "desk_rating",
    "summary",
    "no_evidence_reason",
    "review_by",
    "recorded_at",
    "proposed_by",
)
"""The columns of a review that never change; the others say later how it stands."""

NOW = "CAST(claim_id IS NOT NULL AS INTEGER) + CAST(outcome_id IS NOT NULL AS INTEGER) + CAST(review_id IS NOT NULL AS INTEGER) = 1"
BEFORE = "(claim_id IS NULL) <> (outcome_id IS NULL)"
"""What evidence is about: one thing."""


def one_of(name: str, *terms: str) -> sa.Enum:
    """Make the type of a column that holds a term."""
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=20)


def is_sqlite() -> bool:
    """Tell which engine it is."""
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Add the table, and let evidence be about a review."""
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("rating", one_of("rating", "TRUE", "MOSTLY_TRUE", "MISLEADING", "FALSE", "UNVERIFIABLE"), nullable=False),
        sa.Column("desk_rating", sa.String(length=100), nullable=True),
        sa.Column("summary", sa.String(length=4000), nullable=False),
        sa.Column("no_evidence_reason", sa.String(length=4000), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("state", one_of("state", "PROPOSED", "CONFIRMED", "REJECTED", "SUPERSEDED", "WITHDRAWN"), nullable=False),
        sa.Column("proposed_by", sa.String(length=300), nullable=False),
        sa.Column("reviewed_by", sa.String(length=300), nullable=True),
        sa.Column("rejected_reason", sa.String(length=4000), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by", sa.String(length=300), nullable=True),
        sa.Column("ended_reason", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("(state IN ('SUPERSEDED', 'WITHDRAWN')) = (ended_reason IS NOT NULL)", name="ended_says_why"),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_review_claim_id_claim"),
        sa.ForeignKeyConstraint(["supersedes_id"], ["review.id"], name="fk_review_supersedes_id_review"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("supersedes_id", name="uq_review_supersedes_id"),
    )
    op.create_index("ix_review_claim_id", "review", ["claim_id", "recorded_at", "id"])
    for name, columns, state in (
        ("ix_review_queue", ["review_by", "claim_id"], "CONFIRMED"),
        ("uq_review_confirmed", ["claim_id"], "CONFIRMED"),
        ("uq_review_proposed", ["claim_id"], "PROPOSED"),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "review", columns, unique=name.startswith("uq_"), sqlite_where=only, postgresql_where=only)
    keep("review", FIXED)
    if is_sqlite():
        make_evidence_anew(NOW, "claim_id", "outcome_id", "review_id")
        return
    op.drop_constraint("ck_evidence_one_subject", "evidence")
    op.add_column("evidence", sa.Column("review_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_evidence_review_id_review", "evidence", "review", ["review_id"], ["id"])
    op.create_check_constraint(op.f("ck_evidence_one_subject"), "evidence", NOW)
    op.create_index("ix_evidence_review_id", "evidence", ["review_id", "recorded_at", "id"])
    op.execute("DROP TRIGGER keep_evidence_update ON evidence")  # it named the columns that there were
    refuse("evidence", "UPDATE")


def make_evidence_anew(is_about: str, *subjects: str) -> None:
    """Make SQLite's table of evidence anew, as SQLite changes no CHECK of one that is there, and take over what it holds."""
    kept = (
        "id",
        "recorded_at",
        "recorded_by",
        *(each for each in subjects if each != "review_id"),
        "source_id",
        "quote",
        "stance",
        "note",
    )
    op.create_table(
        "evidence_anew",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        *(sa.Column(each, sa.Uuid(), nullable=True) for each in subjects),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("quote", sa.String(length=2000), nullable=True),
        sa.Column("stance", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("stance IN ('SUPPORTS', 'REFUTES', 'CONTEXT')", name=op.f("ck_evidence_stance")),
        sa.CheckConstraint(is_about, name=op.f("ck_evidence_one_subject")),
        *(
            sa.ForeignKeyConstraint([each], [f"{each[:-3]}.id"], name=f"fk_evidence_{each}_{each[:-3]}")
            for each in (*subjects, "source_id")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    columns = ", ".join(kept)
    op.execute(f"INSERT INTO evidence_anew ({columns}) SELECT {columns} FROM evidence ORDER BY rowid")
    op.drop_table("evidence")
    op.rename_table("evidence_anew", "evidence")
    for each in (*subjects, "source_id"):
        op.create_index(f"ix_evidence_{each}", "evidence", [each, "recorded_at", "id"])
    keep("evidence", ())


def keep(table: str, fixed: Iterable[str]) -> None:
    """Forbid to change the columns of an appended table that never change, all where none is named; and to delete from it."""
    of = ", ".join(f'"{column}"' for column in fixed)
    refuse(table, f"UPDATE OF {of}" if of else "UPDATE")
    for event in ("DELETE",) if is_sqlite() else ("DELETE", "TRUNCATE"):
        refuse(table, event)


def refuse(table: str, event: str) -> None:
    """Make the trigger that refuses an event."""
    trigger = f"CREATE TRIGGER keep_{table}_{event.split(maxsplit=1)[0].lower()} BEFORE {event} ON {table}"
    if is_sqlite():
        op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is appended to: its rows are neither changed nor deleted'); END")
    else:
        op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()")


def downgrade() -> None:
    """Take the table away again, and the evidence about reviews with it."""
    on = "" if is_sqlite() else " ON evidence"
    op.execute(f"DROP TRIGGER keep_evidence_delete{on}")
    op.execute("DELETE FROM evidence WHERE review_id IS NOT NULL")
    if is_sqlite():
        make_evidence_anew(BEFORE, "claim_id", "outcome_id")
    else:
        op.drop_constraint("ck_evidence_one_subject", "evidence")
        op.drop_column("evidence", "review_id")
        op.create_check_constraint(op.f("ck_evidence_one_subject"), "evidence", BEFORE)
        refuse("evidence", "DELETE")
    op.drop_table("review")
