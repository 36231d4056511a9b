"""How a claimant's predictions turned out, as the API shows it."""

from datetime import date
from typing import Any

import strawberry

from claimkb.domain.number_errors import DIGITS
from claimkb.domain.track_record import BINS
from claimkb.graphql.limits.cost_directives import FREE, SHORT, ListSize
from claimkb.graphql.mapping.scalars import DECIMAL
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema import permalinks

_ROUNDED = f"Rounded, half to even, to {DIGITS} digits after the point; below 1 to {DIGITS} from the first that is not 0."


@object_type(directives=[FREE])
class Rate:
    """A share, and between which two it lies at 95 % (Wilson score interval)."""

    value: float = strawberry.field(description="The share, from 0 to 1.")
    low: float = strawberry.field(description="The lower end of the interval.")
    high: float = strawberry.field(description="The upper end of the interval.")


@object_type(directives=[FREE])
class Brier:
    """How far stated probabilities were from what came: the mean of their squared distances."""

    score: float = strawberry.field(description="0 is perfect, 1 is always certain and wrong; always one half gives 0.25.")
    count: int = strawberry.field(description="Of how many predictions.")


@object_type(directives=[FREE])
class CalibrationBin:
    """Predictions of which about the same probability was stated: what was said, and what came."""

    lower: float = strawberry.field(description="The least probability in it.")
    upper: float = strawberry.field(description="The probability that it ends before; the last one holds 1 too.")
    count: int = strawberry.field(description="How many predictions are in it.")
    mean_stated: float | None = strawberry.field(description="The mean of what was stated; null if it is empty.")
    share_true: float | None = strawberry.field(description="The share that came true; null if it is empty.")


@object_type(directives=[FREE])
class NumberErrors:
    """How far predicted numbers of one unit were from what was measured: measured less predicted."""

    unit: str = strawberry.field(description="The unit.")
    count: int = strawberry.field(description="How many numbers were measured.")
    within: int = strawberry.field(description="Of these, how many met their target.")
    mean_error: DECIMAL = strawberry.field(description=f"The mean error: below 0 where less came than was predicted. {_ROUNDED}")
    mean_absolute_error: DECIMAL = strawberry.field(description=f"The mean of how far they were off, whichever way. {_ROUNDED}")


@object_type()
class TrackRecord:
    """How a claimant's predictions turned out, each by the due date that was first given, or as it was corrected. What was
    withdrawn, and what is part of a retracted claim, does not count.
    """

    line: str = strawberry.field(
        description="All counts in one sentence, with what is past due and unchecked, and a sentence for the numbers of each unit. "
        "Quote it whole."
    )
    due: int = strawberry.field(description="The dated predictions whose last day has passed, but for those that were annulled.")
    yes: int = strawberry.field(description="Of these, what came true in time.")
    no: int = strawberry.field(description="Of these, what did not come true in time.")
    partial: int = strawberry.field(description="Of these, what came true in part, in time.")
    unclear: int = strawberry.field(
        description="Of these, what cannot be told: the facts are unclear, or the date was moved and no day says if it was in time."
    )
    unchecked: int = strawberry.field(description="Of these, what has no answer yet. That does not mean no.")
    annulled: int = strawberry.field(description="The dated predictions whose last day has passed, and whose question was invalid.")
    not_yet_due: int = strawberry.field(description="The dated predictions whose last day has not passed, also if answered early.")
    undated: int = strawberry.field(description="The predictions without a due date.")
    rate: Rate | None = strawberry.field(description="The share of YES among YES and NO; null if these are fewer than five.")
    brier: Brier | None = strawberry.field(
        description="The Brier score, of what has a stated probability and was answered YES or NO; null if there is nothing."
    )
    calibration: list[CalibrationBin] = strawberry.field(
        description="Ten bins of the same predictions, from 0 to 1; empty if there are none.",
        directives=[ListSize(assumed_size=BINS)],
    )
    errors: list[NumberErrors] = strawberry.field(
        description="How far numbers were off, unit by unit, of what is due and measured, and was not annulled.", directives=[SHORT]
    )
    as_of: date = strawberry.field(description="The day that it is of: today in the desk's time zone.")

    @strawberry.field(description="The path of a GET that asks for the same again, on the day it is sent. To be cited.")
    def permalink(self: Any) -> str:
        return permalinks.of_track_record(self)
