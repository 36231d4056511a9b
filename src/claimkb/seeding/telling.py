"""How is a difference between a file and a record told? With the line of the file, in the words of the file."""

from dataclasses import dataclass

from claimkb.actions.stories import differing
from claimkb.actions.stories.likenesses import Likeness
from claimkb.actions.stories.steps import Step
from claimkb.domain import Claim, Claimant, ClaimRelation, CollectedClaim, Collection, Source
from claimkb.domain.record import Record
from claimkb.domain.reference import global_id
from claimkb.seeding.reading import Located
from claimkb.seeding.translating import line_of, written


@dataclass(frozen=True)
class Difference:
    """A field in which a story differs from the record, with the line of the file."""

    line: int
    of: str
    field: str
    recorded: str
    given: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.of}: {self.field} is recorded as {self.recorded}; the file says {self.given}."


_SHORT: dict[type[Record], str] = {ClaimRelation: "relation", CollectedClaim: "collection"}
"""The words for kinds whose names are long."""


def named(step: Step) -> str:
    """Name a record by its key, or by that of its claim."""
    kind = _SHORT.get(step.kind, step.kind.__name__.lower())
    return f"{kind} {step.key}" if step.kind in (Source, Claimant, Collection, Claim) else f"{kind} of {step.key}"


def told(file: Located, difference: differing.Difference) -> Difference:
    """Tell a difference in the words of the file."""
    step, name = difference.taken.step, difference.field
    shown = ".".join(differing.inside(name)).removesuffix("_id").rstrip("_")
    ours, given = (_said(value, is_text=difference.is_text) for value in (difference.ours, difference.given))
    return Difference(line_of(file, written(difference.place)), named(step), shown, ours, given)


def _said(value: str | None, *, is_text: bool) -> str:
    """Write a value of a field."""
    if value is None:
        return "nothing"
    return repr(value) if is_text else value


def alike(file: Located, likeness: Likeness) -> str:
    """Tell of a record that looks like a new one of the file."""
    step, record = likeness.taken.step, likeness.record
    label = next(getattr(record, name) for name in ("statement", "name", "url") if hasattr(record, name))
    there = global_id(type(record).__name__, record.id)
    return f"line {line_of(file, written(step.place))}, {named(step)}: do you mean {label!r}, which is there already as {there}?"
