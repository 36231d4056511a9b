"""Which items of a list in a story are there already? What says the same is matched first, and the place in the list comes last."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from claimkb.actions.stories.steps import Step
from claimkb.domain import Appearance, Claim, Claimant, Evidence, Membership
from claimkb.domain.normal_forms import quote_form
from claimkb.domain.record import Command, Record
from claimkb.store.engine import records

LISTED: Mapping[type[Record], tuple[str, ...]] = {
    Appearance: ("section", "paragraph", "page", "at", "entry"),
    Evidence: ("stance",),
    Membership: ("role", "from_"),
}
"""The records whose ids follow from their place in a list, with the fields that tell two of the same quote apart."""


class _Said(NamedTuple):
    """What tells an item of a list from the others."""

    id: UUID
    of: UUID
    """The source, or the claimant to which another one belongs."""
    where: tuple[object, ...]
    is_placed: bool
    """Whether that says where in its source it stands."""
    quotes: tuple[str | None, ...]
    """The quote in normal form, and the one before where it changed in a newer snapshot."""
    may_have_changed: bool


_WAYS: tuple[Callable[[_Said], Iterable[Hashable]], ...] = (
    lambda said: [(said.of, said.where, quote) for quote in said.quotes],
    lambda said: [(said.of, quote) for quote in said.quotes if quote is not None],
    lambda said: [(said.of, said.where)] if said.is_placed else [],
    lambda said: [said.id],
    lambda said: [said.of] if said.may_have_changed else [],
)
"""The ways of finding an item again, the surest first: each lists the keys of which an item and its record share one."""


def _written(id_: UUID, fields: Any, kind: type[Record], *quotes: str | None, may_have_changed: bool) -> _Said:
    """Write what tells a record, or the command for one, from the others of its list."""
    where = tuple(
        fields.from_on if isinstance(fields, Membership) and name == "from_" else getattr(fields, name) for name in LISTED[kind]
    )
    of = fields.of_id if kind is Membership else fields.source_id
    forms = tuple(None if quote is None else quote_form(quote) for quote in quotes)
    return _Said(id_, of, where, kind is Appearance and any(where), forms, may_have_changed)


def _ordered(step: Step, command: Any) -> _Said:
    """Write what a story says of an item."""
    quote = getattr(command, "quote", None)
    return _written(step.id, command, step.kind, getattr(quote, "exact", quote), may_have_changed=True)


def _recorded(record: Any) -> _Said:
    """Write what is recorded of an item."""
    quotes = [getattr(record, "quote", None)]
    if isinstance(record, Appearance):
        quotes = [record.quote_exact, *([] if record.quote_was is None else [record.quote_was])]
    has_changed = record.version > 1 and record.retracted_at is None
    return _written(record.id, record, type(record), *quotes, may_have_changed=has_changed)


def pair(ordered: Iterable[_Said], recorded: Iterable[_Said]) -> dict[UUID, UUID]:
    """Find the record of each item of a list: its id by that of the item. No record is that of two items."""
    items, known = list(ordered), list(recorded)
    pairs: dict[UUID, UUID] = {}
    for keys in _WAYS:
        left: dict[Hashable, list[UUID]] = defaultdict(list)
        taken = set(pairs.values())
        for said in known:
            for key in keys(said):
                left[key].append(said.id)
        rest = {key: iter(ids) for key, ids in left.items()}
        for said in items:
            found = (id_ for key in keys(said) for id_ in rest.get(key, ()) if id_ not in taken)
            if said.id not in pairs and (id_ := next(found, None)) is not None:
                pairs[said.id] = id_
                taken.add(id_)
    return pairs


class Lists:
    """The items of a story's lists, and which of them are there already."""

    def __init__(self, session: Session, steps: Iterable[Step], there: Mapping[UUID, Record]) -> None:
        self._items: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            if step.kind in LISTED and step.command is not None:
                self._items[step.list_name].append(step)
        self._records = {id_: each for id_, each in there.items() if type(each) in LISTED}
        """The records of the lists that are there, also those that the story has no longer."""
        self._of: dict[UUID, int] = defaultdict(int)
        """How many records each claim, or claimant, has in such lists."""
        for kind, subject in {(each[0].kind, each[0].part.subject or "") for each in self._items.values()}:
            owners = {getattr(each, subject) for each in self._records.values() if isinstance(each, kind)}
            owners |= {each.id for each in there.values() if isinstance(each, Claim | Claimant)}
            for each in records.naming(session, kind, subject, owners) if owners else ():
                self._records[each.id] = each
                self._of[getattr(each, subject)] += 1
        self._found: dict[str, dict[UUID, UUID]] = {}
        self._taken = set(self._records)

    def find(self, step: Step, placed: Callable[[Command], Command]) -> Record | None:
        """Find the record of an item, of whose list all is known to which it refers."""
        if not self._records:
            return None
        if step.list_name not in self._found:
            items = [(each, placed(each.command)) for each in self._items[step.list_name] if each.command is not None]
            ordered = [_ordered(*each) for each in items]
            known = self._own(step, len(items) + self._of[getattr(items[0][1], step.part.subject or "")])
            self._found[step.list_name] = pair(ordered, map(_recorded, known))
        id_ = self._found[step.list_name].get(step.id)
        return None if id_ is None else self._records[id_]

    def _own(self, step: Step, most: int) -> Iterator[Record]:
        """List the records that the story has made of a list, in the order of the places that they had first."""
        for place in range(most):
            if (record := self._records.get(step.beside(place))) is not None:
                yield record

    def free_id(self, step: Step) -> UUID:
        """Choose the id of a new item: that of its place, or of the next place of which no record has it."""
        ids = (step.beside(place) for place in count(int(step.name.rpartition("/")[2])))
        id_ = next(each for each in ids if each not in self._taken)
        self._taken.add(id_)
        return id_
