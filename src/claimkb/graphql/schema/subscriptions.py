"""Which subscriptions are there? Flags, outcomes and revisions, from now on or after the last one that the client has."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlmodel import Session

from claimkb import domain
from claimkb.domain.announcement import Topic
from claimkb.domain.questions import NotAnnounced
from claimkb.domain.record import Record
from claimkb.domain.reference import ClaimantId, RefersTo
from claimkb.graphql.execution.change_feed import PAUSE
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.execution.operation_request import ServiceUnavailable
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema import types
from claimkb.store import announcements
from claimkb.store.engine import records
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

RECORDS: dict[Topic, type[Record]] = {Topic.FLAG: domain.Flag, Topic.OUTCOME: domain.Outcome, Topic.REVISION: domain.Revision}

AfterId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The id of the last one that you got: all that came since are sent first. Else from now on."),
]


def _place(session: Session, topic: Topic, last: UUID | None) -> int:
    """Find the position to read on from: that of the last record that the client has, or the newest."""
    if last is None:
        return announcements.newest(session)
    position = announcements.find_position(session, topic, last)
    if position is None:
        raise NotAnnounced("after", kind=RECORDS[topic].__name__)
    return position


def _next(session: Session, topic: Topic, position: int, claimant: ClaimantId | None) -> list[tuple[int, Record | None]]:
    """Read the announcements after a position, with their records."""
    announced = announcements.after(session, topic, position, claimant)
    rows = records.by_ids(session, RECORDS[topic], [record_id for _, record_id in announced])
    return [(position, row) for (position, _), row in zip(announced, rows, strict=True)]


async def _follow(context: Context, topic: Topic, after: str | None, claimant: ClaimantId | None = None) -> AsyncIterator[Any]:
    """Yield each record of a topic, in the order of the commits. Each gets a fresh context, which shows its current state."""
    last = RefersTo(RECORDS[topic].__name__).read_argument("after", after)
    context.become_subscription()
    async with context.changes.subscribed():
        position = await context.read(lambda session: _place(session, topic, last))
        while True:
            newest = context.changes.newest
            context.start_over()
            try:
                records_after = await context.read(partial(_next, topic=topic, position=position, claimant=claimant))
                for next_position, row in records_after:
                    await context.reauthenticate()
                    context.start_over()
                    if row is not None:  # a record that is missing is reported by `claimkb verify`
                        yield row
                    position = next_position
            except (TookTooLong, DatabaseUnavailable, ServiceUnavailable):  # reading again loses nothing
                await asyncio.sleep(PAUSE)
                continue
            if not records_after:
                await context.changes.wait_beyond(newest)


@object_type()
class Subscription:
    """What can be subscribed to, over WebSocket (graphql-transport-ws) or as server-sent events."""

    @strawberry.subscription(description="Each prediction that the job flags, as it does.", directives=[weighing(10)])
    async def prediction_flagged(self, info: strawberry.Info, after: AfterId = None) -> AsyncIterator[types.Flag]:
        async for row in _follow(context_of(info), Topic.FLAG, after):
            yield row

    @strawberry.subscription(
        description="Each outcome, as it comes to stand: recorded, or confirmed where the desk asks for a second person.",
        directives=[weighing(10)],
    )
    async def outcome_recorded(
        self,
        info: strawberry.Info,
        claimant_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only outcomes of what this claimant predicted.")
        ] = None,
        after: AfterId = None,
    ) -> AsyncIterator[types.Outcome]:
        claimant = RefersTo("Claimant").read_argument("claimant_id", claimant_id)
        async for row in _follow(context_of(info), Topic.OUTCOME, after, claimant):
            yield row

    @strawberry.subscription(description="Each change of any record, as it is made.", directives=[weighing(10)])
    async def revisions(self, info: strawberry.Info, after: AfterId = None) -> AsyncIterator[types.Revision]:
        async for row in _follow(context_of(info), Topic.REVISION, after):
            yield row
