"""How often the same was said again, and how far its date slipped, as the API shows it."""

from datetime import date

import strawberry

from claimkb import domain
from claimkb.domain.slippage import SHOWN
from claimkb.graphql.mapping.edges import to_named
from claimkb.graphql.mapping.views import object_type


@object_type()
class Slippage:
    """Predictions of the same claimant that say the same again, and how far their due date slipped."""

    line: str = strawberry.field(description="How often it was said, and how far it slipped, in one sentence.")
    promised: int = strawberry.field(description="How often it was said.")
    slipped_days: int | None = strawberry.field(
        description="The days from the first due date to the last, below 0 if brought forward; null if fewer than two are dated."
    )
    first_due_on: date | None = strawberry.field(
        description="The due date that was given first, or as it was corrected; null if none is dated."
    )
    last_due_on: date | None = strawberry.field(
        description="The due date that the claimant gave last, also by moving one; null if none is dated."
    )

    predictions = to_named(
        domain.Prediction, "shown", description=f"The predictions, the first said first; the {SHOWN} newest if there are more."
    )
