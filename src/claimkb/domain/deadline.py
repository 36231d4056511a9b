"""How does a due date bind, and from when on can the answer be known?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field as Rule

from claimkb.domain.dates import Day
from claimkb.domain.dating import AnswerNotLater, AnswerOfNothing, BoundOfNothing
from claimkb.domain.record import Term


class DueBound(Term):
    """How a due date binds."""

    BY = "BY", "It happens on any day up to the last one."
    WITHIN = "WITHIN", "It happens on a day from the first to the last. What happens before is not it."
    NOT_BEFORE = "NOT_BEFORE", "It does not happen up to the last day, and may on the day after. YES means that it had not."


Bound = Annotated[DueBound, Rule(description="How the due date binds.")]
AnswerFrom = Annotated[
    Day,
    Rule(
        description="The first day on which the answer can be known, where that is later than the due date: a figure of the second "
        "quarter is published in August. Overdue counts from this day then."
    ),
]


@dataclass(frozen=True)
class Deadline:
    """The days that a prediction is held to. A deadline by WITHIN has a first day."""

    due_on: date
    due_from: date | None = None
    bound: DueBound = DueBound.BY
    answer_from: date | None = None

    @property
    def ends_on(self) -> date:
        """The day after which an answer is wanted."""
        return max(self.due_on, self.answer_from or self.due_on)

    @property
    def first_day(self) -> date:
        """The first day on which it is in time: of BY there is none, as what happened before the claim is refused by itself."""
        if self.bound is DueBound.NOT_BEFORE:
            return self.due_on + timedelta(days=1)
        return self.due_from if self.bound is DueBound.WITHIN and self.due_from else date.min

    def is_early(self, day: date) -> bool:
        """Tell whether what happened on a day happened too early."""
        return day < self.first_day

    def is_late(self, day: date) -> bool:
        """Tell whether what happened on a day happened too late."""
        return self.bound is not DueBound.NOT_BEFORE and day > self.due_on

    def is_in_time(self, day: date) -> bool:
        """Tell whether what happened on a day happened as it was said, by the calendar."""
        return not self.is_early(day) and not self.is_late(day)

    def is_met_by_all_of(self, other: "Deadline") -> bool:
        """Tell whether what is in time by another deadline, on whichever day, is in time by this one."""
        if DueBound.NOT_BEFORE in (self.bound, other.bound):
            return self.bound is other.bound and self.due_on <= other.due_on
        return self.first_day <= other.first_day and other.due_on <= self.due_on


def later(due_on: date | None, answer_from: date | None) -> date | None:
    """Return the later of a due date and the day from which the answer can be known."""
    return max(due_on, answer_from) if due_on and answer_from else due_on


def check_answer_from(answer_from: date | None, due_on: date | None) -> None:
    """Refuse an answer day without a due date, and one that says nothing: on the due date the answer can be known anyway."""
    if answer_from is None:
        return
    if due_on is None:
        raise AnswerOfNothing("answer_from")
    if answer_from <= due_on:
        raise AnswerNotLater("answer_from", answer_from=answer_from, due_on=due_on)


def check_bound(bound: DueBound, due_on: date | None) -> None:
    """Refuse a bound where there is no due date."""
    if due_on is None and bound is not DueBound.BY:
        raise BoundOfNothing("bound")
