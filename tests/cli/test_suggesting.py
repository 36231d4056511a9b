"""Suggestions on the command line: of a file without a database, of a source with what became of it; taken and refused."""

import io
import json
import sys
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from tests.actions.test_suggestions import ARTICLE, HARBOUR, an_article, pick
from tests.builders import a_claimant, everything
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def test_a_file_is_shown_with_its_days_and_sums_and_needs_no_database(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    code, out, err = run("suggest", str(path), "--published-on", "2026-11-20")
    assert (code, err) == (0, "")
    for said in (
        "due 2027-06-30",
        "the ferry will sail again by 30 June 2027",
        HARBOUR,
        "“by 30 June 2027”: printed: 30 June 2027",
    ):
        assert said in out
    assert not (tmp_path / "none.db").exists()


def test_a_text_as_json_has_the_ids_of_its_suggestions(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = an_article(sqlite_desk)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    _, out, _ = run("suggest", "-", "--published-on", "2026-11-20", "--json")
    told = json.loads(out)
    ferry = next(each for each in told["suggestions"] if "ferry" in each["statement"])
    assert ferry["id"] == pick(sqlite_desk, source, "ferry").id
    assert (ferry["dueOn"], ferry["bound"], ferry["kind"], ferry["state"]) == ("2027-06-30", "BY", "FORECAST", "OPEN")
    assert told["note"] is None


def test_a_text_without_its_day_says_what_that_means(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    _, out, _ = run("suggest", str(path))
    assert "The day of publishing is not known" in out


def test_a_language_without_tables_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    code, _, err = run("suggest", str(path), "--language", "kk")
    assert code == 1
    assert err.startswith("claimkb: claimkb has no tables of kk yet, only of ")


def test_what_is_no_text_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(b"\xff\xfe\x00")
    assert run("suggest", str(path))[0] == 2


def test_a_suggestion_of_a_source_is_taken_and_shown_as_taken(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    a_claimant(sqlite_desk, HARBOUR)
    id_ = pick(sqlite_desk, source, "ferry").id
    code, out, err = run("take", str(source.id), id_, "--statement", "The ferry sails.", "--question", "Does it sail?")
    assert (code, err) == (0, "")
    assert "Recorded: The ferry sails." in out
    assert "Its prediction, due 2027-06-30: " in out
    _, listed, _ = run("suggest", str(source.id), "--state", "TAKEN")
    assert "TAKEN" in listed
    assert "ferry" not in run("suggest", str(source.id))[1]


def test_a_suggestion_is_taken_with_a_claimant_who_is_new(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    id_ = pick(sqlite_desk, source, "ferry").id
    _, out, _ = run("take", str(source.id), id_, "--claimant", HARBOUR, "--new", "PERSON", "--reading", "0", "--json")
    assert json.loads(out)["dueOn"] == "2027-06-30"
    assert len(everything(sqlite_desk)["claimant"]) == 1


def test_a_suggestion_is_taken_with_another_day_and_a_known_claimant(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    a_claimant(sqlite_desk, "Saltby Ferries", "ORGANIZATION")
    other = ("--due-on", "2027-07-01", "--basis", "EDITORIAL", "--reasoning", "R.", "--claimant", "Saltby Ferries")
    _, out, _ = run("take", str(source.id), pick(sqlite_desk, source, "ferry").id, *other)
    assert "due 2027-07-01" in out


def test_a_speaker_who_is_not_known_is_refused_and_nothing_has_changed(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    before = everything(sqlite_desk)
    code, out, err = run("take", str(source.id), pick(sqlite_desk, source, "ferry").id)
    assert (code, out) == (1, "")
    assert err.startswith("claimkb: The text seems to name The harbour master, and no one claimant")
    assert everything(sqlite_desk) == before


def test_a_suggestion_is_refused_and_not_shown_again(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    id_ = pick(sqlite_desk, source, "ferry").id
    _, out, _ = run("refuse", str(source.id), id_, "--reason", "R.")
    assert out.startswith("Refused, and remembered for this text: ")
    assert "ferry" not in run("suggest", str(source.id))[1]
    assert run("refuse", str(source.id), id_)[0] == 1
