"""Search, subscriptions, safe repeats, retracted claims, and relations that say whether they hold."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from claimkb.domain.normal_forms import words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOUND_BY = {
    "SOURCE": ("source", "title", "publisher", "byline"),
    "CLAIMANT": ("claimant", "name", "office", "note"),
    "CLAIM": ("claim", "statement", "note"),
    "PREDICTION": ("prediction", "question", "criteria"),
    "OUTCOME": ("outcome", "rationale"),
}
"""The kinds of records that a search finds, with the table and the columns whose words find them."""

LISTED = (
    ("claim", "claimant_id", "created_at", True),
    ("claim_relation", "from_claim_id", "recorded_at", False),
    ("claim_relation", "to_claim_id", "recorded_at", True),
    ("appearance", "claim_id", "created_at", False),
    ("appearance", "source_id", "created_at", True),
    ("evidence", "claim_id", "recorded_at", True),
    ("evidence", "outcome_id", "recorded_at", True),
    ("evidence", "source_id", "recorded_at", True),
    ("outcome", "prediction_id", "recorded_at", True),
    ("flag", "prediction_id", "noticed_at", False),
)
"""The lists of a record: the table, the column that names the record, what orders them, and whether the column had an index."""

COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RELATION_KEEPS = "id, recorded_at, recorded_by, from_claim_id, to_claim_id, type, created_at"


def upgrade() -> None:
    """Add the tables and columns, and fill them from what is there."""
    op.add_column("claim", sa.Column("retracted_at", UTCDateTime(), nullable=True))
    op.add_column("claim", sa.Column("retracted_reason", sa.String(length=4000), nullable=True))
    op.create_table(
        "announcement",
        sa.Column("position", COUNTING, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_announcement"),
        sa.UniqueConstraint("topic", "record_id", name="uq_announcement_topic_record_id"),
    )
    op.create_index("ix_announcement_topic", "announcement", ["topic", "position"])
    op.create_table(
        "performed",
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("performed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("by", "key", "place", name="pk_performed"),
    )
    op.create_table(
        "search_entry",
        sa.Column("position", COUNTING, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_search_entry"),
        sa.UniqueConstraint("record_id", name="uq_search_entry_record_id"),
    )
    for table, column, order, is_indexed in LISTED:
        if is_indexed:
            op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column, order, "id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    change_relations(is_sqlite=is_sqlite)
    index_on_sqlite() if is_sqlite else index_on_postgresql()
    keep_announcements(is_sqlite=is_sqlite)
    enter()
    announce()


def change_relations(*, is_sqlite: bool) -> None:
    """Let a relation say whether it holds, and count its changes; what it relates stays as it is."""
    terms = "CONSTRAINT ck_claim_relation_state CHECK (state IN ('ASSERTED', 'DENIED'))"
    instant = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    beginning = "'1970-01-01 00:00:00'"
    op.execute(f"ALTER TABLE claim_relation ADD COLUMN state VARCHAR(20) NOT NULL DEFAULT 'ASSERTED' {terms}")
    op.execute("ALTER TABLE claim_relation ADD COLUMN version INTEGER NOT NULL DEFAULT 1")
    op.execute(f"ALTER TABLE claim_relation ADD COLUMN created_at {instant} NOT NULL DEFAULT {beginning}")
    op.execute(f"ALTER TABLE claim_relation ADD COLUMN updated_at {instant} NOT NULL DEFAULT {beginning}")
    op.execute("UPDATE claim_relation SET created_at = recorded_at, updated_at = recorded_at")
    if is_sqlite:
        op.execute("DROP TRIGGER keep_claim_relation_update")
        refuse = "SELECT RAISE(ABORT, 'claim_relation is appended to: its rows are neither changed nor deleted')"
        op.execute(
            f"CREATE TRIGGER keep_claim_relation_update BEFORE UPDATE OF {RELATION_KEEPS} ON claim_relation BEGIN {refuse}; END"
        )
        return
    op.execute("DROP TRIGGER keep_claim_relation_update ON claim_relation")
    op.execute(
        f"CREATE TRIGGER keep_claim_relation_update BEFORE UPDATE OF {RELATION_KEEPS} ON claim_relation"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
    )


def index_on_sqlite() -> None:
    """Make the full-text index, and the triggers that keep it in step with the entries."""
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='position',"
        " tokenize=\"unicode61 remove_diacritics 2\", prefix='3 4')"
    )
    gone = "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.position, old.words)"
    come = "INSERT INTO search_index(rowid, words) VALUES (new.position, new.words)"
    op.execute(f"CREATE TRIGGER search_entry_insert AFTER INSERT ON search_entry BEGIN {come}; END")
    op.execute(f"CREATE TRIGGER search_entry_update AFTER UPDATE ON search_entry BEGIN {gone}; {come}; END")
    op.execute(f"CREATE TRIGGER search_entry_delete AFTER DELETE ON search_entry BEGIN {gone}; END")


def index_on_postgresql() -> None:
    """Make the full-text index."""
    op.execute("CREATE INDEX ix_search_entry_words ON search_entry USING gin (to_tsvector('simple'::regconfig, words))")


def keep_announcements(*, is_sqlite: bool) -> None:
    """Forbid UPDATE, DELETE and TRUNCATE on what was announced."""
    for verb in ("update", "delete") if is_sqlite else ("update", "delete", "truncate"):
        trigger = f"CREATE TRIGGER keep_announcement_{verb} BEFORE {verb.upper()} ON announcement"
        refuse = "SELECT RAISE(ABORT, 'announcement is appended to: its rows are neither changed nor deleted')"
        op.execute(
            f"{trigger} BEGIN {refuse}; END" if is_sqlite else f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
        )


def enter() -> None:
    """Enter the words of every record that is there."""
    bind = op.get_bind()
    entry = sa.table("search_entry", sa.column("kind"), sa.column("record_id", sa.Uuid()), sa.column("words"))
    for kind, (table, *fields) in FOUND_BY.items():
        columns: list[Any] = [sa.column("id", sa.Uuid()), *(sa.column(name) for name in fields)]
        rows = bind.execute(sa.select(*columns).select_from(sa.table(table)).order_by(sa.column("created_at"), sa.column("id")))
        for some in rows.partitions(1000):
            entries = [
                {"kind": kind, "record_id": row[0], "words": " ".join(words(" · ".join(text for text in row[1:] if text)))}
                for row in some
            ]
            bind.execute(sa.insert(entry), entries)


def announce() -> None:
    """Announce what was recorded before, in its order."""
    for topic, table, instant in (
        ("REVISION", "revision", "recorded_at"),
        ("OUTCOME", "outcome", "recorded_at"),
        ("FLAG", "flag", "noticed_at"),
    ):
        op.execute(f"INSERT INTO announcement (topic, record_id) SELECT '{topic}', id FROM {table} ORDER BY {instant}, id")


def downgrade() -> None:
    """Take all of it away again. Relations that were denied go too: they would come back as if they held."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TABLE search_index")
    for table in ("search_entry", "performed", "announcement"):
        op.drop_table(table)
    on = "" if is_sqlite else " ON claim_relation"
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER keep_claim_relation_{verb}{on}")
    op.execute("DELETE FROM claim_relation WHERE state = 'DENIED'")
    for column in ("state", "version", "created_at", "updated_at"):
        op.execute(f"ALTER TABLE claim_relation DROP COLUMN {column}")
    kept = "id, recorded_at, recorded_by, from_claim_id, to_claim_id, type, note"
    for verb, of in (("update", f"UPDATE OF {kept}"), ("delete", "DELETE")):
        if is_sqlite:
            refuse = "SELECT RAISE(ABORT, 'claim_relation is appended to: its rows are neither changed nor deleted')"
            op.execute(f"CREATE TRIGGER keep_claim_relation_{verb} BEFORE {of} ON claim_relation BEGIN {refuse}; END")
        else:
            op.execute(
                f"CREATE TRIGGER keep_claim_relation_{verb} BEFORE {of} ON claim_relation"
                " FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()"
            )
    for table, column, _, was_indexed in LISTED:
        op.drop_index(f"ix_{table}_{column}", table)
        if was_indexed:
            op.create_index(f"ix_{table}_{column}", table, [column])
    for column in ("retracted_at", "retracted_reason"):
        op.execute(f"ALTER TABLE claim DROP COLUMN {column}")
