"""On the command line a text is sent to the assistant only where `--with-assistant` says so, and the command says where it goes."""

import json
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from tests.assistant.models import Model, a_model, proposing, whole
from tests.builders import a_source, an_account, everything
from tests.cli.test_commands import Run, run
from tests.graphql.test_assistant import BRIDGE, TEXT

__all__ = ["run"]

HOW = ("--language", "en", "--published-on", "2026-11-09")


@pytest.fixture
def article(tmp_path: Path) -> str:
    """Give the name of a file with a text."""
    (tmp_path / "article.txt").write_text(TEXT)
    return "article.txt"


def set_up(model: Model, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set the model up for commands, and return its host."""
    monkeypatch.setenv("CLAIMKB_ASSISTANT_URL", model.url)
    monkeypatch.setenv("CLAIMKB_ASSISTANT_MODEL", "tiny")
    return model.url.removeprefix("http://").removesuffix("/v1")


def test_a_text_is_sent_where_that_is_asked_for_and_the_command_says_where_it_goes(
    article: str, run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_model(proposing(BRIDGE)) as model:
        host = set_up(model, monkeypatch)
        code, out, error = run("suggest", article, *HOW, "--json")
        assert (code, len(json.loads(out)["suggestions"]), error, model.asked) == (0, 1, "", [])
        code, out, error = run("suggest", article, *HOW, "--with-assistant", "--json")
    assert (code, error) == (0, f"The text is sent to {host}.\n")
    said = json.loads(out)
    assert [each["why"] for each in said["suggestions"]][1] == ["model tiny"]
    assert said["note"] is None
    assert [tokens for _, tokens in everything(sqlite_desk)["assistant_use"]] == [100]


def test_a_suggestion_of_the_assistant_alone_is_taken_at_its_place(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = str(a_source(sqlite_desk, snapshot={"text": TEXT}, published_on="2026-11-09", language="en").id)
    with a_model(proposing(BRIDGE)) as model:
        set_up(model, monkeypatch)
        _, out, _ = run("suggest", source, "--with-assistant", "--json")
        made = json.loads(out)["suggestions"][1]
        _, table, _ = run("suggest", source, "--with-assistant")
    assert f"{made['uuid']} --at {made['at']}" in " ".join(table.split())
    assert run("take", source, made["uuid"], "--voice", "UNATTRIBUTED")[0] == 1
    code, out, _ = run("take", source, made["uuid"], "--at", made["at"], "--voice", "UNATTRIBUTED")
    assert (code, out.startswith("Recorded: We are here to mend the old bridge")) == (0, True)
    assert run("refuse", source, made["uuid"], "--at", "here")[0] == 2


def test_when_the_assistant_fails_the_note_says_so(article: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_model(whole(b"", 500)) as model:
        set_up(model, monkeypatch)
        code, out, _ = run("suggest", article, *HOW, "--with-assistant", "--json")
    said = json.loads(out)
    assert (code, len(said["suggestions"])) == (0, 1)
    assert said["note"] == "The assistant tiny was of no use: it answered 500. The rules alone have suggested this."


def test_without_an_assistant_or_without_a_name_nothing_is_sent(
    article: str, run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, error = run("suggest", article, *HOW, "--with-assistant")
    assert (code, error.startswith("claimkb: No assistant is set up here")) == (1, True)
    an_account(sqlite_desk, "Rita", "READER")
    with a_model(proposing(BRIDGE)) as model:
        set_up(model, monkeypatch)
        assert run("suggest", article, *HOW, "--with-assistant")[0] == 1
        assert run("suggest", article, *HOW, "--with-assistant", "--as", "Rita")[0] == 1
    assert model.asked == []
