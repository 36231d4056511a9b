"""Flag what is overdue, due soon, or due for review: the scheduled job."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs
from claimkb.domain import Flag
from claimkb.domain.flag import FlagLevel
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Order
from claimkb.store import flags

JOB = "flag"


class FlagPredictions(Order):
    """For which day to run the job."""

    as_of: date | None = Rule(default=None, description="The day to take for today, for rehearsals; today where left out.")
    dry_run: bool = Rule(default=False, description="Whether only to say what would be flagged, and to write nothing.")


@dataclass(frozen=True)
class FlaggingRun:
    """What the job did."""

    as_of: date
    flags: list[Flag]
    cleared: int
    dry_run: bool

    def by_level(self) -> dict[FlagLevel, int]:
        """Count the new flags of each level."""
        counted = Counter(flag.level for flag in self.flags)
        return {level: counted[level] for level in FlagLevel}


@needs(Permission.FLAG)
def flag_predictions(work: Work, order: FlagPredictions) -> FlaggingRun:
    """Run the scheduled job now: flag each prediction once a due date and level, and clear what no longer applies."""
    as_of = order.as_of or work.today
    if order.dry_run:
        return FlaggingRun(as_of, flags.pending(work.session, as_of, work.now), 0, dry_run=True)
    cleared = flags.reconcile(work.session, work.now)
    new = flags.append(work.session, as_of, work.now)
    flags.record_run(work.session, JOB, as_of, work.now)
    return FlaggingRun(as_of, new, cleared, dry_run=False)
