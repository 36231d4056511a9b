"""How is a whole story recorded at once? Its records are steps, each by its own action, in one transaction.

`parts` says what a story may hold, `steps` takes it apart, `recording` finds or adds its records, and `differing` compares those
that are there, which `applying` may change. A story of the API and a file of seeds/ are the same input.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from pydantic import Field as Rule
from pydantic import SkipValidation

from claimkb.actions.quotes import Quoted, Quoting
from claimkb.actions.stories import applying
from claimkb.actions.stories.differing import Difference, differences
from claimkb.actions.stories.parts import LAST, PARTS, StoryClaim, StoryClaimant, StoryCollection, StorySource
from claimkb.actions.stories.recording import Recording, Taken
from claimkb.actions.stories.steps import Steps
from claimkb.actions.work import Work, needs
from claimkb.domain.permissions import Permission
from claimkb.domain.several import Several
from claimkb.domain.story import MOST_CLAIMS, StoryName
from claimkb.store.engine import locks
from claimkb.store.engine.commits import REHEARSAL
from claimkb.store.engine.locks import Lock


class RecordStory(Quoting):
    """A whole story: its records name one another by keys of its own. Sent again, it finds all of them there."""

    # Each record is checked by its own command, so that one mistake does not hide the others.
    key: StoryName
    sources: list[SkipValidation[StorySource]] | None = Rule(  # type: ignore[valid-type]
        default=None, max_length=MOST_CLAIMS, description="Its sources; what one repeats comes before it."
    )
    claimants: list[SkipValidation[StoryClaimant]] | None = Rule(  # type: ignore[valid-type]
        default=None, max_length=MOST_CLAIMS, description="Who asserts."
    )
    collections: list[SkipValidation[StoryCollection]] | None = Rule(  # type: ignore[valid-type]
        default=None, max_length=MOST_CLAIMS, description="The collections that its claims are put into."
    )
    claims: list[SkipValidation[StoryClaim]] | None = Rule(  # type: ignore[valid-type]
        default=None, max_length=MOST_CLAIMS, description="Its claims, with where they stand, predictions and relations."
    )
    dry_run: bool = Rule(default=False, description="Only say what would be done, and what is wrong; record nothing.")

    @cached_property
    def taken_apart(self) -> Steps:
        """Take the story apart, once."""
        return Steps(self.key, {part.name: getattr(self, part.name) or [] for part in PARTS})

    def quoted(self) -> Iterable[Quoted]:
        """List the quotes of its records."""
        commands = (step.command for step in self.taken_apart.steps)
        return chain.from_iterable(command.quoted() for command in commands if isinstance(command, Quoting))


@dataclass
class StoryRun:
    """What recording a story did."""

    key: str
    dry_run: bool
    recorded: list[Taken] = field(default_factory=list)
    existing: list[Taken] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    """The fields in which the story differs from what is there, and goes on to."""
    applied: list[Difference] = field(default_factory=list)
    """The fields that were changed to what the story says."""


def _record(work: Work, command: RecordStory, *, is_applied: bool) -> StoryRun:
    """Record what is not there yet, keep what is there or change it by updates, and report it; refuse all mistakes at once."""
    story, run = command.taken_apart, StoryRun(command.key, command.dry_run)
    locks.hold(work.session, Lock.SEEDING)
    if any(step.part in LAST for step in story.steps):
        locks.hold(work.session, Lock.RELATING)  # before any claim or claimant, as whoever redates or merges one does
    recording = Recording(work, story.steps)
    for taken in recording.taken(story.steps):
        (run.recorded if taken.is_new else run.existing).append(taken)
        if not taken.is_new:
            run.differences += differences(work, taken)
    if is_applied:
        run.applied, run.differences = applying.apply(work, recording, run.differences)
    mistakes = [*story.mistakes, *recording.mistakes]
    if mistakes:
        raise Several(*mistakes)
    work.session.info[REHEARSAL] = command.dry_run
    return run


@needs(Permission.RECORD)
def record_story(work: Work, command: RecordStory) -> StoryRun:
    """Record a whole story in one transaction: sources, claimants, collections, and claims with all that belongs to them. What is
    there already is kept as it is, and the answer says where the story differs from it. All mistakes are told at once.
    """
    return _record(work, command, is_applied=False)


@needs(Permission.UPDATE)
def apply_story(work: Work, command: RecordStory) -> StoryRun:
    """Record a whole story, and change what is there by the ordinary updates, as far as they can, to what the story says."""
    work.actor.need(Permission.RECORD)
    return _record(work, command, is_applied=True)
