"""With which token something was done, who issued it, and what is asked for beside a password."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = sa.String(length=300)
SECOND_FACTOR: dict[str, Any] = {
    "second_factor_secret": sa.String(length=64),
    "second_factor_set_at": UTCDateTime(),
    "second_factor_step": sa.Integer(),
    "recovery_hashes": sa.String(length=1000),
    "recovery_codes_left": sa.Integer(),
}
MADE_WITH = sa.text("made_with_id IS NOT NULL")


def upgrade() -> None:
    """Add the columns. Who issued the tokens that are there stands in their history."""
    op.add_column("revision", sa.Column("token_prefix", sa.String(length=16), nullable=True))
    op.add_column("revision", sa.Column("token_issued_by", NAME, nullable=True))
    op.add_column("token", sa.Column("issued_by", NAME, nullable=False, server_default=""))
    op.execute(
        "UPDATE token SET issued_by = (SELECT recorded_by FROM revision WHERE revision.record_id = token.id AND revision.version = 1)"
    )
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table that is there, but a column with one
        op.execute(
            "ALTER TABLE token ADD COLUMN made_with_id CHAR(32) CONSTRAINT fk_token_made_with_id_token REFERENCES token (id)"
        )
    else:
        op.alter_column("token", "issued_by", server_default=None)
        op.add_column("token", sa.Column("made_with_id", sa.Uuid(), nullable=True))
        op.create_foreign_key("fk_token_made_with_id_token", "token", "token", ["made_with_id"], ["id"])
    op.create_index("ix_token_made_with_id", "token", ["made_with_id"], sqlite_where=MADE_WITH, postgresql_where=MADE_WITH)
    for name, type_ in SECOND_FACTOR.items():
        op.add_column("account", sa.Column(name, type_, nullable=True))


def downgrade() -> None:
    """Take the columns away again, and with them what the hashes of revisions were computed from that named a token: keep a copy."""
    for name in reversed(SECOND_FACTOR):
        op.drop_column("account", name)
    op.drop_index("ix_token_made_with_id", "token")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_token_made_with_id_token", "token")
    op.drop_column("token", "made_with_id")
    op.drop_column("token", "issued_by")
    op.drop_column("revision", "token_issued_by")
    op.drop_column("revision", "token_prefix")
