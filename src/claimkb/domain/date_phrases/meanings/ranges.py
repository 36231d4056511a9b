"""Which days lie from one to another?"""

from dataclasses import replace

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, label, write
from claimkb.domain.date_phrases.meanings.context import Context, means
from claimkb.domain.date_phrases.meanings.days import dated
from claimkb.domain.date_phrases.parsing import Tree


@means
def between(context: Context, p: Tree, q: Tree) -> list[Named]:
    """From 1 April to 30 June 2027: the year of the second is the first's."""
    return [_joined(*_both(context, p, q))]


def _both(context: Context, p: Tree, q: Tree) -> tuple[Named, Named]:
    """Read both ends of a range. Where only the second prints its year, the first counts back from it."""
    second = context.read(q)[0]
    if not second.is_bare:
        return replace(context, until=second.last).read(p)[0], second
    first = context.read(p)[0]
    return first, replace(context, since=first.first).read(q)[0]


def _joined(first: Named, last: Named) -> Named:
    if first.first > last.last:
        raise NoDay(f"{label(first)} to {label(last)} runs backward")
    grain = last.grain if first.grain == last.grain else Grain.DAY if Grain.DAY in (first.grain, last.grain) else Grain.APPROXIMATE
    end = last.whole.last if last.whole else last.last
    step = f"from {write(first.first)} to {write(end)}"
    return Named(first.first, end, grain, (*first.why, *last.why, step), first.is_printed and last.is_printed)


@means
def days_between(context: Context, d: int, e: int, m: int, of: Tree | None = None, **_: int) -> list[Named]:
    """3-7 May."""
    first, last = dated(context, d, m, of), dated(context, e, m, of)
    found = []
    for begin, end in zip(first, last, strict=False):
        is_behind = begin.first > end.last and of is None
        found.append(_joined(dated(replace(context, until=end.last), d, m)[0] if is_behind else begin, end))
    return found
