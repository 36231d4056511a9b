"""A story's due dates in words: they are computed from the day on which its claim was said, and bring bound, basis and sum."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from claimkb import seeding
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.policy import Policy
from claimkb.seeding import BadStory
from tests.builders import EDITOR, everything

STORY = """\
sources:
  - key: article
    title: The bridge
    published_on: 2025-11-10
    language: fr
claims:
  - key: opens
    statement: The bridge opens.
    kind: PREDICTION
    voice: UNATTRIBUTED
    said_on: 2025-11-07
    appearances:
      - {source: article, paragraph: 2}
    prediction:
      question: Does it open?
      criteria: Cars cross.
      due: within twelve days
"""
SERIES = """\
    series:
      every: YEAR
      from: next year
      until: the end of 2028
      question: Does it open in {year}?
      criteria: Cars cross.
      due_basis: STATED
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bridge.yaml"


def load(desk: Desk, path: Path, text: str) -> seeding.Report:
    """Load a story."""
    path.write_text(text, encoding="utf-8")
    return seeding.load(desk, EDITOR, path)


def loaded(desk: Desk, path: Path, text: str) -> list[Prediction]:
    """Load a story, and read its predictions."""
    load(desk, path, text)
    with desk.database.read() as session:
        return list(session.scalars(sa.select(Prediction).order_by("due_on")))


def refused(desk: Desk, path: Path, text: str) -> str:
    """See a story refused, and nothing of it loaded."""
    before = everything(desk)
    with pytest.raises(BadStory) as mistake:
        load(desk, path, text)
    assert everything(desk) == before
    return str(mistake.value)


def test_words_count_from_the_day_of_the_claim_and_bring_their_sum(desk: Desk, path: Path) -> None:
    (prediction,) = loaded(desk, path, STORY)
    assert (prediction.due_on, prediction.due_precision, prediction.bound) == (date(2025, 11, 19), "DAY", "BY")
    assert (prediction.due_text, prediction.due_basis) == ("within twelve days", "DERIVED")
    assert prediction.due_reasoning == "7 November 2025 + 12 days = 19 November 2025"


def test_a_second_load_finds_the_same_days_and_nothing_differs(desk: Desk, path: Path) -> None:
    load(desk, path, STORY)
    before = everything(desk)
    again = load(desk, path, STORY)
    assert (again.recorded.total(), again.differences) == (0, [])
    assert everything(desk) == before


def test_words_that_differ_later_are_told_at_their_line(sqlite_desk: Desk, path: Path) -> None:
    load(sqlite_desk, path, STORY)
    told = [str(each) for each in load(sqlite_desk, path, STORY.replace("twelve", "ten")).differences]
    assert told[0] == "line 17, prediction of opens: due_on is recorded as 2025-11-19; the file says 2025-11-17."
    assert {each.partition(",")[0] for each in told} == {"line 17"}


def test_without_a_day_of_the_claim_they_count_from_that_of_its_source(sqlite_desk: Desk, path: Path) -> None:
    (prediction,) = loaded(sqlite_desk, path, STORY.replace("    said_on: 2025-11-07\n", ""))
    assert prediction.due_on == date(2025, 11, 22)


def test_what_the_file_says_itself_stays(sqlite_desk: Desk, path: Path) -> None:
    own = "      due_text: twelve days\n      bound: WITHIN\n      due_basis: EDITORIAL\n      due_reasoning: We counted.\n"
    (prediction,) = loaded(sqlite_desk, path, STORY + own)
    said = (prediction.due_text, prediction.bound, prediction.due_basis, prediction.due_reasoning)
    assert said == ("twelve days", "WITHIN", "EDITORIAL", "We counted.")


@pytest.mark.parametrize("key", ["due", "due_on"])
def test_a_written_due_date_means_what_it_meant(sqlite_desk: Desk, path: Path, key: str) -> None:
    text = STORY.replace("due: within twelve days", f"{key}: 2027-Q2\n      due_basis: STATED")
    (prediction,) = loaded(sqlite_desk, path, text)
    assert (prediction.due_from, prediction.due_on, prediction.bound) == (date(2027, 4, 1), date(2027, 6, 30), "BY")
    assert prediction.due_text is None


def test_the_language_of_the_source_is_read_first_and_others_too(sqlite_desk: Desk, path: Path) -> None:
    (prediction,) = loaded(sqlite_desk, path, STORY.replace("within twelve days", "d'ici douze jours"))
    assert prediction.due_on == date(2025, 11, 19)


def test_a_country_says_what_a_fiscal_year_is(sqlite_desk: Desk, path: Path) -> None:
    text = STORY.replace("within twelve days", "by the end of fiscal 2027")
    assert "the country is not known" in refused(sqlite_desk, path, text)
    abroad = replace(sqlite_desk, policy=Policy(country="US"))
    (prediction,) = loaded(abroad, path, "country: GB\n" + text)
    assert prediction.due_on == date(2027, 3, 31)
    (prediction,) = loaded(abroad, path.with_name("other.yaml"), text.replace("The bridge opens", "It opens"))[1:]
    assert prediction.due_on == date(2027, 9, 30)


def test_a_series_runs_from_and_until_words(sqlite_desk: Desk, path: Path) -> None:
    text = STORY[: STORY.index("    prediction:")] + SERIES
    days = [each.due_on for each in loaded(sqlite_desk, path, text)]
    assert days == [date(2026, 12, 31), date(2027, 12, 31), date(2028, 12, 31)]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("due: soon", "line 17: due: “soon”: No date: "),
        ("due: soon", "Give a review date, such as 2026-05-06."),
        ("due_on: when pigs fly", "line 17: due_on: “when pigs fly” is no date that is known here: write 2027-03-31, 2027-Q1"),
        ("due: 2025-11-31", "line 17: due: day is out of range for month"),
        ("due: 2011-12", "line 17: due: '2011-12' may be December or two years"),
        ("{due: tomorrow, due_on: 2027}", "line 17: due and due_on are the same: give one of them"),
        ("{due: not before 2030, bound: BY}", "line 18: bound: BY does not go with 'not before 2030', which is NOT_BEFORE"),
    ],
)
def test_words_that_give_no_one_date_are_told_with_their_line(sqlite_desk: Desk, path: Path, said: str, told: str) -> None:
    inside = said.strip("{}").replace(", ", "\n      ")
    assert told in refused(sqlite_desk, path, STORY.replace("due: within twelve days", inside))


def test_words_that_count_need_a_day_to_count_from(sqlite_desk: Desk, path: Path) -> None:
    text = STORY.replace("said_on: 2025-11-07", "said_on: 2025-11")
    assert "line 17: due: “within twelve days”: No date: " in refused(sqlite_desk, path, text)
    (prediction,) = loaded(sqlite_desk, path, text.replace("within twelve days", "by the end of 2027"))
    assert prediction.due_on == date(2027, 12, 31)


def test_a_date_that_may_be_two_is_told_unless_the_language_says_which(sqlite_desk: Desk, path: Path) -> None:
    text = STORY.replace("within twelve days", "11/12/2026")
    told = refused(sqlite_desk, path, text.replace("language: fr", "language: en"))
    assert "line 17: due: “11/12/2026” may mean several due dates: on 2026-12-11 (" in told
    (prediction,) = loaded(sqlite_desk, path, text)
    assert prediction.due_on == date(2026, 12, 11)


def test_a_country_without_a_table_is_told_with_its_line(sqlite_desk: Desk, path: Path) -> None:
    assert "line 1: country: claimkb has no table of the country QQ." in refused(sqlite_desk, path, "country: QQ\n" + STORY)
