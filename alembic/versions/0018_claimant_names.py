"""Claimants: other names, ids of Wikidata, what they belong to, and which two are one; and keys by which their names are found."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KNOWN = sa.text("merged_into_id IS NULL AND wikidata_id IS NOT NULL")
MERGED_INTO = "fk_claimant_merged_into_id_claimant"


def upgrade() -> None:
    """Add the columns and the tables. The keys of names are written after this, where claimants are folded anew."""
    op.add_column("claimant", sa.Column("aliases", sa.String(length=15050), nullable=True))
    op.add_column("claimant", sa.Column("wikidata_id", sa.String(length=20), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table that is there, but a column with one
        op.execute(f"ALTER TABLE claimant ADD COLUMN merged_into_id CHAR(32) CONSTRAINT {MERGED_INTO} REFERENCES claimant (id)")
    else:
        op.add_column("claimant", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(MERGED_INTO, "claimant", "claimant", ["merged_into_id"], ["id"])
    op.create_index("uq_claimant_wikidata_id", "claimant", ["wikidata_id"], unique=True, sqlite_where=KNOWN, postgresql_where=KNOWN)
    make_tables()
    op.execute("UPDATE search_entry SET is_stale = true WHERE kind = 'CLAIMANT'")


def make_tables() -> None:
    """Make the tables of memberships, of the keys of names, and of what merges moved."""
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("claimant_id", sa.Uuid(), nullable=False),
        sa.Column("of_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=300), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("retracted_at", UTCDateTime(), nullable=True),
        sa.Column("retracted_reason", sa.String(length=4000), nullable=True),
        sa.CheckConstraint("claimant_id <> of_id", name=op.f("ck_membership_two_claimants")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_membership_forward")),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"], name="fk_membership_claimant_id_claimant"),
        sa.ForeignKeyConstraint(["of_id"], ["claimant.id"], name="fk_membership_of_id_claimant"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    for column in ("claimant_id", "of_id"):
        op.create_index(f"ix_membership_{column}", "membership", [column, "created_at", "id"])
    op.create_table(
        "name_key",
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("claimant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("sort", "key", "claimant_id", name="pk_name_key"),
    )
    op.create_index("ix_name_key_claimant_id", "name_key", ["claimant_id"])
    op.create_table(
        "merge_move",
        sa.Column("claimant_id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("was_beside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"], name="fk_merge_move_claimant_id_claimant"),
        sa.PrimaryKeyConstraint("claimant_id", "record_type", "record_id", "field", name="pk_merge_move"),
    )


def downgrade() -> None:
    """Take the tables and the columns away again: what was merged stays where it was moved to."""
    for table in ("merge_move", "name_key", "membership"):
        op.drop_table(table)
    op.drop_index("uq_claimant_wikidata_id", "claimant")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(MERGED_INTO, "claimant")
    for column in ("merged_into_id", "wikidata_id", "aliases"):
        op.drop_column("claimant", column)
