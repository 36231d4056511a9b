"""What is a series? Several predictions of one claim, one a period: every year, from a day until a day.

Periods are arithmetic: they follow one another without a gap, and none overlaps another.
"""

import calendar
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, Index

from claimkb.domain.dates import LATEST, DatePrecision, Day, interval
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import OPEN_STATUSES, Prediction, PredictionKind, PredictionStatus
from claimkb.domain.quantity import counted
from claimkb.domain.record import Term, Versioned, longest
from claimkb.domain.refusals import BackwardInterval, Refusal
from claimkb.domain.timeliness import LATE, Timeliness
from claimkb.domain.track_record import WORDS

MOST_PERIODS = 200
"""How many periods a series has at most."""


class Recurrence(Term):
    """How long a period of a series is."""

    YEAR = "YEAR", "A year, from whichever day: a fiscal year too."
    HALF_YEAR = "HALF_YEAR", "Six months."
    QUARTER = "QUARTER", "Three months."
    MONTH = "MONTH", "A month."
    WEEK = "WEEK", "Seven days."


class TooManyPeriods(Refusal):
    """These are {number} periods, and a series has at most {most}: end it earlier, or choose longer periods."""


class UntilOrCount(Refusal):
    """Say where the series ends: either by its last day (until) or by the number of its periods (count), and not by both."""


class NotThePeriodsEnd(Refusal):
    """The period that holds {until} is {first} to {last}: end the series on {last}, or with the period before."""


class BeyondTheCalendar(Refusal):
    """The series would end on {until}, and the last day that can be recorded is {latest}: end it earlier."""


class AnswersBeyondTheCalendar(Refusal):
    """The last answer could be known on {day}, and the last day that can be recorded is {latest}: end the series earlier."""


class UnknownPlaceholder(Refusal):
    """{placeholder} is no placeholder: a pattern may have {known}."""


class NoOneYear(Refusal):
    """The period {period} lies in two years: name it by another placeholder than {placeholder}, such as {instead}."""


class TooLongOncePeriodsStand(Refusal):
    """With the period {period} the text has {length} characters, and it may have {most}: shorten the pattern."""


class SameQuestionTwice(Refusal):
    """The periods {first} and {second} would have the same question: name the period in it, such as by {placeholder}."""


Every = Annotated[Recurrence, Rule(description="How long a period is.")]
StartsOn = Annotated[Day, Rule(description="The first day of the first period.")]
Until = Annotated[Day, Rule(description="The last day of the last period.")]
QuestionPattern = Annotated[
    str,
    Rule(
        min_length=1,
        max_length=1000,
        description="The question of each period, with {period}, {from}, {until} or {year} in the place of what differs.",
    ),
]
CriteriaPattern = Annotated[
    str, Rule(min_length=1, max_length=4000, description="The criteria of each period, which may have the same placeholders.")
]
AnswerAfterDays = Annotated[
    int,
    Rule(
        ge=1,
        le=3650,
        description="How many days after the end of a period the answer can be known, where it is not on its last day: the figure "
        "of a year is published in March. Each prediction gets its `answerFrom` from it.",
    ),
]


class Series(Versioned, table=True):
    """Several predictions of one claim, one a period, made from a rule: every year, from a day until a day."""

    __tablename__ = "series"
    __table_args__ = (Index("ix_series_claim_id", "claim_id", "created_at", "id"),)

    claim_id: UUID = Field(foreign_key="claim.id", description="The claim of whose predictions it is made.")
    every: Every
    starts_on: StartsOn
    until: Until | None = None
    question: QuestionPattern
    criteria: CriteriaPattern

    def overlaps(self, every: Recurrence, first: date, last: date) -> bool:
        """Tell whether periods of the same length, from a day until a day, would ask for days that it asks for."""
        return self.every is every and first <= (self.until or LATEST) and self.starts_on <= last


_MONTHS = {Recurrence.YEAR: 12, Recurrence.HALF_YEAR: 6, Recurrence.QUARTER: 3, Recurrence.MONTH: 1}
_SHORTEST = {
    Recurrence.YEAR: 365,
    Recurrence.HALF_YEAR: 181,
    Recurrence.QUARTER: 89,
    Recurrence.MONTH: 28,
    Recurrence.WEEK: 7,
}
"""How many days a period has at least."""

_PRECISIONS = {each: DatePrecision[each.name] for each in Recurrence}
"""The precision of a period that is one of the calendar."""


@dataclass(frozen=True)
class Period:
    """One of the periods of a series."""

    every: Recurrence
    first: date
    last: date

    @property
    def precision(self) -> DatePrecision:
        """The precision of its due date: that of the calendar where it fits, else both its days say what it is."""
        around = interval(self.last, _PRECISIONS[self.every])
        return around.precision if (around.first, around.last) == (self.first, self.last) else DatePrecision.SPAN

    @property
    def name(self) -> str:
        """Write it as ISO 8601 does where it is a year, a month or a week of the calendar (2026, 2026-01, 2026-W02); a quarter and
        a half-year alike (2026-Q1, 2026-H1). Any other by both its days.
        """
        year, month = self.first.year, self.first.month
        if self.precision is DatePrecision.SPAN:
            return f"{self.first} to {self.last}"
        if self.every is Recurrence.WEEK:
            week = self.first.isocalendar()
            return f"{week.year}-W{week.week:02}"
        part = {
            Recurrence.YEAR: "",
            Recurrence.HALF_YEAR: f"-H{month // 6 + 1}",
            Recurrence.QUARTER: f"-Q{month // 3 + 1}",
            Recurrence.MONTH: f"-{month:02}",
        }
        return f"{year}{part[self.every]}"


