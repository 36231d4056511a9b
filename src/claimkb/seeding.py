"""How does a story get in? A YAML file in seeds/ is loaded through the same actions as everything else.

A story names its records by keys of its own; from a key follows the record's id, always the same, so that a second load
finds everything there and changes nothing. A file is loaded whole or not at all.
"""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml
from pydantic import ValidationError

from claimkb.actions import claimants, claims, evidence, predictions, sources
from claimkb.actions.work import Desk, Work
from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Evidence, Prediction, Source, dates
from claimkb.domain.account import Actor
from claimkb.domain.record import Order, Record
from claimkb.domain.refusals import Refusal
from claimkb.store import claimants as stored_claimants
from claimkb.store import records
from claimkb.store import sources as stored_sources

NAMESPACE = UUID("6f1c5a0e-7d0b-5f57-9a52-0c1a1b0dc1a1")
"""The name space of the ids that stories get (RFC 9562, version 5)."""

SECTIONS = ("sources", "claimants", "claims")


class BadStory(Exception):
    """A story that cannot be loaded; the message names file, line and key."""


class Located(dict[str, Any]):
    """A mapping that remembers the lines of its keys."""

    line: int
    lines: dict[str, int]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, remembers lines, and refuses a key that is given twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Located:  # noqa: ARG002 - as PyYAML calls it
        """Read a mapping with the lines of its keys."""
        found = Located()
        found.line, found.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in found:
                raise BadStory(f"line {line}: the key {key} is given twice")
            found[key] = self.construct_object(value_node, deep=True)
            found.lines[key] = line
        return found


_Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


@dataclass
class Report:
    """What loading a story did."""

    path: Path
    recorded: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Step:
    """One record of a story: what it is, its id, and the action that records it."""

    kind: type[Record]
    id: UUID
    action: Callable[[Work, Any], Record]
    order: type[Order]
    given: Located
    where: str


def read(path: Path) -> Located:
    """Read a story; refuse what is not one."""
    try:
        story = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadStory(f"line {line}: not YAML: {error.problem}") from None
    except UnicodeDecodeError:
        raise BadStory("line 1: not a text in UTF-8") from None
    if not isinstance(story, Located):
        raise BadStory(f"line 1: a story begins with its sections: {', '.join(SECTIONS)}")
    for key in story:
        if key not in SECTIONS:
            raise BadStory(f"line {story.lines[key]}: {_unknown(key, SECTIONS)}")
    return story


def _unknown(key: str, known: Any) -> str:
    """Say that a key is unknown, and which one may be meant."""
    near = difflib.get_close_matches(key, list(known), 1)
    return f"the key {key} is unknown" + (f"; do you mean {near[0]}?" if near else f"; known are {', '.join(known)}")


class Story:
    """A story taken apart into steps, with its references resolved."""

    def __init__(self, name: str, story: Located) -> None:
        self.name = name
        self.ids: dict[tuple[str, str], UUID] = {}
        self.steps: list[Step] = []
        for section, of in (("sources", self._source), ("claimants", self._claimant), ("claims", self._claim)):
            for item in self._items(story, section):
                of(item, str(item.pop("key")))
        for claim in self._items(story, "claims", with_key=False):
            self._relations(claim)

    def _items(self, place: Located, key: str, *, with_key: bool = True) -> list[Located]:
        """Return the mappings listed under a key."""
        items = place.get(key) or []
        for item in items if isinstance(items, list) else [None]:
            if not isinstance(item, Located):
                raise BadStory(f"line {place.lines[key]}: {key} is a list of mappings")
            if with_key and key in SECTIONS and "key" not in item:
                raise BadStory(f"line {item.line}: this item of {key} lacks its key")
        return list(items)

    def _add(
        self, kind: type[Record], name: str, action: Callable[[Work, Any], Record], order: type[Order], given: Located
    ) -> UUID:
        """Add a step; refuse a key that two records share."""
        id_ = uuid5(NAMESPACE, name)
        if any(step.id == id_ for step in self.steps):
            raise BadStory(f"line {given.line}: {name} is there twice")
        self.steps.append(Step(kind, id_, action, order, given, name))
        return id_

    def _take(self, given: Located, key: str) -> Any:
        """Take a key out of a mapping."""
        return given.pop(key, None)

    def _refer(self, given: Located, key: str, section: str) -> None:
        """Turn a reference by key into one by id."""
        if key not in given:
            return
        named = str(given.pop(key))
        if (section, named) not in self.ids:
            near = difflib.get_close_matches(named, [name for kind, name in self.ids if kind == section], 1)
            hint = f"; do you mean {near[0]}?" if near else ""
            raise BadStory(f"line {given.lines[key]}: {key}: there is no {named} among the {section}{hint}")
        given[f"{key}_id"] = self.ids[section, named]
        given.lines[f"{key}_id"] = given.lines[key]

    def _date(self, given: Located, key: str, precision: str) -> None:
        """Turn a date such as 2025-11 into its day and its precision."""
        if given.get(key) is None:
            return
        try:
            interval = dates.parse(str(given[key]))
        except ValueError as error:
            raise BadStory(f"line {given.lines[key]}: {key}: {error}") from None
        given[key], given[precision] = interval.first, interval.precision

    def _source(self, given: Located, key: str) -> None:
        """Add a source."""
        self._date(given, "published_on", "published_on_precision")
        self._refer(given, "derived_from", "sources")
        name = f"source/{given['url']}" if given.get("url") else f"{self.name}/source/{key}"
        self.ids["sources", key] = self._add(Source, name, sources.record_source, sources.RecordSource, given)

    def _claimant(self, given: Located, key: str) -> None:
        """Add a claimant. Stories share them: the id follows from name and kind."""
        name = f"claimant/{given.get('kind')}/{given.get('name')}"
        self.ids["claimants", key] = self._add(Claimant, name, claimants.record_claimant, claimants.RecordClaimant, given)

    def _claim(self, given: Located, key: str) -> None:
        """Add a claim with its appearances, its evidence and its prediction."""
        places, proofs = self._items(given, "appearances"), self._items(given, "evidence")
        prediction = self._take(given, "prediction")
        for taken in ("appearances", "evidence"):
            self._take(given, taken)
        self._date(given, "said_on", "said_on_precision")
        self._refer(given, "claimant", "claimants")
        self._refer(given, "on_behalf_of", "claimants")
        own = Located({name: value for name, value in given.items() if name != "relations"})
        own.line, own.lines = given.line, given.lines
        name = f"{self.name}/claim/{key}"
        claim_id = self.ids["claims", key] = self._add(Claim, name, claims.record_claim, claims.RecordClaim, own)
        given["id"] = claim_id
        for kind, items, action, order in (
            (Appearance, places, claims.add_appearance, claims.AddAppearance),
            (Evidence, proofs, evidence.add_evidence, evidence.AddEvidence),
        ):
            for index, item in enumerate(items):
                self._refer(item, "source", "sources")
                item["claim_id"] = claim_id
                self._add(kind, f"{name}/{kind.__name__.lower()}/{index}", action, order, item)
        if isinstance(prediction, Located):
            self._date(prediction, "due_on", "due_precision")
            prediction["claim_id"] = claim_id
            self._add(Prediction, f"{name}/prediction", predictions.record_prediction, predictions.RecordPrediction, prediction)
        elif prediction is not None:
            raise BadStory(f"line {given.lines['prediction']}: prediction is a mapping")

    def _relations(self, claim: Located) -> None:
        """Add a claim's relations, once all claims are known."""
        for given in self._items(claim, "relations"):
            self._refer(given, "to", "claims")
            given["to_claim_id"], given["from_claim_id"] = given.pop("to_id", None), claim["id"]
            name = f"{self.name}/relation/{claim['id']}/{given.get('type')}/{given['to_claim_id']}"
            self._add(ClaimRelation, name, claims.relate_claims, claims.RelateClaims, given)


