"""How does a story get in? A YAML file in seeds/ is loaded through the same actions as everything else.

A story names its records by keys of its own; from a key follows the record's id, always the same, so that a second load
finds everything there, changes nothing, and tells what differs. A file is loaded whole or not at all.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from claimkb.actions.work import Desk, Work
from claimkb.domain import Claim
from claimkb.domain.account import Actor
from claimkb.domain.quantity import counted
from claimkb.domain.record import Command
from claimkb.domain.refusals import Refusal
from claimkb.seeding.differing import Difference, differences
from claimkb.seeding.reading import Mistakes, read
from claimkb.seeding.recording import Recording
from claimkb.seeding.stories import Step, Story, command_of
from claimkb.store.engine import locks
from claimkb.store.engine.locks import Lock

__all__ = ["BadStory", "Report", "load"]


class BadStory(Exception):
    """A story that cannot be loaded; the message names the file, and of each mistake line and key."""


@dataclass
class Report:
    """What loading a story did."""

    path: Path
    recorded: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    """The fields in which the file differs from the record; the record was left as it is."""
    elsewhere: int = 0
    """How many claims are there under other ids."""


def load(desk: Desk, actor: Actor, path: Path) -> Report:
    """Load a story: check all of it, record what is not there yet, keep what is there as it is, and report both."""
    report = Report(path)
    with _placed(path):
        story = Story(path.stem, *read(path))
        commands = [command_of(step, story.validation_errors) for step in story.steps]
        with desk.work(actor) as work:
            locks.hold(work.session, Lock.SEEDING)
            _record(work, story, commands, report)
            if story.validation_errors:
                raise Mistakes(*story.validation_errors)
    return report


def _record(work: Work, story: Story, commands: list[Command | None], report: Report) -> None:
    """Record the new steps. Note each refusal, and leave out the steps that refer to it: one run reports all mistakes."""
    recording = Recording(work, story.steps, commands)
    refused: set[UUID] = set()
    for index, (step, command) in enumerate(zip(story.steps, commands, strict=True)):
        if command is None or not refused.isdisjoint(value for _, value in command if isinstance(value, UUID)):
            refused.add(step.id)
            continue
        try:
            with work.session.begin_nested(), _at(step):
                placed = recording.placed(command)
                record, is_new = recording.take(step, placed, index)
                differing = [] if is_new else list(differences(work, step, placed, record))
        except Mistakes as mistakes:
            story.validation_errors += mistakes.found
            refused.add(step.id)
        else:
            (report.recorded if is_new else report.there)[step.kind.__name__] += 1
            report.differences += differing
            report.elsewhere += step.kind is Claim and record.id != step.id


@contextmanager
def _at(step: Step) -> Iterator[None]:
    """Add the line of the file to a refusal."""
    try:
        yield
    except Refusal as refusal:
        key = ".".join(str(part).removesuffix("_id") for part in refusal.field)
        raise Mistakes((step.given.lines.get(key.partition(".")[0], step.given.line), f"{key}: {refusal}")) from None


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Name the file in a refusal."""
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
