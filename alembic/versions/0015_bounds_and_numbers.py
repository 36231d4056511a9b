"""How due dates bind, days of answers, more precisions of dates, and numbers: what was predicted, and what was measured."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BOUND = "VARCHAR(20) DEFAULT 'BY' NOT NULL CONSTRAINT ck_{table}_{column} CHECK ({column} IN ('BY', 'WITHIN', 'NOT_BEFORE'))"
COMPARATORS = "'AT_LEAST', 'AT_MOST', 'EXACTLY', 'ABOUT', 'BETWEEN'"
COLUMNS = {
    "prediction": {
        "bound": BOUND.format(table="prediction", column="bound"),
        "answer_from": "DATE CONSTRAINT ck_prediction_answer_later"
        " CHECK (answer_from IS NULL OR (due_on IS NOT NULL AND answer_from > due_on))",
        "waits_for": "DATE CONSTRAINT ck_prediction_waits CHECK (waits_for = CASE WHEN due_on IS NULL THEN review_on"
        " WHEN answer_from > due_on THEN answer_from ELSE due_on END)",
        "target_comparator": f"VARCHAR(20) CONSTRAINT ck_prediction_target_comparator CHECK (target_comparator IN ({COMPARATORS}))",
        "target_value": "VARCHAR(32)",
        "target_upper": "VARCHAR(32)",
        "target_tolerance": "VARCHAR(32)",
        "target_unit": "VARCHAR(60) CONSTRAINT ck_prediction_target_whole CHECK ((target_comparator IS NULL) = (target_value IS NULL)"
        " AND (target_comparator IS NULL) = (target_unit IS NULL))",
    },
    "due_date_change": {
        "old_bound": BOUND.format(table="due_date_change", column="old_bound"),
        "old_answer_from": "DATE",
        "new_bound": BOUND.format(table="due_date_change", column="new_bound"),
        "new_answer_from": "DATE",
    },
    "outcome": {"measured": "VARCHAR(32)", "unit": "VARCHAR(60)"},
}
"""The new columns, as both engines read them: their conditions stand with them, because SQLite adds no others to a table."""

PRECISIONS = {
    "claim": ("said_on_precision",),
    "due_date_change": ("old_due_precision", "new_due_precision"),
    "prediction": ("due_precision",),
    "source": ("published_on_precision",),
}
BEFORE = "'DAY', 'MONTH', 'QUARTER', 'SEASON', 'YEAR'"
SINCE = "'DAY', 'WEEK', 'MONTH', 'QUARTER', 'SEASON', 'HALF_YEAR', 'YEAR', 'DECADE', 'SPAN'"

OPEN = sa.text("status IN ('OPEN', 'PROPOSED')")
WAITED_FOR = sa.text("coalesce(due_on, review_on)")
CHANGING = {
    "due_date_change": (),
    "outcome": ("version", "updated_at", "review", "reviewed_by", "superseded_reason", "rejected_reason"),
}
"""The columns of appended tables that say later how the row stands; the triggers name all others."""


def upgrade() -> None:
    """Add the columns. What was recorded before is BY its due date, and waits for it."""
    let_rows_change()
    for table, columns in COLUMNS.items():
        for column, says in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {says}")
    op.execute("UPDATE prediction SET waits_for = coalesce(due_on, review_on)")
    keep_rows()
    allow_precisions(BEFORE, SINCE)
    if is_sqlite():
        rewrite("waits_for DATE", "waits_for DATE NOT NULL")
    else:
        op.alter_column("prediction", "waits_for", nullable=False)
    index("waits_for", "id", "due_on")


def downgrade() -> None:
    """Take the columns away. PostgreSQL refuses to where a date has one of the newer precisions."""
    index(WAITED_FOR, "id", "due_on", "review_on")
    allow_precisions(SINCE, BEFORE)
    let_rows_change()
    for table, columns in COLUMNS.items():
        for column in reversed(columns):
            op.drop_column(table, column)
    keep_rows()


def is_sqlite() -> bool:
    """Tell which engine it is."""
    return bool(op.get_bind().dialect.name == "sqlite")


def index(*columns: str | sa.TextClause) -> None:
    """Make the indexes of what waits anew."""
    op.drop_index("ix_prediction_waits", "prediction")
    op.drop_index("ix_prediction_queue", "prediction")
    op.create_index("ix_prediction_waits", "prediction", list(columns))
    op.create_index("ix_prediction_queue", "prediction", [*columns, "status"], sqlite_where=OPEN, postgresql_where=OPEN)


def let_rows_change() -> None:
    """Take the triggers away that name the columns that there were."""
    for table in CHANGING:
        op.execute(f"DROP TRIGGER keep_{table}_update" + ("" if is_sqlite() else f" ON {table}"))


def keep_rows() -> None:
    """Forbid to change any column of an appended table that does not say later how the row stands."""
    for table, changing in CHANGING.items():
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        fixed = ", ".join(f'"{column}"' for column in columns if column not in changing)
        trigger = f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE OF {fixed} ON {table}"
        if is_sqlite():
            refuse = f"SELECT RAISE(ABORT, '{table} is appended to: its rows are neither changed nor deleted')"
            op.execute(f"{trigger} BEGIN {refuse}; END")
        else:
            op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION keep_appended()")


def allow_precisions(before: str, since: str) -> None:
    """Let the precision of a date be one of others."""
    if is_sqlite():
        rewrite(f"({before})", f"({since})")
        return
    for table, columns in PRECISIONS.items():
        for column in columns:
            op.drop_constraint(f"ck_{table}_{column}", table)
            op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({since})")


def rewrite(before: str, since: str) -> None:
    """Change a condition in the text of SQLite's tables: SQLite has no other way but to write every row anew, and no row breaks it.

    https://www.sqlite.org/lang_altertable.html#otheralter has the steps; whoever has read the tables reads them anew.
    """
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name IN (?, ?, ?, ?)",
        (before, since, *sorted(PRECISIONS)),
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {int(version) + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
