"""What is found on the command line: claims, and what answers a search; ids whole, however narrow the terminal."""

import json

import pytest
from rich.console import Console

from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.domain.reference import global_id
from tests.builders import (
    a_channel,
    a_claim,
    a_claimant,
    a_fact,
    a_prediction,
    a_source,
    an_account,
    everything,
    flagged,
    resolved,
    reviewed,
)
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]


@pytest.mark.usefixtures("story")
def test_a_search_finds_words_among_a_kind_and_goes_on(run_on_each: Run) -> None:
    first = json.loads(run_on_each("search", "visit", "washington", "--first", "2", "--json")[1])
    rest = json.loads(run_on_each("search", "visit", "washington", "--first", "2", "--after", first["next"], "--json")[1])
    assert (first["total"], len(first["found"]), len(rest["found"]), rest["next"]) == (3, 2, 1, None)
    assert first["found"][0] == {
        "kind": "PREDICTION",
        "id": "UHJlZGljdGlvbjoxZGYwNjkwYS1iODBhLTVkYWUtOGMxOC1kM2ZkM2U5N2YzNDE",
        "uuid": "1df0690a-b80a-5dae-8c18-d3fd3e97f341",
        "snippet": first["found"][0]["snippet"],
    }
    assert "<mark>visit Washington</mark>" in first["found"][0]["snippet"]
    only = json.loads(run_on_each("search", "visit washington", "--kind", "PREDICTION", "--json")[1])
    assert [each["kind"] for each in only["found"]] == ["PREDICTION"]


def test_a_search_shows_the_words_of_a_quote_that_found_a_claim(run_on_each: Run, desk: Desk) -> None:
    source = a_source(desk, title="T", byline="B", snapshot={"text": "She cut the ribbon herself."})
    a_claim(desk, statement="It is open.", appearance={"source_id": source.id, "quote": {"exact": "cut the ribbon"}})
    (found,) = json.loads(run_on_each("search", "ribbon", "--json")[1])["found"]
    assert found["snippet"] == "It is open. · cut the <mark>ribbon</mark>"


def test_a_search_shows_where_it_answers_and_the_id(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk, statement="Cars & trains <cross> the bridge.")
    out = run("search", "bridge")[1]
    assert out.startswith("1 record ")
    assert "Cars & trains <cross> the bridge." in out
    assert str(claim.id) in out
    assert run("search", "nothing")[1].startswith("0 records")


def test_a_terminal_shows_hits_in_bold(monkeypatch: pytest.MonkeyPatch, run: Run, sqlite_desk: Desk) -> None:
    a_claim(sqlite_desk, statement="The bridge is long.")
    monkeypatch.setattr(tables, "out", Console(highlight=False, force_terminal=True, color_system="standard", width=100))
    assert "The \x1b[1;7mbridge\x1b[0m is long." in run("search", "bridge")[1]


def test_claims_are_listed_with_the_filters_of_the_api(run_on_each: Run, desk: Desk) -> None:
    source, minister, other = a_source(desk), a_claimant(desk), a_claimant(desk, "The ministry", "GOVERNMENT")
    said = {
        "voice": "REPORTED",
        "claimant_id": minister.id,
        "on_behalf_of_id": other.id,
        "statement": "It will open, the minister says.",
    }
    claim = a_claim(desk, **said, is_hedged=True, appearance={"source_id": source.id})
    fact = a_fact(desk)
    reviewed(desk, fact)
    for words, found in (
        ((), [claim, fact]),
        (("--kind", "FACT"), [fact]),
        (("--kind", "FACT", "--kind", "PREDICTION"), [claim, fact]),
        (("--voice", "REPORTED"), [claim]),
        (("--hedged",), [claim]),
        (("--claimant", str(minister.id)), [claim]),
        (("--claimant-kind", "PERSON"), [claim]),
        (("--claimant-kind", "GOVERNMENT"), []),
        (("--claimant", str(minister.id), "--claimant", global_id("Claimant", other.id)), [claim]),
        (("--on-behalf-of", str(other.id)), [claim]),
        (("--on-behalf-of", str(minister.id)), []),
        (("--created-since", "2026-11-23"), [claim, fact]),
        (("--created-since", "2026-11-24"), []),
        (("--updated-since", "2026-11-24"), []),
        (("--source", global_id("Source", source.id)), [claim]),
        (("--byline", "Ann Author"), [claim]),
        (("--rests-only-on", "The Daily"), []),
        (("--reviewed",), [fact]),
        (("--review-due",), []),
        (("--retracted",), []),
        (("--check-worthiness", "HIGH"), []),
        (("--text", "MINISTER"), [claim]),
    ):
        listed = json.loads(run_on_each("claims", *words, "--json")[1])
        assert [each["uuid"] for each in listed["claims"]] == [str(each.id) for each in found], words
        assert listed["total"] == len(found)
    out = run_on_each("claims")[1]
    for word in (
        "2 claims",
        "REPORTED",
        "hedged",
        "It will open, the minister says.",
        "The minister",
        "nobody named",
        str(claim.id),
    ):
        assert word in out


