"""So many days before an event that is told of counts from the day that the text named for it."""

from datetime import date

import pytest

from claimkb.domain.date_phrases import find_dates

TEXT = """On 3 March the bank sold its branches in Odda. A strike began on 2 January, and lasts.
The sale of the branches came ten days before the king is due to visit."""
FRENCH = """Le 3 mars, la banque a vendu ses agences d'Odda. Le 2 janvier, une grève a commencé.
La vente des agences est intervenue dix jours avant le départ du roi."""


def last_readings(text: str, said_on: date | None, language: str = "en") -> list[tuple[date | None, str]]:
    return [(each.due_on, each.reasoning.rpartition("; ")[2]) for each in find_dates(text, said_on, language)[-1].readings]


@pytest.mark.parametrize(("text", "language"), [(TEXT, "en"), (FRENCH, "fr")])
def test_it_counts_from_the_day_of_what_is_told_and_else_from_the_day_of_saying(text: str, language: str) -> None:
    assert last_readings(text, date(2026, 3, 9), language) == [
        (date(2026, 3, 13), "3 March 2026 + 10 days = 13 March 2026"),
        (date(2026, 3, 19), "9 March 2026 + 10 days = 19 March 2026"),
    ]


def test_told_on_the_day_of_saying_there_is_one_reading() -> None:
    assert last_readings(TEXT, date(2026, 3, 3)) == [(date(2026, 3, 13), "3 March 2026 + 10 days = 13 March 2026")]


def test_without_its_year_there_is_no_day_and_it_says_why() -> None:
    ((day, why),) = last_readings(TEXT, None)
    assert day is None
    assert why.startswith("No date: it counts from a day whose year the words do not name")


def test_a_month_that_the_text_prints_with_its_year_gives_the_year() -> None:
    text = f"{TEXT}\nAt the March 2026 fair he said nothing."
    (phrase,) = [each for each in find_dates(text, None, "en") if each.text.startswith("came")]
    assert phrase.readings[0].reasoning.endswith("; 3 March 2026 + 10 days = 13 March 2026")


def test_a_day_to_come_and_a_day_long_past_are_not_counted_from() -> None:
    text = "The vote is on 12 December. The pledge came ten days before the king is due to visit."
    assert last_readings(text, date(2026, 11, 9)) == [(date(2026, 11, 19), "9 November 2026 + 10 days = 19 November 2026")]
