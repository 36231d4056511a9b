"""How does a file become a story? Its keys become the fields of the story's input, and what is wrong gets its line.

A file names records by their keys where the input has `…_key`, writes `to` for the claim at the end of a relation, and says how
much of a date is known in the date itself: 2025-11. A due date may be given in words, which bring their bound and basis along.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, get_origin

from claimkb.actions.stories import RecordStory
from claimkb.actions.stories.parts import StoryClaim, StorySeries, model_in, section_of
from claimkb.actions.stories.steps import UNREADABLE, Place, near
from claimkb.domain import dates, due_words
from claimkb.domain.deadline import DueBound
from claimkb.domain.languages.customs import check_country
from claimkb.domain.record import Input, parts
from claimkb.domain.refusals import Refusal
from claimkb.seeding.reading import COUNTRY, SECTIONS, Located, unknown
from claimkb.seeding.saying import Saying, saying_of

ENDS = {"to_claim": "to"}
"""The fields for which a file has a shorter name."""

DUE = "due"
"""Another name for `due_on`, which reads better where the due date is in words."""

LAST_DAYS = {"due_on", "until"}
"""The fields that have the last day of a date; others have its first."""

TO_COME = {"due_on", "until", "from_"}
"""The fields of days to come, which may be given in words."""

ALONE = {"prediction", "series", "outcome", "review"}
"""The parts of a claim that are not named before what is wrong in them."""


def _names(model: type[Input]) -> dict[str, str]:
    """Tell how a file names the fields of an input: the field by the name."""
    named = {}
    for name in model.model_fields:
        reference = name.removesuffix("_key")
        is_reference = reference != name and f"{reference}_id" in model.model_fields
        named[ENDS.get(reference, reference) if is_reference else name.rstrip("_")] = name
    return named | ({DUE: "due_on"} if "due_on" in named else {})


def _known(model: type[Input]) -> list[str]:
    """List the keys that a file may use where it says what an input has."""
    said = _names(model)
    return sorted(
        name for name, field in said.items() if not name.endswith("_precision") and section_of(model.model_fields[field]) is None
    )


class Translation:
    """A file as the fields of a story's input. What is wrong in it is noted with its line, and stands there as UNREADABLE."""

    def __init__(self, file: Located, mistakes: list[tuple[int, str]], country: str | None = None) -> None:
        self.file, self.mistakes = file, mistakes
        self._country, self._saying = self._country_of(file, country), Saying()
        lost = bool(mistakes)
        self.sections: dict[str, Any] = {}
        for section in SECTIONS:
            model = model_in(RecordStory.model_fields[section])
            self.sections[section] = self._items(file, section, model)
            if lost and section not in file:
                self.sections[section].append(UNREADABLE)

    def _note(self, line: int, said: str) -> object:
        """Note a mistake."""
        self.mistakes.append((line, said))
        return UNREADABLE

    def _country_of(self, file: Located, usual: str | None) -> str | None:
        """Read the country of a story; the desk's own where it names none."""
        try:
            return check_country(None if file.get(COUNTRY) is None else str(file[COUNTRY])) or usual
        except Refusal as refusal:
            self._note(file.lines[COUNTRY], f"{COUNTRY}: {refusal}")
            return None

    def _items(self, place: Located, key: str, model: Any) -> list[Any]:
        """Translate the mappings that are listed under a key."""
        given = place.get(key) or []
        items = []
        for item in given if isinstance(given, list) else [None]:
            if not isinstance(item, Located):
                items.append(self._note(place.lines[key], f"{key} is a list of mappings"))
            elif "key" in model.model_fields and "key" not in item:
                items.append(self._note(item.line, f"this item of {key} lacks its key"))
            else:
                items.append(self._mapping(item, model))
        return items

    def _mapping(self, given: Located, model: Any) -> dict[str, Any]:
        """Translate a mapping."""
        names, said = _names(model), {}
        if model is StoryClaim:
            self._saying = saying_of(self.file, given, self._country)
        if {DUE, "due_on"} <= {*given} & {*names}:
            self._note(given.lines[DUE], f"{DUE} and due_on are the same: give one of them")
        for key in given:
            if key in names:
                said[names[key]] = self._value(given, key, model, names[key])
                continue
            self._note(given.lines[key], unknown(key, _known(model)))
            meant = near(key, _known(model))
            if meant is not None and meant not in given:
                said[names[meant]] = UNREADABLE
        self._dates(given, model, said)
        return said

    def _value(self, given: Located, key: str, model: Any, name: str) -> object:
        """Translate a value."""
        field, value = model.model_fields[name], given[key]
        inner = model_in(field)
        if inner is not None and value is not None:
            if get_origin(parts(field.annotation)[0]) is list:
                return self._items(given, key, inner)
            return (
                self._mapping(value, inner) if isinstance(value, Located) else self._note(given.lines[key], f"{key} is a mapping")
            )
        return str(value) if name == "key" or (name.endswith("_key") and value is not None) else value

    def _dates(self, given: Located, model: Any, said: dict[str, Any]) -> None:
        """Turn dates such as 2025-11 into their first day, or their last, and their precision; a SPAN into both its days."""
        for name, precision in _dated(model):
            if said.get(name) in (None, UNREADABLE):
                continue
            is_last, key = name in LAST_DAYS, DUE if name == "due_on" and DUE in given else name.rstrip("_")
            if name in TO_COME and not due_words.is_written(str(said[name])):
                self._words(given, key, name, said)
                continue
            try:
                interval = (dates.parse_due if name == "due_on" else dates.parse)(str(said[name]))
            except ValueError as error:
                said[name] = self._note(given.lines[key], f"{key}: {error}")
                continue
            said[name] = interval.last if is_last else interval.first
            if precision is None:
                continue
            if interval.precision is dates.DatePrecision.SPAN:
                said.setdefault("due_from", interval.first)
            if interval.precision is not dates.DatePrecision.DAY or said.get("due_from") is None:
                said[precision] = interval.precision  # a day with another first day is a SPAN
        for name in _days(model):
            if said.get(name) not in (None, UNREADABLE):
                said[name] = self._day(given, name.rstrip("_"), str(said[name]))

    def _words(self, given: Located, key: str, name: str, said: dict[str, Any]) -> None:
        """Turn the words of a due date into its days, and into what the file does not say of it; of a series into a day."""
        words = str(said[name])
        try:
            reading = self._saying.meant(words)
        except Refusal as refusal:
            said[name] = self._note(given.lines[key], f"{key}: {refusal}")
            return
        fields = due_words.fields_of(words, reading)
        if name != "due_on":
            said[name] = fields["due_on"] if name in LAST_DAYS or reading.due is None else reading.due.due_from
            return
        said[name] = fields["due_on"]
        if DueBound.NOT_BEFORE in (bounds := {reading.bound.value, said.get("bound") or reading.bound.value}) and len(bounds) > 1:
            self._note(given.lines["bound"], f"bound: {said['bound']} does not go with {words!r}, which is {reading.bound}")
        said.update({each: value for each, value in fields.items() if said.get(each) is None})

    def _day(self, given: Located, key: str, text: str) -> object:
        """Read a date of which the day has to be known."""
        try:
            interval = dates.parse(text)
        except ValueError as error:
            return self._note(given.lines[key], f"{key}: {error}")
        if interval.precision is not dates.DatePrecision.DAY:
            return self._note(given.lines[key], f"{key}: {text} is not a day; write one, such as {interval.first}")
        return interval.first


