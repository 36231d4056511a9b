"""What does a story ask for? Its records as steps, one action each, with references turned into ids."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from claimkb.actions import claimants, claims, evidence, predictions, series, sources
from claimkb.actions.work import Work
from claimkb.domain import Appearance, Claim, Claimant, ClaimRelation, Evidence, Prediction, Series, Source, dates
from claimkb.domain.record import Command, Record, parts, plain
from claimkb.seeding.reading import SECTIONS, Located, near, unknown

NAMESPACE = UUID("6f1c5a0e-7d0b-5f57-9a52-0c1a1b0dc1a1")
"""The name space of the ids that stories get (RFC 9562, version 5)."""


Action = Callable[[Work, Any], Record]
"""Records what a command of its own kind says."""


@dataclass(frozen=True)
class Step:
    """One record of a story: what it is, its id, and the action that records it."""

    kind: type[Record]
    id: UUID
    said: str
    """Its kind with its key, or with the key of its claim."""
    action: Action
    command: type[Command]
    given: Located


_RECORDED: dict[type[Record], tuple[Action, type[Command]]] = {
    Source: (sources.record_source, sources.RecordSource),
    Claimant: (claimants.record_claimant, claimants.RecordClaimant),
    Claim: (claims.record_claim, claims.RecordClaim),
    Appearance: (claims.add_appearance, claims.AddAppearance),
    Evidence: (evidence.add_evidence, evidence.AddEvidence),
    Prediction: (predictions.record_prediction, predictions.RecordPrediction),
    Series: (series.record_series, series.RecordSeries),
    ClaimRelation: (claims.relate_claims, claims.RelateClaims),
}
"""The action that records each kind, and its command."""

_SAID: dict[type[Record], str] = {
    **{kind: kind.__name__.lower() for kind in (Source, Claimant, Claim)},
    **{kind: f"{kind.__name__.lower()} of" for kind in (Appearance, Evidence, Prediction, Series)},
    ClaimRelation: "relation of",
}
"""The name of each kind before a key: its own, or that of its claim."""


class Story:
    """A story taken apart into steps, with its references resolved. What is wrong in it is noted, and the rest taken apart."""

    def __init__(self, name: str, story: Located, mistakes: list[tuple[int, str]]) -> None:
        self.name, self.validation_errors = name, mistakes
        self.ids: dict[tuple[str, str], UUID] = {}
        self.steps: list[Step] = []
        self._seen: set[UUID] = set()
        self._partly: set[str] = {section for section in SECTIONS if mistakes and section not in story}
        """The sections that are incomplete through a mistake: a reference into one is not judged."""
        claimed = []
        for section, of in (("sources", self._source), ("claimants", self._claimant), ("claims", self._claim)):
            for item in self._items(story, section):
                key = str(item.pop("key"))
                if (section, key) in self.ids:
                    self._partly.add(section)
                    self._note(item.line, f"the key {key} is given twice among the {section}")
                    continue
                of(item, key)
                claimed += [(key, item)] if section == "claims" else []
        for key, claim in claimed:
            self._relations(claim, key)

    def _note(self, line: int, said: str) -> None:
        """Note a mistake."""
        self.validation_errors.append((line, said))

    def _items(self, place: Located, key: str) -> list[Located]:
        """Return the mappings listed under a key."""
        given = place.get(key) or []
        items = []
        for item in given if isinstance(given, list) else [None]:
            if not isinstance(item, Located):
                self._note(place.lines[key], f"{key} is a list of mappings")
            elif key in SECTIONS and "key" not in item:
                self._note(item.line, f"this item of {key} lacks its key")
            else:
                items.append(item.copy())
                continue
            self._partly.add(key)
        return items

    def _add(self, kind: type[Record], name: str, key: str, given: Located) -> UUID:
        """Add a step for a record or a part of it; note a key that two records share."""
        id_ = uuid5(NAMESPACE, name)
        if id_ in self._seen:
            self._note(given.line, f"{name} is there twice")
            return id_
        self._seen.add(id_)
        self.steps.append(Step(kind, id_, f"{_SAID[kind]} {key}", *_RECORDED[kind], given))
        return id_

    def _refer(self, given: Located, key: str, section: str) -> None:
        """Turn a reference by key into one by id."""
        if key not in given:
            return
        named = str(given.pop(key))
        if (section, named) in self.ids:
            given[f"{key}_id"] = self.ids[section, named]
            given.lines[f"{key}_id"] = given.lines[key]
            return
        given.wrong |= {f"{key}_id"}
        if section not in self._partly:
            meant = near(named, [name for kind, name in self.ids if kind == section])
            hint = f"; do you mean {meant}?" if meant else ""
            self._note(given.lines[key], f"{key}: there is no {named} among the {section}{hint}")

    def _date(self, given: Located, key: str, precision: str, *, is_due: bool = False) -> None:
        """Turn a date such as 2025-11 into its first day and its precision; a due date into its last day, a SPAN into both."""
        if given.get(key) is None:
            return
        try:
            interval = (dates.parse_due if is_due else dates.parse)(str(given[key]))
        except ValueError as error:
            given.wrong |= {key}
            self._note(given.lines[key], f"{key}: {error}")
            return
        given[key], given[precision] = interval.last if is_due else interval.first, interval.precision
        if is_due and interval.precision is dates.DatePrecision.DAY and given.get("due_from") is not None:
            del given[precision]  # it is a SPAN, unless both are the same day
        if interval.precision is dates.DatePrecision.SPAN:
            given.setdefault("due_from", interval.first)
            given.lines.setdefault("due_from", given.lines[key])

    def _source(self, given: Located, key: str) -> None:
        """Add a source."""
        self._date(given, "published_on", "published_on_precision")
        self._refer(given, "derived_from", "sources")
        name = f"source/{given['url']}" if given.get("url") else f"{self.name}/source/{key}"
        self.ids["sources", key] = self._add(Source, name, key, given)

    def _claimant(self, given: Located, key: str) -> None:
        """Add a claimant. Stories share them: the id follows from name and kind."""
        name = f"claimant/{given.get('kind')}/{given.get('name')}"
        self.ids["claimants", key] = self._add(Claimant, name, key, given)

    def _claim(self, given: Located, key: str) -> None:
        """Add a claim with its appearances, its evidence, its prediction and its series."""
        places, proofs = self._items(given, "appearances"), self._items(given, "evidence")
        prediction, rule = given.pop("prediction", None), given.pop("series", None)
        for taken in ("appearances", "evidence"):
            given.pop(taken, None)
        self._date(given, "said_on", "said_on_precision")
        self._refer(given, "claimant", "claimants")
        self._refer(given, "on_behalf_of", "claimants")
        own = Located({name: value for name, value in given.items() if name != "relations"})
        own.line, own.lines, own.wrong = given.line, given.lines, given.wrong
        name = f"{self.name}/claim/{key}"
        claim_id = self.ids["claims", key] = self._add(Claim, name, key, own)
        for kind, items in ((Appearance, places), (Evidence, proofs)):
            for index, item in enumerate(items):
                self._refer(item, "source", "sources")
                item["claim_id"] = claim_id
                self._add(kind, f"{name}/{kind.__name__.lower()}/{index}", key, item)
        if isinstance(prediction, Located):
            self._date(prediction, "due_on", "due_precision", is_due=True)
            prediction["claim_id"] = claim_id
            self._add(Prediction, f"{name}/prediction", key, prediction)
        elif prediction is not None:
            self._note(given.lines["prediction"], "prediction is a mapping")
        if isinstance(rule, Located):
            self._series(rule, claim_id, name, key)
        elif rule is not None:
            self._note(given.lines["series"], "series is a mapping")

    def _series(self, given: Located, claim_id: UUID, name: str, key: str) -> None:
        """Add a series of a claim: from the first day of a date, until the last day of another."""
        for end, is_last in (("from", False), ("until", True)):
            self._date(given, end, "precision", is_due=is_last)
            given.pop("precision", None)
        if "from" in given:
            given["from_"], given.lines["from_"] = given.pop("from"), given.lines["from"]
            given.wrong |= {"from_"} if "from" in given.wrong else set()
        given["claim_id"] = claim_id
        self._add(Series, f"{name}/series", key, given)

    def _relations(self, claim: Located, key: str) -> None:
        """Add a claim's relations, after all claims have their ids."""
        from_id = self.ids["claims", key]
        for given in self._items(claim, "relations"):
            self._refer(given, "to", "claims")
            if given.wrong:
                continue
            given["to_claim_id"], given["from_claim_id"] = given.pop("to_id", None), from_id
            name = f"{self.name}/relation/{from_id}/{given.get('type')}/{given['to_claim_id']}"
            self._add(ClaimRelation, name, key, given)


