"""A series on the command line: recorded by the action of the API's verb, and shown with its predictions."""

import json

from claimkb.actions.work import Desk
from tests.builders import a_claim, everything
from tests.cli.test_commands import Run, run

__all__ = ["run"]

WORDS = ("--every", "YEAR", "--from", "2025-01-01", "--question", "Homes in {year}?", "--criteria", "The office counts.")


def test_a_series_is_recorded_and_its_predictions_are_shown_with_their_ids(run: Run, sqlite_desk: Desk) -> None:
    code, out, err = run("series", str(a_claim(sqlite_desk).id), *WORDS, "--until", "2026-12-31")
    assert (code, err) == (0, "")
    assert all(f"Homes in {year}?" in out for year in (2025, 2026))
    assert all(row[0].hex in out.replace("-", "") for row in everything(sqlite_desk)["prediction"])
    assert "Of 2 periods" in out


def test_a_series_as_json_has_its_line_and_its_predictions(run: Run, sqlite_desk: Desk) -> None:
    _, out, _ = run("series", str(a_claim(sqlite_desk).id), *WORDS, "--count", "3", "--answer-after-days", "31", "--json")
    found = json.loads(out)
    assert [each["answerFrom"] for each in found["predictions"]] == ["2026-01-31", "2027-01-31", "2028-01-31"]
    assert [each["dueOn"] for each in found["predictions"]] == ["2025-12-31", "2026-12-31", "2027-12-31"]
    assert found["line"].startswith("Of 3 periods ")


def test_a_series_without_an_end_is_refused_and_nothing_has_changed(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk)
    before = everything(sqlite_desk)
    code, out, err = run("series", str(claim.id), *WORDS)
    assert (code, out) == (1, "")
    assert err.startswith("claimkb: Say where the series ends: either by its last day (until) or by the number")
    assert everything(sqlite_desk) == before
