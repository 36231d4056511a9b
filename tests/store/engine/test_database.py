"""How the database is reached, and what is said when it is not."""

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Semaphore
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from claimkb.actions import claims, evidence, flagging, predictions
from claimkb.actions.work import Desk
from claimkb.domain.dates import DatePrecision
from claimkb.domain.refusals import Meanwhile
from claimkb.store import announcements
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseBusy, DatabaseUnavailable, DatabaseUnfit, TookTooLong, is_rolled_back
from claimkb.store.engine.steps import Reader
from tests.builders import a_claim, a_claimant, a_desk, a_prediction, a_source, do, everything, resolved


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)]
)
def test_sqlite_keeps_what_was_answered_and_checks_references(sqlite_desk: Desk, pragma: str, value: object) -> None:
    with sqlite_desk.database.connection() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_postgresql_is_reached_by_psycopg_whatever_the_url_says() -> None:
    for url in ("postgresql://a/b", "postgres://a/b", "postgresql+psycopg://a/b"):
        assert Database(url).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url", "is not the address of a database"),
        ("postgresql://USER:PASSWORD@HOST:PORT/NAME", "is not the address of a database"),
        ("postgresql+other://a/b", "is not the address of a database"),
        ("mysql://a/b", "in SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_advice(url: str, said: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=said) as caught:
        Database(url)
    assert "PASSWORD@HOST:PORT" not in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"gone/claimkb.db cannot be opened: its folder must exist"):
        with Database(f"sqlite:///{tmp_path}/gone/claimkb.db").read() as session:
            session.execute(sa.text("SELECT 1"))


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    database = Database("postgresql://ann:secret@127.0.0.1:1/nothing?connect_timeout=1")
    with pytest.raises(DatabaseUnavailable, match=r"PostgreSQL at 127.0.0.1 does not answer") as caught:
        with database.read() as session:
            session.execute(sa.text("SELECT 1"))
    assert "secret" not in str(caught.value)
    assert "secret" not in database.place


