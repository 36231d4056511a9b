"""The tables come, go, and are what the records say; on both engines."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, col

from claimkb import seeding
from claimkb.actions import accounts, claims, evidence, mending, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Account, Prediction, Token
from claimkb.domain.permissions import Scope
from claimkb.domain.searching import SearchKind
from claimkb.domain.token import actor_of
from claimkb.identity import COMMAND_LINE
from claimkb.store import claimants, folding, migrations, revisions, search, verification
from claimkb.store.engine import records
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseUnavailable
from tests.builders import (
    EDITOR,
    STORY,
    TODAY,
    a_channel,
    a_claim,
    a_claimant,
    a_fact,
    a_prediction,
    a_series,
    a_source,
    a_token,
    an_account,
    do,
    everything,
    resolved,
    reviewed,
)


@pytest.fixture(autouse=True)
def _hashed_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute the hashes of revisions as the versions did that these tests go back to."""
    monkeypatch.setattr(revisions, "RULE", None)


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


def test_the_versions_are_the_ones_that_alembic_walks() -> None:
    walked = ScriptDirectory.from_config(migrations.configuration()).walk_revisions()
    assert [script.revision for script in walked] == migrations.versions()[::-1]


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


@pytest.mark.long
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
        assert session.scalars(
            search.matching("Mohammed bin Salman", [SearchKind.PREDICTION], is_sqlite=desk.database.is_sqlite)
        ).all()


def test_a_version_without_series_names_the_prediction_of_each_claim_and_keeps_what_refers_to_it(desk: Desk) -> None:
    predictions = [a_prediction(desk) for _ in range(3)]
    resolved(desk, predictions[0])
    a_claim(desk)
    before = everything(desk)
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
    migrations.upgrade(desk.database)
    assert everything(desk) == before
    assert a_series(desk, claim=a_claim(desk)).until is not None
    with pytest.raises(sa.exc.IntegrityError), desk.database.connection() as connection:
        connection.execute(sa.delete(Prediction).where(col(Prediction.id) == predictions[0].id))


def test_a_downgrade_of_a_claim_with_several_predictions_fails_and_nothing_has_changed(desk: Desk) -> None:
    a_series(desk)
    before = everything(desk)
    config = migrations.configuration()
    with pytest.raises(sa.exc.IntegrityError), desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
    assert everything(desk) == before
    assert migrations.upgrade(desk.database) == (migrations.head(), migrations.head())


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
    assert list(verification.find(desk.database)) == []
    with desk.database.read() as session:
        (correction,) = session.scalars(revisions.corrections(revisions.CorrectionFilter(prediction_id=prediction.id)))
    assert correction.action == "reopenPrediction"


def test_a_version_without_reviews_keeps_all_other_evidence_and_keeps_it_unchanged(desk: Desk) -> None:
    source, claim = a_source(desk), a_fact(desk)
    shown = {"source_id": source.id, "stance": "SUPPORTS"}
    reviewed(desk, claim, evidence=[shown])
    about_claim = do(desk, evidence.add_evidence, evidence.AddEvidence.model_validate({**shown, "claim_id": claim.id}))
    config = migrations.configuration()
    for version in ("0005", "head"):
        with desk.database.connection() as connection:
            config.attributes["connection"] = connection
            (command.upgrade if version == "head" else command.downgrade)(config, version)
            assert connection.scalars(sa.select(sa.column("id", sa.Uuid())).select_from(sa.table("evidence"))).all() == [
                about_claim.id
            ]
        with pytest.raises(sa.exc.IntegrityError, match="evidence is appended to"), desk.database.connection() as connection:
            connection.exec_driver_sql("DELETE FROM evidence")
    assert reviewed(desk, claim, evidence=[shown]).supersedes_id is None


def test_tokens_of_a_version_before_say_who_issued_them(desk: Desk) -> None:
    ada = an_account(desk)
    actor = actor_of(a_token(desk, ada), ada)
    for kind in ("by hand", "by Ada"):
        order = accounts.CreateToken(account_id=ada.id, name=kind, scopes=list(Scope))
        do(desk, accounts.create_token, order, COMMAND_LINE if kind == "by hand" else actor)
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
    migrations.upgrade(desk.database)
    with desk.database.read() as session:
        issued = {each.name: each.issued_by for each in session.scalars(sa.select(Token))}
    assert issued == {"test": "command line", "by hand": "command line", "by Ada": "Ada"}


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


