"""How does the work stand? What is overdue, what is coming, which reviews are due, and whether the job runs."""

from datetime import date, datetime
from typing import Any

import strawberry

from claimkb.actions.flagging import JOB
from claimkb.domain.schedule import is_late
from claimkb.domain.timeliness import Timeliness
from claimkb.graphql import types
from claimkb.graphql.context import context_of
from claimkb.graphql.costs import SHORT, weighing
from claimkb.store import claims, deliveries, flags, paging, predictions
from claimkb.store.claims import ClaimFilter


@strawberry.type(description="How many predictions stand to the calendar in one way.")
class TimelinessCount:
    """How many predictions stand to the calendar in one way."""

    timeliness: Timeliness = strawberry.field(description="How they stand.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="When the scheduled job last succeeded.")
class LastRun:
    """When the scheduled job last succeeded."""

    as_of: date = strawberry.field(description="The day that it took for today.")
    succeeded_at: datetime = strawberry.field(description="When it succeeded, in UTC.")


@strawberry.type(description="How the work stands: what is overdue, what is coming, and whether the job runs.")
class Backlog:
    """How the work stands: what is overdue, what is coming, and whether the job runs."""

    today: date = strawberry.field(description="Today's date in the desk's time zone.")

    @strawberry.field(description="How many predictions stand to the calendar in each way.", directives=[weighing(10), SHORT])
    async def counts(self, info: strawberry.Info) -> list[TimelinessCount]:
        """Count the predictions by timeliness."""
        counted = await context_of(info).read(lambda session: predictions.count_by_timeliness(session, self.today))
        return [TimelinessCount(timeliness=each, count=number) for each, number in counted.items()]

    @strawberry.field(description="The prediction that has been overdue for longest; null if none is.")
    async def oldest_overdue(self, info: strawberry.Info) -> types.Prediction | None:
        """Find what has waited longest."""
        found: Any = await context_of(info).read(lambda session: predictions.oldest_overdue(session, self.today))
        return found  # type: ignore[no-any-return]

    @strawberry.field(
        description="How many claims have a review that is to be looked at again, as its reviewBy has passed.",
        directives=[weighing(5)],
    )
    async def reviews_due(self, info: strawberry.Info) -> int:
        """Count the reviews that are due."""
        due = claims.matching(ClaimFilter(review_due=True), self.today)
        return await context_of(info).read(lambda session: paging.count(session, due))

    @strawberry.field(description="Whether the job has missed two of its runs: somebody should look why.")
    async def job_is_late(self, info: strawberry.Info) -> bool:
        """Compare the last run with now."""
        desk = context_of(info).desk
        last = await context_of(info).read(lambda session: flags.last_run(session, JOB))
        return is_late(last, desk.now(), desk.policy.job_every)

    @strawberry.field(description="How many deliveries of digests and webhooks were given up: somebody should look why.")
    async def parked(self, info: strawberry.Info) -> int:
        """Count what was given up."""
        return await context_of(info).read(deliveries.count_parked)

    @strawberry.field(description="When the job that flags predictions last succeeded; null if it never has.")
    async def last_run(self, info: strawberry.Info) -> LastRun | None:
        """Tell when the job last succeeded."""
        found: Any = await context_of(info).read(lambda session: flags.last_run(session, JOB))
        return found  # type: ignore[no-any-return]
