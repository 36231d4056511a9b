"""What is due, when a cue binds the days that words name?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings import Context, Named, NoDay, label, write
from claimkb.domain.date_phrases.meanings.calendar import Ambiguous, plus_days
from claimkb.domain.date_phrases.parsing import Tree
from claimkb.domain.date_phrases.phrase import Cue, DueReading
from claimkb.domain.dates import DatePrecision, interval
from claimkb.domain.deadline import DueBound
from claimkb.domain.prediction import DueBasis, first_review

CUES = {
    "by": Cue.BY,
    "until": Cue.BY,
    "before": Cue.BEFORE,
    "on": Cue.IN,
    "starting": Cue.FROM,
    "after": Cue.FROM,
    "not_before": Cue.NOT_BEFORE,
}
"""The cues of what binds days, by the names that the tables use."""
NO_DAY = {
    "vague": "the words are vague: no day can be computed from them",
    "event": "the day hangs on an event whose date the words do not name",
    "season_of_sport": "a season of a sport has no days that claimkb knows",
    "past": "the words tell of the past: no day to come is due",
}


@dataclass(frozen=True)
class Bound:
    """What a phrase may mean, and the cue that binds it."""

    cue: Cue
    readings: tuple[DueReading, ...]


def bound(context: Context, tree: Tree) -> Bound:
    """Tell all that a phrase may mean, the likeliest first."""
    if tree.meaning in NO_DAY:
        return Bound(Cue.NONE, (without_date(context, NO_DAY[tree.meaning]),))
    context = replace(context, is_before=tree.meaning in ("before", "not_before"))
    return bound_by(context, tree.meaning, lambda: context.read(tree.slots["p"]))


def bound_by(context: Context, meaning: str, named: Callable[[], list[Named]]) -> Bound:
    """Bind days; where no day can be computed, say why."""
    try:
        found = [_bound(meaning, each) for each in named()]
        return Bound(found[0][0], tuple(dict.fromkeys(reading for _, reading in found)))
    except Ambiguous as ambiguous:
        dated = tuple(_bound(meaning, each)[1] for each in ambiguous.named)
        return Bound(Cue.NONE, (without_date(context, str(ambiguous)), *dated))
    except NoDay as none:
        return Bound(Cue.NONE, (without_date(context, str(none)),))


def without_date(context: Context, reason: str) -> DueReading:
    """Return the reading of words that give no day: a day on which to look again, and why."""
    review = _review(context.said_on)
    step = f"; look again 180 days after {write(context.said_on)}" if context.said_on and review else ""
    return DueReading(None, None, None, DueBound.BY, None, f"No date: {reason}{step}", review)


def _review(said_on: date | None) -> date | None:
    try:
        return first_review(said_on, said_on) if said_on else None
    except OverflowError:
        return None


def _bound(meaning: str, named: Named) -> tuple[Cue, DueReading]:
    """Bind the days that words name."""
    if meaning in ("by", "until", "before", "after") and named.whole:
        named, meaning = _of_end(named, named.whole, meaning)
    return CUES[meaning], BINDINGS[meaning](named)


def _of_end(end: Named, whole: Named, meaning: str) -> tuple[Named, str]:
    """By or before the end of a year is by its last day; after it is after the year."""
    why = tuple(step for step in end.why if step in whole.why)
    return replace(whole, why=why), "by" if meaning == "before" else meaning


def _by(named: Named) -> DueReading:
    return _reading(named, None, named.last, DueBound.BY, _many(named, "by: up to its last day, {last}"))


def _before(named: Named) -> DueReading:
    day = plus_days(named.first, -1)
    return _reading(named, None, day, DueBound.BY, f"before it begins: up to {write(day)}")


def _on(named: Named) -> DueReading:
    return _reading(named, named.first, named.last, DueBound.WITHIN, _many(named, "in: from {first} to {last}"))


def _starting(named: Named) -> DueReading:
    step = (
        "from: on the day on which it starts"
        if named.first == named.last
        else "from: in the unit in which it starts, {first} to {last}"
    )
    return _reading(named, named.first, named.last, DueBound.WITHIN, step.format(first=write(named.first), last=write(named.last)))


def _after(named: Named) -> DueReading:
    """After 2030: in the unit that follows, 2031."""
    day = plus_days(named.last, 1)
    following = Named(day, day, Grain.DAY, named.why, named.is_printed)
    if named.grain.value in DatePrecision.__members__ and named.grain is not Grain.DAY:
        unit = interval(day, DatePrecision[named.grain.value])
        if unit.first == day:
            following = replace(following, last=unit.last, grain=named.grain)
    step = f"after {label(named)}: in the unit that follows, {label(following)}"
    return replace(_starting(following), reasoning="; ".join((*named.why, step)), basis=DueBasis.DERIVED)


def _not_before(named: Named) -> DueReading:
    day = plus_days(named.first, -1)
    return _reading(named, None, day, DueBound.NOT_BEFORE, f"not before {write(named.first)}: not up to {write(day)}")


BINDINGS = {
    "by": _by,
    "until": _by,
    "before": _before,
    "on": _on,
    "starting": _starting,
    "after": _after,
    "not_before": _not_before,
}


def _many(named: Named, step: str) -> str:
    """Say the days of an interval; of one day there is nothing to say."""
    return "" if named.first == named.last else step.format(first=write(named.first), last=write(named.last))


def _reading(named: Named, first: date | None, last: date, bound: DueBound, step: str) -> DueReading:
    is_stated = named.is_printed and not named.is_computed and not named.why and bound is not DueBound.NOT_BEFORE
    printed = () if named.why else (f"printed: {label(named)}",)
    return DueReading(
        last,
        first,
        _precision(named, first, last),
        bound,
        DueBasis.STATED if is_stated else DueBasis.DERIVED,
        "; ".join(filter(None, (*named.why, *printed, step))),
        None,
        named.first,
        named.last,
        named.grain,
    )


def _precision(named: Named, first: date | None, last: date) -> DatePrecision:
    """Choose the precision under which a due date is recorded: a SPAN where the calendar has no unit of these days."""
    if named.grain.value not in DatePrecision.__members__:
        return DatePrecision.SPAN
    precision = DatePrecision[named.grain.value]
    unit = interval(last, precision)
    return precision if unit.last == last and first in (None, unit.first) else DatePrecision.SPAN