def _order(step: Step) -> Order:
    """Check what a step says; refuse it with the line and the key."""
    try:
        return step.order(**step.given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place, line = step.given, step.given.line
        for part in first["loc"]:
            if isinstance(place, Located):
                line = place.lines.get(str(part), place.line)
                place = place.get(str(part), {})
        key = ".".join(str(part) for part in first["loc"])
        said = (
            _unknown(key, step.order.model_fields)
            if first["type"] == "extra_forbidden"
            else f"{key}: {first['msg'].removeprefix('Value error, ')}"
        )
        raise BadStory(f"line {line}: {said}") from None


def _ids_from(first: UUID) -> Callable[[], UUID]:
    """Make the ids of the records that one step adds: its own, and others that follow from it."""
    ids: Iterator[UUID] = (uuid5(first, str(index)) if index else first for index in range(100))
    return lambda: next(ids)


def _already(work: Work, step: Step) -> UUID | None:
    """Find the record of a step under another id: somebody recorded the same claimant or address by hand."""
    if step.kind is Claimant:
        found: Record | None = stored_claimants.find_by_name(work.session, step.given["name"], step.given["kind"])
    elif step.kind is Source and step.given.get("url"):
        found = stored_sources.find_by_url(work.session, step.given["url"])
    else:
        found = None
    return found.id if found else None


def load(desk: Desk, actor: Actor, path: Path) -> Report:
    """Load a story: record what is not there yet, leave what is there as it is, and report both."""
    report = Report(path)
    with _placed(path):
        story = Story(path.stem, read(path))
        with desk.work(actor) as work:
            there = {kind: _known(work, story.steps, kind) for kind in {step.kind for step in story.steps}}
            instead: dict[UUID, UUID] = {}
            for index, step in enumerate(story.steps):
                if step.id in there[step.kind]:
                    report.there[step.kind.__name__] += 1
                    continue
                given = Located(
                    {key: instead.get(value, value) if isinstance(value, UUID) else value for key, value in step.given.items()}
                )
                given.line, given.lines = step.given.line, step.given.lines
                order = _order(replace(step, given=given))
                if other := _already(work, step):
                    instead[step.id] = other
                    report.there[step.kind.__name__] += 1
                    continue
                now = work.now + timedelta(microseconds=index)
                try:
                    step.action(replace(work, now=now, new_id=_ids_from(step.id)), order)
                except Refusal as refusal:
                    key = ".".join(str(part) for part in refusal.field)
                    raise BadStory(f"line {step.given.line}: {key}: {refusal}") from None
                report.recorded[step.kind.__name__] += 1
    return report


def _known(work: Work, steps: list[Step], kind: type[Record]) -> set[UUID]:
    """Tell which records of a kind are there already."""
    return records.known(work.session, kind, [step.id for step in steps if step.kind is kind])


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Name the file in what is refused."""
    try:
        yield
    except BadStory as error:
        raise BadStory(f"{path}, {error}. Nothing of it was loaded.") from None
    except OSError as error:
        raise BadStory(f"{path} cannot be read: {error.strerror}.") from None