def _keys(command: type[Command], *own: str, without: tuple[str, ...] = ()) -> list[str]:
    """List the keys that a story may use where a command is made of them."""
    fields = [name.removesuffix("_id").rstrip("_") for name in command.model_fields if name not in without]
    return sorted({*fields, *own})


_KEYS: dict[type[Record], list[str]] = {
    Source: _keys(sources.RecordSource, "key", without=("published_on_precision",)),
    Claimant: _keys(claimants.RecordClaimant, "key"),
    Claim: _keys(
        claims.RecordClaim,
        *("key", "appearances", "evidence", "prediction", "relations", "series"),
        without=("appearance", "said_on_precision"),
    ),
    Appearance: _keys(claims.AddAppearance, without=("claim_id",)),
    Evidence: _keys(evidence.AddEvidence, without=("claim_id", "outcome_id")),
    Prediction: _keys(predictions.RecordPrediction, without=("claim_id", "due_precision")),
    Series: _keys(series.RecordSeries, without=("claim_id",)),
    ClaimRelation: ["note", "to", "type"],
}
"""The valid keys of a story, for each kind of record."""


def _known_keys(step: Step, place: tuple[int | str, ...]) -> list[str]:
    """List the valid keys at a place of a step: its own, or those of a mapping inside it."""
    if not place:
        return _KEYS[step.kind]
    inner = parts(step.command.model_fields[str(place[0])].annotation)[0]
    return sorted(inner.model_fields)


