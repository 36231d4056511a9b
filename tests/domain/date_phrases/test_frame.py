"""Halves and quarters are those of a firm's fiscal year where the text says that it counts so."""

from datetime import date

import pytest

from claimkb.domain.date_phrases import DueReading, find_dates

SAID = date(2026, 8, 20)


def last_readings(text: str, country: str, language: str = "en") -> tuple[DueReading, ...]:
    """Read the last phrase of a text."""
    return find_dates(text, SAID, language, country)[-1].readings


@pytest.mark.parametrize(
    ("text", "country", "days"),
    [
        ("Profit rose in the year to June 30; it guides for fiscal 2027. Fares will fall in the first half.", "AU", ("2026-07-01", "2026-12-31")),
        ("Profit rose in the year to June 30; it guides for fiscal 2027. Fares will fall in the second half.", "AU", ("2027-01-01", "2027-06-30")),
        ("Full-year results were good. Sales will fall in the third quarter.", "AU", ("2027-01-01", "2027-03-31")),
        ("It expects 4% in FY27. Orders should rise in the second quarter.", "IN", ("2026-07-01", "2026-09-30")),
        ("Results for the year ended 30 September. Sales will fall in the first half.", "GB", ("2026-10-01", "2027-03-31")),
        ("Results for the year ended 31 December. Sales will fall in the first half.", "AU", ("2027-01-01", "2027-06-30")),
        ("Sales will fall in the first half.", "AU", ("2027-01-01", "2027-06-30")),
        ("Full-year results were good. Sales will fall in the third quarter.", "US", ("2026-07-01", "2026-09-30")),
        ("Migration fell in the year to 30 June. It will rise in the first half.", "GB", ("2027-01-01", "2027-06-30")),
        ("It expects 4% in FY27. A store opens in the second half of 2026.", "AU", ("2026-07-01", "2026-12-31")),
        ("It was so in the year ended 31 June. Sales will fall in the first half.", "GB", ("2027-01-01", "2027-06-30")),
    ],
)  # fmt: skip
def test_a_text_counts_in_the_fiscal_year_that_it_names(text: str, country: str, days: tuple[str, str]) -> None:
    reading = last_readings(text, country)[0]
    assert (str(reading.first), str(reading.last)) == days


def test_a_french_text_counts_in_the_fiscal_year_that_it_names() -> None:
    reading = last_readings("Résultats de l'exercice clos le 30 juin. Les ventes baisseront au premier semestre.", "FR", "fr")[0]
    assert (str(reading.first), str(reading.last)) == ("2026-07-01", "2026-12-31")


def test_the_sum_names_the_fiscal_year_and_the_calendar_year_is_the_second_reading() -> None:
    fiscal, calendar = last_readings("Full-year results were good. Sales will fall in the first half.", "AU")
    assert fiscal.reasoning == (
        "the fiscal year of AU begins on 1 July; no year is printed: the next from 20 August 2026 on is H2 2026; "
        "in: from 1 July 2026 to 31 December 2026"
    )
    assert (str(calendar.first), str(calendar.last)) == ("2027-01-01", "2027-06-30")