def _dated(model: Any) -> Iterator[tuple[str, str | None]]:
    """List the fields of dates, each with that of its precision, if it has one."""
    yield from ((name, None) for name in ("from_", "until") if model is StorySeries)
    for name in model.model_fields:
        if name.endswith("_precision"):
            base = name.removesuffix("_precision")
            yield (base if base in model.model_fields else f"{base}_on"), name


def _days(model: Any) -> Iterator[str]:
    """List the fields of days that have no precision."""
    dated = {name for name, _ in _dated(model)}
    yield from (name for name, field in model.model_fields.items() if parts(field.annotation)[0] is date and name not in dated)


def written(place: Place) -> Place:
    """Write a place of the input as a file has it."""
    bare = [name.removesuffix("_key").rstrip("_") if isinstance(name, str) else name for name in place]
    return tuple(ENDS.get(name, name) if isinstance(name, str) else name for name in bare)


_BROUGHT = {"due_on", "due_from", "due_precision", "due_text", "due_basis", "due_reasoning", "bound"}
"""The fields that the words of a due date may have brought along."""


def line_of(file: Located, place: Place) -> int:
    """Find the line of a place, or of the nearest one around it."""
    at: Any = file
    line = 1
    for name in place:
        if isinstance(at, Located):
            known = (name, *(f"{name}".replace("_precision", end) for end in ("", "_on")), *((DUE,) if name in _BROUGHT else ()))
            line = next((at.lines[str(each)] for each in known if str(each) in at.lines), at.line)
            at = at.get(str(name))
        elif isinstance(at, list) and isinstance(name, int) and name < len(at):
            at = at[name]
            line = at.line if isinstance(at, Located) else line
    return line


def said_of(place: Iterable[str | int]) -> str:
    """Name a field within its record."""
    inside: list[str] = []
    for name in place:
        inside = [] if isinstance(name, int) or name in ALONE else [*inside, name]
    return ".".join(name for name in inside if name != "key")
