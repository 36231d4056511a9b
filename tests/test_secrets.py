"""A crash tells of no secret and of no article, whichever door it comes through: neither in the log nor in the answer."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from claimkb import cli, logs
from claimkb.actions.channels import OpenChannel, open_channel
from claimkb.actions.work import Desk
from claimkb.app import app_of, link
from claimkb.domain import password, second_factor
from claimkb.domain.channel import ChannelKind
from claimkb.identity import COMMAND_LINE
from claimkb.outbound import digests, scheduler, webhooks
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.digests import Digests
from claimkb.outbound.scheduler import Scheduler
from claimkb.outbound.webhooks import Webhooks
from claimkb.store import search
from tests.builders import a_desk, a_prediction, a_session, a_token, an_account, do, everything, flagged
from tests.cli.test_serving import serving
from tests.forkserver import INSTALLED

HERE = "http://127.0.0.1"
ARTICLE = "The minister whispered that the bridge is made of sugar."
WORDS = "correct horse battery staple"
HOOK = "https://hooks.example.org/services/T0SECRETPATH?key=hunter2"
MAIL = "mailtos://desk:hunter3@mail.example.org?from=desk@example.org"
CHAT = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@contextmanager
def logging_as(form: str) -> Iterator[StringIO]:
    """Log in a form into a text."""
    text, handlers = StringIO(), logging.root.handlers
    handler = logs.Handler(form)
    handler.stream = text
    logging.root.handlers = [handler]
    level = logging.getLogger("claimkb").level
    logging.getLogger("claimkb").setLevel(logging.INFO)
    try:
        yield text
    finally:
        logging.root.handlers = handlers
        logging.getLogger("claimkb").setLevel(level)


def crash(*values: Any) -> Callable[..., Any]:
    """Make what crashes, and puts values into its message as libraries do."""

    def crashing(*_given: Any, **_named: Any) -> Any:
        try:
            raise ValueError(f"cannot read {values[0]!r}: {values[-1]!r}")
        except ValueError as error:
            raise KeyError(*values) from error

    return crashing


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> str:
    """Name each form of the log in turn."""
    return str(request.param)


@pytest.fixture
def arranged(desk: Desk) -> tuple[Desk, list[str]]:
    """Arrange accounts and channels; list every secret of theirs."""
    secrets = [a_token(desk, an_account(desk)).secret.get_secret_value(), ARTICLE, WORDS, "hunter2", "hunter3", "T0SECRETPATH"]
    opened = do(desk, open_channel, OpenChannel(name="Hook", kind="WEBHOOK", address=HOOK), COMMAND_LINE)
    do(desk, open_channel, OpenChannel(name="Mail", kind="DIGEST", address="desk@example.org"), COMMAND_LINE)
    do(desk, open_channel, OpenChannel(name="Chat", kind="DIGEST", address=CHAT), COMMAND_LINE)
    a_prediction(desk)
    flagged(desk)
    return desk, [*secrets, opened.secret.get_secret_value(), CHAT.removeprefix("slack://"), "TIiajkdnlazkcOXrIdevi7FQ"]


def check(told: str, secrets: list[str]) -> None:
    """See that something was told, and nothing of what is secret."""
    assert "Traceback" in told or "exc_type" in told
    assert [each for each in secrets if each in told or json.dumps(each)[1:-1] in told] == []
    assert "arranged" not in told  # a variable of this test
    assert "locals" not in told


def test_a_crash_of_a_request(arranged: tuple[Desk, list[str]], form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, secrets = arranged
    monkeypatch.setattr(search, "watch", crash(ARTICLE, secrets[0], HOOK))
    document = "mutation($i: RecordSourceInput!) { recordSource(input: $i) { source { id } } }"
    given = {"title": "T", "snapshot": {"text": ARTICLE}}
    with logging_as(form) as log, TestClient(app_of(desk), base_url=HERE) as client:
        headers = {"authorization": f"Bearer {secrets[0]}"}
        answer = client.post("/graphql", json={"query": document, "variables": {"i": given}}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    check(log.getvalue() + "Traceback", [*secrets, "bridge"])
    check(answer.text + "Traceback", [*secrets, "bridge"])
    check(log.getvalue(), secrets)


def test_a_crash_of_a_form(arranged: tuple[Desk, list[str]], form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, secrets = arranged
    monkeypatch.setattr(password, "is_right", crash(WORDS))
    app = app_of(desk)
    with logging_as(form) as log, TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        answer = client.post("/sign-in", data={"name": "Ada", "password": WORDS}, headers={"origin": HERE})
    assert answer.status_code == 500
    check(log.getvalue(), secrets)
    check(answer.text + "Traceback", secrets)


def test_a_crash_of_a_second_factor(arranged: tuple[Desk, list[str]], form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, secrets = arranged
    bea = a_session(desk, an_account(desk, "Bea")).secret.get_secret_value()
    given = {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "287082", "current_password": WORDS}
    monkeypatch.setattr(password, "is_right", lambda *_: True)
    monkeypatch.setattr(second_factor, "set_up", crash(*given.values()))
    with logging_as(form) as log, TestClient(app_of(desk), base_url=HERE, raise_server_exceptions=False) as client:
        answer = client.post("/second-factor", data=given, headers={"origin": HERE, "cookie": f"claimkb-80={bea}"})
    assert answer.status_code == 500
    check(log.getvalue(), [*secrets, *given.values(), bea])
    check(answer.text + "Traceback", [*secrets, *given.values(), bea])


def sent(desk: Desk) -> Outbox:
    """Make what sends."""
    to = partial(link, "https://claims.example.org")
    return Outbox(desk, {ChannelKind.DIGEST: Digests(desk, SecretStr(MAIL), to), ChannelKind.WEBHOOK: Webhooks(desk, to, 0.1)})


@pytest.mark.parametrize(
    ("module", "name", "value"), [(webhooks, "signature", HOOK), (digests, "quote", MAIL), (digests, "is_mail", CHAT)]
)
def test_a_crash_of_what_is_sent(
    arranged: tuple[Desk, list[str]], form: str, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, value: str
) -> None:
    desk, secrets = arranged
    monkeypatch.setattr(module, name, crash(value, secrets[-3]))
    with logging_as(form) as log:
        sent(desk).deliver()
    check(log.getvalue(), secrets)
    problems = str(everything(desk)["delivery"])
    assert [each for each in secrets if each in problems] == []


def test_what_a_service_says_of_its_address_is_not_logged(arranged: tuple[Desk, list[str]], form: str) -> None:
    with logging_as(form) as log:
        logging.getLogger("apprise").error("Unparseable URL %s", CHAT)
        logging.getLogger("httpx2").error("HTTP Request: POST %s", HOOK)
    assert [each for each in arranged[1] if each in log.getvalue()] == []
    assert "slack://…" in log.getvalue()


def test_a_crash_of_the_job(arranged: tuple[Desk, list[str]], form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, secrets = arranged
    monkeypatch.setattr(scheduler, "is_due", crash(ARTICLE, MAIL))
    with logging_as(form) as log:
        working = Scheduler(desk, sent(desk), seconds=0.01)
        working.begin()
        for _ in range(500):
            if log.getvalue():
                break
            working.stopped.wait(0.01)
        working.end()
    check(log.getvalue(), secrets)


def test_a_crash_of_a_command(
    arranged: tuple[Desk, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, secrets = arranged
    monkeypatch.setattr(cli, "app", crash(MAIL, ARTICLE))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capsys.readouterr()
    assert ended.value.code == 70
    check(printed.err, secrets)
    assert printed.out == ""


@pytest.mark.program
@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["serve", "--port", "0"], {"CLAIMKB_DATABASE_URL": "postgresql://ann:hunter2@127.0.0.1:1/x"}),
        (["serve", "--port", "0"], {"CLAIMKB_DATABASE_URL": "postgres://ann:hunter2@[/x"}),
        (["flag"], {"CLAIMKB_DATABASE_URL": "mysql://ann:hunter2@127.0.0.1/x"}),
        (["flag"], {"CLAIMKB_MAIL_URL": "mailtos://desk:hunter2@x", "CLAIMKB_DIGEST_HOUR": "hunter2"}),
        (["deliver"], {"CLAIMKB_MAIL_URL_FILE": "/nowhere/hunter2"}),
    ],
)
def test_a_start_that_fails(tmp_path: Path, executable: Path, words: list[str], settings: dict[str, str], form: str) -> None:
    environment = {**os.environ, **settings, "CLAIMKB_LOG": form}
    done = subprocess.run([executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert done.stderr
    assert "hunter2" not in (done.stdout + done.stderr).replace("/nowhere/hunter2", "")


def test_what_is_kept_in_files_is_its_owners(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        desk = a_desk(f"sqlite:///{tmp_path}/claimkb.db")
        with desk.database.connection() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x)")
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        desk.database.close()
    finally:
        os.umask(before)
    assert modes == {"claimkb.db": 0o600, "claimkb.db-wal": 0o600, "claimkb.db-shm": 0o600}


def commands_of(process: psutil.Process) -> str:
    """Write what the list of processes shows to everybody of a process and its children."""
    return "\n".join(" ".join(each.cmdline()) for each in (process, *process.children(recursive=True)))


@pytest.mark.program
def test_the_list_of_processes_shows_no_secret(tmp_path: Path) -> None:
    secrets = {"CLAIMKB_MAIL_URL": "mailtos://desk:hunter3@x", "CLAIMKB_DATABASE_URL": f"sqlite:///{tmp_path}/hunter2.db"}
    mail, database = secrets["CLAIMKB_MAIL_URL"], secrets["CLAIMKB_DATABASE_URL"]
    with serving(INSTALLED, tmp_path, "--token", "--no-seed", CLAIMKB_MAIL_URL=mail, CLAIMKB_DATABASE_URL=database):
        ours = [each for each in psutil.Process().children(recursive=True) if "serve" in each.cmdline()]
        local = (tmp_path / "claimkb.token").read_text(encoding="utf-8").strip()
        told = "\n".join(map(commands_of, ours))
        assert "claimkb serve --token" in told
        assert [each for each in (local, "hunter2", "hunter3") if each in told] == []
    opening = [sys.executable, "-m", "claimkb", "channel", "open", "Hook", "--webhook", "-"]
    with subprocess.Popen(opening, cwd=tmp_path, env={**os.environ, **secrets}, stdin=subprocess.PIPE, text=True) as opened:
        while not (told := commands_of(psutil.Process(opened.pid))):  # as long as it is about to begin
            assert opened.poll() is None
        opened.communicate(HOOK)
    assert told.endswith("channel open Hook --webhook -")
    assert opened.returncode == 0


def test_what_steers_a_terminal_is_written_as_its_code(form: str) -> None:
    with logging_as(form) as log:
        with logs.OfRequest("GET", "/predictions/\x1b]0;owned\x07\x9b31m\u202e", "r") as asked_for:
            asked_for.answered(404)
        logging.getLogger("claimkb").warning("Asked \x1b[2J")
    told = log.getvalue().replace("\\\\", "\\")
    assert r"/predictions/\x1b]0;owned\x07\x9b31m\u202e" in told
    assert [sign for sign in told if sign != "\n" and (sign < " " or "\x7f" <= sign <= "\x9f" or sign == "\u202e")] == []


def test_a_secret_prints_nothing(desk: Desk) -> None:
    account = an_account(desk)
    opened = do(desk, open_channel, OpenChannel(name="Hook", kind="WEBHOOK", address=HOOK), COMMAND_LINE)
    order = OpenChannel(name="Hook", kind="WEBHOOK", address=HOOK)
    for each in (account, opened, order, a_token(desk, account)):
        assert "hunter2" not in repr(each) + str(each)
        assert "whsec_" not in repr(each)
        assert "hunter2" not in each.model_dump_json()
