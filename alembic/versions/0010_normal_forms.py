"""Normal forms of names, addresses and texts beside them; the words of quotes in the search; and what is to be folded anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from claimkb.domain.normal_forms import name_form

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FORMS = {
    "account": ("name_form",),
    "channel": ("name_form",),
    "claim": ("filter_form",),
    "claimant": ("name_form", "filter_form"),
    "prediction": ("filter_form",),
    "source": ("url_form", "publisher_form", "byline_form", "filter_form"),
}
INDEXES: dict[str, tuple[str, list[str]]] = {
    "ix_account_name_form": ("account", ["name_form"]),
    "ix_channel_name_form": ("channel", ["name_form", "id"]),
    "ix_claimant_name_form": ("claimant", ["name_form", "kind"]),
    "ix_source_url_form": ("source", ["url_form"]),
    "ix_source_publisher_form": ("source", ["publisher_form"]),
    "ix_source_byline_form": ("source", ["byline_form"]),
}
NO_LONGER = {"ix_source_publisher": ("source", ["publisher"]), "ix_source_byline": ("source", ["byline"])}
STALE = sa.text("is_stale")

FOLDED = "ascii tokenchars '.'"
"""How FTS5 reads words that are folded already: it parts them at spaces, and nothing else."""
FOLDING = "unicode61 remove_diacritics 2"


def upgrade() -> None:
    """Add the columns. Few names are written at once; all that a search finds is folded after this, a thousand records at a time."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        drop_search_index()
    for table, forms in FORMS.items():
        for column in forms:
            op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    for table in ("account", "channel"):
        write_names(table)
    for name, (table, _) in NO_LONGER.items():
        op.drop_index(name, table)
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.add_column("search_entry", sa.Column("said", sa.Text(), nullable=True))
    # PostgreSQL writes no row for a column with a default, and would write every one for a change of it.
    stale = sa.false() if is_sqlite else sa.true()
    op.add_column("search_entry", sa.Column("is_stale", sa.Boolean(), nullable=False, server_default=stale))
    if is_sqlite:
        op.execute("UPDATE search_entry SET is_stale = 1")
        make_search_index(FOLDED, "UPDATE OF words")
    else:
        op.alter_column("search_entry", "is_stale", server_default=sa.false())
    op.create_index("ix_search_entry_stale", "search_entry", ["position"], sqlite_where=STALE, postgresql_where=STALE)


def write_names(table: str) -> None:
    """Write the names of accounts or channels as they look: there are few, and nobody gets in without."""
    bind = op.get_bind()
    rows: Any = sa.table(table, sa.column("id", sa.Uuid()), sa.column("name"), sa.column("name_form"))
    for id_, name in bind.execute(sa.select(rows.c.id, rows.c.name)).all():
        bind.execute(sa.update(rows).where(rows.c.id == id_).values(name_form=name_form(name)))


def drop_search_index() -> None:
    """Take SQLite's index of the words away, and what keeps it in step with the entries."""
    for verb in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER search_entry_{verb}")
    op.execute("DROP TABLE search_index")


def make_search_index(reads: str, on_update: str) -> None:
    """Make SQLite's index of the words anew, as it reads them, and what keeps it in step with the entries."""
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='position',"
        f" tokenize=\"{reads}\", prefix='3 4')"
    )
    op.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
    gone = "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.position, old.words)"
    come = "INSERT INTO search_index(rowid, words) VALUES (new.position, new.words)"
    op.execute(f"CREATE TRIGGER search_entry_insert AFTER INSERT ON search_entry BEGIN {come}; END")
    op.execute(f"CREATE TRIGGER search_entry_update AFTER {on_update} ON search_entry BEGIN {gone}; {come}; END")
    op.execute(f"CREATE TRIGGER search_entry_delete AFTER DELETE ON search_entry BEGIN {gone}; END")


def downgrade() -> None:
    """Take the columns away again. The words that find records stay as they are folded."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        drop_search_index()
    op.drop_index("ix_search_entry_stale", "search_entry")
    op.drop_column("search_entry", "is_stale")
    op.drop_column("search_entry", "said")
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    for name, (table, columns) in NO_LONGER.items():
        op.create_index(name, table, columns)
    for table, forms in FORMS.items():
        for column in reversed(forms):
            op.drop_column(table, column)
    if is_sqlite:
        make_search_index(FOLDING, "UPDATE")
