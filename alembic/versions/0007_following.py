"""Saved searches, and tokens that are keys of feeds."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("ACCESS", "SESSION", "INVITATION")


def upgrade() -> None:
    """Add the table, and the kind of token."""
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=300), nullable=False),
        sa.Column("forgotten_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
    )
    op.create_index("ix_saved_search_name", "saved_search", ["name", "id"])
    kinds((*KINDS, "FEED"))


def kinds(names: tuple[str, ...]) -> None:
    """Say which kinds of token there are. SQLite makes the table anew for it, so what refers to it is put aside meanwhile."""
    name = op.f("ck_token_kind")
    bind = op.get_bind()
    uses = sa.table("token_use", sa.column("token_id"), sa.column("used_at"))
    aside = [row._asdict() for row in bind.execute(sa.select(uses))]
    bind.execute(sa.delete(uses))
    with op.batch_alter_table("token") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("kind").in_(names))
    if aside:
        bind.execute(sa.insert(uses), aside)


def downgrade() -> None:
    """Take the table and the kind away again, with the keys."""
    op.execute("DELETE FROM token_use WHERE token_id IN (SELECT id FROM token WHERE kind = 'FEED')")
    op.execute("DELETE FROM token WHERE kind = 'FEED'")
    kinds(KINDS)
    op.drop_table("saved_search")
