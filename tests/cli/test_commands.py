"""The command line, as a person and as cron meet it."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from claimkb.actions.work import Desk
from claimkb.cli import main
from claimkb.cli.commands import COMMANDS
from claimkb.domain.reference import global_id
from tests.builders import a_prediction, a_source, everything, resolved
from tests.ghosts import an_outcome_that_was_never_recorded

Run = Callable[..., tuple[int, str, str]]


def runner(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give a function that runs a command on the database of a desk, and returns exit code, output and errors."""
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", desk.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["claimkb", *words])
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def run(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run commands on SQLite."""
    return runner(sqlite_desk, monkeypatch, capsys, tmp_path)


@pytest.fixture
def run_on_each(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run commands on each engine in turn."""
    return runner(desk, monkeypatch, capsys, tmp_path)


def test_help_teaches_the_commands_and_the_exit_codes(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for word in (
        "serve",
        "migrate",
        "seed",
        "flag",
        "predictions",
        "resolve",
        "track-record",
        "pack",
        "schema",
        "Exit codes",
        "CLAIMKB_DATABASE_URL",
    ):
        assert word in out


@pytest.mark.parametrize("command", [name for group in COMMANDS.values() for name in group])
def test_each_command_shows_an_example(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "Example" in out


def test_help_shows_the_commands_in_groups(run: Run) -> None:
    out = run("--help")[1]
    panels = re.findall(r"^╭─ ([\w ]+?) ─+╮$", out, re.MULTILINE)
    assert panels == ["Options", "Read", "Record and decide", "Accounts and channels", "Serve and look after"]
    named = re.findall(r"^│ ([a-z][a-z-]*) ", out, re.MULTILINE)
    assert sorted(named) == sorted(
        {*(name for group in COMMANDS.values() for name in group), "account", "channel", "claimant", "collection", "token"}
    )


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    code, out, err = run()
    assert (code, "Record and decide" in out, err) == (2, True, "")


def test_flag_says_what_it_flagged_and_the_second_time_nothing_new(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    code, out, _ = run("flag")
    assert (code, "1 LONG_OVERDUE; 0 cleared" in out, str(prediction.id) in out) == (0, True, True)
    assert "nothing new; 0 cleared" in run("flag")[1]


def test_flag_gives_programs_json(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    said = json.loads(run("flag", "--json", "--as-of", "2025-11-20")[1])
    assert said["levels"] == {"DUE_SOON": 0, "OVERDUE": 1, "LONG_OVERDUE": 0, "REVIEW_DUE": 0}
    assert (said["asOf"], said["dryRun"], said["cleared"]) == ("2025-11-20", False, 0)
    assert [(each["level"], each["uuid"], each["daysOverdue"]) for each in said["flagged"]] == [("OVERDUE", str(prediction.id), 1)]
    assert json.loads(run("flag", "--json", "--as-of", "2025-11-20")[1])["flagged"] == []


def test_a_dry_run_writes_nothing(run: Run, sqlite_desk: Desk) -> None:
    a_prediction(sqlite_desk)
    before = everything(sqlite_desk)
    assert "rehearsal: nothing written" in run("flag", "--dry-run")[1]
    assert everything(sqlite_desk) == before


def test_predictions_lists_the_queue_as_a_table_and_as_json(run: Run, sqlite_desk: Desk) -> None:
    source = a_source(sqlite_desk)
    prediction = a_prediction(sqlite_desk, question="Does the bridge open in spring?")
    code, out, _ = run("predictions")
    assert code == 0
    for word in (
        "1 prediction",
        "due 2025-11-19",
        "LONG_OVERDUE",
        "Does the bridge open in spring?",
        "nobody named",
        str(prediction.id),
    ):
        assert word in out
    assert json.loads(run("predictions", "--timeliness", "REVIEW_DUE", "--json")[1]) == {
        "total": 0,
        "next": None,
        "predictions": [],
    }
    assert [json.loads(run("predictions", each, "--json")[1])["total"] for each in ("--overdue", "--not-overdue")] == [1, 0]
    assert json.loads(run("predictions", "--source", str(source.id), "--json")[1])["total"] == 0
    assert json.loads(run("predictions", "--due-to", "2025-11-19", "--text", "BRIDGE", "--not-flagged", "--json")[1])["total"] == 1


def test_predictions_go_on_after_a_cursor(run: Run, sqlite_desk: Desk) -> None:
    ids = {str(a_prediction(sqlite_desk).id) for _ in range(3)}
    first = json.loads(run("predictions", "--first", "2", "--json")[1])
    rest = json.loads(run("predictions", "--first", "2", "--after", first["next"], "--json")[1])
    assert {each["uuid"] for each in first["predictions"] + rest["predictions"]} == ids
    assert rest["next"] is None
    assert f"More with --after {first['next']}" in run("predictions", "--first", "2")[1].replace("\n", "")


def test_resolve_takes_either_id_and_records_the_evidence(run: Run, sqlite_desk: Desk) -> None:
    for number, id_ in enumerate((str(a_prediction(sqlite_desk).id), global_id("Prediction", a_prediction(sqlite_desk).id))):
        address = f"https://example.org/{number} The opening"
        code, out, _ = run("resolve", id_, "--verdict", "YES", "--rationale", "Cars cross.", "--supports", address, "--json")
        assert (code, json.loads(out)["verdict"]) == (0, "YES")
    assert [row[5:7] for row in everything(sqlite_desk)["source"]]
    assert len(everything(sqlite_desk)["evidence"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("resolve", "x", "--verdict", "YES", "--rationale", "r"), 2, "Invalid value for 'ID': This is not the id of a Prediction"),
        (("resolve", "01a20724-4587-74c2-ac48-3da18ddeec7c", "--verdict", "YES", "--rationale", "r"), 1, "There is no Prediction"),
        (("resolve", "x", "--verdict", "MAYBE", "--rationale", "r"), 2, "MAYBE"),
        (("flag", "--as-of", "2025-02-30"), 2, "2025-02-30 is not a day of the calendar"),
        (("predictions", "--claimant", "x"), 2, "claimant_ids.0: This is not the id of a Claimant"),
        (("predictions", "--after", "x"), 1, "The cursor in after is not one of this list"),
        (("seed", "gone.yaml"), 1, "gone.yaml cannot be read: No such file or directory. Nothing"),
        (("nothing",), 2, "No such command 'nothing'. See claimkb --help."),
        (("resolv",), 2, "No such command 'resolv'. Did you mean 'resolve', 'restore'? See claimkb --help."),
        (("predictions", "--nothing"), 2, "No such option: --nothing. See claimkb predictions --help."),
        (("resolve", "x"), 2, "claimkb resolve --help."),
        (
            ("resolve", "01a20724-4587-74c2-ac48-3da18ddeec7c", "--verdict", "YES", "--rationale", "r", "--supports", "report"),
            2,
            "report is no id of a source",
        ),
        (("serve", "--host", "0.0.0.0"), 3, "claimkb account create Ada --role ADMIN"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_exit_code(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    found, _, err = run(*words)
    assert found == code
    assert said.removesuffix(" Nothing") in err
    assert "Traceback" not in err
    assert err.startswith("claimkb: ")
    assert len(err.strip().splitlines()) == 1


def test_what_a_person_wrote_is_printed_as_it_is(run: Run, sqlite_desk: Desk) -> None:
    words = ("--verdict", "YES", "--rationale", "See [/note] and [sic].", "--no-evidence-reason", "n")
    code, out, _ = run("resolve", str(a_prediction(sqlite_desk).id), *words)
    assert (code, out) == (0, "Resolved: YES. See [/note] and [sic].\n")


def test_a_refused_resolution_changes_nothing(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    resolved(sqlite_desk, prediction)
    before = everything(sqlite_desk)
    code, _, err = run("resolve", str(prediction.id), "--verdict", "NO", "--rationale", "r", "--no-evidence-reason", "n")
    assert (code, err) == (1, "claimkb: This prediction is resolved already. Reopen it first, and say why.\n")
    assert everything(sqlite_desk) == before


def test_a_database_without_tables_or_of_a_newer_program_is_refused(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_desk.database.connection() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for words in (("flag",), ("migrate",), ("predictions",), ("seed",)):
        code, _, err = run(*words)
        assert (code, "a newer claimkb has written it. Upgrade claimkb" in err) == (3, True), words
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", "sqlite:///empty.db")
    code, _, err = run("flag")
    assert (code, "There is no database at" in err, Path("empty.db").exists()) == (3, True, False)


def test_settings_that_make_no_sense_are_usage_errors(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_TIMEZONE", "Mars/Olympus")
    code, _, err = run("migrate")
    assert (code, "'Mars/Olympus' is not a time zone" in err) == (2, True)
    monkeypatch.delenv("CLAIMKB_TIMEZONE")
    monkeypatch.setenv("CLAIMKB_PORT", "abc")
    assert "CLAIMKB_PORT: This must be a whole number" in run("migrate")[2]
    monkeypatch.delenv("CLAIMKB_PORT")
    monkeypatch.setenv("CLAIMKB_CORS_ORIGINS", "https://www.example.org, *")
    assert "'*' is no origin: write one such as https://www.example.org" in run("migrate")[2]
    monkeypatch.delenv("CLAIMKB_CORS_ORIGINS")
    monkeypatch.setenv("CLAIMKB_RATING_SCALE", "Pants on fire=FALSE, Half true=SO-SO")
    said = "'SO-SO' is no rating: write one of TRUE, MOSTLY_TRUE, MISLEADING, FALSE, UNVERIFIABLE, such as Half true=FALSE"
    assert run("migrate")[::2] == (2, f"claimkb: CLAIMKB_RATING_SCALE: {said}\n")
    monkeypatch.delenv("CLAIMKB_RATING_SCALE")
    monkeypatch.setenv("CLAIMKB_TWO_PERSONS_RULE", "true")
    said = "CLAIMKB_TWO_PERSONS_RULE is no setting: do you mean CLAIMKB_TWO_PERSON_RULE?"
    assert run("migrate")[::2] == (2, f"claimkb: {said}\n")
    monkeypatch.delenv("CLAIMKB_TWO_PERSONS_RULE")
    monkeypatch.setenv("CLAIMKB_MAIL_URL", "mailtos://mail.example.org?from=nobody")
    assert run("migrate")[2].startswith("claimkb: CLAIMKB_MAIL_URL leads to no mail server: write it as Apprise does")
    monkeypatch.delenv("CLAIMKB_MAIL_URL")
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", "mysql://x/y")
    assert run("migrate")[0] == 3


def test_the_desks_time_zone_decides_which_day_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setenv("CLAIMKB_TIMEZONE", zone)
        days.add(json.loads(run("flag", "--json")[1])["asOf"])
    assert len(days) == 2


def test_verify_names_what_does_not_hold_together_and_says_so_in_its_exit_code(run: Run, sqlite_desk: Desk) -> None:
    assert run("verify") == (0, "0 revisions: all holds together.\n", "")
    ghost = an_outcome_that_was_never_recorded(sqlite_desk)
    code, out, _ = run("verify")
    assert (code, str(ghost) in out) == (1, True)
    assert "SEARCH_ENTRY: A search finds the words of a record that is not there." in out
    code, out, _ = run("verify", "--json")
    told = {"kind": "Outcome", "id": global_id("Outcome", ghost), "uuid": str(ghost), "version": None, "field": None}
    assert (code, json.loads(out)) == (1, [{"trace": each, **told} for each in ("RECORD", "ANNOUNCEMENT", "SEARCH_ENTRY")])


def test_schema_prints_the_committed_schema(run: Run) -> None:
    assert run("schema")[1] == (Path(__file__).parent.parent.parent / "schema.graphql").read_text(encoding="utf-8")


@pytest.mark.program
@pytest.mark.skipif(os.geteuid() != 0, reason="takes root, to become somebody else")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    imports = "import os, sys, claimkb.cli, sqlalchemy.dialects.sqlite"
    program = f"{imports}; os.setuid(65534); sys.argv = ['claimkb', 'migrate']; claimkb.cli.main()"
    environment = {"PATH": "", "CLAIMKB_DATABASE_URL": f"sqlite:///{tmp_path}/claimkb.db"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "cannot be opened: its folder must exist and be writable by this user" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_what_postgresql_stops_is_told_in_a_line(desk: Desk, executable: Path) -> None:
    url = desk.database.url.update_query_dict({"options": "-c statement_timeout=100"}).render_as_string(hide_password=False)
    command = [str(executable), "predictions"]
    with desk.database.write() as session:
        session.execute(sa.text("LOCK TABLE prediction IN ACCESS EXCLUSIVE MODE"))
        done = subprocess.run(command, env={**os.environ, "CLAIMKB_DATABASE_URL": url}, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    told = "claimkb: This took too long and was stopped in the database; nothing has changed: canceling statement"
    assert (done.stderr[: len(told)], len(done.stderr.strip().splitlines())) == (told, 1)


@pytest.mark.program
def test_what_a_driver_warns_of_is_not_printed_besides_the_line_of_the_command() -> None:
    warn = "import logging, claimkb.cli; [logging.getLogger(f'{name}.pool').warning('x') for name in ('psycopg', 'sqlalchemy', 'other')]"
    done = subprocess.run([sys.executable, "-c", warn], capture_output=True, text=True, check=True)
    assert done.stderr == "x\n"  # of the other


def test_a_copy_of_a_story_that_differs_is_told_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    story = "claims:\n  - {key: money, statement: The money is there., kind: FACT, voice: UNATTRIBUTED}\n"
    (tmp_path / "bridge.yaml").write_text(story, encoding="utf-8")
    assert run("seed", "bridge.yaml")[0] == 0
    (tmp_path / "copy.yaml").write_text(story.replace("FACT", "STATISTIC"), encoding="utf-8")
    assert run("seed", "copy.yaml")[1].splitlines() == [
        "copy.yaml",
        "  Claim              0 loaded     1 there already",
        "  Recorded under other ids already: 1 claim of this story.",
        "  What is recorded was kept where the file differs, in 1 field:",
        "  line 2, claim money: kind is recorded as FACT; the file says STATISTIC.",
    ]


MONEY = "claims:\n  - {key: money, statement: The money is there., kind: FACT, voice: UNATTRIBUTED}\n"


def of_standard_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Give a text to the next command as its standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_story_is_rehearsed_loaded_and_applied_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for text, *options in ((MONEY, "--dry-run"), (MONEY,), (MONEY.replace("FACT", "STATISTIC"), "--apply")):
        of_standard_input(monkeypatch, f"key: bridge\n{text}")
        said.append(run("seed", "-", *options)[1].splitlines())
    assert said == [
        ["- (rehearsal: nothing written)", "  Claim              1 loaded     0 there already"],
        ["-", "  Claim              1 loaded     0 there already"],
        [
            "-",
            "  Claim              0 loaded     1 there already",
            "  What is recorded was changed to what the file says, in 1 field:",
            "  line 3, claim money: kind is recorded as FACT; the file says STATISTIC.",
        ],
    ]


def test_a_story_from_standard_input_needs_a_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    of_standard_input(monkeypatch, MONEY)
    code, _, err = run("seed", "-")
    assert (code, "line 1: a story from standard input needs a name that stays the same: give its key" in err) == (1, True)
