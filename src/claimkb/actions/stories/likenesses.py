"""Which records of a story look like others that were there before? A person says whether they are the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from claimkb.actions.stories.recording import Taken
from claimkb.domain import Claim, Claimant, Source
from claimkb.domain.record import Record
from claimkb.store import claimants, search, sources

ALIKE = 0.6
"""From which likeness on a claim is told."""

MOST, LOOKED_AT = 5, 25
"""How many are told of each record, and how many of the likeliest are looked at, as the story's own may be among them."""


@dataclass(frozen=True)
class Likeness:
    """A record that was there before, and looks like a new one of the story."""

    taken: Taken
    record: Record
    score: float | None = None
    why: list[str] = field(default_factory=list)


def is_compared(taken: Taken) -> bool:
    """Tell whether a record of a story is compared with others: sources, claimants and claims are, if they are new."""
    return taken.is_new and taken.step.kind in (Source, Claimant, Claim)


def find(session: Session, new: Sequence[Taken], own: Iterable[UUID]) -> list[Likeness]:
    """List what looks like these records of a story, without the story's own."""
    ours = set(own)
    found = []
    for taken in new:
        others = (each for each in _like(session, taken) if each.record.id not in ours)
        found += [each for _, each in zip(range(MOST), others, strict=False)]
    return found


def _like(session: Session, taken: Taken) -> Iterator[Likeness]:
    """List what looks like a record, the likeliest first."""
    record = taken.record
    if isinstance(record, Claim):
        for each in search.similar(session, record.statement, None, LOOKED_AT):
            if each.score >= ALIKE:
                yield Likeness(taken, each.claim, each.score, each.why)
    elif isinstance(record, Claimant):
        for alike in claimants.similar(session, record.name, LOOKED_AT, but=record.id):
            yield Likeness(taken, alike.claimant, alike.score, alike.why)
    elif isinstance(record, Source) and record.url:
        yield from (Likeness(taken, each) for each in sources.probably_at(session, record.url))
