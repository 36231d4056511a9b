"""Whatever a text is, the rules end, and what they suggest stands in it. Every day is computed twice: by the grammar, and here."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.suggesting import suggestions
from claimkb.domain.suggesting.sentences import sentences
from tests.text.answers import of_phrase
from tests.text.marks import Days, Phrase

LANGUAGES = st.sampled_from(["en", "fr", "ru", "de", "en-GB", "", "x"])
SAID = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
PIECES = [
    "The minister said that taxes will rise by 3% by the end of 2027",
    "“We will not sell it",
    "before Easter,” she added",
    "Le prix pourrait monter d'ici 2030",
    "« Nous fermerons",
    "avant l'été », a-t-il dit",
    "2030 2030 2030",
    "in Q3, in Q4",
    "11/12/2026",
    "29 February",
    "within 99999999999999 years",
    "in 0 days",
    "by the end of year 0",
    "FY9999-00",
    "Mr. A. B. Smith",
    "?!",
    "…",
    "\n\n",
    "\u2028",
    "\u200d\u0301",
    "明年经济将增长百分之三。",
    "سترتفع الأسعار قبل نهاية العام؟",
    "Цены вырастут к 2030 году.",
    "𝟚𝟘𝟛𝟘",
    "²⁰³⁰",
    "१५ मार्च",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=14).map(" ".join) | st.text(max_size=120)
REPEATED = ["2030 ", "will ", "“", "« ", "(", "a.", "by ", "d'ici ", "said that ", "not before ", "\n", "e\u0301", "in the in the "]


@given(TEXTS, SAID, LANGUAGES)
def test_what_is_suggested_of_any_text_stands_in_it(text: str, said_on: date | None, language: str) -> None:
    for each in suggestions(text, said_on, language, title=text[:30]):
        for part in (each.sentence, each.statement, each.quote):
            assert text[part.start : part.end] == part.exact != ""
        assert each.sentence.start <= each.statement.start <= each.quote.start
        assert each.quote.end <= each.statement.end <= each.sentence.end
        assert len(each.quote.exact.split()) <= 7
        assert text.count(each.quote.prefix + each.quote.exact + each.quote.suffix) == 1
        if each.due:
            assert text[each.due.start : each.due.end] == each.due.text != ""
            assert each.due.readings


@given(TEXTS, LANGUAGES)
def test_sentences_of_any_text_stand_in_it_one_after_the_other(text: str, language: str) -> None:
    at = 0
    for each in sentences(text, language):
        assert text[each.start : each.end] == each.exact != ""
        assert each.start >= at
        at = each.end


@given(TEXTS, SAID, LANGUAGES)
def test_what_is_suggested_of_a_text_follows_from_the_text_alone(text: str, said_on: date | None, language: str) -> None:
    assert suggestions(text, said_on, language) == suggestions(text, said_on, language)


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_long_text_of_one_piece_ends(piece: str, language: str) -> None:
    for each in suggestions(piece * (20_000 // len(piece)), date(2026, 11, 27), language):
        assert len(each.quote.exact.split()) <= 7


def shifted(day: date, months: int) -> date:
    """Go so many months on: to the same day, or to the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def of_month(year: int, month: int, months: int, precision: str) -> Days:
    """Say which days so many months have."""
    return Days(date(year, month, 1), shifted(date(year, month, 1), months) - timedelta(days=1), precision, "in")


def in_days(said: date, many: int) -> Days:
    day = date.fromordinal(said.toordinal() + many)
    return Days(day, day, "DAY", "in")


def in_weeks(said: date, many: int) -> Days:
    year, week, _ = (said + timedelta(days=7 * many)).isocalendar()
    return Days(date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7), "WEEK", "in")


def in_months(said: date, many: int) -> Days:
    first = shifted(said.replace(day=1), many)
    return of_month(first.year, first.month, 1, "MONTH")


def in_years(said: date, many: int) -> Days:
    return of_month(said.year + many, 1, 12, "YEAR")


def by(last: date, precision: str = "DAY") -> Days:
    return Days(None, last, precision, "by")


