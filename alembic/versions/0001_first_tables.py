"""The first tables: sources, claims, predictions, outcomes, flags, and the history of every change."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPENDED = {
    "snapshot": (),
    "claim_relation": (),
    "due_date_change": (),
    "evidence": (),
    "revision": (),
    "flag": ("cleared_at",),
    "outcome": ("version", "updated_at", "review", "reviewed_by", "superseded_reason"),
}
"""The tables that are only appended to, and the columns of each that say later how the row stands."""

IN_ORDER = (
    "claimant",
    "job_run",
    "revision",
    "source",
    "claim",
    "snapshot",
    "appearance",
    "claim_relation",
    "prediction",
    "due_date_change",
    "flag",
    "outcome",
    "evidence",
)


def one_of(name: str, *terms: str) -> sa.Enum:
    """A short text under a CHECK that allows these terms only."""
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Make the tables, and the triggers that keep what was appended."""
    op.create_table(
        "claimant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", one_of("kind", "PERSON", "ORGANIZATION", "GOVERNMENT", "UNNAMED_GROUP"), nullable=False),
        sa.Column("office", sa.String(length=300), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_claimant"),
        sa.UniqueConstraint("name", "kind", name="uq_claimant_name_kind"),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("succeeded_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_job_run"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("record_id", "version", name="uq_revision_record_id_version"),
    )
    op.create_index("ix_revision_recorded_at", "revision", ["recorded_at", "id"])

    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("kind", one_of("kind", "ARTICLE", "REPORT", "TRANSCRIPT", "POST", "DATASET"), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("publisher", sa.String(length=300), nullable=True),
        sa.Column("byline", sa.String(length=300), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column(
            "published_on_precision", one_of("published_on_precision", "DAY", "MONTH", "QUARTER", "SEASON", "YEAR"), nullable=True
        ),
        sa.Column("published_on_note", sa.String(length=1000), nullable=True),
        sa.Column("derived_from_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["derived_from_id"], ["source.id"], name="fk_source_derived_from_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
    )
    op.create_index("ix_source_byline", "source", ["byline"])
    op.create_index("ix_source_created_at", "source", ["created_at", "id"])
    op.create_index("ix_source_derived_from_id", "source", ["derived_from_id"])
    op.create_index("ix_source_publisher", "source", ["publisher"])

    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("statement", sa.String(length=1000), nullable=False),
        sa.Column(
            "kind",
            one_of("kind", "FACT", "STATISTIC", "QUOTE", "CAUSAL", "INTERPRETATION", "PREDICTION", "PROMISE"),
            nullable=False,
        ),
        sa.Column("claimant_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("voice", one_of("voice", "OWN", "REPORTED", "ASCRIBED", "UNATTRIBUTED"), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("said_on_precision", one_of("said_on_precision", "DAY", "MONTH", "QUARTER", "SEASON", "YEAR"), nullable=True),
        sa.Column("check_worthiness", one_of("check_worthiness", "HIGH", "MEDIUM", "LOW"), nullable=False),
        sa.Column("is_hedged", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("(voice = 'UNATTRIBUTED') = (claimant_id IS NULL)", name="voice_names_claimant"),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"], name="fk_claim_claimant_id_claimant"),
        sa.ForeignKeyConstraint(["on_behalf_of_id"], ["claimant.id"], name="fk_claim_on_behalf_of_id_claimant"),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_index("ix_claim_claimant_id", "claim", ["claimant_id"])
    op.create_index("ix_claim_created_at", "claim", ["created_at", "id"])
    op.create_index("ix_claim_kind", "claim", ["kind"])
    op.create_index("ix_claim_on_behalf_of_id", "claim", ["on_behalf_of_id"])

    op.create_table(
        "snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("captured_at", UTCDateTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000000), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_snapshot_source_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.UniqueConstraint("source_id", "sha256", name="uq_snapshot_source_id_sha256"),
    )
    op.create_index("ix_snapshot_source_id", "snapshot", ["source_id"])

    op.create_table(
        "appearance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("section", sa.String(length=300), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("speech", one_of("speech", "DIRECT_QUOTE", "INDIRECT", "DOCUMENT"), nullable=False),
        sa.Column("claimant_role", sa.String(length=300), nullable=True),
        sa.Column("quote_exact", sa.String(length=2000), nullable=True),
        sa.Column("quote_prefix", sa.String(length=200), nullable=True),
        sa.Column("quote_suffix", sa.String(length=200), nullable=True),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("anchor_status", one_of("anchor_status", "EXACT", "FUZZY", "ORPHAN", "NONE"), nullable=False),
        sa.CheckConstraint("(quote_start IS NULL) = (quote_end IS NULL) AND quote_start < quote_end", name="quote_place"),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_appearance_claim_id_claim"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_appearance_snapshot_id_snapshot"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_appearance_source_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_appearance"),
        sa.UniqueConstraint("claim_id", "source_id", "quote_start", name="uq_appearance_claim_id_source_id_quote_start"),
    )
    op.create_index("ix_appearance_snapshot_id", "appearance", ["snapshot_id"])
    op.create_index("ix_appearance_source_id", "appearance", ["source_id"])

    op.create_table(
        "claim_relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("from_claim_id", sa.Uuid(), nullable=False),
        sa.Column("to_claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type", one_of("type", "SUPPORTS", "CONTRADICTS", "QUALIFIES", "DEPENDS_ON", "REPEATS", "SAME_AS"), nullable=False
        ),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("from_claim_id <> to_claim_id", name="two_claims"),
        sa.ForeignKeyConstraint(["from_claim_id"], ["claim.id"], name="fk_claim_relation_from_claim_id_claim"),
        sa.ForeignKeyConstraint(["to_claim_id"], ["claim.id"], name="fk_claim_relation_to_claim_id_claim"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_relation"),
        sa.UniqueConstraint("from_claim_id", "to_claim_id", "type", name="uq_claim_relation_from_claim_id_to_claim_id_type"),
    )
    op.create_index("ix_claim_relation_to_claim_id", "claim_relation", ["to_claim_id"])

    op.create_table(
        "prediction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=1000), nullable=False),
        sa.Column("criteria", sa.String(length=4000), nullable=False),
        sa.Column("kind", one_of("kind", "FORECAST", "PROMISE"), nullable=False),
        sa.Column("checkability", one_of("checkability", "RESOLVABLE", "CONDITIONAL", "VAGUE", "OPEN_QUESTION"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_precision", one_of("due_precision", "DAY", "MONTH", "QUARTER", "SEASON", "YEAR"), nullable=True),
        sa.Column("due_text", sa.String(length=300), nullable=True),
        sa.Column("due_basis", one_of("due_basis", "STATED", "DERIVED", "EDITORIAL"), nullable=True),
        sa.Column("due_reasoning", sa.String(length=1000), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("likelihood_text", sa.String(length=300), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("status", one_of("status", "OPEN", "PROPOSED", "RESOLVED", "WITHDRAWN"), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(due_on IS NULL) = (due_from IS NULL) AND (due_on IS NULL) = (due_precision IS NULL)", name="due_whole"
        ),
        sa.CheckConstraint("due_from <= due_on", name="due_forward"),
        sa.CheckConstraint("due_on IS NOT NULL OR review_on IS NOT NULL", name="due_or_review"),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_prediction_claim_id_claim"),
        sa.PrimaryKeyConstraint("id", name="pk_prediction"),
        sa.UniqueConstraint("claim_id", name="uq_prediction_claim_id"),
    )
    op.create_index("ix_prediction_created_at", "prediction", ["created_at", "id"])

    queue = sa.text("coalesce(due_on, review_on)")
    op.create_index(
        "ix_prediction_queue",
        "prediction",
        [queue, "id"],
        sqlite_where=sa.text("status IN ('OPEN', 'PROPOSED')"),
        postgresql_where=sa.text("status IN ('OPEN', 'PROPOSED')"),
    )
    op.create_table(
        "due_date_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("kind", "CORRECTION", "EXTENSION", "EDITORIAL"), nullable=False),
        sa.Column("old_due_from", sa.Date(), nullable=True),
        sa.Column("old_due_on", sa.Date(), nullable=True),
        sa.Column("old_due_precision", one_of("old_due_precision", "DAY", "MONTH", "QUARTER", "SEASON", "YEAR"), nullable=True),
        sa.Column("new_due_from", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_precision", one_of("new_due_precision", "DAY", "MONTH", "QUARTER", "SEASON", "YEAR"), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["prediction_id"], ["prediction.id"], name="fk_due_date_change_prediction_id_prediction"),
        sa.PrimaryKeyConstraint("id", name="pk_due_date_change"),
    )
    op.create_index("ix_due_date_change_prediction_id", "due_date_change", ["prediction_id"])

    op.create_table(
        "flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
        sa.Column("level", one_of("level", "DUE_SOON", "OVERDUE", "LONG_OVERDUE", "REVIEW_DUE"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noticed_at", UTCDateTime(), nullable=False),
        sa.Column("cleared_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["prediction_id"], ["prediction.id"], name="fk_flag_prediction_id_prediction"),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
        sa.UniqueConstraint("prediction_id", "due_on", "level", name="uq_flag_prediction_id_due_on_level"),
    )
    op.create_index("ix_flag_noticed_at", "flag", ["noticed_at", "id"])

    op.create_table(
        "outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("prediction_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", one_of("verdict", "YES", "NO", "PARTIAL", "AMBIGUOUS", "ANNULLED"), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("rationale", sa.String(length=8000), nullable=False),
        sa.Column("no_evidence_reason", sa.String(length=4000), nullable=True),
        sa.Column("early_reason", sa.String(length=4000), nullable=True),
        sa.Column("review", one_of("review", "PROPOSED", "CONFIRMED", "REJECTED", "SUPERSEDED"), nullable=False),
        sa.Column("proposed_by", sa.String(length=300), nullable=False),
        sa.Column("reviewed_by", sa.String(length=300), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_reason", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(["prediction_id"], ["prediction.id"], name="fk_outcome_prediction_id_prediction"),
        sa.ForeignKeyConstraint(["supersedes_id"], ["outcome.id"], name="fk_outcome_supersedes_id_outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
    )
    op.create_index("ix_outcome_prediction_id", "outcome", ["prediction_id"])
    op.create_index("ix_outcome_supersedes_id", "outcome", ["supersedes_id"])
    op.create_index(
        "uq_outcome_confirmed",
        "outcome",
        ["prediction_id"],
        unique=True,
        sqlite_where=sa.text("review = 'CONFIRMED'"),
        postgresql_where=sa.text("review = 'CONFIRMED'"),
    )

    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=300), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("outcome_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("quote", sa.String(length=2000), nullable=True),
        sa.Column("stance", one_of("stance", "SUPPORTS", "REFUTES", "CONTEXT"), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("(claim_id IS NULL) <> (outcome_id IS NULL)", name="one_subject"),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_evidence_claim_id_claim"),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name="fk_evidence_outcome_id_outcome"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_evidence_source_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_claim_id", "evidence", ["claim_id"])
    op.create_index("ix_evidence_outcome_id", "evidence", ["outcome_id"])
    op.create_index("ix_evidence_source_id", "evidence", ["source_id"])

    if op.get_bind().dialect.name == "sqlite":
        keep_on_sqlite()
    else:
        keep_on_postgresql()


def fixed_columns(table: str) -> str:
    """List the columns of an appended table that never change."""
    columns = sa.inspect(op.get_bind()).get_columns(table)
    return ", ".join(f'"{column["name"]}"' for column in columns if column["name"] not in APPENDED[table])


def keep_on_sqlite() -> None:
    """Forbid UPDATE and DELETE on appended tables."""
    for table in APPENDED:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is appended to: its rows are neither changed nor deleted'); END"
        op.execute(f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE OF {fixed_columns(table)} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON {table} {refuse}")


def keep_on_postgresql() -> None:
    """Forbid UPDATE, DELETE and TRUNCATE on appended tables."""
    op.execute(
        "CREATE FUNCTION keep_appended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '% is appended to: its rows are neither changed nor deleted', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in APPENDED:
        refuse = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
        op.execute(f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE OF {fixed_columns(table)} {refuse}")
        op.execute(f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE {refuse}")
        op.execute(f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE {refuse}")


def downgrade() -> None:
    """Remove everything, and all that was recorded with it."""
    for table in reversed(IN_ORDER):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_appended()")
