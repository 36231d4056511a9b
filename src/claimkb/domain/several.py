"""How are all mistakes of a command told at once? Each refusal is kept with its place; in the end they are raised together."""

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from claimkb.domain.reference import global_id
from claimkb.domain.refusals import Forbidden, NotFound, Refusal, UserErrorCode, within


class Several(Refusal):
    """There are {count} mistakes. {messages}"""

    def __init__(self, *refusals: Refusal, **facts: Any) -> None:
        self.refusals = refusals
        super().__init__(**{"count": len(refusals), "messages": " ".join(map(str, refusals))} | facts)

    def nest(self, *place: str | int) -> None:
        """Say of each that it stands at this place of a greater command."""
        for each in self.refusals:
            each.nest(*place)


def each_of(refusal: Refusal) -> Sequence[Refusal]:
    """List the mistakes that a refusal tells: those of several, or itself."""
    return refusal.refusals if isinstance(refusal, Several) else [refusal]


class NamedTwice(Refusal):
    """The {kind} {id} stands in this list twice: name it once."""

    code = UserErrorCode.DUPLICATE


class Mistakes:
    """The refusals of one command, as they are found."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, str], Refusal] = {}

    @contextmanager
    def at(self, *place: str | int) -> Iterator[None]:
        """Keep what is refused inside as a mistake at this place of the command, and go on after it."""
        try:
            with within(*place):
                yield
        except Forbidden:
            raise
        except Refusal as refusal:
            for each in each_of(refusal):
                self._found.setdefault((each.field, str(each)), each)

    def refuse(self) -> None:
        """Raise what was found: the one mistake, or all of them together."""
        found = list(self._found.values())
        if len(found) == 1:
            raise found[0]
        if found:
            raise Several(*found)


@contextmanager
def in_list(name: str, place: int, one: str) -> Iterator[None]:
    """Say that what is refused of one record, by the field `one` of another command, stands at its place in a list of ids."""
    try:
        yield
    except Refusal as refusal:
        if refusal.field in ((), (one,)):
            refusal.field = (name, place)
        raise


def check_named(kind: str, id_: UUID, there: Container[UUID], before: set[UUID]) -> None:
    """Refuse an id of a list that no record has, and one that was named before in the list; note that it is named."""
    if id_ in before:
        raise NamedTwice(kind=kind.lower(), id=global_id(kind, id_))
    before.add(id_)
    if id_ not in there:
        raise NotFound(kind=kind, id=global_id(kind, id_))
