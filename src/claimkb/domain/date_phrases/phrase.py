"""What is a date phrase, and what may it mean?"""

from dataclasses import dataclass
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.dates import DatePrecision, interval
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import Due, DueBasis
from claimkb.domain.record import Term


class Cue(Term):
    """How the words before a date bind it, finer than a due date's bound."""

    BY = "BY", "By, until, before the end of: up to the last day."
    BEFORE = "BEFORE", "Before: up to the day before it begins."
    IN = "IN", "In, on, during: on one of its days."
    FROM = "FROM", "From: in the unit in which it starts."
    NOT_BEFORE = "NOT_BEFORE", "Not before: after the day before it begins."
    NONE = "NONE", "No day can be computed."


@dataclass(frozen=True)
class DueReading:
    """One meaning of a date phrase: the due date that it gives, or the reason why it gives none."""

    due_on: date | None
    due_from: date | None
    """The first day; None where the bound is BY or NOT_BEFORE."""
    precision: DatePrecision | None
    bound: DueBound
    basis: DueBasis | None
    """STATED where the words print the days, DERIVED where they are computed."""
    reasoning: str
    """The sum in words, such as "7 November 2025 + 12 days = 19 November 2025", with the convention; or why there is no date."""
    review_on: date | None = None
    """The day on which to look again, where there is no due date."""
    first: date | None = None
    """The first day that the words name, whatever the bound: of "by 2030" 1 January 2030."""
    last: date | None = None
    """The last day that the words name: of "before 2030" 31 December 2030."""
    grain: Grain | None = None
    """How finely the words name days: a fiscal year, and early in 2027, are recorded as a SPAN."""

    @property
    def is_fiscal(self) -> bool:
        """Whether the days are those of a fiscal year."""
        return self.grain is Grain.FISCAL_YEAR

    @property
    def due(self) -> Due | None:
        """The due date as it is recorded: whole, with a first day also where it is by its last. None where there is none."""
        if self.due_on is None or self.precision is None:
            return None
        if self.due_from is not None:
            return Due(self.due_from, self.due_on, self.precision)
        if self.precision is not DatePrecision.SPAN:
            return Due(interval(self.due_on, self.precision).first, self.due_on, self.precision)
        if self.first is None or self.first >= self.due_on:
            return Due(self.due_on, self.due_on, DatePrecision.DAY)
        return Due(self.first, self.due_on, DatePrecision.SPAN)


@dataclass(frozen=True)
class DatePhrase:
    """Words of a text that say when something is due, with the place where they stand and all that they may mean."""

    start: int
    end: int
    text: str
    cue: Cue
    readings: tuple[DueReading, ...]
    """At least one, the likeliest first."""
    is_past: bool = False
    """Whether it lies before the day on which it was said: "last year", "in 2018". No day to come is due then."""
