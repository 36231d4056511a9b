"""Series: several predictions of a claim, one a period; and of each claim which prediction waits for an answer next."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ONE_A_CLAIM = "CONSTRAINT uq_prediction_claim_id UNIQUE (claim_id)"
OF_A_SERIES = "CONSTRAINT fk_prediction_series_id_series FOREIGN KEY(series_id) REFERENCES series (id)"


def upgrade() -> None:
    """Make the table; let a claim have several predictions, of which the one that is there waits next."""
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "every",
            sa.Enum(
                "YEAR", "HALF_YEAR", "QUARTER", "MONTH", "WEEK", name="every", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("question", sa.String(length=1000), nullable=False),
        sa.Column("criteria", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_series_claim_id_claim"),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
    )
    op.create_index("ix_series_claim_id", "series", ["claim_id", "created_at", "id"])
    op.add_column("prediction", sa.Column("series_id", sa.Uuid(), nullable=True))
    if is_sqlite():
        make_predictions_anew(ONE_A_CLAIM, OF_A_SERIES)
    else:
        op.drop_constraint("uq_prediction_claim_id", "prediction")
        op.create_foreign_key("fk_prediction_series_id_series", "prediction", "series", ["series_id"], ["id"])
    op.create_index("ix_prediction_claim_id", "prediction", ["claim_id", "created_at", "id"])
    of_series = sa.text("series_id IS NOT NULL")
    columns = ["series_id", "created_at", "id"]
    op.create_index("ix_prediction_series_id", "prediction", columns, sqlite_where=of_series, postgresql_where=of_series)
    op.add_column("claim", sa.Column("next_prediction_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE claim SET next_prediction_id = (SELECT prediction.id FROM prediction WHERE prediction.claim_id = claim.id)")


def is_sqlite() -> bool:
    """Tell whether the database is SQLite's."""
    return op.get_bind().dialect.name == "sqlite"


def make_predictions_anew(without: str, with_: str) -> None:
    """Make SQLite's table anew with another constraint, as SQLite drops none, and take over its rows and indexes.

    Other tables refer to the rows. SQLite counts the references that lead nowhere meanwhile, and looks at the end that there are none.
    """
    schema = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("tbl_name"), sa.column("sql"))
    bind = op.get_bind()
    of_table = (schema.c.tbl_name == "prediction", schema.c.sql.is_not(None))
    table = bind.scalars(sa.select(schema.c.sql).where(*of_table, schema.c.type == "table")).one()
    indexes = bind.scalars(sa.select(schema.c.sql).where(*of_table, schema.c.type == "index")).all()
    if without not in table:
        raise RuntimeError(f"The table of predictions has no {without}: somebody changed it past claimkb.")
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    bind.exec_driver_sql("CREATE TABLE prediction_aside AS SELECT * FROM prediction ORDER BY rowid")
    op.drop_table("prediction")
    bind.exec_driver_sql(table.replace(without, with_))
    bind.exec_driver_sql("INSERT INTO prediction SELECT * FROM prediction_aside ORDER BY rowid")
    op.drop_table("prediction_aside")
    for each in indexes:
        bind.exec_driver_sql(each)


def downgrade() -> None:
    """Let a claim have one prediction again. Where one has several this fails, and nothing has changed: there is no place for them."""
    op.drop_column("claim", "next_prediction_id")
    op.drop_index("ix_prediction_series_id", "prediction")
    op.drop_index("ix_prediction_claim_id", "prediction")
    if is_sqlite():
        make_predictions_anew(OF_A_SERIES, ONE_A_CLAIM)
    else:
        op.drop_constraint("fk_prediction_series_id_series", "prediction")
        op.create_unique_constraint("uq_prediction_claim_id", "prediction", ["claim_id"])
    op.drop_column("prediction", "series_id")
    op.drop_table("series")
