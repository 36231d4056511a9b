"""Accounts and tokens on the command line."""

import json
import os
import signal
import stat
import subprocess
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from claimkb.actions.work import Desk
from tests.builders import a_token, an_account, everything
from tests.cli.test_commands import Run, run
from tests.cli.test_serving import serving

__all__ = ["run"]


def test_an_account_is_made_trusted_closed_and_opened_again(run: Run) -> None:
    assert run("account", "create", "Ada", "--role", "ADMIN")[0] == 0
    assert run("account", "create", "Bea", "--role", "REPORTER")[0] == 0
    assert "Bea is EDITOR now" in run("account", "role", "Bea", "EDITOR")[1]
    assert run("account", "close", "Bea", "--reason", "Left the paper.")[0] == 0
    rows = json.loads(run("account", "list", "--json")[1])
    assert [(row["name"], row["role"], row["closed"] is None) for row in rows] == [("Ada", "ADMIN", True), ("Bea", "EDITOR", False)]
    assert "open again" in run("account", "reopen", "Bea", "--reason", "Came back.")[1]


def test_an_account_is_made_once_however_often_a_script_asks(run: Run, sqlite_desk: Desk) -> None:
    words = ("account", "create", "Ada", "--role", "ADMIN", "--if-missing")
    assert run(*words)[1].startswith("Made the account Ada, ADMIN.")
    before = everything(sqlite_desk)
    assert run(*words) == (0, "There is the account Ada, ADMIN, already.\n", "")
    assert run(*words[:-1])[0] == 1
    assert everything(sqlite_desk) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("Bea", "--role", "ADMIN"), "it is a PERSON with the role EDITOR, not a PERSON with the role ADMIN. claimkb account role"),
        (("Bea", "--role", "EDITOR", "--kind", "PROGRAM"), "not a PROGRAM with the role EDITOR."),
        (("Gone", "--role", "EDITOR"), "The account Gone is closed"),
    ],
)
def test_another_account_of_the_name_is_not_taken_for_it(run: Run, sqlite_desk: Desk, given: tuple[str, ...], said: str) -> None:
    for name in ("Bea", "Gone"):
        an_account(sqlite_desk, name, "EDITOR")
    run("account", "close", "Gone", "--reason", "Left.")
    before = everything(sqlite_desk)
    code, out, err = run("account", "create", *given, "--if-missing")
    assert (code, out, said in err) == (1, "", True), err
    assert everything(sqlite_desk) == before


def test_a_token_is_printed_by_itself_and_its_explanation_beside_it(run: Run) -> None:
    run("account", "create", "Ada", "--role", "ADMIN")
    code, out, err = run("token", "create", "Ada", "--name", "notebook", "--scope", "RECORD")
    assert (code, out.startswith("ckb_"), len(out.splitlines())) == (0, True, 1)
    assert "READ RECORD. It is shown this once" in err
    (listed,) = json.loads(run("token", "list", "--json")[1])
    assert (listed["account"], listed["name"], listed["scopes"], listed["revoked"]) == ("Ada", "notebook", "READ RECORD", None)
    assert out.strip() not in json.dumps(listed)
    assert "is revoked" in run("token", "revoke", listed["prefix"], "--reason", "Seen.")[1]
    assert json.loads(run("token", "list", "Ada", "--json")[1])[0]["revoked"] is not None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("account", "close", "Nobody", "--reason", "r"), 1, "There is no account with the name Nobody"),
        (("token", "create", "Nobody", "--name", "n"), 1, "There is no account with the name Nobody"),
        (("token", "revoke", "aaaaaaaa", "--reason", "r"), 1, "There is no token that begins with aaaaaaaa"),
        (("account", "create", "seed", "--role", "ADMIN"), 1, "Choose another"),
        (("account", "create", " ", "--role", "ADMIN"), 2, "name: "),
        (("account", "create", "Ada", "--role", "KING"), 2, "KING"),
        (("token", "create", "Root", "--name", "n", "--expires-on", "2020-01-01"), 1, "2020-01-01 is over"),
        (("token", "create", "Root", "--name", "n", "--expires-on", "soon"), 2, "soon is not a day of the calendar"),
        (("account", "close", "Root", "--reason", "r"), 1, "Root is the only administrator left"),
    ],
)
def test_a_mistake_is_told_in_one_line(run: Run, sqlite_desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    an_account(sqlite_desk, "Root")
    found, out, err = run(*words)
    assert (found, out) == (code, "")
    assert said in err


@pytest.mark.program
def test_the_first_account_can_be_made_before_there_is_a_database(tmp_path: Path, executable: Path) -> None:
    words = [str(executable), "account", "create", "Ada", "--role", "ADMIN"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMKB_")}
    subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "claimkb.db").exists()


@pytest.mark.program
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_token_of_one_run_is_in_a_file_of_the_owner_and_gone_afterwards(executable: Path, tmp_path: Path, stop: int) -> None:
    path = tmp_path / "claimkb.token"
    with serving(executable, tmp_path, "--token", "--no-seed", stop=stop) as (address, printed):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert any(str(path) in line for line in printed)
        secret = path.read_text(encoding="utf-8").strip()
        asked = [
            httpx2.post(f"{address}/graphql", json={"query": "{ viewer { name } }"}, headers=headers)
            for headers in ({}, {"authorization": f"Bearer {secret}"})
        ]
    assert [each.status_code for each in asked] == [401, 200]
    assert not path.exists()


def test_a_token_is_listed_with_its_last_use(run: Run, sqlite_desk: Desk) -> None:
    a_token(sqlite_desk, an_account(sqlite_desk), expires_on=date(2026, 11, 23) + timedelta(days=9))
    code, out, _ = run("token", "list")
    assert (code, "2026-12-02" in out) == (0, True)