def command_of(step: Step, mistakes: list[tuple[int, str]]) -> Command | None:
    """Check what a step says; note each mistake with its line and its key, and then return no command."""
    try:
        command = step.command(**step.given)
    except ValidationError as error:
        mistakes += _told(step, error.errors(include_url=False))
        return None
    return None if step.given.wrong else command


def _told(step: Step, errors: list[ErrorDetails]) -> Iterator[tuple[int, str]]:
    """Yield each error with its line; leave out a missing key that an unknown key was meant to be."""
    strange = [each["loc"] for each in errors if each["type"] == "extra_forbidden"]
    meant = {(*above, near(str(last), _known_keys(step, tuple(above)))) for *above, last in strange}
    for each in errors:
        place, line = step.given, step.given.line
        if str(each["loc"][0] if each["loc"] else "") in step.given.wrong or (each["type"] == "missing" and _key(each) in meant):
            continue
        for part in each["loc"]:
            if isinstance(place, Located):
                line = place.lines.get(str(part), place.line)
                place = place.get(str(part), {})
        if each["loc"] in strange:
            *above, last = each["loc"]
            yield line, unknown(str(last), _known_keys(step, tuple(above)))
        else:
            key = ".".join(map(str, _key(each)))
            yield line, f"{'to' if key == 'to_claim' else key}: {plain(each['type'], each['msg'])}"


def _key(error: ErrorDetails) -> tuple[int | str, ...]:
    """Write the place of an error in the keys of a story, where a reference has no _id."""
    *above, last = error["loc"] or ("",)
    return (*above, str(last).removesuffix("_id").rstrip("_"))
