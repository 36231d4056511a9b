"""What does a story ask for? Its records as steps, one action each, with references turned into ids."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from claimkb.actions import claimants, claims, evidence, predictions, sources
from claimkb.actions.work import Work
from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Evidence, Prediction, Source, dates
from claimkb.domain.record import Order, Record, parts, plain
from claimkb.seeding.reading import SECTIONS, BadStory, Located, unknown

NAMESPACE = UUID("6f1c5a0e-7d0b-5f57-9a52-0c1a1b0dc1a1")
"""The name space of the ids that stories get (RFC 9562, version 5)."""


@dataclass(frozen=True)
class Step:
    """One record of a story: what it is, its id, and the action that records it."""

    kind: type[Record]
    id: UUID
    action: Callable[[Work, Any], Record]
    order: type[Order]
    given: Located


class Story:
    """A story taken apart into steps, with its references resolved."""

    def __init__(self, name: str, story: Located) -> None:
        self.name = name
        self.ids: dict[tuple[str, str], UUID] = {}
        self.steps: list[Step] = []
        self._seen: set[UUID] = set()
        for section, of in (("sources", self._source), ("claimants", self._claimant), ("claims", self._claim)):
            for item in self._items(story, section):
                key = str(item.pop("key"))
                if (section, key) in self.ids:
                    raise BadStory(f"line {item.line}: the key {key} is given twice among the {section}")
                of(item, key)
        for claim in self._items(story, "claims"):
            self._relations(claim)

    def _items(self, place: Located, key: str) -> list[Located]:
        """Return the mappings listed under a key."""
        items = place.get(key) or []
        for item in items if isinstance(items, list) else [None]:
            if not isinstance(item, Located):
                raise BadStory(f"line {place.lines[key]}: {key} is a list of mappings")
            if key in SECTIONS and "key" not in item:
                raise BadStory(f"line {item.line}: this item of {key} lacks its key")
        return [item.copy() for item in items]

    def _add(
        self, kind: type[Record], name: str, action: Callable[[Work, Any], Record], order: type[Order], given: Located
    ) -> UUID:
        """Add a step; refuse a key that two records share."""
        id_ = uuid5(NAMESPACE, name)
        if id_ in self._seen:
            raise BadStory(f"line {given.line}: {name} is there twice")
        self._seen.add(id_)
        self.steps.append(Step(kind, id_, action, order, given))
        return id_

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

    def _date(self, given: Located, key: str, precision: str, *, last: bool = False) -> None:
        """Turn a date such as 2025-11 into its first day, or its last, and its precision."""
        if given.get(key) is None:
            return
        try:
            interval = dates.parse(str(given[key]))
        except ValueError as error:
            raise BadStory(f"line {given.lines[key]}: {key}: {error}") from None
        given[key], given[precision] = interval.last if last else interval.first, interval.precision

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
        prediction = given.pop("prediction", None)
        for taken in ("appearances", "evidence"):
            given.pop(taken, None)
        self._date(given, "said_on", "said_on_precision")
        self._refer(given, "claimant", "claimants")
        self._refer(given, "on_behalf_of", "claimants")
        own = Located({name: value for name, value in given.items() if name != "relations"})
        own.line, own.lines = given.line, given.lines
        name = f"{self.name}/claim/{key}"
        claim_id = self.ids["claims", key] = self._add(Claim, name, claims.record_claim, claims.RecordClaim, own)
        for kind, items, action, order in (
            (Appearance, places, claims.add_appearance, claims.AddAppearance),
            (Evidence, proofs, evidence.add_evidence, evidence.AddEvidence),
        ):
            for index, item in enumerate(items):
                self._refer(item, "source", "sources")
                item["claim_id"] = claim_id
                self._add(kind, f"{name}/{kind.__name__.lower()}/{index}", action, order, item)
        if isinstance(prediction, Located):
            self._date(prediction, "due_on", "due_precision", last=True)
            prediction["claim_id"] = claim_id
            self._add(Prediction, f"{name}/prediction", predictions.record_prediction, predictions.RecordPrediction, prediction)
        elif prediction is not None:
            raise BadStory(f"line {given.lines['prediction']}: prediction is a mapping")

    def _relations(self, claim: Located) -> None:
        """Add a claim's relations, once all claims are known."""
        from_id = self.ids["claims", str(claim["key"])]
        for given in self._items(claim, "relations"):
            self._refer(given, "to", "claims")
            given["to_claim_id"], given["from_claim_id"] = given.pop("to_id", None), from_id
            name = f"{self.name}/relation/{from_id}/{given.get('type')}/{given['to_claim_id']}"
            self._add(ClaimRelation, name, claims.relate_claims, claims.RelateClaims, given)


def _keys(order: type[Order], *own: str, without: tuple[str, ...] = ()) -> list[str]:
    """List the keys that a story may use where an order is made of them."""
    fields = [name.removesuffix("_id") for name in order.model_fields if name not in without]
    return sorted({*fields, *own})


_KEYS: dict[type[Record], list[str]] = {
    Source: _keys(sources.RecordSource, "key", without=("published_on_precision",)),
    Claimant: _keys(claimants.RecordClaimant, "key"),
    Claim: _keys(
        claims.RecordClaim,
        *("key", "appearances", "evidence", "prediction", "relations"),
        without=("appearance", "said_on_precision"),
    ),
    Appearance: _keys(claims.AddAppearance, without=("claim_id",)),
    Evidence: _keys(evidence.AddEvidence, without=("claim_id", "outcome_id")),
    Prediction: _keys(predictions.RecordPrediction, without=("claim_id", "due_precision")),
    ClaimRelation: ["note", "to", "type"],
}
"""The keys that a story knows, for each kind of record."""


def _known_keys(step: Step, place: tuple[int | str, ...]) -> list[str]:
    """List the keys that are known at a place of a step: its own, or those of a mapping inside it."""
    if not place:
        return _KEYS[step.kind]
    inner = parts(step.order.model_fields[str(place[0])].annotation)[0]
    return sorted(inner.model_fields)


def order_of(step: Step) -> Order:
    """Check what a step says; refuse it with the line and the key."""
    try:
        return step.order(**step.given)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    place, line = step.given, step.given.line
    for part in first["loc"]:
        if isinstance(place, Located):
            line = place.lines.get(str(part), place.line)
            place = place.get(str(part), {})
    *above, last = first["loc"]
    if first["type"] == "extra_forbidden":
        raise BadStory(f"line {line}: {unknown(str(last), _known_keys(step, tuple(above)))}")
    key = ".".join(str(part) for part in first["loc"]).removesuffix("_id")
    raise BadStory(f"line {line}: {'to' if key == 'to_claim' else key}: {plain(first['type'], first['msg'])}")
