"""What the scheduled job did, as the API shows it."""

from datetime import date
from typing import Any

import strawberry

from claimkb.domain.flag import FlagLevel
from claimkb.graphql.mapping.views import object_type


@object_type()
class LevelCount:
    """How many flags of a level."""

    level: FlagLevel = strawberry.field(description="The level.")
    count: int = strawberry.field(description="How many.")


@object_type()
class FlaggingRun:
    """What one run of the job did."""

    as_of: date = strawberry.field(description="The day that it took for today.")
    cleared: int = strawberry.field(description="How many flags no longer apply and were cleared.")
    dry_run: bool = strawberry.field(description="Whether it only looked and wrote nothing.")

    @strawberry.field(description="How many predictions were newly flagged.")
    def flagged(self: Any) -> int:
        return len(self.flags)

    @strawberry.field(description="How many new flags of each level.")
    def levels(self: Any) -> list[LevelCount]:
        return [LevelCount(level=level, count=count) for level, count in self.by_level().items()]
