"""How does a story get in? A YAML file in seeds/ is loaded through the same actions as everything else.

A story names its records by keys of its own; from a key follows the record's id, always the same, so that a second load
finds everything there and changes nothing. A file is loaded whole or not at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

from claimkb.actions.work import Desk, Work
from claimkb.domain import Claimant, Source
from claimkb.domain.account import Actor
from claimkb.domain.quantity import counted
from claimkb.domain.record import Order, Record
from claimkb.domain.refusals import Refusal
from claimkb.seeding.reading import Mistakes, read
from claimkb.seeding.stories import Step, Story, order_of
from claimkb.store import claimants, locks, records, sources
from claimkb.store.locks import Lock

__all__ = ["BadStory", "Report", "load"]


class BadStory(Exception):
    """A story that cannot be loaded; the message names the file, and of each mistake line and key."""


@dataclass
class Report:
    """What loading a story did."""

    path: Path
    recorded: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)


def _ids_from(first: UUID) -> Callable[[], UUID]:
    """Make the ids of the records that one step adds: its own, and others that follow from it."""
    ids: Iterator[UUID] = (uuid5(first, str(index)) if index else first for index in range(100))
    return lambda: next(ids)


def _already(work: Work, step: Step) -> UUID | None:
    """Find the record of a step under another id: somebody recorded the same claimant or address by hand."""
    if step.kind is Claimant:
        found: Record | None = claimants.find_by_name(work.session, step.given["name"], step.given["kind"])
    elif step.kind is Source and step.given.get("url"):
        found = sources.find_by_url(work.session, step.given["url"])
    else:
        found = None
    return found.id if found else None


def _take(work: Work, step: Step, order: Order, instead: dict[UUID, UUID], index: int) -> bool:
    """Record what a step asks for; tell whether it was not there yet."""
    if other := _already(work, step):
        instead[step.id] = other
        return False
    given = {name: instead[value] for name, value in order if isinstance(value, UUID) and value in instead}
    try:
        # Each record a microsecond after the one before, so that the story's order is kept.
        placed = replace(work, now=work.now + timedelta(microseconds=index), new_id=_ids_from(step.id))
        step.action(placed, order.model_copy(update=given))
    except Refusal as refusal:
        key = ".".join(str(part).removesuffix("_id") for part in refusal.field)
        raise Mistakes((step.given.lines.get(key.partition(".")[0], step.given.line), f"{key}: {refusal}")) from None
    return True


def load(desk: Desk, actor: Actor, path: Path) -> Report:
    """Load a story: check all of it, record what is not there yet, leave what is there as it is, and report both."""
    report = Report(path)
    with _placed(path):
        story = Story(path.stem, *read(path))
        orders = [order_of(step, story.mistakes) for step in story.steps]
        with desk.work(actor) as work:
            locks.hold(work.session, Lock.SEEDING)
            _record(work, story, orders, report)
            if story.mistakes:
                raise Mistakes(*story.mistakes)
    return report


def _record(work: Work, story: Story, orders: list[Order | None], report: Report) -> None:
    """Record what is not there yet. What is refused is noted, and what refers to it left out, so that all mistakes are told."""
    there = {kind: _known(work, story.steps, kind) for kind in {step.kind for step in story.steps}}
    instead: dict[UUID, UUID] = {}
    refused: set[UUID] = set()
    for index, (step, order) in enumerate(zip(story.steps, orders, strict=True)):
        if order is None or not refused.isdisjoint(value for _, value in order if isinstance(value, UUID)):
            refused.add(step.id)
            continue
        try:
            with work.session.begin_nested():
                is_new = step.id not in there[step.kind] and _take(work, step, order, instead, index)
        except Mistakes as mistakes:
            story.mistakes += mistakes.found
            refused.add(step.id)
        else:
            (report.recorded if is_new else report.there)[step.kind.__name__] += 1


def _known(work: Work, steps: list[Step], kind: type[Record]) -> set[UUID]:
    """Tell which records of a kind are there already."""
    return records.known(work.session, kind, [step.id for step in steps if step.kind is kind])


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Name the file in what is refused."""
    try:
        yield
    except Mistakes as mistakes:
        raise BadStory(_said(path, sorted(mistakes.found))) from None
    except RecursionError:
        raise BadStory(f"{path} is no story: its brackets are nested too deeply. Nothing of it was loaded.") from None
    except OSError as error:
        raise BadStory(f"{path} cannot be read: {error.strerror}.") from None


def _said(path: Path, mistakes: list[tuple[int, str]]) -> str:
    """Tell of one mistake in a line, and of several in a line each."""
    lines = [f"line {line}: {said}{'' if said.endswith(('.', '?')) else '.'}" for line, said in mistakes]
    if len(lines) == 1:
        return f"{path}, {lines[0]} Nothing of it was loaded."
    return "\n".join([f"{path} has {counted(len(lines), 'mistake')}. Nothing of it was loaded.", *lines])
