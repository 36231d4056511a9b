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
from claimkb.domain.record import Order, Record
from claimkb.domain.refusals import Refusal
from claimkb.seeding.reading import BadStory, read
from claimkb.seeding.stories import Step, Story, order_of
from claimkb.store import claimants, locks, records, sources
from claimkb.store.locks import Lock

__all__ = ["BadStory", "Report", "load"]


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
        raise BadStory(f"line {step.given.lines.get(key.partition('.')[0], step.given.line)}: {key}: {refusal}") from None
    return True


def load(desk: Desk, actor: Actor, path: Path) -> Report:
    """Load a story: check all of it, record what is not there yet, leave what is there as it is, and report both."""
    report = Report(path)
    with _placed(path):
        story = Story(path.stem, read(path))
        orders = [order_of(step) for step in story.steps]
        with desk.work(actor) as work:
            locks.hold(work.session, Lock.SEEDING)
            there = {kind: _known(work, story.steps, kind) for kind in {step.kind for step in story.steps}}
            instead: dict[UUID, UUID] = {}
            for index, (step, order) in enumerate(zip(story.steps, orders, strict=True)):
                is_new = step.id not in there[step.kind] and _take(work, step, order, instead, index)
                (report.recorded if is_new else report.there)[step.kind.__name__] += 1
    return report


def _known(work: Work, steps: list[Step], kind: type[Record]) -> set[UUID]:
    """Tell which records of a kind are there already."""
    return records.known(work.session, kind, [step.id for step in steps if step.kind is kind])


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Name the file in what is refused."""
    try:
        yield
    except BadStory as error:
        said = str(error)
        raise BadStory(f"{path}, {said}{'' if said.endswith(('.', '?')) else '.'} Nothing of it was loaded.") from None
    except RecursionError:
        raise BadStory(f"{path} is no story: its brackets are nested too deeply. Nothing of it was loaded.") from None
    except OSError as error:
        raise BadStory(f"{path} cannot be read: {error.strerror}.") from None
