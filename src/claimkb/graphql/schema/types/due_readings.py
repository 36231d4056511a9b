"""What may words of a date mean, as the API shows it?"""

from datetime import date

import strawberry

from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis
from claimkb.graphql.limits.cost_directives import FREE
from claimkb.graphql.mapping.views import object_type, offer_terms

offer_terms()


@object_type(directives=[FREE])
class DueReading:
    """One meaning of the words of a date: the due date that it gives, or the reason why it gives none."""

    due_from: date | None = strawberry.field(
        name="from", description="The first day; null where the bound is BY, or there is no date."
    )
    due_on: date | None = strawberry.field(name="on", description="The last day; null where no day can be computed.")
    precision: DatePrecision | None = strawberry.field(description="How much of the due date is known.")
    bound: DueBound = strawberry.field(description="How the due date binds.")
    basis: DueBasis | None = strawberry.field(description="STATED where the words print the days, DERIVED where they are computed.")
    reasoning: str = strawberry.field(description="The sum in words, with the convention that it follows; or why there is no date.")
    review_on: date | None = strawberry.field(description="The day on which to look again, where there is no due date.")
