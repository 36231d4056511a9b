"""How does a file of a story get in? It is read with its lines, and becomes the input of the verb that records whole stories.

The ids of its records follow from the file's name and from their keys, so that a second load finds everything there, changes
nothing, and tells what differs. A file is loaded whole or not at all.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from sqlmodel import Session

from claimkb.actions import stories
from claimkb.actions.stories import RecordStory, StoryRun, likenesses
from claimkb.actions.stories.likenesses import Likeness
from claimkb.actions.work import Desk
from claimkb.domain import Claim
from claimkb.domain.account import Actor
from claimkb.domain.quantity import counted
from claimkb.domain.record import plain
from claimkb.domain.several import Several, each_of
from claimkb.seeding.reading import KEY, Located, Mistakes, read
from claimkb.seeding.telling import Difference, alike, told
from claimkb.seeding.translating import Translation, line_of, said_of, written

__all__ = ["BadStory", "Difference", "Report", "load"]

STANDARD_INPUT = Path("-")


class BadStory(Exception):
    """A story that cannot be loaded; the message names the file, and of each mistake line and key."""


@dataclass
class Report:
    """What loading a story did, or would do."""

    path: Path
    recorded: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    """The fields in which the file differs from the record; the record was left as it is."""
    applied: list[Difference] = field(default_factory=list)
    """The fields of records that were changed to what the file says."""
    elsewhere: int = 0
    """How many claims are there under other ids."""
    likenesses: list[str] = field(default_factory=list)
    """What looks like a new record of the file and was there before, a line each."""


def load(desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, apply: bool = False, compare: bool = False) -> Report:
    """Load a story: check all of it, record what is not there yet, keep what is there, and report it.

    With `apply`, change what is there by updates to what the file says; with `compare`, look for what looks like its new records.
    """
    with _placed(path):
        file, found = read(sys.stdin.buffer.read() if path == STANDARD_INPUT else path.read_bytes())
        translation = Translation(file, found, desk.policy.country)
        command = _command(path, translation, dry_run=dry_run)
        mistakes = list(translation.mistakes)
        try:
            with desk.work(actor) as work:
                run = (stories.apply_story if apply else stories.record_story)(work, command)
                if mistakes:
                    raise Mistakes(*mistakes)
        except Several as refusal:
            raise Mistakes(*mistakes, *_lines(file, refusal)) from None
    report = _report(path, file, run)
    if compare:
        with desk.database.read() as session:
            report.likenesses = [alike(file, each) for each in _likenesses(session, run)]
    return report


def _likenesses(session: Session, run: StoryRun) -> list[Likeness]:
    """List what looks like the new records of a run."""
    own = [each.record.id for each in (*run.recorded, *run.existing)]
    return likenesses.find(session, [each for each in run.recorded if likenesses.is_compared(each)], own)


def _command(path: Path, translation: Translation, *, dry_run: bool) -> RecordStory:
    """Make the command of a story."""
    file = translation.file
    if path == STANDARD_INPUT and KEY not in file:
        raise Mistakes(*translation.mistakes, (1, "a story from standard input needs a name that stays the same: give its key"))
    try:
        return RecordStory(key=str(file.get(KEY, path.stem)), dry_run=dry_run, **translation.sections)
    except ValidationError as error:
        found = [(line_of(file, each["loc"]), plain(each["type"], each["msg"])) for each in error.errors()]
        raise Mistakes(*translation.mistakes, *found) from None


def _lines(file: Located, refusal: Several) -> Iterator[tuple[int, str]]:
    """Give each mistake its line and its key."""
    for each in each_of(refusal):
        place = written(each.field)
        name = said_of(place)
        yield line_of(file, place), f"{name}: {each}" if name else str(each)


def _report(path: Path, file: Located, run: StoryRun) -> Report:
    """Count what a run did, and give each difference its line."""
    report = Report(path)
    report.recorded.update(taken.step.kind.__name__ for taken in run.recorded)
    report.there.update(taken.step.kind.__name__ for taken in run.existing)
    report.elsewhere = sum(taken.step.kind is Claim and taken.record.id != taken.step.id for taken in run.existing)
    report.differences = [told(file, each) for each in run.differences]
    report.applied = [told(file, each) for each in run.applied]
    return report


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
