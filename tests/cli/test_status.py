"""How claimkb stands, on one screen: as the person on call and as a monitor meet it."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions.accounts import CloseAccount, close_account
from claimkb.actions.work import Desk
from claimkb.domain.delivery import Parked
from claimkb.domain.status import Queue
from claimkb.domain.token import TokenKind
from claimkb.identity import COMMAND_LINE
from claimkb.store import accounts, channels, deliveries, flags
from claimkb.store import status as measures
from claimkb.store.engine import locks
from tests.builders import (
    NOON,
    Clock,
    a_channel,
    a_prediction,
    a_session,
    a_token,
    an_account,
    do,
    everything,
    flagged,
    resolved,
)
from tests.cli.test_commands import Run, run, run_on_each
from tests.ghosts import an_outcome_that_was_never_recorded

__all__ = ["run", "run_on_each"]

OPERATE = Path(__file__).parents[2] / "docs" / "operate.md"
HOOK = "https://hooks.example.org/1"


def done_now(desk: Desk, *jobs: str, ago: timedelta = timedelta()) -> None:
    """Note that jobs have just succeeded: commands read the clock of the machine."""
    now = datetime.now(UTC) - ago
    with desk.database.write() as session:
        for job in jobs:
            flags.record_run(session, job, now.date(), now)


def subjects(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)["subjects"]
    return found


def test_where_all_is_well_the_exit_code_is_0_and_nothing_is_written(run_on_each: Run, desk: Desk) -> None:
    done_now(desk, "flag", "backup")
    before = everything(desk)
    code, out, err = run_on_each("status", "--thorough")
    assert (code, err) == (0, "")
    assert out.startswith("All is well")
    assert ("ATTENTION" in out, everything(desk) == before) == (False, True)


def test_what_wants_attention_is_told_with_what_to_do(run: Run) -> None:
    code, out, _ = run("status")
    assert (code, out.splitlines()[0].rstrip()) == (1, "To look at: 2")
    assert out.splitlines()[-2:] == [
        "job: Let a server run it (CLAIMKB_SCHEDULER=true), or claimkb flag by cron. The log of either says what kept it from running.",
        "back-up: Make one each night by claimkb backup; docs/operate.md says how.",
    ]


def test_a_program_gets_exact_values(run_on_each: Run, desk: Desk) -> None:
    a_prediction(desk)
    done_now(desk, "flag", "backup")
    code, out, _ = run_on_each("status", "--json")
    told = json.loads(out)
    found = told["subjects"]
    assert (code, told["state"], list(told)) == (0, "OK", ["state", "at", "subjects"])
    assert {each["state"] for each in found.values()} == {"OK"}
    assert list(found) == [
        *("database", "disk", "version", "size", "job", "outbox", "parked", "predictions"),
        *("backUp", "checkpoint", "ghosts", "accounts", "limits"),
    ]
    engine = "SQLite" if desk.database.is_sqlite else "PostgreSQL"
    assert (found["database"]["engine"], found["database"]["place"]) == (engine, desk.database.place)
    assert found["size"]["bytes"] > 100_000
    assert (found["disk"]["freeBytes"] is None) == (not desk.database.is_sqlite)
    assert found["predictions"]["overdue"] == 1
    assert datetime.fromisoformat(found["job"]["succeededAt"]).tzinfo is not None
    assert found["backUp"].keys() == {"state", "said", "toDo", "succeededAt"}


def test_a_database_that_is_not_there_is_not_made(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    code, out, _ = run("status")
    assert code == 3
    assert f"database: There is no database at {tmp_path}/none.db: claimkb migrate makes one, claimkb serve too." in out
    assert not (tmp_path / "none.db").exists()
    assert list(subjects(run("status", "--json")[1])) == ["database", "disk"]


def test_a_database_that_does_not_answer_shows_no_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/desk")
    code, out, err = run("status", "--json")
    database = subjects(out)["database"]
    assert (code, database["code"], database["state"]) == (3, "DATABASE_UNAVAILABLE", "ATTENTION")
    assert "does not answer" in database["toDo"]
    assert "hunter2" not in out + err


@pytest.mark.parametrize("version", ["0011", "9999"])
def test_tables_of_another_version_are_told_of(run_on_each: Run, desk: Desk, version: str) -> None:
    with desk.database.connection() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{version}'"))
    code, out, _ = run_on_each("status", "--json")
    found = subjects(out)["version"]
    assert (code, found["tables"], found["state"]) == (3, version, "ATTENTION")
    assert list(subjects(out)) == ["database", "disk", "version", "size"]


def test_a_table_that_is_missing_is_told_of(run_on_each: Run, desk: Desk) -> None:
    with desk.database.connection() as connection:
        connection.execute(sa.text("DROP TABLE performed"))
    code, out, _ = run_on_each("status", "--json")
    assert (code, subjects(out)["database"]["code"]) == (3, "DATABASE_UNAVAILABLE")
    assert "performed" in subjects(out)["database"]["toDo"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written_is_told_of(run: Run, sqlite_desk: Desk) -> None:
    Path(sqlite_desk.database.place).chmod(0o400)
    code, out, _ = run("status", "--json")
    assert (code, subjects(out)["database"]["code"]) == (3, "DATABASE_READ_ONLY")


def test_ghosts_are_looked_for_when_that_is_asked(run_on_each: Run, desk: Desk) -> None:
    done_now(desk, "flag", "backup")
    an_outcome_that_was_never_recorded(desk)
    assert (run_on_each("status")[0], "not looked for" in run_on_each("status")[1]) == (0, True)
    code, out, _ = run_on_each("status", "--thorough", "--json")
    assert (code, subjects(out)["ghosts"]["count"]) == (1, 3)


def test_what_waits_is_counted_before_and_after_its_delivery_is_made(desk: Desk) -> None:
    a_channel(desk, HOOK, "WEBHOOK")
    prediction = a_prediction(desk)
    flagged(desk)
    resolved(desk, prediction)
    later = NOON + timedelta(hours=1)
    with desk.database.write() as session:
        assert measures.queue(session) == Queue(2, NOON)
        deliveries.plan_events(session, later)
        assert measures.queue(session) == Queue(2, later)
        ((sending, _),) = deliveries.claim(session, NOON.date(), later, 1)
        assert measures.queue(session).waiting == 2
        deliveries.settle(session, sending, Parked("Refused."), later)
        assert (measures.queue(session).waiting, deliveries.count_parked(session)) == (1, 1)


def test_what_waits_too_long_wants_attention(run: Run, sqlite_desk: Desk) -> None:
    a_channel(sqlite_desk, HOOK, "WEBHOOK")
    resolved(replace(sqlite_desk, clock=Clock(datetime(2025, 11, 23, 12, tzinfo=UTC))), a_prediction(sqlite_desk))
    done_now(sqlite_desk, "flag", "backup")
    code, out, _ = run("status", "--json")
    found = subjects(out)["outbox"]
    assert (code, found["state"], found["waiting"], found["oldestDueAt"]) == (1, "ATTENTION", 1, "2025-11-23T12:00:00+00:00")


def test_accounts_without_use_are_those_in_which_nothing_was_done(timed: Desk, clock: Clock) -> None:
    _, bea, cleo, dan = (an_account(timed, name) for name in ("Ada", "Bea", "Cleo", "Dan"))
    shown = a_token(timed, bea)
    do(timed, close_account, CloseAccount(account_id=cleo.id, reason="Left."), COMMAND_LINE)
    clock.go(days=100)
    a_session(timed, dan)
    an_account(timed, "Eve")
    with timed.database.write() as session:
        accounts.note_use(session, shown.id, clock.now)
        assert accounts.unused(session, clock.now - timedelta(days=90)) == ["Ada"]
        assert accounts.unused(session, clock.now + timedelta(days=1)) == ["Ada", "Bea", "Dan", "Eve"]


def test_accounts_with_as_many_as_they_may_have_are_named(desk: Desk) -> None:
    ada, bea = an_account(desk, "Ada"), an_account(desk, "Bea", "REPORTER")
    for account in (ada, bea):
        a_token(desk, account)
        a_channel(desk, f"{account.name}@example.org", account_id=account.id)
    a_token(desk, ada, expires_on=NOON.date())
    with desk.database.read() as session:
        assert accounts.with_tokens(session, TokenKind.ACCESS, 1, NOON) == ["Ada", "Bea"]
        assert accounts.with_tokens(session, TokenKind.ACCESS, 2, NOON) == ["Ada"]
        assert accounts.with_tokens(session, TokenKind.ACCESS, 2, NOON + timedelta(days=1)) == []
        assert accounts.with_tokens(session, TokenKind.FEED, 1, NOON) == []
        assert [channels.with_channels(session, least) for least in (1, 2)] == [["Bea"], []]


def test_the_document_names_every_subject_and_every_key(run: Run) -> None:
    section = re.findall(r"^## The state of it\n(.*?)^## ", OPERATE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", section, re.MULTILINE))
    keys = {name: {*re.findall(r"`(\w+)`", said)} for name, said in rows.items()}
    shown = subjects(run("status", "--json")[1])
    assert keys == {name: each.keys() - {"state", "said", "toDo"} for name, each in shown.items()}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # SQLite locks no tables
@pytest.mark.parametrize("command", [("status",), ("verify",), ("backup", "claims.tar")])
def test_no_command_waits_for_ever_for_a_table_that_is_locked(
    run_on_each: Run, desk: Desk, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOCK_SECONDS", 0.1)
    with desk.database.connection() as connection:
        connection.exec_driver_sql("LOCK TABLE revision IN ACCESS EXCLUSIVE MODE")
        code, out, error = run_on_each(*command)
    assert (code, "lock" in (out + error).lower()) == (3, True), error
