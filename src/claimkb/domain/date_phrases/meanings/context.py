"""What must be known to tell the days that words name: the day on which they are said, the country, and the language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from claimkb.domain import languages
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, label, write
from claimkb.domain.date_phrases.parsing import Tree

M = TypeVar("M", bound=Callable[..., Any])
Meaning = Callable[..., list[Named]]
MEANINGS: dict[str, Meaning] = {}
"""What the rules of the tables name, by the names of these functions."""

YEARS_AHEAD = 9
"""A 29 February comes at the latest in the eighth year."""


def means(function: M) -> M:
    """Let the tables name a function as the meaning of a template."""
    MEANINGS[function.__name__] = function
    return function


@dataclass(frozen=True)
class Frame:
    """A fiscal year that is not the calendar year: the month and the day on which it begins, and who says so."""

    month: int
    day: int
    why: str


@dataclass(frozen=True)
class Context:
    """What a phrase is read with."""

    said_on: date | None
    country: str | None
    settings: Mapping[str, Any]
    until: date | None = None
    """Where a range ends, while its beginning is read: 1 April to 30 June 2027."""
    is_before: bool = False
    """Whether it is to be before what the words name, so that it has not begun yet: before the autumn."""
    since: date | None = None
    """Where a range begins, while its end is read: between March and June."""
    printed: date | None = None
    """The last day that the sentence printed before: twelve days later."""
    told_day: Callable[[], date | None] = lambda: None
    """Finds the day of what is told as past, of the days that the text named before."""

    frame: Callable[[], Frame | None] = lambda: None
    """Finds the fiscal year in which the text counts its halves and quarters; None where that is the calendar year."""

    def read(self, tree: Tree) -> list[Named]:
        """Return what a phrase may mean, the likeliest first."""
        return MEANINGS[tree.meaning](self, **tree.slots)

    def said_day(self) -> date:
        """Return the day on which it was said."""
        if self.said_on is None:
            raise NoDay("it counts from the day on which it was said, which is not known")
        return self.said_on

    def of_country(self) -> Mapping[str, Any]:
        """Return what is known of the country."""
        found: Mapping[str, Any] = languages.countries().get((self.country or "").upper(), {})
        return found

    def coming(self, of_year: Callable[[int], Named]) -> list[Named]:
        """Choose the year of words that print none: that in which they are next to come."""
        if self.until:
            found = _begun_by(self.until, of_year)
            return [replace(found, why=(*found.why, f"no year is printed: the last before {write(self.until)}"))]
        today = self.since or self.said_day()
        refused = None
        for number in range(today.year - 1, today.year + YEARS_AHEAD):
            try:
                found = of_year(number)
            except NoDay as none:
                refused = none
                continue
            has_begun = found.first <= today and found.first < found.last
            if found.last >= today and not (self.is_before and has_begun):
                step = f"no year is printed: the next from {write(today)} on is {label(found)}"
                return [replace(found, why=(*found.why, step), is_printed=False, is_bare=True)]
        raise refused or NoDay("it does not come")


def _begun_by(day: date, of_year: Callable[[int], Named]) -> Named:
    """Return the last that begins by a day."""
    found = of_year(day.year)
    return found if found.first <= day else of_year(day.year - 1)
