"""How is a difference between a file and a record told? With the line of the file, in the words of the file."""

from dataclasses import dataclass

from claimkb.actions.stories import differing
from claimkb.domain import Claim, Claimant, ClaimRelation, Source
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


def told(file: Located, difference: differing.Difference) -> Difference:
    """Tell a difference in the words of the file."""
    step, name = difference.taken.step, difference.field
    kind = "relation" if step.kind is ClaimRelation else step.kind.__name__.lower()
    of = f"{kind} {step.key}" if step.kind in (Source, Claimant, Claim) else f"{kind} of {step.key}"
    shown = f"quote.{name.removeprefix('quote_')}" if name.startswith("quote_") else name.removesuffix("_id")
    ours, given = (_said(value, is_text=difference.is_text) for value in (difference.ours, difference.given))
    return Difference(line_of(file, written(difference.place)), of, shown, ours, given)


def _said(value: str | None, *, is_text: bool) -> str:
    """Write a value of a field."""
    if value is None:
        return "nothing"
    return repr(value) if is_text else value
