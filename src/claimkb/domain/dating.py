"""What can be wrong with a due date, and with a verdict by the calendar? More refusals of both are in refusals.py."""

from claimkb.domain.refusals import Refusal


class SpanOfOneDay(Refusal):
    """A SPAN is given by two days, and this date by one: choose another precision."""


class SpanWithoutFirstDay(Refusal):
    """A SPAN is given by both its days: send the first day too, or another precision."""


class NotOneDay(Refusal):
    """The due date runs from {due_from} to {due_on}, which is no DAY: send the precision SPAN, or leave the precision out."""


class WithinWhichDays(Refusal):
    """This prediction is WITHIN {due_from} to {due_on}: send the first day or the precision of the new due date too, or a bound."""


class BoundOfNothing(Refusal):
    """Without a due date nothing is bound: give a due date too, or leave the bound out."""


class AnswerOfNothing(Refusal):
    """An answer day belongs to a due date: give that too, or leave the answer day out."""


class AnswerNotLater(Refusal):
    """The answer day {answer_from} is not after the due date {due_on}, on which the answer can be known anyway: leave it out."""


class NotYetKnown(Refusal):
    """The answer cannot be known before {answer_from}. If it is known already, say why."""


class HappenedEarly(Refusal):
    """It happened on {occurred_on}, before the first day {due_from}. That is NO, with the day it happened; it is shown as early."""


class HappenedTooSoon(Refusal):
    """It happened on {occurred_on}, and was not to happen up to {due_on}. That is NO, with the day it happened."""


class HappenedNotTooSoon(Refusal):
    """It happened on {occurred_on}, and was not to happen up to {due_on}. That is YES, with the day it happened."""