def test_a_database_that_names_two_versions_is_refused_and_left_alone(desk: Desk) -> None:
    with desk.database.connection() as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version (version_num) VALUES ('0001')")
    for refused in (migrations.upgrade, migrations.require_current):
        with pytest.raises(DatabaseUnavailable, match=r"alembic_version of the database is damaged: it names 2 versions\.$"):
            refused(desk.database)
    with desk.database.connection() as connection:
        names = connection.exec_driver_sql("SELECT version_num FROM alembic_version ORDER BY 1").scalars().all()
        assert names == ["0001", migrations.head()]


def test_a_database_without_tables_is_not_current(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(DatabaseUnavailable, match=r"run claimkb migrate|no database"):
        migrations.require_current(database)
    database.close()


def downgraded(desk: Desk, version: str) -> None:
    """Take the tables back to a version."""
    config = migrations.configuration()
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)


def written(desk: Desk, statement: str, **given: Any) -> None:
    """Write as an earlier version did."""
    with desk.database.connection() as connection:
        connection.execute(sa.text(statement), given)


def searched(desk: Desk, query: str) -> int:
    with desk.database.read() as session:
        return len(session.scalars(search.matching(query, None, is_sqlite=desk.database.is_sqlite)).all())


def test_what_was_recorded_before_is_folded_anew_and_what_looks_the_same_is_listed(desk: Desk) -> None:
    ann, bo = a_claimant(desk, "Ann"), a_claimant(desk, "Bo")
    one, two = a_source(desk, url="https://news.example/a", publisher="P"), a_source(desk, url="https://news.example/b")
    claim = a_claim(desk, statement="दाल के दाम", appearance={"source_id": one.id, "quote": {"exact": "The bridge is long"}})
    a_prediction(desk, claim=claim, due_text="before the snow")
    an_account(desk, "Ada")
    an_account(desk, "Bea")
    a_channel(desk, "a@b.example", name="Desk")
    before = everything(desk)
    downgraded(desk, "0009")
    written(desk, "UPDATE search_entry SET words = 'cut in two'")
    migrations.upgrade(desk.database)
    assert searched(desk, "दाल snow long") == 1
    assert everything(desk) == before
    downgraded(desk, "0009")
    written(desk, "UPDATE claimant SET name = :name WHERE name = 'Ann'", name="Mu\u0308ller")
    written(desk, "UPDATE claimant SET name = :name WHERE name = 'Bo'", name="M\u00fcller\u200b")
    written(desk, "UPDATE source SET url = 'HTTPS://NEWS.example/%61#comments' WHERE url = 'https://news.example/b'")
    written(desk, "UPDATE account SET name = 'ADA' WHERE name = 'Bea'")
    migrations.upgrade(desk.database)
    with desk.database.read() as session:
        alike = [(each.kind, [record.id for record in each.records]) for each in folding.look_the_same(session)]
        accounts_of = [(each.name, each.name_form) for each in session.scalars(sa.select(Account).order_by(Account.name))]
    assert alike[:2] == [("Claimant", [ann.id, bo.id]), ("Source", [one.id, two.id])]
    assert [kind for kind, _ in alike] == ["Claimant", "Source", "Account"]
    assert sorted(accounts_of) == [("ADA", "ada"), ("Ada", "ada")]


def test_claimants_of_a_version_before_are_found_by_how_their_names_sound(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Qassym-Jomart Tokayev", "The minister", "The bank"):
        a_claimant(desk, name)
    before = everything(desk)
    downgraded(desk, "0014")
    monkeypatch.setattr(folding, "AT_ONCE", 2)
    with pytest.raises(KeyboardInterrupt):
        migrations.upgrade(desk.database, stopping)
    with pytest.raises(DatabaseUnavailable, match="is not folded to the end"):
        migrations.require_current(desk.database)
    migrations.upgrade(desk.database)
    assert everything(desk) == before
    with desk.database.read() as session:
        assert [each.claimant.name for each in claimants.similar(session, "Касым-Жомарт Токаев", 5)] == ["Qassym-Jomart Tokayev"]


def stopping(_done: int, _all: int) -> None:
    """Stop as a person does."""
    raise KeyboardInterrupt


def test_folding_that_was_stopped_goes_on_from_where_it_stood(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        a_claim(desk, statement=f"No. {number}")
    before = everything(desk)
    downgraded(desk, "0009")
    written(desk, "UPDATE search_entry SET words = 'x'")
    monkeypatch.setattr(folding, "AT_ONCE", 4)
    told: list[tuple[int, int]] = []

    def stop(done: int, every: int) -> None:
        told.append((done, every))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrations.upgrade(desk.database, stop)
    with pytest.raises(DatabaseUnavailable, match="is not folded to the end: run claimkb migrate"):
        migrations.require_current(desk.database)
    assert searched(desk, "x") == 2
    migrations.upgrade(desk.database, stop)
    assert told == [(4, 10), (8, 10), (2, 2)]
    migrations.require_current(desk.database)
    assert everything(desk) == before


def test_two_servers_fold_each_record_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        a_claim(desk, statement=f"No. {number}")
    before = everything(desk)
    downgraded(desk, "0009")
    monkeypatch.setattr(folding, "AT_ONCE", 3)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrations.upgrade, [desk.database] * 2))
    migrations.require_current(desk.database)
    assert everything(desk) == before


