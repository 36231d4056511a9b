"""What the rules are told of a text, and what is said where they are told too little."""

from datetime import date

import pytest

from claimkb.domain import Source
from claimkb.domain.dates import DatePrecision
from claimkb.domain.questions import LanguageUnclear, NoTables
from claimkb.domain.source import SourceKind
from claimkb.domain.suggesting import SuggestionKind
from claimkb.domain.suggesting.asking import MOST_READ, Asked, asked_of, effort, language_of, note_of, suggest

TEXT = "The minister said that the bridge will open by 30 June 2027, and that it is long."
DAY = date(2026, 11, 1)


def a_source(precision: DatePrecision | None) -> Source:
    """Make a source that was published on a day, or in a month."""
    return Source(kind=SourceKind.ARTICLE, title="T", published_on=DAY, published_on_precision=precision, language="en-GB")


@pytest.mark.parametrize(
    ("precision", "said_on"), [(DatePrecision.DAY, DAY), (None, DAY), (DatePrecision.MONTH, None), (DatePrecision.YEAR, None)]
)
def test_nothing_is_counted_from_a_month_or_a_year(precision: DatePrecision | None, said_on: date | None) -> None:
    asked = asked_of(a_source(precision), TEXT, "GB")
    assert (asked.said_on, asked.code, asked.country, asked.title) == (said_on, "en", "GB", "T")


def test_the_language_that_is_named_goes_before_the_one_that_is_found() -> None:
    assert language_of(Asked(TEXT)) == "en"
    assert language_of(Asked(TEXT, language="fr-CH")) == "fr"
    with pytest.raises(NoTables, match="no tables of kk yet, only of en"):
        language_of(Asked(TEXT, language="kk"))
    with pytest.raises(LanguageUnclear, match="There are tables of en"):
        language_of(Asked("12 34 56."))


def test_a_note_says_what_keeps_the_rules_from_finding_all() -> None:
    assert note_of(Asked(TEXT, DAY)) is None
    assert str(note_of(Asked(TEXT))).startswith("The day of publishing is not known: ")
    assert str(note_of(Asked(TEXT, DAY, "kk"))).startswith("claimkb has no tables of kk yet")


def test_only_the_kinds_that_are_asked_for_are_suggested() -> None:
    found = suggest(Asked(TEXT, DAY))
    assert SuggestionKind.CLAIM not in {each.kind for each in suggest(Asked(TEXT, DAY), [found[0].kind])}
    assert suggest(Asked(TEXT, DAY), []) == []


def test_of_a_long_text_whole_lines_of_its_beginning_are_read_and_its_note_says_so() -> None:
    line = "The minister said that the bridge will open by 30 June 2027.\n"
    assert note_of(Asked(line + "\n" * MOST_READ, DAY)) == f"The text is long: its first {MOST_READ} characters are read."
    assert all(each.statement.end <= MOST_READ for each in suggest(Asked("\n" * MOST_READ + line, DAY, "en")))
    assert suggest(Asked("\n" * (MOST_READ - 1000) + line, DAY, "en")) != []
    assert suggest(Asked("\n" * (MOST_READ - 20) + line, DAY, "en")) == []
    assert effort(7) == 500 * 7
    assert effort(10**6) == effort(MOST_READ)
