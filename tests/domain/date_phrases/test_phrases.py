"""Phrases of news with the days that they mean: what a row of phrases.csv says is what is read."""

import csv
from datetime import date
from pathlib import Path

import pytest

from claimkb.domain.date_phrases import Cue, DatePhrase, find_dates

ROWS = list(csv.DictReader((Path(__file__).parent / "phrases.csv").read_text("utf-8").splitlines()))
BOUNDS = {Cue.BY: "by", Cue.BEFORE: "before", Cue.IN: "in", Cue.FROM: "from", Cue.NOT_BEFORE: "from", Cue.NONE: "none"}


def found_in(row: dict[str, str]) -> DatePhrase | None:
    """Return the first phrase that is found in the words of a row."""
    found = find_dates(row["phrase"], date.fromisoformat(row["anchor"]), row["language"], row["country"] or None)
    return found[0] if found else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['phrase']} {row['anchor']} {row['country']}")
def test_a_phrase_of_the_table_means_its_days(row: dict[str, str]) -> None:
    phrase = found_in(row)
    reading = phrase.readings[0] if phrase else None
    if phrase is None or reading is None or reading.due_on is None:
        assert (row["first"], row["last"], row["bound"]) == ("", "", "none")
        return
    names_both = phrase.cue in (Cue.IN, Cue.FROM, Cue.NOT_BEFORE)
    first, last = (reading.first, reading.last) if names_both else ("", reading.due_on)
    grain = {"HALF_YEAR": "HALF"}.get(str(reading.grain), str(reading.grain))
    assert (str(first), str(last), grain, BOUNDS[phrase.cue]) == (row["first"], row["last"], row["precision"], row["bound"])
    assert reading.due is not None
    assert reading.due.due_from <= reading.due.due_on


@pytest.mark.parametrize("row", [row for row in ROWS if row["last"]], ids=lambda row: f"{row['phrase']} {row['anchor']}")
def test_a_phrase_is_found_as_a_whole(row: dict[str, str]) -> None:
    phrase = found_in(row)
    assert phrase is not None
    assert phrase.end == len(row["phrase"])
    assert phrase.text == row["phrase"][phrase.start :]
