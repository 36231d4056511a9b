"""What does a story ask for? Its records as steps, one command each, with keys turned into ids. Every mistake is noted."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from claimkb.actions.stories.parts import LAST, PARTS, Part, fields_of, key_field
from claimkb.domain import Claimant, ClaimRelation, CollectedClaim, Source
from claimkb.domain.record import Command, Input, Record, plain
from claimkb.domain.refusals import Refusal
from claimkb.domain.story import (
    MOST_RECORDS,
    BadKey,
    Key,
    KeyAndId,
    KeyTwice,
    ListedLater,
    NoSuchKey,
    ThereTwice,
    TooManyRecords,
    Unfit,
)

NAMESPACE = UUID("6f1c5a0e-7d0b-5f57-9a52-0c1a1b0dc1a1")
"""The name space of the ids that stories get (RFC 9562, version 5)."""

Place = tuple[str | int, ...]
"""The path of a value in the input."""

UNREADABLE = object()
"""Stands for a value of which a mistake is told already: nothing more is told of it, nor of what refers to it."""

_BY_ENDS: Mapping[type[Record], tuple[str, Sequence[str]]] = {
    ClaimRelation: ("relation", ("type", "to_claim_id")),
    CollectedClaim: ("collected", ("collection_id",)),
}
"""The records whose ids follow from what they lead to, and not from their place in a list: the word and the fields for that."""

_KEY: TypeAdapter[str] = TypeAdapter(Key)


@dataclass(frozen=True)
class Step:
    """One record of a story: its id, its place in the story, and the command that records it."""

    part: Part
    id: UUID
    key: str
    """Its own key, or that of its claim."""
    place: Place
    given: Mapping[str, Any]
    command: Command | None
    """None if there is a mistake in it."""
    name: str
    """The name from which its id follows."""

    @property
    def kind(self) -> type[Record]:
        """Its kind of record."""
        return self.part.kind

    @property
    def list_name(self) -> str:
        """The name of the list that it stands in."""
        return self.name.rpartition("/")[0]

    def beside(self, place: int) -> UUID:
        """Make the id that follows from another place in its list."""
        return uuid5(NAMESPACE, f"{self.list_name}/{place}")

    def place_of(self, field: Iterable[str | int]) -> Place:
        """Find the place of a field of the command in the story."""
        place, given, model = list(self.place), self.given, self.part.input
        for name in field:
            if name == self.part.subject and model is self.part.input:
                continue
            if isinstance(name, str):
                is_keyed = key_field(name) in model.model_fields and name not in given
                place.append(key_field(name) if is_keyed else name)
                model = fields_of(model).get(name, (None, None))[1] or model
            else:
                place.append(name)
            given = _below(given, place[-1])
        return tuple(place)


def _below(given: Any, name: str | int) -> Any:
    """Return the value in a mapping or in a list; where there is none, an empty mapping."""
    if isinstance(given, Mapping):
        return given.get(str(name), {})
    return given[name] if isinstance(given, list) and isinstance(name, int) and name < len(given) else {}


def near(key: str, known: Iterable[str]) -> str | None:
    """Return the known word that an unknown one most resembles, or None."""
    return next(iter(difflib.get_close_matches(key, list(known), 1)), None)


class Steps:
    """A story taken apart into steps. What is wrong in it is noted, and the rest is taken apart."""

    def __init__(self, story: str, sections: Mapping[str, list[Any]]) -> None:
        self.story = story
        self.steps: list[Step] = []
        self.mistakes: list[Refusal] = []
        self._ids: dict[tuple[str, str], UUID] = {}
        self._names: set[str] = set()
        self._listed = {
            (name, str(item.get("key"))) for name, items in sections.items() for item in items if item is not UNREADABLE
        }
        self._partly = {name for name, items in sections.items() if UNREADABLE in items}
        """The sections that are incomplete through a mistake: a reference into one is not judged."""
        self._later: list[tuple[Part, str, UUID, Any, Place, str]] = []
        for part in PARTS:
            for index, given in enumerate(sections[part.name]):
                if given is not UNREADABLE:
                    self._keyed(part, given, (part.name, index))
        for later in self._later:
            self._inside(*later)
        if len(self.steps) > MOST_RECORDS:
            self._note(TooManyRecords(count=len(self.steps), most=MOST_RECORDS))

    def _note(self, mistake: Refusal) -> None:
        """Note a mistake."""
        self.mistakes.append(mistake)

    def _keyed(self, part: Part, given: Mapping[str, Any], place: Place) -> None:
        """Take apart a record that has a key."""
        key = str(given["key"])
        if not _is_key(key):
            self._note(BadKey(*place, "key"))
        elif (part.name, key) in self._ids:
            self._note(KeyTwice(*place, "key", key=key, section=part.name))
        else:
            name = _name(self.story, part, key, given)
            self._ids[part.name, key] = uuid5(NAMESPACE, name)
            self._take(part, key, name, given, place, None)
            return
        self._partly.add(part.name)

    def _inside(self, part: Part, key: str, subject: UUID, given: Any, place: Place, name: str) -> None:
        """Take apart the records inside another one."""
        items = enumerate(given or []) if part.is_list else [(None, given)]
        for index, item in items:
            if item is None or item is UNREADABLE:
                continue
            at = place if index is None else (*place, index)
            own = f"{name}/{part.kind.__name__.lower()}" + ("" if index is None else f"/{index}")
            self._take(part, key, own, item, at, subject)

    def _take(self, part: Part, key: str, name: str, given: Mapping[str, Any], place: Place, subject: UUID | None) -> None:
        """Add the step of a record, then take apart the records inside it."""
        inner = {each.name for each in part.parts} | {"key"}
        own = {each: value for each, value in given.items() if each not in inner}
        told = len(self.mistakes)
        said = self._referred(part.input, own, place)
        if part.subject is not None:
            said[part.subject] = subject
        if part.kind in _BY_ENDS:
            word, fields = _BY_ENDS[part.kind]
            ends = [said.get(field) for field in fields]
            if len(self.mistakes) > told or ends[-1] is UNREADABLE:
                return
            name = "/".join(map(str, (self.story, word, subject, *ends)))
        id_ = uuid5(NAMESPACE, name)
        if name in self._names:
            self._note(ThereTwice(*place, name=name))
            return
        self._names.add(name)
        step = Step(part, id_, key, place, own, None, name)
        self.steps.append(self._checked(step, said, is_whole=len(self.mistakes) == told))
        for each in part.parts:
            if each in LAST:
                own_name = f"{self.story}/{part.kind.__name__.lower()}/{key}"  # a claimant's own is that of all stories
                self._later.append((each, key, id_, given.get(each.name), (*place, each.name), own_name))
            else:
                self._inside(each, key, id_, given.get(each.name), (*place, each.name), name)

    def _referred(self, model: type[Input], given: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """Turn the references by key in a record, and in what it holds, into references by id."""
        said = dict(given)
        for name, (section, inner) in fields_of(model).items():
            value = given.get(name)
            if section is not None:
                key = said.pop(key_field(name), None)
                if key is not None:
                    said[name] = self._id(section, key, (*place, key_field(name)), is_free=value is None)
            elif inner is not None and isinstance(value, list):
                said[name] = [
                    self._referred(inner, item, (*place, name, index)) if isinstance(item, Mapping) else item
                    for index, item in enumerate(value)
                ]
            elif inner is not None and isinstance(value, Mapping):
                said[name] = self._referred(inner, value, (*place, name))
        return said

    def _id(self, section: str, key: Any, place: Place, *, is_free: bool) -> object:
        """Find the id of the record with a key."""
        if key is UNREADABLE:
            return UNREADABLE
        if not is_free:
            self._note(KeyAndId(*place))
        elif (section, str(key)) in self._ids:
            return self._ids[section, str(key)]
        elif (section, str(key)) in self._listed:
            self._note(ListedLater(*place, key=key, section=section))
        elif section not in self._partly:
            meant = near(str(key), [name for of, name in self._listed if of == section])
            self._note(NoSuchKey(*place, key=key, section=section, hint=f"; do you mean {meant}?" if meant else "."))
        return UNREADABLE

    def _checked(self, step: Step, said: dict[str, Any], *, is_whole: bool) -> Step:
        """Check what a step says, and note each mistake: it then has no command."""
        try:
            command = step.part.command.model_validate(said)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                if _at(said, each["loc"]) is not UNREADABLE:
                    place = step.place_of(each["loc"])
                    self._note(Unfit(*place, said=plain(each["type"], each["msg"])))
            return step
        return replace(step, command=command) if is_whole else step


def _is_key(key: str) -> bool:
    """Tell whether a text can be a key."""
    try:
        _KEY.validate_python(key)
    except ValidationError:
        return False
    return True


def _at(given: Any, place: Iterable[str | int]) -> object:
    """Return the value at the place of an error, or UNREADABLE where the way to it leads through that."""
    for name in place:
        given = _below(given, name)
        if given is UNREADABLE:
            break
    return given


def _name(story: str, part: Part, key: str, given: Mapping[str, Any]) -> str:
    """Write the name from which a record's id follows. Stories share sources by their addresses, and claimants by their names."""
    if part.kind is Source and given.get("url"):
        return f"source/{given['url']}"
    if part.kind is Claimant:
        return f"claimant/{given.get('kind')}/{given.get('name')}"
    return f"{story}/{part.kind.__name__.lower()}/{key}"


def references_in(command: Input) -> Iterator[UUID]:
    """List the ids to which a command refers, also in what it holds."""
    for _, value in command:
        if isinstance(value, UUID):
            yield value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Input):
                yield from references_in(inner)


def id_within(first: UUID, index: int) -> UUID:
    """Make the id of another record that the step of a record adds."""
    return uuid5(first, str(index))
