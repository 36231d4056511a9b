"""What if several things are wrong at once? One refusal holds them all, each with its place in the input."""

from collections.abc import Iterator, Sequence

from claimkb.domain.refusals import Refusal


class Several(Refusal):
    """There are {count} mistakes. Nothing has changed."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = refusals
        super().__init__(count=len(refusals))


def each_of(refusal: Refusal) -> Iterator[Refusal]:
    """Yield the refusals that a refusal holds, or itself, each with its whole place."""
    if not isinstance(refusal, Several):
        yield refusal
        return
    for inner in refusal.refusals:
        inner.field = (*refusal.field, *inner.field)
        yield from each_of(inner)