def test_a_database_without_tables_says_which_command_makes_them(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/claimkb.db")
    with pytest.raises(DatabaseUnavailable, match="Run claimkb migrate"), database.read() as session:
        session.execute(sa.text("SELECT * FROM claim"))
    database.close()


def test_a_block_that_raises_leaves_nothing_behind(desk: Desk) -> None:
    before = everything(desk)
    with pytest.raises(ZeroDivisionError), desk.database.write() as session:
        session.execute(sa.text("INSERT INTO job_run VALUES ('x', '2026-01-01', '2026-01-01 00:00:00')"))
        raise ZeroDivisionError
    assert everything(desk) == before


def test_what_somebody_else_has_just_recorded_is_a_conflict_and_not_a_crash(desk: Desk) -> None:
    with pytest.raises(Meanwhile), desk.database.write() as session:
        for _ in range(2):
            session.execute(sa.text("INSERT INTO job_run VALUES ('x', '2026-01-01', '2026-01-01 00:00:00')"))


COLUMN = {"announcement": "record_id"}
APPENDED = ["snapshot", "claim_relation", "due_date_change", "evidence", "revision", "flag", "outcome", "announcement"]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Fill every appended table."""
    source, prediction = a_source(desk), a_prediction(desk)
    other = a_claim(desk)
    do(
        desk,
        claims.relate_claims,
        claims.RelateClaims.model_validate({"from_claim_id": other.id, "to_claim_id": prediction.claim_id, "type": "DEPENDS_ON"}),
    )
    do(
        desk,
        evidence.add_evidence,
        evidence.AddEvidence.model_validate({"claim_id": other.id, "source_id": source.id, "stance": "CONTEXT"}),
    )
    do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    do(
        desk,
        predictions.move_due_date,
        predictions.MoveDueDate.model_validate(
            {
                "prediction_id": prediction.id,
                "kind": "EXTENSION",
                "due_on": "2026-01-01",
                "due_precision": DatePrecision.DAY,
                "reason": "r",
            }
        ),
    )
    resolved(desk, prediction)
    return desk


@pytest.mark.parametrize("table", APPENDED)
def test_what_was_appended_can_be_neither_changed_nor_deleted(full: Desk, table: str) -> None:
    before = everything(full)
    assert before[table]
    column = COLUMN.get(table, "id")
    sly = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" if full.database.is_sqlite else f"TRUNCATE {table} CASCADE"
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", sly):
        with pytest.raises(DBAPIError, match=f"{table} is appended to"), full.database.connection() as connection:
            connection.exec_driver_sql(statement)
    assert everything(full) == before


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE prediction SET status = 'MAYBE'", "status"),
        ("UPDATE prediction SET due_on = NULL", "due_whole|due_or_review"),
        ("UPDATE prediction SET probability = 1.5", "probability"),
        ("UPDATE claim SET voice = 'OWN'", "voice_names_claimant"),
        ("UPDATE prediction SET claim_id = id", "foreign key|FOREIGN KEY"),
    ],
)
def test_the_database_itself_refuses_what_no_action_would_write(full: Desk, statement: str, why: str) -> None:
    with pytest.raises(IntegrityError, match=why), full.database.connection() as connection:
        connection.exec_driver_sql(statement)


def test_a_claimant_is_recorded_once_whoever_tries(desk: Desk) -> None:
    a_claimant(desk)
    columns = "version, created_at, updated_at, name, kind, office, note"
    id_ = "CAST(:id AS char)" if desk.database.is_sqlite else "CAST(:id AS uuid)"
    copy = f"INSERT INTO claimant (id, {columns}) SELECT {id_}, {columns} FROM claimant"
    with pytest.raises(Meanwhile), desk.database.write() as session:
        session.execute(sa.text(copy), {"id": "01a20724453d7356ab9f7b8d0838fdce"})


def test_letters_beyond_ascii_are_searched_whatever_their_case(desk: Desk) -> None:
    with desk.database.connection() as connection:
        assert connection.exec_driver_sql("SELECT lower('ТОҚАЕВ Č')").scalar() == "тоқаев č"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claimkb.db"
    path.write_text("This is a text, and a long enough one to be read as the header of a file: it is not SQLite's." * 20)
    with pytest.raises(DatabaseUnavailable, match="is not a SQLite database"), Database(f"sqlite:///{path}").read() as session:
        session.execute(sa.text("SELECT 1"))


def test_servers_that_open_a_new_file_at_the_same_moment_all_open_it(tmp_path: Path) -> None:
    def opened(database: Database) -> str:
        together.wait()
        with database.connection() as connection:
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())

    together = Barrier(6)
    for number in range(40):
        databases = [Database(f"sqlite:///{tmp_path}/{number}.db") for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(opened, databases)) == ["wal"] * 6
        for database in databases:
            database.close()


def test_who_opens_a_file_that_this_process_has_open_keeps_the_locks_on_it_so_that_nobody_deletes_its_log(
    sqlite_desk: Desk,
) -> None:
    a_claimant(sqlite_desk, "A")
    path = str(sqlite_desk.database.engine.url.database)
    again = Database(f"sqlite:///{path}")
    with again.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM claimant")) == 1
    program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM claimant').fetchall(); c.close()"
    subprocess.run([sys.executable, "-c", program, path], check=True)
    assert Path(f"{path}-wal").exists()
    a_claimant(sqlite_desk, "B")
    again.close()


def test_a_connection_that_is_at_work_when_the_database_is_closed_is_closed_when_it_comes_back(desk: Desk) -> None:
    with desk.database.read() as session:
        driver: Any = session.connection().connection.driver_connection
        desk.database.close()
        assert driver.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(desk.database.driver_error, match="closed"):
        driver.execute("SELECT 1")
    for _ in range(2):
        with desk.database.read() as session:
            assert session.connection().exec_driver_sql("SELECT 1").scalar_one() == 1


def opened(desk: Desk) -> Database:
    """Open the connection for short reads: one that misses it, and a read in a thread."""
    with pytest.raises(DatabaseBusy):
        desk.database.read_inline(lambda reader: reader.rows("SELECT 1", ()))
    with desk.database.reader():
        pass
    return desk.database


def test_a_short_read_is_done_at_once_and_a_long_one_stopped_after_its_steps(sqlite_desk: Desk) -> None:
    database = opened(sqlite_desk)
    long = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n"
    for _ in range(2):
        assert database.read_inline(lambda reader: reader.rows("SELECT count(*) FROM claim WHERE id = ?", ["x"])) == [(0,)]
        with pytest.raises(TookTooLong):
            database.read_inline(lambda reader: reader.rows(long, ()))
    with database.reader() as reader:
        assert reader.rows(long, ()) == [(1_000_000,)]


def test_a_short_read_sees_what_was_committed_before_it_and_nothing_of_what_is_meanwhile(sqlite_desk: Desk) -> None:
    count = "SELECT count(*) FROM claim"

    def counted_twice(reader: Reader) -> list[Any]:
        before = reader.rows(count, ())
        a_claim(sqlite_desk)
        return [before, reader.rows(count, ())]

    database = opened(sqlite_desk)
    assert database.read_inline(counted_twice) == [[(0,)], [(0,)]]
    assert database.read_inline(lambda reader: reader.rows(count, ())) == [(1,)]


def test_one_short_read_is_done_at_a_time_and_only_where_the_database_is_embedded(desk: Desk) -> None:
    def again(reader: Reader) -> Any:
        with pytest.raises(DatabaseBusy):
            desk.database.read_inline(lambda inner: inner.rows("SELECT 1", ()))
        return reader.rows("SELECT 1", ())

    database = opened(desk)
    if database.is_sqlite:
        assert database.read_inline(again) == [(1,)]
    else:
        with pytest.raises(DatabaseBusy):
            database.read_inline(again)


def test_after_an_error_the_next_short_read_begins_with_another_connection(sqlite_desk: Desk) -> None:
    database = opened(sqlite_desk)
    with pytest.raises(database.driver_error):
        database.read_inline(lambda reader: reader.rows("SELECT nothing", ()))
    assert opened(sqlite_desk).read_inline(lambda reader: reader.rows("SELECT 1", ())) == [(1,)]


def holding(desk: Desk, pool: ThreadPoolExecutor, number: int = 1) -> tuple[list[Any], Event]:
    """Begin transactions in threads that write until the event is set; wait until they have begun, and return what they do."""
    begun, enough = Semaphore(0), Event()

    def write() -> None:
        with desk.database.write() as session:
            session.execute(sa.text("SELECT 1"))
            begun.release()
            enough.wait(10)

    doing = [pool.submit(write) for _ in range(number)]
    assert all(begun.acquire(timeout=5) for _ in doing)
    return doing, enough


def test_writers_to_a_file_wait_for_one_another_and_none_is_lost(sqlite_desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: a_source(sqlite_desk, title=f"T{number}"), range(80)))
    assert len(everything(sqlite_desk)["source"]) == 80


def test_a_writer_whose_turn_does_not_come_in_time_is_told_so_and_writes_nothing(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimkb.store.engine.write_queue.BUSY_SECONDS", 0.1)
    before = everything(sqlite_desk)
    with ThreadPoolExecutor(1) as pool:
        (doing,), enough = holding(sqlite_desk, pool)
        with pytest.raises(DatabaseUnavailable, match=r"is written to by others for more than 0\.1 seconds: try again"):
            a_source(sqlite_desk)
        enough.set()
        doing.result()
    assert everything(sqlite_desk) == before
    a_source(sqlite_desk)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_who_gets_no_connection_to_postgresql_in_time_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claimkb.store.engine.engines.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("claimkb.store.engine.engines.MOST_CONNECTIONS", 1)
    desk = a_desk(url)
    with ThreadPoolExecutor(2) as pool:
        doing, enough = holding(desk, pool, 2)
        with pytest.raises(DatabaseUnavailable, match=r"All connections to PostgreSQL are at work for more than 10 seconds"):
            a_source(desk)
        enough.set()
        assert [each.result() for each in doing] == [None, None]
    a_source(desk)
    desk.database.close()


def test_who_waits_for_a_connection_while_all_are_let_go_of_gets_one_that_is_open(sqlite_desk: Desk) -> None:
    database = sqlite_desk.database
    held = [database.engine.connect() for _ in range(database.most_reads)]

    def count() -> Any:
        with database.read() as session:
            return session.scalar(sa.text("SELECT count(*) FROM claim"))

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(count) for _ in range(2)]
        time.sleep(0.2)
        database.close()
        for each in held:
            each.close()
        assert [each.result() for each in waiting] == [0, 0]


def test_connections_that_many_let_go_of_at_once_are_followed_by_connections_that_are_kept(sqlite_desk: Desk) -> None:
    database = sqlite_desk.database
    threads = 16
    started = Barrier(threads)
    unopened = sqlite3.OperationalError("unable to open database file")
    unopened.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN

    def meet_an_outage(_: int) -> set[type]:
        started.wait(10)
        return {type(database.outage_of(unopened)) for _ in range(100)}

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            assert list(pool.map(meet_an_outage, range(threads))) == [{DatabaseUnavailable}] * threads
    finally:
        sys.setswitchinterval(usual)
    with database.engine.connect() as connection:
        kept = connection.connection.driver_connection
    with database.engine.connect() as connection:
        assert connection.connection.driver_connection is kept


@pytest.mark.parametrize(
    ("severity", "state", "is_word"), [("ERROR", "53100", True), ("PANIC", "53100", False), ("FATAL", "57P01", False)]
)
def test_what_stops_postgresql_in_a_commit_is_no_word_that_it_was_not_made(severity: str, state: str, *, is_word: bool) -> None:
    assert is_rolled_back(SimpleNamespace(sqlstate=state, diag=SimpleNamespace(severity_nonlocalized=severity))) is is_word


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_connection_that_listened_and_is_lost_is_told_without_a_trace(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    listens = Event()
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(announcements.listen, desk.database, listens.set, lambda: False, 0.1)
        assert listens.wait(5)
        with desk.database.write() as session:
            session.execute(sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
        with pytest.raises(DatabaseUnavailable):
            listening.result(5)
    assert caplog.messages == []


def test_a_sqlite_address_of_another_form_than_a_path_is_refused() -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "sqlite:///file:x.db?uri=true"):
        with pytest.raises(DatabaseUnfit, match="named by its path"):
            Database(url)
