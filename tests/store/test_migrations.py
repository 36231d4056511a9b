"""The tables come, go, and are what the records say; on both engines."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from sqlmodel import SQLModel

from claimkb import seeding
from claimkb.actions import outcomes
from claimkb.actions.work import Desk
from claimkb.domain.searching import SearchKind
from claimkb.store import migrations, revisions, search
from claimkb.store.database import Database, DatabaseUnavailable
from tests.builders import EDITOR, STORY, a_prediction, do, everything, resolved


def tables(database: Database) -> set[str]:
    with database.connection() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_an_empty_database_gets_every_table_and_a_second_run_does_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    assert migrations.upgrade(database) == (None, migrations.head())
    assert migrations.upgrade(database) == (migrations.head(), migrations.head())
    assert {each for each in tables(database) if not each.startswith("search_index")} == {
        *SQLModel.metadata.tables,
        "alembic_version",
    }
    migrations.require_current(database)
    database.close()


def test_the_tables_are_the_ones_that_the_records_describe(desk: Desk) -> None:
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_a_downgrade_leaves_nothing_behind(desk: Desk) -> None:
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert tables(desk.database) == {"alembic_version"}
    assert migrations.upgrade(desk.database) == (None, migrations.head())


def test_a_database_of_the_version_before_keeps_everything_and_can_be_searched(desk: Desk) -> None:
    seeding.load(desk, EDITOR, STORY)
    before = everything(desk)
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert migrations.upgrade(desk.database) == ("0001", migrations.head())
    after = everything(desk)
    entries, announced = before.pop("search_entry"), before.pop("announcement")
    assert sorted(row[1:] for row in after.pop("search_entry")) == sorted(row[1:] for row in entries)
    assert len(after.pop("announcement")) == len(announced)
    assert after == before
    with desk.database.read() as session:
        assert session.scalars(search.matching(session, "Mohammed bin Salman", [SearchKind.PREDICTION])).all()


def test_outcomes_that_were_superseded_before_are_listed_as_corrections(desk: Desk) -> None:
    prediction = a_prediction(desk)
    resolved(desk, prediction)
    do(desk, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=prediction.id, reason="r"))
    before = everything(desk)
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    migrations.upgrade(desk.database)
    assert everything(desk) == before
    with desk.database.read() as session:
        (correction,) = session.scalars(revisions.corrections(revisions.CorrectionFilter(prediction_id=prediction.id)))
    assert correction.action == "reopenPrediction"


def test_servers_that_start_together_migrate_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(migrations.upgrade, databases))
    assert sorted(results, key=str) == [(migrations.head(), migrations.head())] * 3 + [(None, migrations.head())]
    for database in databases:
        database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(desk: Desk) -> None:
    with desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnavailable, match=r"version 9999.*newer claimkb.*Upgrade claimkb"):
        migrations.upgrade(desk.database)
    with pytest.raises(DatabaseUnavailable, match="newer claimkb"):
        migrations.require_current(desk.database)
    with desk.database.connection() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_a_database_without_tables_is_not_current(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(DatabaseUnavailable, match=r"run claimkb migrate|no database"):
        migrations.require_current(database)
    database.close()
