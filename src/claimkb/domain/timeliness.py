"""How does a prediction stand to the calendar? Derived from its dates and today, and never stored."""

from datetime import date, timedelta

from claimkb.domain.prediction import SETTLED, Prediction
from claimkb.domain.record import Term

DUE_SOON_DAYS = 7
LONG_OVERDUE_DAYS = 30


class Timeliness(Term):
    """How a prediction stands to today's date in the desk's time zone."""

    UPCOMING = "UPCOMING", "The due date is more than 7 days away."
    DUE_SOON = "DUE_SOON", "The last day of the due date is today or within 7 days."
    OVERDUE = "OVERDUE", "The last day of the due date passed 1 to 29 days ago without an answer. That does not mean no."
    LONG_OVERDUE = "LONG_OVERDUE", "The last day of the due date passed 30 days ago or more, without an answer."
    REVIEW_DUE = "REVIEW_DUE", "There is no due date, and the day on which to look again has passed."
    NO_DATE = "NO_DATE", "There is no due date, and the day on which to look again is still to come."
    SETTLED = "SETTLED", "Resolved or withdrawn: the calendar no longer matters."


LATE = (Timeliness.OVERDUE, Timeliness.LONG_OVERDUE)
"""The two kinds of overdue."""


def days_overdue(prediction: Prediction, today: date) -> int | None:
    """Count the days since the last day of the due date; None unless it has passed without an answer."""
    if prediction.due_on is None or prediction.status in SETTLED or today <= prediction.due_on:
        return None
    return (today - prediction.due_on).days


def timeliness(prediction: Prediction, today: date) -> Timeliness:
    """Compare a prediction's due date, or its review date where there is none, with today."""
    if prediction.status in SETTLED:
        return Timeliness.SETTLED
    if prediction.due_on is None:
        passed = prediction.review_on is not None and prediction.review_on < today
        return Timeliness.REVIEW_DUE if passed else Timeliness.NO_DATE
    if today - prediction.due_on >= timedelta(days=LONG_OVERDUE_DAYS):
        return Timeliness.LONG_OVERDUE
    if today > prediction.due_on:
        return Timeliness.OVERDUE
    if prediction.due_on - today <= timedelta(days=DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.UPCOMING
