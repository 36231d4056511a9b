"""Which answers does a prediction allow? By the calendar, and by what was measured; as it stands, see resolution.py."""

from datetime import date

from claimkb.domain.claim import Claim, first_said_on
from claimkb.domain.dates import check_begun
from claimkb.domain.dating import HappenedEarly, HappenedNotTooSoon, HappenedTooSoon, NotYetKnown
from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.measuring import NothingToMeasure, NotWhatWasMeasured, OtherUnit, UnitOfNothing
from claimkb.domain.outcome import Outcome, Verdict
from claimkb.domain.refusals import BeforeTheClaim, HappenedLate, KnownBeforeItHappened, MayStillChange, NotYetDue
from claimkb.domain.target import Target

HAPPENED = (Verdict.YES, Verdict.PARTIAL)


def check_days(outcome: Outcome, claim: Claim, held_to: Deadline | None, newest: date) -> None:
    """Refuse what cannot be: the future, a day before the claim, knowledge before the event."""
    for name, day in (("occurred_on", outcome.occurred_on), ("known_on", outcome.known_on)):
        check_begun(name, day, newest)
    check_after_claim(outcome, held_to, first_said_on(claim))
    if outcome.known_on and outcome.occurred_on and outcome.known_on < outcome.occurred_on:
        raise KnownBeforeItHappened("known_on", known_on=outcome.known_on, occurred_on=outcome.occurred_on)


def check_after_claim(outcome: Outcome | None, held_to: Deadline | None, said_on: date | None, field: str | None = None) -> None:
    """Refuse what was known before the claim was made, and what happened before it.

    Where the answer could be known only later, what it is about may have happened before: the figure of a quarter that has ended.
    """
    days = {} if outcome is None else {"occurred_on": outcome.occurred_on, "known_on": outcome.known_on}
    for name, day in days.items():
        is_allowed = name == "occurred_on" and held_to is not None and held_to.answer_from is not None
        if day and said_on and day < said_on and not is_allowed:
            raise BeforeTheClaim(field or name, day=day, said_on=said_on)


def final(held_to: Deadline, newest: date) -> list[Verdict]:
    """List the verdicts that the remaining days may be unable to undo, before the due date."""
    may_be_yes = held_to.bound is not DueBound.NOT_BEFORE and held_to.first_day <= newest
    return [*([Verdict.YES] if may_be_yes else []), Verdict.NO, Verdict.ANNULLED]


def check_against_deadline(outcome: Outcome, held_to: Deadline | None, today: date, newest: date) -> None:
    """Refuse a verdict that the calendar does not allow yet, and one that the day it happened contradicts."""
    if held_to is None:
        return
    if today <= held_to.due_on:
        possible = final(held_to, newest)
        if outcome.verdict not in possible:
            words = f"{', '.join(possible[:-1])} or {possible[-1]}"
            raise MayStillChange("verdict", due_on=held_to.due_on, verdict=outcome.verdict, final=words)
        if not outcome.early_reason:
            raise NotYetDue("early_reason", due_on=held_to.due_on)
    if today < held_to.ends_on and not outcome.early_reason:
        raise NotYetKnown("early_reason", answer_from=held_to.ends_on)
    if outcome.occurred_on is not None:
        _check_day(outcome.verdict, outcome.occurred_on, held_to)


def _check_day(verdict: Verdict, day: date, held_to: Deadline) -> None:
    """Refuse a yes for what happened on a day out of time, and a no for what was not to happen before and did not."""
    if held_to.bound is DueBound.NOT_BEFORE:
        if verdict is Verdict.YES and held_to.is_early(day):
            raise HappenedTooSoon("verdict", occurred_on=day, due_on=held_to.due_on)
        if verdict is Verdict.NO and not held_to.is_early(day):
            raise HappenedNotTooSoon("verdict", occurred_on=day, due_on=held_to.due_on)
    elif verdict in HAPPENED and held_to.is_late(day):
        raise HappenedLate("verdict", occurred_on=day, due_on=held_to.due_on)
    elif verdict in HAPPENED and held_to.is_early(day):
        raise HappenedEarly("verdict", occurred_on=day, due_from=held_to.due_from)


def check_measure(outcome: Outcome, target: Target | None, held_to: Deadline | None) -> None:
    """Hold what was measured against the target: refuse another unit, and a verdict that contradicts both."""
    if outcome.measured is None:
        if outcome.unit is not None:
            raise UnitOfNothing("unit")
        return
    if target is None:
        raise NothingToMeasure("measured")
    outcome.unit = outcome.unit or target.unit
    if not target.is_in(outcome.unit):
        raise OtherUnit("unit", target=target.unit, unit=outcome.unit)
    verdict = _by_measure(target.is_met(outcome.measured), outcome.occurred_on, held_to)
    if outcome.verdict in (Verdict.YES, Verdict.NO) and outcome.verdict is not verdict:
        raise NotWhatWasMeasured("verdict", sum=target.held_against(outcome.measured), verdict=verdict)


def _by_measure(is_met: bool, day: date | None, held_to: Deadline | None) -> Verdict:
    """Derive the verdict: whether the target was met, in time if there is a day. What was NOT_BEFORE a day was not to be met."""
    is_in_time = held_to is None or day is None or held_to.is_in_time(day)
    if held_to is not None and held_to.bound is DueBound.NOT_BEFORE:
        is_too_soon = is_met and (day is None or held_to.is_early(day))
        return Verdict.NO if is_too_soon else Verdict.YES
    return Verdict.YES if is_met and is_in_time else Verdict.NO
