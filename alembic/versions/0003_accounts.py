"""Accounts and tokens."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def one_of(name: str, *terms: str) -> sa.Enum:
    """Make the type of a column that holds a term."""
    return sa.Enum(*terms, name=name, native_enum=False, create_constraint=True, length=20)


def versioned() -> list[sa.Column[Any]]:
    """Make the columns that every record with versions has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
    ]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "account",
        *versioned(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", one_of("kind", "PERSON", "PROGRAM"), nullable=False),
        sa.Column("role", one_of("role", "READER", "REPORTER", "EDITOR", "ADMIN"), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_set_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    op.create_table(
        "token",
        *versioned(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("kind", "ACCESS", "SESSION", "INVITATION"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=100), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_token_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("prefix", name="uq_token_prefix"),
    )
    op.create_index("ix_token_account_id", "token", ["account_id", "created_at", "id"])
    op.create_table(
        "token_use",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name="fk_token_use_token_id_token"),
        sa.PrimaryKeyConstraint("token_id", name="pk_token_use"),
    )


def downgrade() -> None:
    """Take the tables away again."""
    for table in ("token_use", "token", "account"):
        op.drop_table(table)