UNITS: dict[str, Callable[[date, int], Days]] = {
    "in {} days": in_days,
    "in {} weeks": in_weeks,
    "in {} months": in_months,
    "in {} years": in_years,
    "within {} days": lambda said, many: by(date.fromordinal(said.toordinal() + many)),
    "within {} weeks": lambda said, many: by(date.fromordinal(said.toordinal() + 7 * many)),
    "within {} months": lambda said, many: by(shifted(said, many)),
    "over the next {} years": lambda said, many: by(shifted(said, 12 * many)),
    "dans {} jours": in_days,
    "dans {} semaines": in_weeks,
    "dans {} mois": in_months,
    "dans {} ans": in_years,
    "d'ici {} mois": lambda said, many: by(shifted(said, many)),
    "d'ici {} ans": lambda said, many: by(shifted(said, 12 * many)),
}
OF_YEARS: dict[str, Callable[[int], Days]] = {
    "in {}": lambda year: of_month(year, 1, 12, "YEAR"),
    "by {}": lambda year: by(date(year, 12, 31), "YEAR"),
    "before {}": lambda year: Days(None, date(year - 1, 12, 31), "YEAR", "before"),
    "not before {}": lambda year: Days(date(year, 1, 1), date(year, 12, 31), "YEAR", "from"),
    "from {}": lambda year: Days(date(year, 1, 1), date(year, 12, 31), "YEAR", "from"),
    "in Q2 {}": lambda year: of_month(year, 4, 3, "QUARTER"),
    "in the second half of {}": lambda year: of_month(year, 7, 6, "HALF"),
    "in the summer of {}": lambda year: of_month(year, 6, 3, "SEASON"),
    "in winter {}": lambda year: of_month(year, 12, 3, "SEASON"),
    "by the end of February {}": lambda year: by(date(year, 3, 1) - timedelta(days=1), "MONTH"),
    "on 30 April {}": lambda year: Days(date(year, 4, 30), date(year, 4, 30), "DAY", "in"),
    "before 1 March {}": lambda year: Days(None, date(year, 3, 1) - timedelta(days=1), "DAY", "before"),
    "mid-{}": lambda year: of_month(year, 5, 4, "APPROXIMATE"),
    "en {}": lambda year: of_month(year, 1, 12, "YEAR"),
    "d'ici {}": lambda year: by(date(year, 12, 31), "YEAR"),
    "avant {}": lambda year: Days(None, date(year - 1, 12, 31), "YEAR", "before"),
    "au troisième trimestre {}": lambda year: of_month(year, 7, 3, "QUARTER"),
    "au second semestre {}": lambda year: of_month(year, 7, 6, "HALF"),
    "d'ici fin février {}": lambda year: by(date(year, 3, 1) - timedelta(days=1), "MONTH"),
    "le 1er mars {}": lambda year: Days(date(year, 3, 1), date(year, 3, 1), "DAY", "in"),
}
FRENCH = ("dans", "d'ici", "en ", "avant", "au ", "le ")
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def understood(words: str, said_on: date) -> Days:
    language = "fr" if words.startswith(FRENCH) else "en"
    return of_phrase(Phrase(words, said_on, language, None, Days(None, None, None, "none")))[0]


@pytest.mark.parametrize("words", UNITS)
@given(said_on=DAYS, many=st.integers(2, 40))
def test_days_after_the_day_of_speaking_are_those_of_the_calendar(words: str, said_on: date, many: int) -> None:
    assert understood(words.format(many), said_on) == same_precision(UNITS[words](said_on, many))


@pytest.mark.parametrize("words", OF_YEARS)
@given(said_on=DAYS, ahead=st.integers(2, 80))
def test_days_of_a_year_are_those_of_the_calendar(words: str, said_on: date, ahead: int) -> None:
    year = said_on.year + ahead
    assert understood(words.format(year), said_on) == same_precision(OF_YEARS[words](year))


def same_precision(days: Days) -> Days:
    """Take the name that the rules have for thirds."""
    return Days(days.first, days.last, "SPAN", days.bound) if days.precision == "APPROXIMATE" else days
