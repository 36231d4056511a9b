"""Collections: claims that belong together under a name, with who put each in and when; digests of one collection."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OF_CHANNEL = "fk_channel_collection_id_collection"
KINDS = sa.Enum("TOPIC", "STORY", "TRACKER", name="kind", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Make the tables, and the column of channels."""
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("name_form", sa.Text(), nullable=True),
        sa.Column("filter_form", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_collection"),
        sa.UniqueConstraint("name", name="uq_collection_name"),
    )
    op.create_index("ix_collection_name_form", "collection", ["name_form"])
    op.create_index("ix_collection_name", "collection", ["name", "id"])
    op.create_index("ix_collection_created_at", "collection", ["created_at", "id"])
    op.create_index("ix_collection_updated_at", "collection", ["updated_at", "id"])
    op.create_table(
        "collected_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("removed_by", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["collection_id"], ["collection.id"], name="fk_collected_claim_collection_id_collection"),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_collected_claim_claim_id_claim"),
        sa.PrimaryKeyConstraint("id", name="pk_collected_claim"),
        sa.UniqueConstraint("collection_id", "claim_id", name="uq_collected_claim_collection_id_claim_id"),
    )
    op.create_index("ix_collected_claim_collection_id", "collected_claim", ["collection_id", "added_at", "id"])
    op.create_index("ix_collected_claim_claim_id", "collected_claim", ["claim_id", "collection_id"])
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table that is there
        op.execute(f"ALTER TABLE channel ADD COLUMN collection_id CHAR(32) CONSTRAINT {OF_CHANNEL} REFERENCES collection (id)")
    else:
        op.add_column("channel", sa.Column("collection_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(OF_CHANNEL, "channel", "collection", ["collection_id"], ["id"])


def downgrade() -> None:
    """Take the tables away, and what was collected with them: channels that had a collection tell of everything from then on."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(OF_CHANNEL, "channel")
    op.drop_column("channel", "collection_id")
    op.drop_table("collected_claim")
    op.drop_table("collection")
