"""How does the work stand? What is overdue, what is coming, which reviews are due, and whether the job runs."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import strawberry
from sqlmodel import Session

from claimkb.actions.flagging import JOB
from claimkb.domain.schedule import is_late
from claimkb.domain.timeliness import Timeliness
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import SHORT, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema import types
from claimkb.store import claims, deliveries, flags, predictions
from claimkb.store.claims import ClaimFilter
from claimkb.store.engine import paging


@object_type()
class TimelinessCount:
    """How many predictions stand to the calendar in one way."""

    timeliness: Timeliness = strawberry.field(description="How they stand.")
    count: int = strawberry.field(description="How many.")


@object_type()
class LastRun:
    """When the scheduled job last succeeded."""

    as_of: date = strawberry.field(description="The day that it took for today.")
    succeeded_at: datetime = strawberry.field(description="When it succeeded, in UTC.")


@object_type()
class Backlog:
    """How the work stands: what is overdue, what is coming, and whether the job runs."""

    today: date = strawberry.field(description="Today's date in the desk's time zone.")

    @question(
        list[TimelinessCount],
        description="How many predictions stand to the calendar in each way.",
        directives=[weighing(100), SHORT],
    )
    def counts(self, _info: strawberry.Info) -> Callable[[Session], object]:
        def ask(session: Session) -> list[TimelinessCount]:
            counted = predictions.count_by_timeliness(session, self.today)
            return [TimelinessCount(timeliness=each, count=number) for each, number in counted.items()]

        return ask

    @question(types.Prediction | None, description="The prediction that has been overdue for longest; null if none is.")
    def oldest_overdue(self, _info: strawberry.Info) -> Callable[[Session], object]:
        return partial(predictions.oldest_overdue, today=self.today)

    @question(
        int,
        description="How many claims have a review that is to be looked at again, as its reviewBy has passed.",
        directives=[weighing(5)],
    )
    def reviews_due(self, _info: strawberry.Info) -> Callable[[Session], object]:
        return partial(paging.count, select=claims.matching(ClaimFilter(review_due=True), self.today))

    @question(bool, description="Whether the job has missed two of its runs: somebody should look why.")
    def job_is_late(self, info: strawberry.Info) -> Callable[[Session], object]:
        desk = context_of(info).desk
        return lambda session: is_late(flags.last_run(session, JOB), desk.now(), desk.policy.job_every)

    @question(int, description="How many deliveries of digests and webhooks were given up: somebody should look why.")
    def parked(self, _info: strawberry.Info) -> Callable[[Session], object]:
        return deliveries.count_parked

    @question(LastRun | None, description="When the job that flags predictions last succeeded; null if it never has.")
    def last_run(self, _info: strawberry.Info) -> Callable[[Session], object]:
        return partial(flags.last_run, job=JOB)
