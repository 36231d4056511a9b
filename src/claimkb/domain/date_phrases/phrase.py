"""What is a date phrase, and what may it mean?"""

from dataclasses import dataclass
from datetime import date

from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis
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
    """The first day; None where the bound is BY."""
    precision: DatePrecision | None
    bound: DueBound
    basis: DueBasis | None
    """STATED where the words print the days, DERIVED where they are computed."""
    reasoning: str
    """The sum in words, such as "7 November 2025 + 12 days = 19 November 2025", with the convention; or why there is no date."""
    review_on: date | None = None
    """The day on which to look again, where there is no due date."""


@dataclass(frozen=True)
class DatePhrase:
    """Words of a text that say when something is due, with the place where they stand and all that they may mean."""

    start: int
    end: int
    text: str
    cue: Cue
    readings: tuple[DueReading, ...]
    """At least one, the likeliest first."""
