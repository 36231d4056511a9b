"""Flag what is overdue, due soon, or due for review: the scheduled job."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs
from claimkb.domain import Flag
from claimkb.domain.announcement import Topic
from claimkb.domain.dates import Day
from claimkb.domain.flag import FlagLevel, is_rehearsal
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command
from claimkb.store import announcements, flags
from claimkb.store.engine import locks
from claimkb.store.engine.locks import Lock

JOB = "flag"


class FlagPredictions(Command):
    """For which day to run the job."""

    as_of: Day | None = Rule(
        default=None,
        description="The day to take for today; today where left out. A day to come is a rehearsal, which writes nothing.",
    )
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
def flag_predictions(work: Work, command: FlagPredictions) -> FlaggingRun:
    """Run the scheduled job now: flag each prediction once a due date and level, and clear what no longer applies."""
    as_of = command.as_of or work.today
    if command.dry_run or is_rehearsal(as_of, work.today):
        return FlaggingRun(as_of, _sorted(flags.pending(work.session, as_of, work.now)), 0, dry_run=True)
    locks.hold(work.session, Lock.FLAGGING)
    last = flags.last_run(work.session, JOB)
    if last is not None and last.as_of > as_of:
        flags.look_again(work.session)
    appended = flags.append(work.session, as_of, work.now)
    cleared = flags.reconcile_run(work.session, work.now)
    flags.look_on(work.session, as_of)
    if as_of == work.today:
        flags.record_run(work.session, JOB, as_of, work.now)
    new = [flag for flag in appended if flag.id not in cleared]
    for flag in new:
        announcements.note(work.session, Topic.FLAG, flag.id)
    return FlaggingRun(as_of, _sorted(new), len(cleared) - (len(appended) - len(new)), dry_run=False)


def _sorted(found: list[Flag]) -> list[Flag]:
    """Put first what has waited longest."""
    return sorted(found, key=lambda flag: (flag.due_on, flag.prediction_id))
