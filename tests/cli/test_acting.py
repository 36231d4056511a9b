"""Who acts at the terminal: `--as`, and what is refused without it."""

import pytest

from claimkb.actions.accounts import CloseAccount, close_account
from claimkb.actions.work import Desk
from claimkb.identity import COMMAND_LINE
from claimkb.store import revisions
from tests.builders import STORY, a_prediction, an_account, do, everything, resolved
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]

CHANGES = [
    ("resolve", "ID", "--verdict", "YES", "--rationale", "r", "--no-evidence-reason", "n"),
    ("withdraw", "ID", "--reason", "r"),
    ("move", "ID", "--kind", "EXTENSION", "--due-on", "2027-01-01", "--reason", "r"),
    ("note", "ID", "Seen."),
    ("seed", str(STORY)),
    ("channel", "open", "Desk", "--digest", "desk@example.org"),
]
CHANGES_WITH_ACCOUNTS = [*CHANGES, ("assign", "ID", "Ada")]


def asked(desk: Desk, words: tuple[str, ...]) -> list[str]:
    """Put the id of a new prediction in its place."""
    prediction = a_prediction(desk)
    return [str(prediction.id) if word == "ID" else word for word in words]


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_without_an_account_nobody_is_named(run: Run, sqlite_desk: Desk, words: tuple[str, ...]) -> None:
    assert run(*asked(sqlite_desk, words))[0] == 0


@pytest.mark.parametrize("words", CHANGES_WITH_ACCOUNTS, ids=lambda words: words[0])
def test_where_there_are_accounts_a_change_by_nobody_is_refused(run: Run, sqlite_desk: Desk, words: tuple[str, ...]) -> None:
    an_account(sqlite_desk)
    given = asked(sqlite_desk, words)
    before = everything(sqlite_desk)
    code, out, err = run(*given)
    told = "claimkb: There are accounts, so the history has to say who does this: name yours with --as ACCOUNT, or in CLAIMKB_AS."
    assert (code, out, err.startswith(told)) == (1, "", True)
    assert everything(sqlite_desk) == before


@pytest.mark.parametrize("words", CHANGES_WITH_ACCOUNTS, ids=lambda words: words[0])
def test_the_history_names_the_account(run: Run, sqlite_desk: Desk, words: tuple[str, ...]) -> None:
    an_account(sqlite_desk)
    given = asked(sqlite_desk, words)
    before = everything(sqlite_desk)["revision"]
    assert run(*given, "--as", "Ada")[0] == 0
    after = everything(sqlite_desk)["revision"]
    new = [row for row in after if row not in before]
    assert new
    assert all("Ada" in row for row in new)


def test_on_each_engine_the_first_account_ends_the_time_in_which_nobody_is_named(run_on_each: Run, desk: Desk) -> None:
    withdraw = ("withdraw", str(a_prediction(desk).id), "--reason", "A duplicate.")
    restore = ("track-again", withdraw[1], "--reason", "It is none.")
    assert run_on_each(*withdraw)[0] == 0
    an_account(desk)
    assert run_on_each(*restore)[::2] == (1, run_on_each("channel", "open", "Desk", "--digest", "desk@example.org")[2])
    assert run_on_each(*restore, "--as", "Ada")[0] == 0


def test_the_environment_names_the_account_and_an_option_another(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account(sqlite_desk)
    an_account(sqlite_desk, "Bea", "EDITOR")
    prediction = a_prediction(sqlite_desk)
    resolved(sqlite_desk, prediction)
    monkeypatch.setenv("CLAIMKB_AS", "Ada")
    assert run("reopen", str(prediction.id), "--reason", "r")[0] == 0
    assert run("withdraw", str(prediction.id), "--reason", "r", "--as", "Bea")[0] == 0
    with sqlite_desk.database.read() as session:
        since = revisions.since(session, prediction.id, 1)
    assert [each.recorded_by for each in since[-2:]] == ["Ada", "Bea"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nobody", "There is no account with the name Nobody: claimkb account list shows those that there are."),
        ("Gone", "The account Gone is closed: name another, or have an administrator open it again first."),
        ("Rea", "Rea may not do this: it takes the permission WITHDRAW."),
        ("local editor", "There is no account with the name local editor: claimkb account list shows those that there are."),
    ],
)
def test_an_account_that_may_not_do_it_is_refused(run: Run, sqlite_desk: Desk, name: str, said: str) -> None:
    an_account(sqlite_desk)
    an_account(sqlite_desk, "Rea", "REPORTER")
    gone = an_account(sqlite_desk, "Gone", "EDITOR")
    do(sqlite_desk, close_account, CloseAccount(account_id=gone.id, reason="Left."), COMMAND_LINE)
    prediction = a_prediction(sqlite_desk)
    before = everything(sqlite_desk)
    assert run("withdraw", str(prediction.id), "--reason", "r", "--as", name) == (1, "", f"claimkb: {said}\n")
    assert everything(sqlite_desk) == before


def test_a_program_confirms_nothing_at_the_terminal_either(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_TWO_PERSON_RULE", "true")
    an_account(sqlite_desk)
    an_account(sqlite_desk, "Bot", "EDITOR", kind="PROGRAM")
    prediction = str(a_prediction(sqlite_desk).id)
    run("resolve", prediction, "--verdict", "YES", "--rationale", "r", "--no-evidence-reason", "n", "--as", "Ada")
    assert "Bot is a program" in run("confirm", prediction, "--as", "Bot")[2]
    assert "Ada" in run("confirm", prediction, "--as", "Ada")[2]


def test_accounts_are_administered_and_the_job_is_run_by_whoever_has_the_machine(run: Run, sqlite_desk: Desk) -> None:
    an_account(sqlite_desk)
    a_prediction(sqlite_desk)
    for words in (
        ("account", "create", "Bea", "--role", "EDITOR"),
        ("token", "create", "Bea", "--name", "n"),
        ("flag",),
        ("deliver",),
    ):
        assert run(*words)[0] == 0, words
