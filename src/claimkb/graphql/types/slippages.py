"""How often the same was said again, and how far its date slipped, as the API shows it."""

import asyncio
from datetime import date
from functools import partial
from typing import Any

import strawberry

from claimkb import domain
from claimkb.domain.slippage import SHOWN
from claimkb.graphql.context import context_of
from claimkb.graphql.costs import SHORT
from claimkb.graphql.edges import shown
from claimkb.store import edges
from claimkb.store.edges import Edge

_PREDICTION = Edge(domain.Prediction)


@strawberry.type(description="Predictions of the same claimant that say the same again, and how far their due date slipped.")
class Slippage:
    """Predictions of the same claimant that say the same again."""

    line: str = strawberry.field(description="How often it was said, and how far it slipped, in one sentence.")
    promised: int = strawberry.field(description="How often it was said.")
    slipped_days: int | None = strawberry.field(
        description="The days from the first due date to the latest, 0 if that is the first; null if fewer than two are dated."
    )
    first_due_on: date | None = strawberry.field(
        description="The due date that was given first, or as it was corrected; null if none is dated."
    )
    last_due_on: date | None = strawberry.field(
        description="The latest due date that the claimant gave, also by moving one; null if none is dated."
    )

    @strawberry.field(
        graphql_type=list[shown(domain.Prediction)],  # type: ignore[misc]
        description=f"The predictions, the first said first; the {SHOWN} newest if there are more.",
        directives=[SHORT],
    )
    async def predictions(self: Any, info: strawberry.Info) -> Any:
        """List the predictions of the chain."""
        load = partial(context_of(info).load, (_PREDICTION, "one"), partial(edges.ones, edge=_PREDICTION))
        return await asyncio.gather(*(load(each.id) for each in self.shown))