def test_claims_go_on_after_a_cursor(run: Run, sqlite_desk: Desk) -> None:
    ids = [str(a_claim(sqlite_desk).id) for _ in range(3)]
    first = json.loads(run("claims", "--first", "2", "--json")[1])
    rest = json.loads(run("claims", "--first", "2", "--after", first["next"], "--json")[1])
    assert [each["uuid"] for each in first["claims"] + rest["claims"]] == ids
    assert f"More with --after {first['next']}" in run("claims", "--first", "2")[1]


def listed(run: Run, *words: str) -> list[str]:
    """List predictions, and return their ids."""
    return [each["uuid"] for each in json.loads(run("predictions", *words, "--json")[1])["predictions"]]


def test_predictions_that_somebody_looks_after_are_listed(run: Run, sqlite_desk: Desk) -> None:
    an_account(sqlite_desk)
    mine = a_prediction(sqlite_desk)
    nobodys = a_prediction(sqlite_desk)
    run("assign", str(mine.id), "Ada", "--as", "Ada")
    assert listed(run, "--assignee", "Ada") == listed(run, "--assigned") == [str(mine.id)]
    assert listed(run, "--unassigned") == [str(nobodys.id)]


def test_predictions_are_listed_by_kinds_verdicts_claimants_and_days(run_on_each: Run, desk: Desk) -> None:
    minister, ministry = a_claimant(desk), a_claimant(desk, "The ministry", "GOVERNMENT")
    claim = a_claim(desk, voice="REPORTED", claimant_id=minister.id, on_behalf_of_id=ministry.id)
    promise, undated = a_prediction(desk, claim=claim, kind="PROMISE"), a_prediction(desk, None, review_on="2026-12-01")
    resolved(desk, promise)
    for words, found in (
        (("--kind", "PROMISE"), [promise]),
        (("--kind", "PROMISE", "--kind", "FORECAST"), [promise, undated]),
        (("--verdict", "YES"), [promise]),
        (("--verdict", "NO", "--verdict", "PARTIAL"), []),
        (("--claimant", str(minister.id)), [promise]),
        (("--on-behalf-of", str(ministry.id)), [promise]),
        (("--review-from", "2026-12-01", "--review-to", "2026-12-01"), [undated]),
        (("--review-from", "2026-12-02"), []),
        (("--created-since", "2026-11-23"), [promise, undated]),
        (("--created-since", "2026-11-24"), []),
        (("--updated-since", "2026-11-24"), []),
    ):
        assert listed(run_on_each, *words) == [str(each.id) for each in found], words


def test_a_day_since_which_predictions_are_listed_begins_at_the_desk(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_prediction(sqlite_desk)  # at noon in UTC, which is on the next day in Kiritimati
    monkeypatch.setenv("CLAIMKB_TIMEZONE", "Pacific/Kiritimati")
    assert listed(run, "--created-since", "2026-11-24") == [str(made.id)]
    monkeypatch.setenv("CLAIMKB_TIMEZONE", "UTC")
    assert listed(run, "--created-since", "2026-11-24") == []


@pytest.mark.long
@pytest.mark.parametrize("columns", [20, 40, 56, 80])
def test_ids_are_printed_whole_however_narrow_the_terminal_is(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    a_channel(sqlite_desk, "https://example.org/hook", "WEBHOOK", name="The dashboard of the politics desk")
    prediction = a_prediction(sqlite_desk)
    flagged(sqlite_desk)
    run("deliver")
    deliveries = [row[0] for row in everything(sqlite_desk)["delivery"]]
    assert len(deliveries) == 1
    monkeypatch.setattr(tables.out, "_width", columns)
    for words, ids in (
        (("predictions",), [prediction.id]),
        (("claims",), [prediction.claim_id]),
        (("search", "bridge"), [prediction.id, prediction.claim_id]),
        (("deliveries",), deliveries),
    ):
        out = run(*words)[1]
        assert [each for each in ids if str(each) not in out] == [], words


def test_what_is_long_wraps_beside_a_whole_id(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_prediction(sqlite_desk, question="Does the bridge open? " * 20)
    monkeypatch.setattr(tables.out, "_width", 60)
    assert {len(line) for line in run("predictions")[1].splitlines()[1:]} == {60}


def test_a_prediction_is_one_day_overdue(run: Run, sqlite_desk: Desk) -> None:
    a_prediction(sqlite_desk)
    assert "1 day ago" in run("flag", "--as-of", "2025-11-20")[1]


def test_predictions_are_listed_with_their_bounds_and_by_whether_they_have_a_number(run: Run, sqlite_desk: Desk) -> None:
    target = {"comparator": "AT_LEAST", "value": "5", "unit": "%"}
    a_prediction(sqlite_desk, bound="WITHIN", answer_from="2025-12-01", target=target, question="A number?")
    a_prediction(sqlite_desk, question="None?")
    shown = run("predictions", "--with-target")[1]
    for word in ("WITHIN", "answer 2025-12-01", "A number?"):
        assert word in shown
    (row,) = json.loads(run("predictions", "--with-target", "--json")[1])["predictions"]
    assert (row["bound"], row["answerFrom"]) == ("WITHIN", "2025-12-01")
    assert "None?" in run("predictions", "--without-target")[1]
