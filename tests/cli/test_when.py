"""Words of dates on the command line: what they mean, and where they are taken for a due date."""

import json
from datetime import date

import pytest

from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.store.engine import records
from tests.builders import a_claim, a_prediction, everything
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]

SAID = ("--said-on", "2026-11-29")
WHY = ("--reason", "So they said.")


def read(desk: Desk, prediction: Prediction) -> Prediction:
    """Read a prediction again."""
    with desk.database.read() as session:
        return records.get(session, Prediction, prediction.id)


def test_words_are_told_with_their_days_their_bound_and_the_sum(run: Run) -> None:
    code, out, err = run("when", "by", "the", "end", "of", "next", "quarter", *SAID)
    assert (code, err) == (0, "")
    for said in ("BY", "QUARTER", "DERIVED", "by 2027-03-31, written as 2027-Q1", "29 November 2026 + 1 quarter = Q1 2027"):
        assert said in out


def test_words_as_json_have_the_names_of_the_api(run: Run) -> None:
    found = json.loads(run("when", "by the end of 2027", *SAID, "--json")[1])
    (reading,) = found.pop("readings")
    assert found == {"text": "by the end of 2027", "saidOn": "2026-11-29"}
    assert reading.pop("reasoning")
    assert reading == {
        "from": "2027-01-01",
        "on": "2027-12-31",
        "precision": "YEAR",
        "written": "2027",
        "bound": "BY",
        "basis": "STATED",
        "reviewOn": None,
    }


def test_several_meanings_are_several_unless_the_country_tells(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    out = run("when", "11/12/2026", *SAID)[1]
    assert "which may mean 2 due dates" in out
    assert ("2026-12-11" in out, "2026-11-12" in out) == (True, True)
    assert "2026-12-11" not in run("when", "11/12/2026", *SAID, "--country", "US")[1]
    monkeypatch.setenv("CLAIMKB_COUNTRY", "US")
    assert "2026-12-11" not in run("when", "11/12/2026", *SAID)[1]


def test_words_that_turn_the_direction_of_a_line_are_shown_without_doing_so(run: Run) -> None:
    for words in ("\u202e2030", "[red]2030", "2030[/]"):
        _, out, err = run("when", words, *SAID)
        assert "\u202e" not in out + err
        assert "2030" in out + err


def test_vague_words_have_a_day_to_look_again(run: Run) -> None:
    code, out, _ = run("when", "soon", *SAID)
    assert code == 0
    assert "no date" in out
    assert "look again after 2027-05-28" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("blah",), 1, "“blah” is no date that is known here: write 2027-03-31, 2027-Q1 or"),
        (("x" * 301,), 1, "text has 301 characters; at most 300 are read."),
        (("tomorrow", "--language", "tlh"), 1, "claimkb knows no words of dates in the language tlh yet, only in en, fr"),
        (("tomorrow", "--country", "QQ"), 1, "claimkb has no table of the country QQ."),
        (("tomorrow", "--said-on", "9999-12-31"), 1, "9999-12-31 is no day that claimkb counts from"),
        (("tomorrow", "--said-on", "soon"), 2, "soon is not a day of the calendar"),
    ],
)
def test_what_is_no_date_is_refused_and_why(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    refused = run("when", *words)
    assert refused[:2] == (code, "")
    assert said in refused[2]


def test_a_due_date_moves_by_words_which_bring_their_bound_and_sum(run_on_each: Run, desk: Desk) -> None:
    prediction = a_prediction(desk)
    words = ("--kind", "EXTENSION", "--due-on", "by the end of next quarter", *SAID, *WHY)
    code, out, err = run_on_each("move", str(prediction.id), *words)
    assert (code, out.partition(",")[0]) == (0, "Due on 2027-03-31 now")
    assert err.startswith("“by the end of next quarter”: by 2027-03-31 (the quarter of 29 November 2026 + 1 quarter")
    moved = read(desk, prediction)
    assert (moved.due_from, moved.due_on, moved.due_precision) == (date(2027, 1, 1), date(2027, 3, 31), "QUARTER")
    assert (moved.bound, moved.due_basis, moved.due_text) == ("BY", "DERIVED", "by the end of next quarter")


def test_a_correction_counts_from_the_day_of_the_claim(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk, claim=a_claim(sqlite_desk, said_on="2025-11-07"))
    code, _, _ = run("move", str(prediction.id), "--kind", "CORRECTION", "--due-on", "within 20 days", *WHY)
    assert (code, read(sqlite_desk, prediction).due_on) == (0, date(2025, 11, 27))


def test_a_written_due_date_moves_as_before_and_binds_as_before(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk, bound="NOT_BEFORE")
    assert run("move", str(prediction.id), "--kind", "EXTENSION", "--due-on", "2027-Q2", *WHY)[0] == 0
    moved = read(sqlite_desk, prediction)
    assert (moved.due_from, moved.due_on, moved.due_precision) == (date(2027, 4, 1), date(2027, 6, 30), "QUARTER")
    assert (moved.bound, moved.due_basis) == ("NOT_BEFORE", "EDITORIAL")


@pytest.mark.parametrize("words", ["11/12/2027", "soon", "blah", "2027-02-30"])
def test_words_that_give_no_one_date_move_nothing(run: Run, sqlite_desk: Desk, words: str) -> None:
    prediction = a_prediction(sqlite_desk)
    before = everything(sqlite_desk)
    code, out, err = run("move", str(prediction.id), "--kind", "EXTENSION", "--due-on", words, *WHY)
    assert (code, out) == (2 if words == "2027-02-30" else 1, "")
    assert words in err
    assert everything(sqlite_desk) == before


def test_a_review_is_put_off_by_words(run: Run, sqlite_desk: Desk) -> None:
    one, other = a_prediction(sqlite_desk, None), a_prediction(sqlite_desk, None)
    assert run("snooze", str(one.id), "--until", "the end of 2199", *WHY)[0] == 0
    assert run("snooze-several", str(other.id), "--until", "2199", *WHY)[0] == 0
    assert (read(sqlite_desk, one).review_on, read(sqlite_desk, other).review_on) == (date(2199, 12, 31), date(2199, 12, 31))


def test_a_series_and_a_filter_take_words(run: Run, sqlite_desk: Desk) -> None:
    words = ("--every", "YEAR", "--from", "2025", "--question", "Homes in {year}?", "--criteria", "The office counts.")
    until = ("--until", "the end of 2027", "--json")
    made = json.loads(run("series", str(a_claim(sqlite_desk).id), *words, *until)[1])
    assert [each["dueOn"] for each in made["predictions"]] == ["2025-12-31", "2026-12-31", "2027-12-31"]
    listed = ("predictions", "--due-from", "2026", "--due-to", "the end of 2026", "--json")
    assert [each["dueOn"] for each in json.loads(run(*listed)[1])["predictions"]] == ["2026-12-31"]
