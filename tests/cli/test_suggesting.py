"""Suggestions on the command line: of a file without a database, of a source with what became of it; taken and refused."""

import io
import json
import sys
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from tests.actions.test_suggestions import ARTICLE, HARBOUR, an_article, pick
from tests.builders import a_claimant, everything
from tests.capture.sites import BODY, article
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


def test_a_page_is_read_without_its_markup_and_days_are_counted_from_that_which_it_names(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "article.html"
    path.write_text(
        article('<meta name="date" content="2026-11-20">', f"{BODY}<p>The ferry will sail in twelve days.</p>"), encoding="utf-8"
    )
    _, out, _ = run("suggest", str(path), "--json")
    told = json.loads(out)
    ferry = next(each for each in told["suggestions"] if "twelve" in each["statement"])
    assert (ferry["statement"], ferry["dueOn"]) == ("The ferry will sail in twelve days", "2026-12-02")
    assert told["note"] == "Days are counted from 2026-11-20. Found in a meta element (date): 2026-11-20."
    told = json.loads(run("suggest", str(path), "--json", "--published-on", "2026-11-21")[1])
    assert ("2026-12-03" in [each["dueOn"] for each in told["suggestions"]], told["note"]) == (True, None)


def test_a_text_that_is_not_in_utf_8_is_read_and_line_ends_are_as_in_a_capture(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes("The café will open soon, the mayor said.\r\nIt will be large.".encode("utf-16"))
    of_words = json.loads(run("suggest", str(path), "--json", "--language", "en")[1])["suggestions"]
    path.write_bytes("The café will open soon, the mayor said.\r\nIt will be large.".encode())
    assert [each["id"] for each in json.loads(run("suggest", str(path), "--json")[1])["suggestions"]] == [
        each["id"] for each in of_words
    ]


def test_what_is_neither_a_file_nor_an_id_is_wrong_usage(run: Run) -> None:
    code, _, err = run("suggest", "1234")
    assert code == 2
    assert "1234 is neither a file nor the id of a source." in err


def test_the_beginning_of_an_id_names_a_suggestion_if_just_one_begins_so(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    uuid = next(
        each["uuid"]
        for each in json.loads(run("suggest", str(source.id), "--json")[1])["suggestions"]
        if "ferry" in each["statement"]
    )
    before = everything(sqlite_desk)
    for wrong in (uuid[:3], "zzzz"):
        code, _, err = run("refuse", str(source.id), wrong)
        assert code == 2
        assert "is not the id of a suggestion of this source, nor how just one of them begins" in err
    assert everything(sqlite_desk) == before
    assert run("refuse", str(source.id), uuid[:8])[0] == 0


def test_a_new_claimant_has_the_name_in_the_sentence_and_a_guess_is_not_taken(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    code, _, err = run("take", str(source.id), pick(sqlite_desk, source, "bridge").id, "--new", "PERSON")
    assert code == 2
    assert "is a guess: say who asserts it, by --claimant." in err
    assert everything(sqlite_desk)["claimant"] == []
    assert run("take", str(source.id), pick(sqlite_desk, source, "ferry").id, "--new", "PERSON")[0] == 0
    assert [HARBOUR in each for each in everything(sqlite_desk)["claimant"]] == [True]


def test_a_claimant_who_is_not_recorded_is_refused_with_how_to_record_one(run: Run, sqlite_desk: Desk) -> None:
    source = an_article(sqlite_desk)
    code, _, err = run("take", str(source.id), pick(sqlite_desk, source, "ferry").id, "--claimant", "Nobody")
    assert code == 1
    assert "To record a new one, add --new: PERSON, ORGANIZATION, GOVERNMENT, UNNAMED_GROUP." in err


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