def as_before_bounds(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> list[Prediction]:
    """Record predictions whose history says nothing of bounds, and go back to the version that knew none."""
    with monkeypatch.context() as before:
        before.setattr(revisions, "LEFT_OUT", revisions.LEFT_OUT | {"bound", "old_bound", "new_bound"})
        dated, undated = a_prediction(desk), a_prediction(desk, None)
        order = predictions.MoveDueDate(prediction_id=undated.id, kind="EXTENSION", due_on=TODAY, reason="r")
        do(desk, predictions.move_due_date, order)
        resolved(desk, dated)
    downgraded(desk, "0014")
    written(
        desk,
        "UPDATE prediction SET due_from = '2025-07-01' WHERE id = :id",
        id=dated.id.hex if desk.database.is_sqlite else dated.id,
    )
    return [dated, undated]


def test_predictions_of_before_are_by_their_due_dates_and_keep_seal_and_history(
    monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    before = as_before_bounds(monkeypatch, desk)
    migrations.upgrade(desk.database)
    with desk.database.read() as session:
        dated, undated = (records.get(session, Prediction, each.id) for each in before)
    assert (dated.bound, dated.due_precision, dated.waits_for, dated.target) == ("BY", "DAY", dated.due_on, None)
    assert (undated.waits_for, dated.seal) == (TODAY, before[0].seal)
    assert [(each.record_id, each.field) for each in verification.find(desk.database)] == [(dated.id, "due_from")]


def test_what_was_not_allowed_before_is_allowed_after_and_nothing_else(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    as_before_bounds(monkeypatch, desk)
    statements = (
        "UPDATE claim SET said_on_precision = 'WEEK'",
        "UPDATE prediction SET due_precision = 'DECADE' WHERE due_on IS NOT NULL",
    )
    for statement in statements:
        with pytest.raises(sa.exc.IntegrityError):
            written(desk, statement)
    migrations.upgrade(desk.database)
    for statement in statements:
        written(desk, statement)
    for wrong in ("precision = 'EON'", "bound = 'EVER'", "waits_for = '2001-01-01'", "waits_for = NULL", "answer_from = due_on"):
        with pytest.raises(sa.exc.IntegrityError):
            written(desk, f"UPDATE prediction SET {wrong.replace('precision', 'due_precision')}")
    for kept in ("due_date_change SET new_bound = 'BY'", "outcome SET measured = '1'"):
        with pytest.raises(sa.exc.IntegrityError, match="is appended to"):
            written(desk, f"UPDATE {kept}")


def test_a_version_without_mending_keeps_what_stands_and_forgets_what_was_retracted(desk: Desk) -> None:
    source, claim = a_source(desk), a_fact(desk)
    kept, gone = (
        do(desk, evidence.add_evidence, evidence.AddEvidence(claim_id=claim.id, source_id=source.id, stance=each))
        for each in ("SUPPORTS", "CONTEXT")
    )
    place = {"claim_id": claim.id, "source_id": source.id, "quote": {"exact": "Critics doubt it"}}
    quote = do(desk, claims.add_appearance, claims.AddAppearance.model_validate(place))
    before = everything(desk)
    config = migrations.configuration()
    for version in ("0018", "head"):
        with desk.database.connection() as connection:
            config.attributes["connection"] = connection
            (command.upgrade if version == "head" else command.downgrade)(config, version)
    assert everything(desk) == before
    do(desk, mending.retract_evidence, mending.RetractEvidence(evidence_id=gone.id, reason="r"))
    assert do(desk, mending.update_appearance, mending.UpdateAppearance(appearance_id=quote.id, page=1)).version == 2
    assert list(verification.find(desk.database)) == []
    with desk.database.connection() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0018")
        left = connection.scalars(sa.select(sa.column("id", sa.Uuid())).select_from(sa.table("evidence"))).all()
    assert left == [kept.id]
    for change in ("UPDATE evidence SET note = 'x'", "DELETE FROM evidence"):
        with pytest.raises(sa.exc.IntegrityError, match="evidence is appended to"), desk.database.connection() as connection:
            connection.exec_driver_sql(change)
