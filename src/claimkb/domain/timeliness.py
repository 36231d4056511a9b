"""How does a prediction stand to the calendar? Derived from its dates and today, and never stored."""

from datetime import date, timedelta

from claimkb.domain.prediction import SETTLED, Prediction
from claimkb.domain.record import Term

DUE_SOON_DAYS = 7
LONG_OVERDUE_DAYS = 30


class Timeliness(Term):
    """How a prediction stands to today's date in the desk's time zone."""

    UPCOMING = "UPCOMING", "The due date, or the answer day where that is later, is more than 7 days away."
    DUE_SOON = "DUE_SOON", "The last day of the due date, or the answer day where that is later, is today or within 7 days."
    OVERDUE = (
        "OVERDUE",
        "The last day of the due date, or the answer day where that is later, passed 1 to 29 days ago without an answer. "
        "That does not mean no.",
    )
    LONG_OVERDUE = "LONG_OVERDUE", "That day passed 30 days ago or more, without an answer."
    REVIEW_DUE = "REVIEW_DUE", "There is no due date, and the day on which to look again has passed."
    NO_DATE = "NO_DATE", "There is no due date, and the day on which to look again is still to come."
    SETTLED = "SETTLED", "Resolved or withdrawn: the calendar no longer matters."


LATE = (Timeliness.OVERDUE, Timeliness.LONG_OVERDUE)
"""The two kinds of overdue."""


def days_overdue(prediction: Prediction, today: date) -> int | None:
    """Count the days since the answer could be known; None unless that day has passed without an answer."""
    if prediction.due_on is None or prediction.status in SETTLED or today <= prediction.waits_for:
        return None
    return (today - prediction.waits_for).days


def timeliness(prediction: Prediction, today: date) -> Timeliness:
    """Compare the day that a prediction waits for with today: of its answer, or of its review where there is no due date."""
    if prediction.status in SETTLED:
        return Timeliness.SETTLED
    if prediction.due_on is None:
        return Timeliness.REVIEW_DUE if prediction.waits_for < today else Timeliness.NO_DATE
    if today - prediction.waits_for >= timedelta(days=LONG_OVERDUE_DAYS):
        return Timeliness.LONG_OVERDUE
    if today > prediction.waits_for:
        return Timeliness.OVERDUE
    if prediction.waits_for - today <= timedelta(days=DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.UPCOMING