def _start(starts_on: date, every: Recurrence, number: int) -> date:
    """Compute on which day a period begins, of which so many come before. In a month that is too short it is the last day."""
    if every is Recurrence.WEEK:
        return starts_on + timedelta(weeks=number)
    years, month = divmod(starts_on.year * 12 + starts_on.month - 1 + number * _MONTHS[every], 12)
    return date(years, month + 1, min(starts_on.day, calendar.monthrange(years, month + 1)[1]))


def period(starts_on: date, every: Recurrence, number: int) -> Period:
    """Compute a period, of which so many come before."""
    first, following = (_start(starts_on, every, each) for each in (number, number + 1))
    return Period(every, first, following - timedelta(days=1))


def _number(starts_on: date, every: Recurrence, until: date) -> int:
    """Count the periods that have begun on a day."""
    most = (until - starts_on).days // _SHORTEST[every] + 1
    return bisect_right(range(most + 1), until, key=lambda number: _start(starts_on, every, number))


def periods(starts_on: date, every: Recurrence, until: date | None, count: int | None) -> list[Period]:
    """List the periods from a day on; refuse a last day that ends none, and more periods than a series may have."""
    if (until is None) == (count is None):
        raise UntilOrCount("until")
    if until is not None and until < starts_on:
        raise BackwardInterval("until", due_from=starts_on, due_on=until)
    number = count or (_number(starts_on, every, until) if until else 0)
    if number > MOST_PERIODS:
        raise TooManyPeriods("until" if until else "count", number=f"{number:,}", most=MOST_PERIODS)
    found = [period(starts_on, every, each) for each in range(number)]
    last = found[-1]
    if until is not None and last.last != until:
        raise NotThePeriodsEnd("until", until=until, first=last.first, last=last.last)
    if last.last > LATEST:
        raise BeyondTheCalendar("count", until=last.last, latest=LATEST)
    return found


def answer_days(of: Sequence[Period], days: int | None) -> list[date | None]:
    """List from which day on the answer of each period can be known; refuse what lies beyond the calendar."""
    if days is None:
        return [None] * len(of)
    found = [each.last + timedelta(days=days) for each in of]
    if found[-1] > LATEST:
        raise AnswersBeyondTheCalendar("answer_after_days", day=found[-1], latest=LATEST)
    return [*found]


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("period", "from", "until", "year")
_SHOWN = 40
"""How many characters of an unknown placeholder are shown."""


def fill(name: str, pattern: str, of: Period) -> str:
    """Put a period into a pattern; refuse a placeholder that there is not, and a text that is longer than its field."""
    values = {"period": of.name, "from": of.first.isoformat(), "until": of.last.isoformat(), "year": str(of.first.year)}

    def value(match: re.Match[str]) -> str:
        if match[1] not in _KNOWN:
            known = ", ".join(f"{{{each}}}" for each in _KNOWN)
            raise UnknownPlaceholder(name, placeholder=f"{{{match[1][:_SHOWN]}}}", known=known)
        if match[1] == "year" and of.first.year != of.last.year:
            raise NoOneYear(name, period=of.name, placeholder="{year}", instead="{period}")
        return values[match[1]]

    filled, most = _PLACEHOLDER.sub(value, pattern), longest(Prediction.model_fields[name])
    if most is not None and len(filled) > most:
        raise TooLongOncePeriodsStand(name, period=of.name, length=len(filled), most=most)
    return filled


def questions(pattern: str, of: Sequence[Period]) -> list[str]:
    """Write the question of each period; refuse two periods with the same one."""
    seen: dict[str, Period] = {}
    for each in of:
        before = seen.setdefault(fill("question", pattern, each), each)
        if before is not each:
            raise SameQuestionTwice("question", first=before.name, second=each.name, placeholder="{period}")
    return list(seen)


def next_of(predictions: Iterable[Prediction]) -> Prediction:
    """Choose, of all predictions of a claim, the one that waits for an answer next, or else the last one."""
    by_day = sorted(predictions, key=lambda each: (each.waits_for, each.id))
    return next((each for each in by_day if each.status in OPEN_STATUSES), by_day[-1])


@dataclass(frozen=True)
class Standing:
    """How predictions of a series stand that stand alike: answered, withdrawn, or waiting."""

    kind: PredictionKind
    status: PredictionStatus
    verdict: Verdict | None
    timeliness: Timeliness


def line(counts: Counter[Standing]) -> str:
    """Say in one sentence how the periods of a series turned out: each is counted once, and none is left out."""
    kinds = {each.kind for each in counts}
    _, yes, no, partial = WORDS[kinds.pop() if len(kinds) == 1 else None]
    words = {
        Verdict.YES: yes,
        Verdict.NO: no,
        Verdict.PARTIAL: partial,
        Verdict.AMBIGUOUS: "unclear",
        Verdict.ANNULLED: "annulled",
    }
    answered, waiting = Counter[Verdict](), Counter[str]()
    for each, number in counts.items():
        if each.status is PredictionStatus.WITHDRAWN:
            waiting["withdrawn"] += number
        elif each.verdict is not None:
            answered[each.verdict] += number
        else:
            waiting["past due and unchecked" if each.timeliness in LATE else "not yet due"] += number
    answers = ", ".join(f"{answered[verdict]} {word}" for verdict, word in words.items() if answered[verdict])
    others = [f"{waiting[word]} {word}" for word in ("past due and unchecked", "not yet due", "withdrawn") if waiting[word]]
    return f"Of {counted(counts.total(), 'period')} {'; '.join([*([answers] if answers else []), *others])}."
